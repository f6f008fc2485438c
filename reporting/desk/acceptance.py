"""What waits of 验收."""

from django.db.models import Q
from django.urls import reverse

from acceptance.models import Application, Delivery, SpotCheckItem
from funds.models import requestable
from notices.models import Notice
from portal import workdays
from projects.models.contractor import is_member
from reporting.desk.task import Task, acting, can, due_by, since


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
    mine = [step for step in steps if can(user, step[1])]
    if not mine:
        return
    wanted = Q(pk=None)
    for condition, _, _ in mine:
        wanted |= condition
    here = Application.objects.filter(wanted, acting(user, "project__county__region")).distinct()
    here = here.select_related("project__county__batch", "stage").prefetch_related("deliveries")
    for application in here.annotate(since=since(Application)):
        words, on = _step_of_acceptance(application)
        yield Task(
            f"{words}：{application}", application.get_absolute_url(), "验收", due_by(on, today), application.since
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
    if not can(user, "acceptance.apply"):
        return
    mine = Application.objects.filter(is_member(user, "project__contractor")).select_related("project", "stage")
    mine = mine.annotate(since=since(Application))
    words = {"draft": "完善并提交验收申请", "correction": "补正验收申请"}
    words |= dict.fromkeys(Application.TO_RECTIFY, "整改并重新申请验收")
    for application in mine.filter(status__in=words, successor=None):
        title = f"{words[application.status]}：{application}"
        due = due_by(application.rectify_by, today)
        yield Task(title, application.get_absolute_url(), "验收", due, application.since)
    for application in requestable(mine):
        url = reverse("payment-request", args=[application.pk])
        yield Task(f"申请拨付：{application}", url, "拨付", None, application.since)


def deliveries(user, today):
    if not can(user, "acceptance.acknowledge"):
        return
    here = Delivery.objects.waiting_for(user).select_related("application__project", "application__stage")
    for delivery in here:
        application = delivery.application
        yield Task(f"签收验收报告：{application}", application.get_absolute_url(), "验收", None, delivery.sent_at)


def spotchecks(user, today):
    if not can(user, "spotcheck.check"):
        return
    mine = SpotCheckItem.objects.waiting().filter(
        acting(user, "application__project__county__region"),
        spotcheck__level=user.office.level,
        spotcheck__region=user.office.region_id,
    )
    for item in mine.select_related("spotcheck", "application__project", "application__stage"):
        title = f"现场抽查并登记结果：{item.application}"
        yield Task(title, item.get_absolute_url(), "抽查", None, item.spotcheck.drawn_at)
