"""信息报送的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from counties.rules.county import both_management_rules_are_public
from portal import clock
from portal.money import total, wan
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
    first_of_next = next_month(report.month)
    rows = [project for project in report.projects if clock.day_of(project.package.qualified_at) < first_of_next]
    return [f"项目台账{wrong}" for wrong in map(ledger_row_is_complete.check, rows) if wrong]


@rule("A-452r", "25号 四（五）：特别是督促项目承办单位按要求提供有关交易和活动信息", Kind.SOFT)
def contractors_have_reported(report):
    """Months of the report that contractors owe: the county reports in time all the same, and says what it does."""
    wrong = []
    for project in report.informing:
        given = {information.month for information in project.information.all() if information.is_complete}
        if report.month in project.information_months(report.due_on) and report.month not in given:
            wrong.append(
                f"承办单位欠报 {report.month:%Y年%-m月} 交易和活动信息：{project.contractor}“{project.name}”；请说明督促情况"
            )
    return wrong


@rule("A-452s", "25号 四（五）：特别是督促项目承办单位按要求提供有关交易和活动信息", Kind.RECORD)
def figures_cover_the_contractors(report):
    """M09 is in 万元; the contractors' sum of the month is a part of it."""
    given = [row for project in report.informing for row in project.information.all() if row.month == report.month]
    sold = total(row.online_sales for row in given if row.is_complete)
    stated = next((value.number for value in report.values.all() if value.code == "M09"), None)
    if stated is not None and stated * 10_000 < sold:
        return f"农村网络零售额（M09）{stated:f} 万元，小于承办单位报送的网络销售额合计 {wan(sold)} 万元，请核对"
    return None


@rule("A-428r", "25号 四（三）：如实做好服务建档立卡贫困户、农村产品上行等记录", Kind.RECORD)
def records_of_projects_do_not_rest(report, today):
    return [f"“{project.name}”{words}" for project in report.informing for words in project.quiet(today)]
