"""项目实施和后期运营的规则。豫商体系〔2020〕25号，以下简称“25号”；财办建〔2020〕48号，以下简称“48号”。"""

from dataclasses import dataclass
from datetime import timedelta

from portal.rules import Kind, rule

QUIET_DAYS = 31  # B-613: a project under way that has said nothing for so long is not “及时更新”


@dataclass(frozen=True)
class Halt:
    """The wish to stop or resume a project, and why."""

    project: object
    reason: str


@rule("P-160", "系统：进展报告在项目实施期间按时间顺序登记")
def reported_while_building_and_in_order(progress):
    project = progress.project
    if project.status != project.Status.UNDERWAY:
        return f"项目当前为“{project.get_status_display()}”，只有实施中的项目可以报告进展"
    wrong = []
    if progress.on < project.started_on:
        wrong.append(f"报告日期不能早于开工日期 {project.started_on}")
    last = project.progress.first()
    if last and progress.on < last.on:
        wrong.append(f"报告日期不能早于上一次报告的 {last.on}")
    return wrong


@rule("P-161", "系统：项目中止、恢复须书面说明理由并通知承办单位")
def stop_has_a_reason(halt):
    return None if halt.reason.strip() else "请写明中止（或恢复）项目的理由"


@rule("A-413p", "25号 四（二）：做到方案落地、项目落实、农民受益、按期完成", Kind.SOFT)
def progress_never_falls(progress):
    project, wrong = progress.project, []
    if progress.percent < project.progress_percent:
        wrong.append(f"形象进度由 {project.progress_percent}% 降为 {progress.percent}%，请说明原因")
    if progress.invested is not None and progress.invested < project.actual_investment:
        wrong.append(f"累计完成投资由 {project.actual_investment} 元减为 {progress.invested} 元，请说明原因")
    return wrong


@rule("A-142", "25号 一（四）：示范县政府要加强对项目实施过程的跟踪检查", Kind.RECORD)
def visited_during_construction(project):
    if project.started_on and not project.visits.exists():
        return "项目开工以来还没有跟踪检查记录；验收前至少应有一次"
    return None


@rule("A-412", "25号 四（二）：及时协调解决项目实施中遇到的困难和问题", Kind.RECORD)
def problems_solved_in_time(project, today):
    return [
        f"问题“{problem.title}”尚未解决，责任人 {problem.responsible}，应于 {problem.due_on} 前解决"
        + ("，已经逾期" if problem.due_on < today else "")
        for problem in project.problems.all()
        if problem.is_open
    ]


@rule(
    "B-613",
    "48号 六（四）：督促示范县和承办单位与商务部农村电子商务信息系统进行对接，及时更新项目建设、资金拨付等情况",
    Kind.RECORD,
)
def construction_kept_up_to_date(project, today):
    if project.status != project.Status.UNDERWAY:
        return None
    last = project.progress.first()
    since = last.on if last else project.started_on
    if since < today - timedelta(days=QUIET_DAYS):
        return f"自 {since} 以来没有更新项目建设情况，请报告进展"
    return None


@rule("A-425", "25号 四（三）：不仅要重视项目建设，更要重视项目的后期运营和扶贫实效", Kind.RECORD)
def operation_looked_after(project, today):
    missing = project.operation_missing(today)
    wrong = [f"缺 {'、'.join(f'{month:%Y年%-m月}' for month in missing)} 的运营情况"] if missing else []
    last = project.operations.first() if project.finished_on else None
    if last and last.state != last.State.NORMAL:
        wrong.append(f"{last.month:%Y年%-m月}运营情况为“{last.get_state_display()}”")
    return wrong
