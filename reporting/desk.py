"""工作台：everything that waits for one person, by the verbs of the post and the regions where they may act.

Each kind of matter is one question to the database, asked only of people who may do the deed; so the number of queries
does not depend on how much is waiting.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse

from acceptance.models import Application, Delivery, SpotCheckItem
from accounts.access import in_scope, is_office
from accounts.models import DirectPeriod, Office, Region
from counties.models import CityOpinion, CityRecommendation, County, CountyApplication, Filing, Plan, Review, Round
from funds.models import AppropriationRow, ApprovalLimit, Payment, PaymentVoucher, Recovery, requestable
from notices.models import Notice, Objection
from portal import clock, workdays
from portal.models import Event
from portal.workdays import Deadline
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
from reporting.models import MonthlyReport


@dataclass(frozen=True)
class Task:
    """One matter on somebody's desk: what to do, where, until when, since when."""

    title: str
    url: str
    kind: str
    due: Deadline | None = None
    since: datetime | None = None


def waiting_for(user, today) -> list[Task]:
    """What this person has to do, the most urgent first; what has no deadline comes last, the oldest first."""
    if not user.office_id:
        return []
    tasks = [task for ask in QUESTIONS for task in ask(user, today)]
    return sorted(tasks, key=_urgency)


def _urgency(task):
    since = task.since.timestamp() if task.since else 0
    return (0, task.due.left, task.due.on.toordinal(), since) if task.due else (1, 0, 0, since)


def _can(user, verb):
    return user.has_perm(f"accounts.{verb}")


def _steps(user, steps):
    """Of `status → (verb, …)`, the statuses whose next step is this person's."""
    return {status: step for status, step in steps.items() if _can(user, step[0])}


def _acting(user, path):
    """Condition: an office of this person acts in the region reached by `path`."""
    return Exists(user.scopes.filter(can_act=True, region=OuterRef(path)))


def _since(model, ref="pk"):
    """The moment of the last move of the row: since then it waits."""
    kind = ContentType.objects.get_for_model(model)
    about = Event.objects.filter(content_type=kind, object_id=OuterRef(ref)).exclude(target="")
    return Subquery(about.order_by("-pk").values("at")[:1])


def _due(on, today):
    return workdays.deadline(on, today) if on else None


# --- 实施方案 ------------------------------------------------------------------------------------------------------
PLAN_STEPS = {
    Plan.Status.DRAFT: ("plan.draft", "起草", "完善并提交会签"),
    Plan.Status.RETURNED: ("plan.draft", "起草", "按退回意见修改"),
    Plan.Status.APPROVAL: ("plan.approve", "审定", "审定"),
    Plan.Status.CITY_REVIEWED: ("plan.file", "报送", "以正式文件报省备案"),
    Plan.Status.DIRECT: ("plan.file_direct", "报送", "直接报省备案"),
    Plan.Status.RECEIVED: ("plan.publish", "公示", "重新公示"),
}


def _filing_deadline(plan, today):
    """Only the first version has a date in the notice; a change is filed when it is made."""
    return None if plan.is_change else _due(plan.county.batch.plan_filing_deadline, today)


def reviews(user, today):
    verb = Review.VERBS.get(user.office.level)
    if not verb or not _can(user, verb):
        return
    here = Review.objects.waiting_for(user).select_related("plan__county__batch", "plan__county__region")
    filed = Filing.objects.filter(plan=OuterRef("plan_id"), round=OuterRef("round")).values("filed_on")[:1]
    for review in here.annotate(since=_since(Plan, "plan_id"), filed_on=Subquery(filed)):
        due = _receipt_deadline(review, today) or _filing_deadline(review.plan, today)
        words = Review.WORDS[review.level]
        yield Task(f"{words}：{review.plan}", review.get_absolute_url(), words, due, review.since)


def _receipt_deadline(review, today):
    """Five working days after the filing the province owes its receipt; after ten, silence counts as one (G-19)."""
    if review.level != Office.Level.PROVINCE or not review.filed_on:
        return None
    return _due(workdays.add_workdays(review.filed_on, review.plan.county.batch.receipt_workdays), today)


def plans(user, today):
    steps = _steps(user, PLAN_STEPS)
    if user.office.bureau != Office.Bureau.COMMERCE:  # of the three city bureaus the lead one writes the document
        steps.pop(Plan.Status.CITY_REVIEWED, None)
    if not steps:
        return
    here = Plan.objects.filter(_acting(user, "county__region"), status__in=steps)
    asked = Review.objects.filter(plan=OuterRef("pk"), round=OuterRef("round") - 1, correct_by__isnull=False)
    here = here.annotate(since=_since(Plan), correct_by=Subquery(asked.order_by("correct_by").values("correct_by")[:1]))
    for plan in here.select_related("county__batch", "county__region"):
        _, kind, words = steps[plan.status]
        due = None if plan.status == Plan.Status.RECEIVED else _filing_deadline(plan, today)
        if plan.status == Plan.Status.RETURNED and plan.correct_by:
            kind, words, due = "补正", "按补正通知修改", _due(plan.correct_by, today)
        yield Task(f"{words}：{plan}", plan.get_absolute_url(), kind, due, plan.since)


def sealed_scans(user, today):
    """The paper went out under its number; its sealed scan is still to be kept beside the record."""
    if user.office.level == Office.Level.CITY:
        level, verb = Office.Level.CITY, "plan.file"
    else:
        level, verb = Office.Level.COUNTY, "plan.file_direct"
    if not _can(user, verb) or user.office.bureau not in (Office.Bureau.COMMERCE, Office.Bureau.GOVERNMENT):
        return
    here = Filing.objects.without_sealed_scan().filter(_acting(user, "plan__county__region"), level=level)
    for filing in here.select_related("plan"):
        url = reverse("filing-scan", args=[filing.pk])
        yield Task(f"上传盖章扫描件：{filing.doc_no}《{filing.plan.title}》", url, "报送")


def snapshots(user, today):
    """A notice runs, and no picture of the county's own page is kept yet (G-03)."""
    if not _can(user, "notice.publish"):
        return
    here = Notice.objects.running().filter(_acting(user, "region"), snapshot=None)
    for notice in here:
        url = reverse("notice-snapshot", args=[notice.pk])
        yield Task(f"上传官网页面截图：{notice}", url, "公示", _due(notice.ends_on, today))


def counties_without_a_plan(user, today):
    if not _can(user, "plan.draft"):
        return
    here = County.objects.active().filter(_acting(user, "region"), plans=None)
    for county in here.select_related("region", "batch"):
        due = _due(county.batch.plan_filing_deadline, today)
        yield Task(f"起草{county}实施方案和资金安排方案", county.get_absolute_url(), "起草", due)


def objections(user, today):
    at_province = Q(notice__region__level=Region.Level.PROVINCE)
    if _can(user, "objection.answer_province"):
        mine = at_province
    elif _can(user, "objection.answer"):
        mine = ~at_province
    else:
        return
    here = Objection.objects.open().filter(mine, _acting(user, "notice__region")).select_related("notice")
    for objection in here:
        title = f"答复异议 {objection.receipt_no}：{objection.notice}"
        yield Task(title, objection.get_absolute_url(), "异议", _due(objection.due_on, today), objection.filed_at)


# --- 采购、项目 ----------------------------------------------------------------------------------------------------
PROCUREMENT_STEPS = {
    Procurement.Status.DRAFT: ("procurement.publish", "公示", "公示建设内容和承办条件"),
    Procurement.Status.OPEN: ("procurement.award", "采购", "登记采购公告、成交结果"),
    Procurement.Status.AWARDED: ("procurement.qualify", "采购", "资格复核"),
}


def procurements(user, today):
    if not (steps := _steps(user, PROCUREMENT_STEPS)):
        return
    here = Procurement.objects.filter(_acting(user, "county__region"), status__in=steps)
    for procurement in here.annotate(since=_since(Procurement)):
        _, kind, words = steps[procurement.status]
        yield Task(f"{words}：{procurement}", procurement.get_absolute_url(), kind, None, procurement.since)


def results_and_contracts(user, today):
    """The government publicises each result in two working days, the clerk registers each contract notice in two."""
    publishes, registers = _can(user, "procurement.publish"), _can(user, "procurement.award")
    wanted = Q(pk=None)
    if publishes:
        wanted |= Q(result_notice=None) & ~Q(status=Package.Status.OPEN)
    if registers:
        wanted |= Q(project__agreement__signed_on__isnull=False, contract_publicised_on=None)
    if not (publishes or registers):
        return
    here = Package.objects.filter(wanted, _acting(user, "procurement__county__region"))
    for package in here.select_related("procurement", "project__agreement"):
        if publishes and package.result_notice_id is None:
            url = reverse("procurement-result", args=[package.procurement_id])
            yield Task(f"公告采购结果：{package}", url, "公示", _due(package.result_due, today))
        if registers and package.signed_on and not package.contract_publicised_on:
            url = reverse("procurement-contract", args=[package.procurement_id, package.no])
            yield Task(f"登记合同公告：{package}", url, "采购", _due(package.contract_publicity_due, today))


def supplier_queries(user, today):
    """质疑 wait for commerce and finance, 投诉 for finance alone."""
    if not _can(user, "procurement.answer"):
        return
    here = SupplierQuery.objects.open().filter(_acting(user, "procurement__county__region"))
    if user.office.bureau != Office.Bureau.FINANCE:
        here = here.filter(kind=SupplierQuery.Kind.QUERY)
    for query in here.select_related("procurement"):
        url = reverse("query-answer", args=[query.pk])
        yield Task(f"答复{query}", url, "采购", _due(query.due_on, today))


def contractor_plans(user, today):
    """The two bureaus of the county give their opinion, the government then approves."""
    wanted = Q(pk=None)
    if _can(user, "contractor_plan.review"):
        given = PlanOpinion.objects.filter(plan=OuterRef("pk"), bureau=user.office.bureau)
        wanted |= Q(~Exists(given), status=ContractorPlan.Status.REVIEW)
    if _can(user, "contractor_plan.approve"):
        wanted |= Q(status=ContractorPlan.Status.SUBMITTED)
    if wanted == Q(pk=None):
        return
    here = ContractorPlan.objects.filter(wanted, _acting(user, "project__county__region"))
    for plan in here.select_related("project").annotate(since=_since(ContractorPlan)):
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
    steps, of_supplements = _steps(user, AGREEMENT_STEPS), _steps(user, AGREEMENT_STEPS | drafts)
    if not of_supplements:
        return
    supplements = SupplementAgreement.objects.filter(status__in=of_supplements)
    amended = Exists(supplements.filter(agreement=OuterRef("pk")))
    here = _papers_of(user, Agreement.objects.select_related("project"), "project")
    here = here.filter(Q(status__in=steps) | amended).annotate(amended=amended, since=_since(Agreement))
    found = list(here)
    yield from (_signing(paper, steps, "协议") for paper in found if paper.status in steps)
    if any(paper.amended for paper in found):
        papers = _papers_of(user, supplements.select_related("agreement__project"), "agreement__project")
        for paper in papers.annotate(since=_since(SupplementAgreement)):
            yield _signing(paper, of_supplements, "补充协议")


def _papers_of(user, papers, path):
    mine = is_member(user, f"{path}__contractor") if _can(user, "agreement.accept") else None
    return papers.filter(mine or _acting(user, f"{path}__county__region"))


def _signing(paper, steps, name):
    return Task(f"{steps[paper.status][1]}{name}：{paper}", paper.get_absolute_url(), "协议", None, paper.since)


def county_projects(user, today):
    """县：every project of the county in one question: the agreement and the start before it, then what building and
    running asks for, and the contractors to be urged (25号 四（五）：督促项目承办单位按要求提供)."""
    verbs = {v for v in ("agreement.draft", "project.start", "project.edit", "information.review") if _can(user, v)}
    if not verbs:
        return
    ready = ContractorPlan.objects.filter(project=OuterRef("pk"), status=ContractorPlan.Status.READY)
    here = Project.objects.filter(_acting(user, "county__region")).exclude(status=Project.Status.STOPPED)
    here = here.with_life(today).annotate(ready=Exists(ready), since=_since(Project))
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
        due = _due(project.information_due(overdue[0]), today)
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
    if not _can(user, "contractor_plan.draft"):
        return
    here = Project.objects.filter(is_member(user, "contractor"), status__in=["preparing", "underway"])
    for project in with_what_is_owed(here).annotate(since=_since(Project)):
        if words := owed(project, today):
            kind = "信息" if project.started_on else "起草"
            due = _due(project.information_due(months_owed(project, today)[0]), today) if project.started_on else None
            yield Task(f"{words}：{project}", project.get_absolute_url(), kind, due, project.since)


def own_life(user, today):
    """承办单位：what building and running asks for."""
    if not _can(user, "project.operate") or _can(user, "project.edit"):
        return
    here = Project.objects.filter(is_member(user, "contractor")).exclude(status=Project.Status.STOPPED)
    for project in here.with_life(today).select_related("package"):
        yield from _life_of(project, today)


def _life_of(project, today):
    if words := _asked_by_the_project(project, today):
        due = [day for day in (_first_due(project), project.problem_due_on) if day]
        url = reverse("project-life", args=[project.pk])
        yield Task(f"{'、'.join(words)}：{project}", url, "项目", _due(min(due), today) if due else None)


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
    if not _can(user, "report.read"):
        return
    here = Project.objects.filter(in_scope(user, "county__region")).deviating(today)
    counts = here.order_by().values("county", "county__region__name").annotate(number=Count("pk"))
    for row in counts:
        url = f"{reverse('project-ledger-list')}?county={row['county']}&deviating=on"
        yield Task(f"{row['county__region__name']} {row['number']} 个项目偏离公示的时限、内容或投资额度", url, "督导")


def training_records(user, today):
    """承办单位：sessions whose records are still open (A-215), trainees still to be followed up (A-214)."""
    if not _can(user, "ledger.edit") or is_office(user):
        return
    mine = TrainingSession.objects.filter(is_member(user, "project__contractor")).open_matters(today)
    for session in mine.select_related("project").annotate(since=_since(TrainingSession)):
        words = "登记跟踪服务" if session.owes_follow_up else "补齐记录并核对锁定"
        yield Task(f"{words}：{session.project} 培训{session}", session.get_absolute_url(), "培训", None, session.since)


# --- 验收 ----------------------------------------------------------------------------------------------------------
def applications(user, today):
    steps = [  # condition, verb, words
        (Q(status="submitted"), "acceptance.receive", "受理验收申请"),
        (Q(status="received"), "acceptance.conclude", "组成验收组"),
        (Q(status="inspecting"), "acceptance.conclude", "作出验收结论"),
        (Q(status__in=["passed", "failed"], deliveries=None), "acceptance.deliver", "报送验收报告"),
        (
            Q(status="passed", deliveries__isnull=False)
            & (Q(notice=None) | Q(notice__status__in=[Notice.Status.UPHELD, Notice.Status.WITHDRAWN])),
            "notice.publish",
            "公示验收结果",
        ),
    ]
    mine = [step for step in steps if _can(user, step[1])]
    if not mine:
        return
    wanted = Q(pk=None)
    for condition, _, _ in mine:
        wanted |= condition
    here = Application.objects.filter(wanted, _acting(user, "project__county__region")).distinct()
    here = here.select_related("project__county__batch", "stage").prefetch_related("deliveries")
    for application in here.annotate(since=_since(Application)):
        words, on = _step_of_acceptance(application)
        yield Task(
            f"{words}：{application}", application.get_absolute_url(), "验收", _due(on, today), application.since
        )


def _step_of_acceptance(application):
    """(words, day it is due on)"""
    Status = Application.Status
    if application.status == Status.SUBMITTED:
        limit = application.county.batch.acceptance_receipt_workdays
        return "受理验收申请", workdays.add_workdays(application.applied_on, limit)
    if application.status == Status.RECEIVED:
        return "组成验收组", application.due_on
    if application.status == Status.INSPECTING:
        return "作出验收结论", application.due_on
    if not application.deliveries.all():
        return "报送验收报告", application.report_due_on()
    return "公示验收结果", None


def own_applications(user, today):
    """承办单位：drafts and corrections, failures to put right, and stages whose money may be asked for."""
    if not _can(user, "acceptance.apply"):
        return
    mine = Application.objects.filter(is_member(user, "project__contractor")).select_related("project", "stage")
    mine = mine.annotate(since=_since(Application))
    words = {"draft": "完善并提交验收申请", "correction": "补正验收申请"}
    words |= dict.fromkeys(Application.TO_RECTIFY, "整改并重新申请验收")
    for application in mine.filter(status__in=words, successor=None):
        title = f"{words[application.status]}：{application}"
        due = _due(application.rectify_by, today)
        yield Task(title, application.get_absolute_url(), "验收", due, application.since)
    for application in requestable(mine):
        url = reverse("payment-request", args=[application.pk])
        yield Task(f"申请拨付：{application}", url, "拨付", None, application.since)


def deliveries(user, today):
    if not _can(user, "acceptance.acknowledge"):
        return
    here = Delivery.objects.waiting_for(user).select_related("application__project", "application__stage")
    for delivery in here:
        application = delivery.application
        yield Task(f"签收验收报告：{application}", application.get_absolute_url(), "验收", None, delivery.sent_at)


def spotchecks(user, today):
    if not _can(user, "spotcheck.check"):
        return
    mine = SpotCheckItem.objects.waiting().filter(
        _acting(user, "application__project__county__region"),
        spotcheck__level=user.office.level,
        spotcheck__region=user.office.region_id,
    )
    for item in mine.select_related("spotcheck", "application__project", "application__stage"):
        title = f"现场抽查并登记结果：{item.application}"
        yield Task(title, item.get_absolute_url(), "抽查", None, item.spotcheck.drawn_at)


# --- 拨付 ----------------------------------------------------------------------------------------------------------
PAYMENT_STEPS = {
    Payment.Status.REQUESTED: ("payment.commerce", "审核拨付"),
    Payment.Status.COMMERCE: ("payment.finance", "审核拨付"),
    Payment.Status.FINANCE: ("payment.approve", "审批拨付"),
    Payment.Status.APPROVED: ("payment.pay", "支付"),
}


def _payments_of(user, steps):
    """In whose hands an approved payment is: the government publicises it, then finance pays it (A-302p)."""
    of_step = Q(_acting(user, "county__region"), status__in=steps)
    asked = Q(status=Payment.Status.APPROVED, county__batch__payment_notice_workdays__gt=0)
    down = [Notice.Status.UPHELD, Notice.Status.WITHDRAWN]
    unpublished = asked & (Q(notice=None) | Q(notice__status__in=down))
    running = asked & Q(notice__status=Notice.Status.RUNNING)
    of_step &= ~(unpublished | running)
    if _can(user, "payment.publish"):
        of_step |= Q(_acting(user, "county__region")) & unpublished
    return of_step


def payments(user, today):
    steps = _steps(user, PAYMENT_STEPS)
    wanted = _payments_of(user, steps)
    if _can(user, "payment.publish"):
        steps[Payment.Status.APPROVED] = ("payment.publish", "公示拨付")
    if _can(user, "payment.book"):
        steps[Payment.Status.PAID] = ("payment.book", "登记入账")
        wanted |= Q(is_member(user, "project__contractor"), status=Payment.Status.PAID)
        steps[Payment.Status.REQUESTED] = ("payment.request", "上传凭证扫描件")
        unseen = Exists(PaymentVoucher.objects.filter(payment=OuterRef("pk"), file=None))
        wanted |= Q(is_member(user, "project__contractor"), unseen, status=Payment.Status.REQUESTED)
    if not steps:
        return
    here = Payment.objects.filter(wanted).select_related("project", "stage").annotate(since=_since(Payment))
    for payment in here:
        words = steps[payment.status][1]
        yield Task(f"{words}：{payment}", payment.get_absolute_url(), "拨付", None, payment.since)


def recoveries(user, today):
    """县财政：money that is to come back, until it is back."""
    if not _can(user, "recovery.receive"):
        return
    here = Recovery.objects.open().filter(_acting(user, "county__region"))
    for recovery in here.select_related("county__region", "agreement", "payment"):
        yield Task(f"追回资金：{recovery}", recovery.get_absolute_url(), "追回", _due(recovery.due_on, today))


def money_to_arrive(user, today):
    """Issued to the county, not registered as arrived (wholly)."""
    if user.office.level != Office.Level.COUNTY or not _can(user, "receipt.register"):
        return
    here = AppropriationRow.objects.to_arrive().filter(_acting(user, "county__region"))
    for row in here.select_related("appropriation"):
        url = f"{reverse('receipt-create', args=[row.county_id])}?row={row.pk}"
        yield Task(f"登记到账：{row.appropriation} 下达 {row.amount} 元", url, "下达")


def limits(user, today):
    """A limit that waits for a second person: neither the proposer nor the one whom it limits."""
    if not _can(user, "limit.agree"):
        return
    here = ApprovalLimit.objects.waiting().filter(_acting(user, "region")).exclude(proposed_by=user)
    for limit in here.exclude(person=user).select_related("person").annotate(waiting_since=_since(ApprovalLimit)):
        url = reverse("approval-limit-agree", args=[limit.pk])
        yield Task(f"请同意审批限额：{limit}", url, "拨付", None, limit.waiting_since)


# --- 月报 ----------------------------------------------------------------------------------------------------------
REPORT_STEPS = {
    MonthlyReport.Status.DUE: ("report.fill", "填报"),
    MonthlyReport.Status.RETURNED: ("report.fill", "修改并重新上报"),
    MonthlyReport.Status.SUBMITTED: ("report.review", "审核"),
    MonthlyReport.Status.REVIEWED: ("report.read", "阅示"),
}


def reports(user, today):
    if not (steps := _steps(user, REPORT_STEPS)):
        return
    here = MonthlyReport.objects.filter(_acting(user, "county__region"), status__in=steps)
    if user.office.level == Office.Level.PROVINCE:  # a city reads its counties; only a 省直管县 comes up directly
        here = here.filter(Exists(_direct_on(today).filter(region=OuterRef("county__region"))))
    for report in here.select_related("county__region").annotate(since=_since(MonthlyReport)):
        due = None
        if report.status in MonthlyReport.OWED:
            due = _due(report.due_on if today <= report.due_on else report.last_day, today)
        yield Task(f"{steps[report.status][1]}：{report}", report.get_absolute_url(), "月报", due, report.since)


def _direct_on(day):
    return DirectPeriod.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


# --- 申报 ----------------------------------------------------------------------------------------------------------
def open_rounds(user, today):
    """A county that may still apply; a city that may still recommend."""
    if not (_can(user, "application.submit") or _can(user, "recommendation.draft")):
        return
    for round in Round.objects.open().exclude(applications__region=user.office.region):
        if round.accepts(today):
            words = "拟推荐报告" if _can(user, "recommendation.draft") else "自愿申报示范县"
            yield Task(f"{words}：{round}", round.get_absolute_url(), "申报", _due(round.closes_on, today))


APPLICATION_STEPS = {
    CountyApplication.Status.DRAFT: ("application.draft", "完成材料并由县政府提交"),
    CountyApplication.Status.RETURNED: ("application.draft", "按退回意见补正"),
    CountyApplication.Status.RECOMMENDED: ("application.accept", "受理"),
    CountyApplication.Status.ACCEPTED: ("application.score", "评分"),
}


def county_applications(user, today):
    if not (steps := _steps(user, APPLICATION_STEPS)):
        return
    here = CountyApplication.objects.filter(_acting(user, "region"), status__in=steps)
    here = here.exclude(status=CountyApplication.Status.ACCEPTED, scores__bureau=user.office.bureau)
    here = here.exclude(status=CountyApplication.Status.ACCEPTED, round__status=Round.Status.OPEN)
    here = here.select_related("region", "round").annotate(since=_since(CountyApplication))
    for application in here:
        due = _due(application.round.closes_on, today) if application.is_editable else None
        words = steps[application.status][1]
        yield Task(f"{words}：{application}", application.get_absolute_url(), "申报", due, application.since)


def city_opinions(user, today):
    if not _can(user, "application.review"):
        return
    here = CityOpinion.objects.waiting_for(user).select_related("application__region", "application__round")
    for opinion in here:
        due = _due(opinion.application.round.closes_on, today)
        yield Task(f"评议：{opinion.application}", opinion.get_absolute_url(), "申报", due)


def recommendations(user, today):
    if not _can(user, "recommendation.sign"):
        return
    here = CityRecommendation.objects.filter(
        _acting(user, "region"), status="draft", round__status=Round.Status.OPEN
    ).exclude(doc_no="")
    here = here.select_related("region", "round").annotate(since=_since(CityRecommendation))
    for report in here:
        due = _due(report.round.closes_on, today)
        yield Task(f"签署、报送：{report}", report.get_absolute_url(), "申报", due, report.since)


ROUND_STEPS = {
    Round.Status.DRAFT: ("round.manage", "开放申报"),
    Round.Status.CLOSED: ("round.manage", "排序"),
    Round.Status.RANKED: ("round.manage", "报三部门"),
    Round.Status.SENT: ("round.manage", "公示拟认定名单"),
    Round.Status.PUBLICISED: ("round.decide", "决定认定名单"),
}


def rounds(user, today):
    if not (steps := _steps(user, ROUND_STEPS)):
        return
    over = Q(notice__status=Notice.Status.CLEAR)
    here = Round.objects.filter(Q(status__in=steps) & (over | ~Q(status=Round.Status.PUBLICISED)))
    for round in here.select_related("batch").annotate(since=_since(Round)):
        due = _due(round.batch.ministry_deadline, today) if round.status == Round.Status.RANKED else None
        yield Task(f"{steps[round.status][1]}：{round}", round.get_absolute_url(), "申报", due, round.since)


QUESTIONS = [
    open_rounds,
    county_applications,
    city_opinions,
    recommendations,
    rounds,
    reviews,
    plans,
    sealed_scans,
    snapshots,
    counties_without_a_plan,
    objections,
    procurements,
    results_and_contracts,
    supplier_queries,
    contractor_plans,
    agreements,
    county_projects,
    own_projects,
    own_life,
    deviations,
    training_records,
    applications,
    own_applications,
    deliveries,
    spotchecks,
    payments,
    recoveries,
    money_to_arrive,
    limits,
    reports,
]
