"""信息报送的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from counties.rules.county import both_management_rules_are_public
from portal.rules import Kind, rule
from projects.models.project import next_month
from projects.rules.project_ledger import ledger_row_is_complete


@rule("A-460", "25号 四（五）：各示范县应于每月5日前将上月份工作进展情况有关数据及时、准确上报", Kind.SOFT)
def reported_in_time(report, today):
    if today > report.last_day:
        return f"{report.month:%Y年%-m月}月报应于 {report.due_on}（含当日）前上报，现已逾期；请说明原因"
    return None


@rule(
    "A-444",
    "25号 四（四）：公开的主要内容包括《实施方案》、承办企业选择程序、资金和项目管理办法、项目验收、资金拨付、人员培训等信息",
)
def what_is_due_is_public(report):
    """Of the seven classes those that the portal cannot publish by itself: due as soon as there is something to show."""
    county, wrong = report.county, []
    if county.plans.in_force().exists():
        wrong += [breach.wrong.split("；")[0] for breach in both_management_rules_are_public(county)]
    waiting = county.projects.filter(applications__conclusion="passed", applications__notice=None).distinct()
    wrong += [f"“{project.name}”验收合格，验收结果尚未公示" for project in waiting]
    return wrong


@rule("P-050", "25号 四（五）：及时、准确上报")
def every_indicator_answered(report):
    missing = [value.name for value in report.values.all() if value.is_unanswered]
    if missing:
        return f"尚未填写：{'、'.join(missing)}（确无数据的请填 0）"
    return None


@rule("P-051", "25号 四（五）：及时、准确上报")
def parts_fit_the_whole(report):
    values = {value.code: value.number for value in report.values.all()}
    wrong = []
    if (values.get("M10") or 0) > (values.get("M09") or 0):
        wrong.append("农产品网络零售额（M10）不能大于农村网络零售额（M09）")
    if (values.get("M06") or 0) > (values.get("M05") or 0):
        wrong.append("贫困村网点数（M06）不能大于村级服务网点数（M05）")
    return wrong


@rule("A-331", "25号 三（四）：各示范县财政部门应建立项目台账制度")
def ledger_has_no_gaps(report):
    """Rows that were opened by the end of the reported month; who joined later is asked next time."""
    projects = report.county.projects.exclude(status="stopped")
    projects = projects.filter(procurement__qualified_at__date__lt=next_month(report.month))
    rows = projects.select_related("agreement").prefetch_related("milestones", "progress").order_by("no")
    return [f"项目台账{wrong}" for wrong in map(ledger_row_is_complete.check, rows) if wrong]
