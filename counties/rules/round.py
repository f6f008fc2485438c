"""申报轮次的规则。财办建〔2020〕48号（“48号”）、豫财贸〔2020〕35号（“35号”）、豫商体系〔2020〕25号（“25号”）。"""

import re

from counties.criteria import PACKAGE
from counties.rules.plan import DOCUMENT_NUMBER
from portal.rules import Firm, Kind, rule

BUREAUS = {"commerce": "商务厅", "finance": "财政厅", "poverty": "扶贫办"}


@rule("C-401n", "35号 四：申报截止时间为5月27日")
def window_is_set(round):
    if not re.fullmatch(DOCUMENT_NUMBER, round.notice_no):
        return f"申报通知文号“{round.notice_no}”不规范，例：豫财贸〔2020〕35号"
    return None


@rule("C-401d", "35号 四：申报截止时间为5月27日", Kind.SOFT)
def window_ends_with_the_notice(round):
    deadline = round.batch.apply_deadline
    if deadline and round.closes_on != deadline:
        return f"轮次截止 {round.closes_on} 与批次参数的申报截止 {deadline} 不一致，请说明理由"
    return None


@rule("B-503i", "48号 附件二（一）1：评审流程和评审指标体系")
def criteria_make_a_hundred(round):
    whole = sum(criterion["points"] for criterion in round.criteria)
    if whole != 100:
        return f"评审指标的满分合计应为 100 分，现为 {whole} 分"
    return None


@rule("C-401c", "35号 四：申报截止时间为5月27日（24:00）")
def deadline_is_over(round, today):
    if today <= round.closes_on:
        return f"申报截止 {round.closes_on} 24:00，届时锁定；在此之前不能提前截止"
    return None


@rule("B-408", "48号 四：10个农村电商典型激励县市不需再行申报，直接纳入综合示范范围")
def not_applied_yet(application):
    if type(application).objects.filter(round=application.round, region=application.region).exists():
        return f"{application.region}已在本轮次中，不需再次纳入"
    return None


@rule("C-501w", "系统默认（35号 五）：申报材料逐件受理")
def everything_received_is_decided(ranking):
    waiting = ranking.round.applications.filter(status="recommended").select_related("region")
    if names := [application.region.name for application in waiting]:
        return f"{'、'.join(names)}的申报还没有受理（或不予受理）"
    return None


@rule("B-503", "48号 五（二）：经评审打分后形成排序名单，贫困县申报单独排序")
def scored_by_all_three(ranking):
    wrong = []
    if not ranking.overall:
        wrong.append("没有已受理的申报，不能排序")
    for application in ranking.overall:
        done = application.scored_by()
        if missing := [name for bureau, name in BUREAUS.items() if bureau not in done]:
            wrong.append(f"{application.region}尚缺省{'、'.join(missing)}的评分；没有评分不能排序")
    return wrong


@rule("B-502", "48号 五（二）：各省可按照不超过预下达示范县数量150%的上限组织申报示范县")
def within_the_cap(ranking):
    batch = ranking.batch
    if not 1 <= ranking.size <= ranking.cap:
        allowed = f"预分配 {batch.n_prealloc} 个 × {batch.cap_ratio.normalize():f}，取整为 {ranking.cap} 个"
        return f"拟报 {ranking.size} 个，应在 1 到上限之间（{allowed}）"
    return None


def _poverty_wrong(ranking):
    batch, count = ranking.batch, len(ranking.chosen)
    if not ranking.ratio_reached:
        ratio = f"{batch.poverty_numerator}/{batch.poverty_denominator}"
        words = f"拟报 {count} 个中国家级贫困县 {ranking.poverty_chosen} 个，少于 {ratio}（至少 {ranking.poverty_needed} 个）"
        return Firm(f"{words}；本批次规定为硬性要求") if batch.poverty_ratio_is_hard else words
    return None


@rule("B-402", "48号 四：申报的贫困县数量，原则上不少于本地区申报县总数的1/3", Kind.SOFT)
def poverty_counties_a_third(ranking):
    return _poverty_wrong(ranking)


@rule("C-102", "35号 一（一）：贫困县数量，原则上不少于本地区申报县数量的1/3", Kind.SOFT)
def poverty_counties_a_third_of_applicants(ranking):
    return _poverty_wrong(ranking)


@rule("B-505", "48号 五（二）：各省级主管部门应于5月29日前……报三部门。逾期或未按规定报送的，视同自动放弃")
def ministry_deadline(round, today):
    deadline = round.batch.ministry_deadline
    if deadline and today > deadline:
        return f"报三部门截止 {deadline}（含当日），今天是 {today}，已逾期，视为自动放弃"
    return None


@rule("B-506", "48号 五（二）：将县排序名单、选择依据、省级工作方案（见附件），报三部门")
def three_papers(round):
    papers = {"ranking_file": "申报县排序名单", "basis_file": "选拔依据", "plan_file": "省级工作方案"}
    wrong = [f"尚未上传{name}" for field, name in papers.items() if not getattr(round, f"{field}_id")]
    if not re.fullmatch(DOCUMENT_NUMBER, round.letter_no):
        wrong.append("报送三部门的文号未填或不规范，例：豫财贸〔2020〕40号")
    return wrong


def _not_in_the_plan(round, rule_id):
    return [f"省级工作方案未包含：{words}" for key, words in PACKAGE[rule_id] if key not in round.package]


@rule("B-701", "48号 附一：前期工作情况（组织、政策、监管、进展、资金、整改、扶贫成效、不足）")
def earlier_work_in_the_plan(round):
    return _not_in_the_plan(round, "B-701")


@rule(
    "B-703",
    "48号 附件二（一）1：申报县排序名单（贫困县须单独排序）、评审流程和评审指标体系、申报县基本情况和工作目标等",
)
def ranking_in_the_plan(round):
    return _not_in_the_plan(round, "B-703")


@rule(
    "B-704",
    "48号 附件二（一）2：全省农村电子商务发展目标和工作举措、资金和项目管理办法、责任监督检查机制、绩效评价及项目验收办法等",
)
def measures_in_the_plan(round):
    return _not_in_the_plan(round, "B-704")


@rule("A-001r", "25号 首段：被确定为 2020 年第七批国家级电子商务进农村综合示范县")
def somebody_is_on_the_list(proposal):
    if not proposal.confirmed:
        return "请选择三部门核定的县（市）"
    return [
        f"{application.region}当前为“{application.get_status_display()}”，不在拟报名单内"
        for application in proposal.confirmed
        if application.round_id != proposal.round.pk or application.status not in ("shortlisted", "not_listed")
    ]


@rule("A-002", "25号 首段：通过评审、上报备案、名单确定及公示等程序")
def list_publicised_without_objection(round, today):
    if round.sent_at is None:
        return "名单尚未评审排序并报三部门"
    if not round.notice or round.status != "publicised":
        return "拟认定名单尚未公示"
    if not round.notice.is_clear(today):
        return f"名单公示至 {round.notice.ends_on}，期满且无未结异议后方可认定"
    return None


@rule("A-001d", "25号 首段：通过评审、上报备案、名单确定及公示等程序")
def three_departments_decided(round):
    decided = round.decided_by()
    if missing := [name for bureau, name in BUREAUS.items() if bureau not in decided]:
        return f"尚缺省{'、'.join(missing)}对现有名单的决定"
    return None


@rule("A-001n", "25号 首段：通过评审、上报备案、名单确定及公示等程序")
def designation_document(designation):
    if not re.fullmatch(DOCUMENT_NUMBER, designation.doc_no):
        return f"“{designation.doc_no}”不是规范的发文字号，例：豫商体系〔2020〕25号"
    return None
