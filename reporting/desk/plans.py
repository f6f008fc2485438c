"""What waits of 实施方案和公示."""

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from accounts.models import Office, Region
from counties.models import County, Filing, Plan, Review
from notices.models import Notice, Objection
from portal import workdays
from reporting.desk.task import Task, acting, can, due_by, since, steps_of

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
    return None if plan.is_change else due_by(plan.county.batch.plan_filing_deadline, today)


def reviews(user, today):
    verb = Review.VERBS.get(user.office.level)
    if not verb or not can(user, verb):
        return
    here = Review.objects.waiting_for(user).select_related("plan__county__batch", "plan__county__region")
    filed = Filing.objects.filter(plan=OuterRef("plan_id"), round=OuterRef("round")).values("filed_on")[:1]
    for review in here.annotate(since=since(Plan, "plan_id"), filed_on=Subquery(filed)):
        due = _receipt_deadline(review, today) or _filing_deadline(review.plan, today)
        words = Review.WORDS[review.level]
        yield Task(f"{words}：{review.plan}", review.get_absolute_url(), words, due, review.since)


def _receipt_deadline(review, today):
    """Five working days after the filing the province owes its receipt; after ten, silence counts as one (G-19)."""
    if review.level != Office.Level.PROVINCE or not review.filed_on:
        return None
    return due_by(workdays.add_workdays(review.filed_on, review.plan.county.batch.receipt_workdays), today)


def plans(user, today):
    steps = steps_of(user, PLAN_STEPS)
    if user.office.bureau != Office.Bureau.COMMERCE:  # of the three city bureaus the lead one writes the document
        steps.pop(Plan.Status.CITY_REVIEWED, None)
    if not steps:
        return
    here = Plan.objects.filter(acting(user, "county__region"), status__in=steps)
    asked = Review.objects.filter(plan=OuterRef("pk"), round=OuterRef("round") - 1, correct_by__isnull=False)
    here = here.annotate(since=since(Plan), correct_by=Subquery(asked.order_by("correct_by").values("correct_by")[:1]))
    for plan in here.select_related("county__batch", "county__region"):
        _, kind, words = steps[plan.status]
        due = None if plan.status == Plan.Status.RECEIVED else _filing_deadline(plan, today)
        if plan.status == Plan.Status.RETURNED and plan.correct_by:
            kind, words, due = "补正", "按补正通知修改", due_by(plan.correct_by, today)
        yield Task(f"{words}：{plan}", plan.get_absolute_url(), kind, due, plan.since)


def sealed_scans(user, today):
    """The paper went out under its number; its sealed scan is still to be kept beside the record."""
    if user.office.level == Office.Level.CITY:
        level, verb = Office.Level.CITY, "plan.file"
    else:
        level, verb = Office.Level.COUNTY, "plan.file_direct"
    if not can(user, verb) or user.office.bureau not in (Office.Bureau.COMMERCE, Office.Bureau.GOVERNMENT):
        return
    here = Filing.objects.without_sealed_scan().filter(acting(user, "plan__county__region"), level=level)
    for filing in here.select_related("plan"):
        url = reverse("filing-scan", args=[filing.pk])
        yield Task(f"上传盖章扫描件：{filing.doc_no}《{filing.plan.title}》", url, "报送")


def snapshots(user, today):
    """A notice runs, and no picture of the county's own page is kept yet (G-03)."""
    if not can(user, "notice.publish"):
        return
    here = Notice.objects.running().filter(acting(user, "region"), snapshot=None)
    for notice in here:
        url = reverse("notice-snapshot", args=[notice.pk])
        yield Task(f"上传官网页面截图：{notice}", url, "公示", due_by(notice.ends_on, today))


def counties_without_a_plan(user, today):
    if not can(user, "plan.draft"):
        return
    here = County.objects.active().filter(acting(user, "region"), plans=None)
    for county in here.select_related("region", "batch"):
        due = due_by(county.batch.plan_filing_deadline, today)
        yield Task(f"起草{county}实施方案和资金安排方案", county.get_absolute_url(), "起草", due)


def objections(user, today):
    at_province = Q(notice__region__level=Region.Level.PROVINCE)
    if can(user, "objection.answer_province"):
        mine = at_province
    elif can(user, "objection.answer"):
        mine = ~at_province
    else:
        return
    here = Objection.objects.open().filter(mine, acting(user, "notice__region")).select_related("notice")
    for objection in here:
        title = f"答复异议 {objection.receipt_no}：{objection.notice}"
        yield Task(title, objection.get_absolute_url(), "异议", due_by(objection.due_on, today), objection.filed_at)
