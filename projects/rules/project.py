"""建设方案和项目的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from portal.rules import Kind, rule
from projects.compare import compared


@rule("A-311", "25号 三（二）：承办单位应按照示范县政府实施方案确定的内容建设")
def follows_a_line_of_the_plan_in_force(project):
    line = project.fund_line
    if not line.in_force():
        return f"项目对应的资金安排“{line.name}”不在生效的实施方案内（{line.plan.get_status_display()}）"
    return None


@rule("A-108", "25号 一（一）：承办单位项目建设方案须报县政府批准")
def contractor_plan_approved(project):
    if not project.approved_plan():
        return "承办单位建设方案尚未经县政府批准"
    return None


@rule("A-109", "25号 一（一）：……向社会公示后组织实施")
def contractor_plan_publicised(project, today):
    plan = project.approved_plan()
    if plan and not plan.notice.is_clear(today):
        return f"建设方案公示期至 {plan.notice.ends_on}，期满无异议后方可组织实施"
    return None


@rule("A-324p", "25号 三（三）：资金投入额度……落实到……承办单位电子商务进农村综合示范项目实施方案中")
def contractor_plan_repeats_the_agreement(plan):
    """Amount, equipment and time limit of the contractor's plan are those of the agreement and the plan in force."""
    agreement = getattr(plan.project, "agreement", None)
    if agreement is None:
        return None  # P-021 says so before the start
    return [words for row in compared(agreement, plan) for words in row.wrong_in_plan]


@rule("P-021", "25号 三（二）：根据协议（合同）规定")
def agreement_signed(project):
    if not hasattr(project, "agreement") or project.agreement.status != project.agreement.Status.SIGNED:
        return "项目建设协议尚未签订"
    return None


@rule("A-332", "25号 三（四）：建立项目台账制度，明确责任人")
def responsible_person_named(project):
    if not (project.owner_person and project.owner_phone):
        return "请填写项目责任人和电话"
    return None


@rule("A-411", "25号 四（二）：建立项目台账，明确责任人和进展时限")
def time_limits_set(project):
    missing = [
        words for words, day in (("计划开工", project.planned_start), ("计划完工", project.planned_end)) if not day
    ]
    return f"请填写{'、'.join(missing)}日期" if missing else None


@rule(
    "A-141",
    "25号 一（四）：各示范县应督促承办单位严格按照网上公示的实施方案确定的建设时限、内容、投资额度落实项目建设",
    Kind.SOFT,
)
def built_as_published(project, today):
    """Time, content and amount against what was published; the lists ask the same of many (projects/life.py)."""
    wrong, states = [], project.Status
    if project.status == states.PREPARING and project.planned_start and project.planned_start < today:
        wrong.append(f"时限：计划 {project.planned_start} 开工，尚未开工")
    if project.status == states.UNDERWAY and project.planned_end and project.planned_end < today:
        wrong.append(f"时限：计划 {project.planned_end} 完工，尚未完工")
    if (visit := project.visits.first()) and visit.content_differs:
        wrong.append(f"内容：{visit.on} 跟踪检查发现与公示的建设内容不一致")
    planned = project.investment_planned()
    if planned is not None and project.actual_investment > planned:
        wrong.append(f"投资额度：累计完成 {project.actual_investment} 元，超过计划的 {planned} 元")
    return wrong
