"""县（市）申报的规则。豫财贸〔2020〕35号（“35号”）、财办建〔2020〕48号（“48号”）。"""

import re

from counties.rules.plan import DOCUMENT_NUMBER
from counties.sections import BY_KEY, chapters_missing, directions_without_target
from portal.money import share_below, wan
from portal.rules import Kind, rule

DISTRICT = "市辖区"


@rule("C-401", "35号 四：申报截止时间为5月27日。逾期未申报的，视为自动放弃")
def round_is_open(application, today):
    window = application.round
    if not window.accepts(today):
        words = f"{window.opens_on} 至 {window.closes_on}（24:00）"
        return f"申报时间为 {words}，今天是 {today}，轮次为“{window.get_status_display()}”，不能办理申报"
    return None


@rule("B-401", "48号 四：择优支持一批基础较好、潜力较大的县（不含市辖区，属于贫困县的区除外）")
def district_only_if_poor(application):
    region = application.region
    if region.level != region.Level.COUNTY:
        return f"{region} 不是县级行政区，不能申报"
    if region.kind == DISTRICT and not application.is_poverty:
        return f"{region} 是市辖区且不是国家级贫困县，不能申报"
    return None


@rule("C-401e", "系统默认（35号 四）：申报材料报送后锁定")
def not_sent_yet(application):
    if not application.is_editable:
        return f"申报当前为“{application.get_status_display()}”，材料已锁定，不能修改"
    return None


@rule("C-201", "35号 二（一）：县（市）人民政府为申报主体")
def by_the_county_government(submission):
    office = submission.by.office
    if office is None or office.bureau != "government" or office.region_id != submission.application.region_id:
        return f"申报由{submission.application.region}人民政府提交，部门不能代为提交"
    return None


@rule("C-502", "35号 五（二）：县（市）人民政府申报文件")
def government_document(application):
    wrong = []
    if not application.document_id:
        wrong.append("尚未上传县（市）人民政府申报文件")
    if not re.fullmatch(DOCUMENT_NUMBER, application.doc_no):
        wrong.append("申报文件的发文字号未填或不规范，例：确政〔2020〕8号")
    return wrong


@rule("C-503", "35号 五（三）1：基本县情、本地特色产业、农村电商等发展概况（同48号附件）")
def facts_written(application):
    return chapters_missing("C-503", application)


@rule("C-504", "35号 五（三）1：以前年度支持过的示范县还需对前期工作……进行总结（同48号附件）")
def earlier_work_written(application):
    return chapters_missing("C-504", application)


@rule("C-505", "35号 五（三）2：建立完善农村现代市场体系，扶持优势产业，推进品牌、标准、品质控制")
def market_and_industry_written(application):
    return chapters_missing("C-505", application)


@rule(
    "B-708a",
    "48号 附件二（二）2：完善品牌、标准、品控、培训、物流、金融等电商配套服务，扩大农产品进城和工业品下乡的工作目标和措施",
)
def six_measures_written(application):
    """The three that 35号 names too are reported once, under 35号."""
    named = {chapter.title for chapter in BY_KEY.values() if "C-505" in chapter.rules}
    return [
        words for words in chapters_missing("B-708", application) if not any(f"“{title}”" in words for title in named)
    ]


@rule("C-506", "35号 五（三）3：完善农村电商公共服务体系市场化、可持续发展机制的具体举措（同48号附件）")
def mechanism_written(application):
    return chapters_missing("C-506", application)


@rule("C-507", "35号 五（三）4：围绕脱贫攻坚，有关工作措施、量化目标，项目建设监督机制")
def poverty_and_supervision_written(application):
    return chapters_missing("C-507", application)


@rule("B-403", "48号 四：目标可量化、可考核（同48号 附二）")
def a_numeric_target_per_direction(application):
    return directions_without_target(application)


@rule("C-103s", "35号 一（二）：以前年度支持过的示范县可二次申报，需满足……条件")
def earlier_support_is_stated(application):
    earlier = application.region.designations.filter(batch__year__lt=application.batch.year)
    if not application.supported_before and earlier.exists():
        return f"{application.region}以前年度已被认定为示范县，须按二次申报填写资金拨付率和项目验收"
    return None


@rule("C-103", "35号 一（二）：资金拨付率达到90%以上（不包括2019年下达的资金，同级财政部门出具证明）")
def money_paid_out(application):
    if not application.supported_before:
        return None
    received, paid = application.money_counted()
    left_out = "、".join(map(str, application.batch.second_apply_excluded_years))
    if not received:
        return f"请填写以前年度资金的下达和拨付（不含 {left_out} 年下达的资金）"
    least = application.batch.second_apply_rate
    if share_below(paid, received, least):
        exact = f"{wan(paid)} 万元 ÷ {wan(received)} 万元 = {float(paid / received):.6%}"
        return f"拨付率 {exact}，未达到 {least:.2%}（不含 {left_out} 年下达的资金），不能二次申报"
    return None


@rule("C-104", "35号 二（三）：资金使用和项目验收需基本完成", Kind.SOFT)
def acceptance_basically_complete(application):
    if not application.supported_before:
        return None
    planned, accepted = application.projects_planned, application.projects_accepted
    if not planned or accepted is None:
        return "请填写以前年度项目总数和已验收合格数"
    least = application.batch.basically_complete_rate
    if share_below(accepted, planned, least):
        return f"项目验收 {accepted} ÷ {planned} = {accepted / planned:.2%}，低于“基本完成”的 {least:.2%}"
    return None


@rule("C-508", "35号 五（三）5：需财政部门出具资金拨付率在90%以上佐证材料；商务部门出具项目验收相关佐证材料")
def both_certificates(application):
    if not application.supported_before:
        return None
    wrong = []
    if not application.finance_certificate_id:
        wrong.append("缺县财政局出具的资金拨付率证明")
    if not application.acceptance_certificate_id:
        wrong.append("缺县商务局出具的项目验收证明")
    return wrong


@rule("C-501", "35号 五（一）：省辖市商务局、财政局、扶贫办推荐报告")
def recommended_by_the_city_or_direct(application):
    report = application.recommendation
    if not application.is_direct and (report is None or report.status != report.Status.FILED):
        return f"{application.region} 不是省直管县，须有市三部门联合推荐报告"
    return None


@rule("B-503p", "48号 五（二）：经评审打分后形成排序名单")
def scored_in_time(application):
    if application.status not in application.SCORABLE:
        return f"申报当前为“{application.get_status_display()}”，不能评分"
    if application.round.status != "closed":
        return f"申报截止并锁定后方可评分（截止 {application.round.closes_on}）"
    return None


@rule("B-503q", "48号 五（二）：经评审打分后形成排序名单")
def points_within_the_criteria(sheet):
    if len(sheet.points) != len(sheet.round.criteria):
        return "请对每一项指标评分"
    return [
        f"“{criterion['title']}”满分 {criterion['points']} 分，不能评 {points} 分"
        for criterion, points in zip(sheet.round.criteria, sheet.points, strict=True)
        if not 0 <= points <= criterion["points"]
    ]
