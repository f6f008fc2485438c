"""What waits of 采购和项目."""

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from accounts.access import in_scope, is_office
from accounts.models import Office
from portal import clock, workdays
from projects.models import (
    Agreement,
    ContractorPlan,
    Package,
    PlanOpinion,
    Procurement,
    Project,
    SupplementAgreement,
    SupplierQuery,
    TrainingSession,
)
from projects.models.contractor import is_member
from projects.rules.milestone import MILESTONE_WORKDAYS
from projects.workspace import months_owed, owed, with_what_is_owed
from reporting.desk.task import Task, acting, can, due_by, since, steps_of

PROCUREMENT_STEPS = {
    Procurement.Status.DRAFT: ("procurement.publish", "公示", "公示建设内容和承办条件"),
    Procurement.Status.OPEN: ("procurement.award", "采购", "登记采购公告、成交结果"),
    Procurement.Status.AWARDED: ("procurement.qualify", "采购", "资格复核"),
}


def procurements(user, today):
    if not (steps := steps_of(user, PROCUREMENT_STEPS)):
        return
    here = Procurement.objects.filter(acting(user, "county__region"), status__in=steps)
    for procurement in here.annotate(since=since(Procurement)):
        _, kind, words = steps[procurement.status]
        yield Task(f"{words}：{procurement}", procurement.get_absolute_url(), kind, None, procurement.since)


def results_and_contracts(user, today):
    """The government publicises each result in two working days, the clerk registers each contract notice in two."""
    publishes, registers = can(user, "procurement.publish"), can(user, "procurement.award")
    wanted = Q(pk=None)
    if publishes:
        wanted |= Q(result_notice=None) & ~Q(status=Package.Status.OPEN)
    if registers:
        wanted |= Q(project__agreement__signed_on__isnull=False, contract_publicised_on=None)
    if not (publishes or registers):
        return
    here = Package.objects.filter(wanted, acting(user, "procurement__county__region"))
    for package in here.select_related("procurement", "project__agreement"):
        if publishes and package.result_notice_id is None:
            url = reverse("procurement-result", args=[package.procurement_id])
            yield Task(f"公告采购结果：{package}", url, "公示", due_by(package.result_due, today))
        if registers and package.signed_on and not package.contract_publicised_on:
            url = reverse("procurement-contract", args=[package.procurement_id, package.no])
            yield Task(f"登记合同公告：{package}", url, "采购", due_by(package.contract_publicity_due, today))


def supplier_queries(user, today):
    """质疑 wait for commerce and finance, 投诉 for finance alone."""
    if not can(user, "procurement.answer"):
        return
    here = SupplierQuery.objects.open().filter(acting(user, "procurement__county__region"))
    if user.office.bureau != Office.Bureau.FINANCE:
        here = here.filter(kind=SupplierQuery.Kind.QUERY)
    for query in here.select_related("procurement"):
        url = reverse("query-answer", args=[query.pk])
        yield Task(f"答复{query}", url, "采购", due_by(query.due_on, today))


def contractor_plans(user, today):
    """The two bureaus of the county give their opinion, the government then approves."""
    wanted = Q(pk=None)
    if can(user, "contractor_plan.review"):
        given = PlanOpinion.objects.filter(plan=OuterRef("pk"), bureau=user.office.bureau)
        wanted |= Q(~Exists(given), status=ContractorPlan.Status.REVIEW)
    if can(user, "contractor_plan.approve"):
        wanted |= Q(status=ContractorPlan.Status.SUBMITTED)
    if wanted == Q(pk=None):
        return
    here = ContractorPlan.objects.filter(wanted, acting(user, "project__county__region"))
    for plan in here.select_related("project").annotate(since=since(ContractorPlan)):
        words = "批准" if plan.status == ContractorPlan.Status.SUBMITTED else "审查"
        yield Task(f"{words}建设方案：{plan.project}", plan.get_absolute_url(), "审定", None, plan.since)


AGREEMENT_STEPS = {
    Agreement.Status.FINANCE: ("agreement.review_funds", "审核财政条款"),
    Agreement.Status.OFFERED: ("agreement.accept", "确认"),
    Agreement.Status.ACCEPTED: ("agreement.sign", "签署"),
}


def agreements(user, today):
    """Agreements on their way; their supplements are asked for only where there is one, the clerk's drafts among them."""
    drafts = {"draft": ("agreement.draft", "报审")}
    steps, of_supplements = steps_of(user, AGREEMENT_STEPS), steps_of(user, AGREEMENT_STEPS | drafts)
    if not of_supplements:
        return
    supplements = SupplementAgreement.objects.filter(status__in=of_supplements)
    amended = Exists(supplements.filter(agreement=OuterRef("pk")))
    here = _papers_of(user, Agreement.objects.select_related("project"), "project")
    here = here.filter(Q(status__in=steps) | amended).annotate(amended=amended, since=since(Agreement))
    found = list(here)
    yield from (_signing(paper, steps, "协议") for paper in found if paper.status in steps)
    if any(paper.amended for paper in found):
        papers = _papers_of(user, supplements.select_related("agreement__project"), "agreement__project")
        for paper in papers.annotate(since=since(SupplementAgreement)):
            yield _signing(paper, of_supplements, "补充协议")


def _papers_of(user, papers, path):
    mine = is_member(user, f"{path}__contractor") if can(user, "agreement.accept") else None
    return papers.filter(mine or acting(user, f"{path}__county__region"))


def _signing(paper, steps, name):
    return Task(f"{steps[paper.status][1]}{name}：{paper}", paper.get_absolute_url(), "协议", None, paper.since)


def county_projects(user, today):
    """县：every project of the county in one question: the agreement and the start before it, then what building and
    running asks for, and the contractors to be urged (25号 四（五）：督促项目承办单位按要求提供)."""
    verbs = {v for v in ("agreement.draft", "project.start", "project.edit", "information.review") if can(user, v)}
    if not verbs:
        return
    ready = ContractorPlan.objects.filter(project=OuterRef("pk"), status=ContractorPlan.Status.READY)
    here = Project.objects.filter(acting(user, "county__region")).exclude(status=Project.Status.STOPPED)
    here = here.with_life(today).annotate(ready=Exists(ready), since=since(Project))
    here = here.select_related("agreement", "package", "contractor", "county__batch")
    for project in here.prefetch_related("information") if "information.review" in verbs else here:
        verb, words = _step_before_start(project)
        if project.status == Project.Status.PREPARING and verb in verbs:
            yield Task(f"{words}：{project}", project.get_absolute_url(), "项目", None, project.since)
        if "project.edit" in verbs:
            yield from _life_of(project, today)
        if "information.review" in verbs and project.status == Project.Status.UNDERWAY:
            yield from _owing(project, today)


def _owing(project, today):
    overdue = [month for month in months_owed(project, today) if project.information_due(month) < today]
    if overdue:
        months = "、".join(f"{month:%Y年%-m月}" for month in overdue)
        url = reverse("project-information", args=[project.pk])
        due = due_by(project.information_due(overdue[0]), today)
        yield Task(f"督促{project.contractor}报送{months}交易和活动信息：{project}", url, "信息", due)


def _step_before_start(project):
    agreement = getattr(project, "agreement", None)
    if agreement is None:
        return "agreement.draft", "起草项目建设协议"
    if agreement.status == Agreement.Status.DRAFT:
        return "agreement.draft", "完善协议并报财政审核"
    is_ready = project.ready and agreement.status == Agreement.Status.SIGNED
    return ("project.start", "登记开工") if is_ready else ("", "")


def own_projects(user, today):
    """承办单位：the construction plan before the start, the monthly information after it."""
    if not can(user, "contractor_plan.draft"):
        return
    here = Project.objects.filter(is_member(user, "contractor"), status__in=["preparing", "underway"])
    for project in with_what_is_owed(here).annotate(since=since(Project)):
        if words := owed(project, today):
            kind = "信息" if project.started_on else "起草"
            due = due_by(project.information_due(months_owed(project, today)[0]), today) if project.started_on else None
            yield Task(f"{words}：{project}", project.get_absolute_url(), kind, due, project.since)


def own_life(user, today):
    """承办单位：what building and running asks for."""
    if not can(user, "project.operate") or can(user, "project.edit"):
        return
    here = Project.objects.filter(is_member(user, "contractor")).exclude(status=Project.Status.STOPPED)
    for project in here.with_life(today).select_related("package"):
        yield from _life_of(project, today)


def _life_of(project, today):
    if words := _asked_by_the_project(project, today):
        due = [day for day in (_first_due(project), project.problem_due_on) if day]
        url = reverse("project-life", args=[project.pk])
        yield Task(f"{'、'.join(words)}：{project}", url, "项目", due_by(min(due), today) if due else None)


def _first_due(project):
    """The first milestone that is not done; where none is planned, the day by which the plan is owed (A-411)."""
    if project.milestone_count:
        return project.next_due_on if project.milestones_late else None
    return workdays.add_workdays(clock.day_of(project.package.qualified_at), MILESTONE_WORKDAYS)


def _asked_by_the_project(project, today):
    months = project.operation_months(today)
    asked = [
        (not project.milestone_count, "制定节点"),
        (project.milestones_late, f"{project.milestones_late} 个节点逾期"),
        (project.problems_open, f"{project.problems_open} 个问题待解决"),
        (project.deviates, "偏离公示的时限、内容或投资额度"),
        (len(months) > project.operation_count, "登记后期运营情况"),
    ]
    return [words for wanted, words in asked if wanted]


def deviations(user, today):
    """省、市：counties whose projects leave what was published (A-141), one line for each county."""
    if not can(user, "report.read"):
        return
    here = Project.objects.filter(in_scope(user, "county__region")).deviating(today)
    counts = here.order_by().values("county", "county__region__name").annotate(number=Count("pk"))
    for row in counts:
        url = f"{reverse('project-ledger-list')}?county={row['county']}&deviating=on"
        yield Task(f"{row['county__region__name']} {row['number']} 个项目偏离公示的时限、内容或投资额度", url, "督导")


def training_records(user, today):
    """承办单位：sessions whose records are still open (A-215), trainees still to be followed up (A-214)."""
    if not can(user, "ledger.edit") or is_office(user):
        return
    mine = TrainingSession.objects.filter(is_member(user, "project__contractor")).open_matters(today)
    for session in mine.select_related("project").annotate(since=since(TrainingSession)):
        words = "登记跟踪服务" if session.owes_follow_up else "补齐记录并核对锁定"
        yield Task(f"{words}：{session.project} 培训{session}", session.get_absolute_url(), "培训", None, session.since)
