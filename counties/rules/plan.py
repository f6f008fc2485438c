"""示范县与实施方案的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from portal.money import share_below, wan
from portal.rules import Firm, Kind, rule

DOCUMENT_NUMBER = r"^[一-龥]{2,}〔\d{4}〕[1-9]\d*号$"  # GB/T 9704-2012 7.2.5
# Words that often stand for something on the negative list: not refused, but to be explained (domain/rules.md A-303).
SUSPICIOUS = {
    "N1 网络交易平台": ("交易平台", "商城", "电商平台开发"),
    "N2 楼堂馆所": ("办公楼", "大楼", "会堂", "招待所"),
    "N3 征地拆迁": ("征地", "拆迁", "土地出让"),
    "N4 购买流量": ("流量", "刷单", "推广位", "竞价排名"),
    "N5 人员经费等经常性开支": ("工资", "薪酬", "社保", "差旅", "办公经费", "人员经费"),
    "N6 提取工作经费": ("工作经费", "管理费", "审计费"),
}


def suspicions(text):
    """(entry of the negative list, word) for each word of it that stands in the text."""
    return [(entry, word) for entry, words in SUSPICIOUS.items() for word in words if word in text]


@rule("A-001", "25号 首段：确山县等 13 个县被确定为 2020 年第七批国家级电子商务进农村综合示范县")
def designated(plan):
    if not plan.county.is_active:
        return f"{plan.county} 目前不是有效的示范县（{plan.county.get_status_display()}），不能办理实施方案"
    return None


@rule("A-101", "25号 一（一）：制订和完善本县电子商务进农村综合示范工作实施方案和项目资金安排方案")
def both_documents_and_the_lines(plan):
    wrong = []
    if not plan.plan_file_id:
        wrong.append("尚未上传《实施方案》")
    if not plan.fund_file_id:
        wrong.append("尚未上传《项目资金安排方案》")
    if not plan.lines.all():
        wrong.append("资金安排明细为空，请至少填写一行")
    elif plan.arranged() != plan.total_central:
        difference = f"{wan(plan.arranged())} 万元，与中央财政资金总额 {wan(plan.total_central)} 万元不一致"
        wrong.append(f"资金安排明细合计 {difference}")
    return wrong


@rule("A-102", "25号 一（一）：在县政府官网公示")
def publicised_without_objection(plan, today):
    notice = plan.notice
    if not notice or not notice.site_url:
        return "实施方案和资金安排方案尚未在县政府官网公示"
    if not notice.is_clear(today):
        return f"公示期至 {notice.ends_on}，期满且无未结异议后方可继续"
    return None


@rule("A-103", "25号 一（一）：示范县不得擅自更改实施方案")
def not_filed_yet(plan):
    if plan.status not in plan.EDITABLE:
        return f"方案当前为“{plan.get_status_display()}”，不能直接修改；备案后的调整须办理方案变更"
    return None


@rule(
    "A-104",
    "25号 一（一）：因需要增加或更换项目承办单位、创新或完善项目实施方案、调整或更改项目建设内容的，须……严格变更程序",
)
def change_names_its_types(plan):
    if plan.replaces_id and not plan.change_types:
        return "请选择变更类型"
    return None


@rule("A-105", "25号 一（一）：说明变更理由")
def change_gives_reasons(plan):
    if plan.replaces_id and not plan.change_reason.strip():
        return "请填写变更理由"
    return None


@rule("A-106", "25号 一（一）：须按相关规定，说明变更理由，严格变更程序")
def change_has_the_county_decision(plan):
    if plan.replaces_id and not plan.decision_file_id:
        return "请上传县政府关于方案变更的决定"
    return None


@rule("A-107", "25号 一（一）：重新在政府官网公示")
def publicised_again(plan, today):
    if plan.replaces_id and not (plan.notice and plan.notice.kind == "change" and plan.notice.is_clear(today)):
        return "变更后的方案重新公示期满且无异议后方可生效"
    return None


@rule("A-111", "25号 一（二）：须经所属省辖市商务局、财政局、扶贫办……审核")
def three_city_bureaus_agreed(plan):
    if missing := plan.opinions_missing("city"):
        return f"市级尚缺 {'、'.join(missing)} 部门的同意意见"
    return None


@rule("A-111r", "25号 一（二）：须经所属省辖市商务局、财政局、扶贫办……审核")
def return_points_answered(plan):
    return [f"退回意见“{point.label}”尚未答复办理情况" for point in plan.last_return_points() if not point.answer]


@rule("A-111p", "25号 一（二）：须经所属省辖市商务局、财政局、扶贫办……审核")
def return_names_its_parts(points):
    if not points:
        return "请指明退回哪些章节、资金安排或文件，并逐处写明理由"
    return None


@rule("A-112", "25号 一（二）：由市主管部门以正式文件……分别报省商务厅、省财政厅、省扶贫办……备案")
def filed_by_formal_document(filing):
    import re

    if not re.fullmatch(DOCUMENT_NUMBER, filing.doc_no):
        return f"“{filing.doc_no}”不是规范的发文字号，例：驻商〔2020〕12号（年份用六角括号，序号不编虚位）"
    return None


@rule("A-113", "25号 一（二）：于 2020 年 9 月 30 日前分别报省商务厅、省财政厅、省扶贫办……备案", Kind.SOFT)
def filed_in_time(filing):
    deadline = filing.plan.county.batch.plan_filing_deadline
    if filing.filed_on > deadline:
        return f"备案截止日为 {deadline}（含当日），现已逾期；请说明逾期原因，逾期将计入通报"
    return None


@rule("A-114", "25号 一（二）：省直管县政府直接报备")
def direct_county_files_itself(filing):
    if filing.plan.is_direct and filing.level != "county":
        return f"{filing.plan.county} 是省直管县，由县政府直接报备，不经市级"
    return None


@rule("A-115", "25号 一（二）：各示范县实施方案须经所属省辖市……审核后，由市主管部门……报省")
def others_go_through_the_city(filing):
    if not filing.plan.is_direct and filing.level != "city":
        return f"{filing.plan.county} 不是省直管县，须经市三部门审核后由市主管部门报省，不能直接报备"
    return None


@rule("A-202", "25号 二：中央财政资金实行“鼓励发展+负面清单”管理模式，重点支持以下方向")
def every_line_has_a_direction(plan):
    return [f"第 {line.no} 行“{line.name}”没有支持方向" for line in plan.lines.all() if not line.direction]


@rule("A-204", "25号 二（一）：专项资金用于县乡村三级物流共同配送体系建设方面，原则上不低于30%", Kind.SOFT)
def logistics_share(plan):
    batch = plan.county.batch
    return _share_wrong(plan, "logistics", batch.min_logistics_share, batch.logistics_share_is_hard)


@rule("A-207", "25号 二（二）：专项资金支持农产品进城公共服务体系建设方面，原则上不低于30%", Kind.SOFT)
def produce_share(plan):
    batch = plan.county.batch
    return _share_wrong(plan, "produce", batch.min_produce_share, batch.produce_share_is_hard)


@rule("A-209", "25号 二（三）：专项资金支持工业品下乡流通服务体系建设方面，原则上不低于20%", Kind.SOFT)
def goods_share(plan):
    batch = plan.county.batch
    return _share_wrong(plan, "goods", batch.min_goods_share, batch.goods_share_is_hard)


def _share_wrong(plan, direction, floor, is_hard=False):
    part, whole = plan.arranged(direction), plan.arranged()
    if whole and share_below(part, whole, floor):
        label = plan.lines.model.Direction(direction).label
        exact = f"{wan(part)} 万元 ÷ {wan(whole)} 万元 = {float(part / whole):.6%}"
        words = f"{label}占 {exact}，低于 {floor:.0%}"
        return Firm(f"{words}；本批次规定为硬性要求，不能以说明理由放行") if is_hard else words
    return None


@rule(
    "A-303",
    "25号 三（一）：中央财政资金不得用于示范县网络交易平台和楼堂馆所建设、征地拆迁、购买流量、人员经费等经常性开支以及提取工作经费",
)
def nothing_on_the_negative_list(plan):
    allowed = set(plan.lines.model.Expense.values)
    return [
        f"第 {line.no} 行“{line.name}”的支出类别“{line.expense}”在负面清单上"
        for line in plan.lines.all()
        if line.expense not in allowed and line.central_amount
    ]


@rule("A-303k", "25号 三（一）：负面清单（名称中出现疑似字样）", Kind.SOFT)
def no_suspicious_words(plan):
    return [
        f"第 {line.no} 行“{line.name}”出现“{word}”，疑似负面清单 {entry}；如确非此类，请说明理由"
        for line in plan.lines.all()
        if line.central_amount
        for entry, word in suspicions(line.name)
    ]
