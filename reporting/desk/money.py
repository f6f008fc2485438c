"""What waits of 资金."""

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.models import Office
from funds.models import AppropriationRow, ApprovalLimit, Payment, PaymentVoucher, Recovery
from notices.models import Notice
from projects.models.contractor import is_member
from reporting.desk.task import Task, acting, can, due_by, since, steps_of

PAYMENT_STEPS = {
    Payment.Status.REQUESTED: ("payment.commerce", "审核拨付"),
    Payment.Status.COMMERCE: ("payment.finance", "审核拨付"),
    Payment.Status.FINANCE: ("payment.approve", "审批拨付"),
    Payment.Status.APPROVED: ("payment.pay", "支付"),
}


def _payments_of(user, steps):
    """In whose hands an approved payment is: the government publicises it, then finance pays it (A-302p)."""
    of_step = Q(acting(user, "county__region"), status__in=steps)
    asked = Q(status=Payment.Status.APPROVED, county__batch__payment_notice_workdays__gt=0)
    down = [Notice.Status.UPHELD, Notice.Status.WITHDRAWN]
    unpublished = asked & (Q(notice=None) | Q(notice__status__in=down))
    running = asked & Q(notice__status=Notice.Status.RUNNING)
    of_step &= ~(unpublished | running)
    if can(user, "payment.publish"):
        of_step |= Q(acting(user, "county__region")) & unpublished
    return of_step


def payments(user, today):
    steps = steps_of(user, PAYMENT_STEPS)
    wanted = _payments_of(user, steps)
    if can(user, "payment.publish"):
        steps[Payment.Status.APPROVED] = ("payment.publish", "公示拨付")
    if can(user, "payment.book"):
        steps[Payment.Status.PAID] = ("payment.book", "登记入账")
        wanted |= Q(is_member(user, "project__contractor"), status=Payment.Status.PAID)
        steps[Payment.Status.REQUESTED] = ("payment.request", "上传凭证扫描件")
        unseen = Exists(PaymentVoucher.objects.filter(payment=OuterRef("pk"), file=None))
        wanted |= Q(is_member(user, "project__contractor"), unseen, status=Payment.Status.REQUESTED)
    if not steps:
        return
    here = Payment.objects.filter(wanted).select_related("project", "stage").annotate(since=since(Payment))
    for payment in here:
        words = steps[payment.status][1]
        yield Task(f"{words}：{payment}", payment.get_absolute_url(), "拨付", None, payment.since)


def recoveries(user, today):
    """县财政：money that is to come back, until it is back."""
    if not can(user, "recovery.receive"):
        return
    here = Recovery.objects.open().filter(acting(user, "county__region"))
    for recovery in here.select_related("county__region", "agreement", "payment"):
        yield Task(f"追回资金：{recovery}", recovery.get_absolute_url(), "追回", due_by(recovery.due_on, today))


def money_to_arrive(user, today):
    """Issued to the county, not registered as arrived (wholly)."""
    if user.office.level != Office.Level.COUNTY or not can(user, "receipt.register"):
        return
    here = AppropriationRow.objects.to_arrive().filter(acting(user, "county__region"))
    for row in here.select_related("appropriation"):
        url = f"{reverse('receipt-create', args=[row.county_id])}?row={row.pk}"
        yield Task(f"登记到账：{row.appropriation} 下达 {row.amount} 元", url, "下达")


def limits(user, today):
    """A limit that waits for a second person: neither the proposer nor the one whom it limits."""
    if not can(user, "limit.agree"):
        return
    here = ApprovalLimit.objects.waiting().filter(acting(user, "region")).exclude(proposed_by=user)
    for limit in here.exclude(person=user).select_related("person").annotate(waiting_since=since(ApprovalLimit)):
        url = reverse("approval-limit-agree", args=[limit.pk])
        yield Task(f"请同意审批限额：{limit}", url, "拨付", None, limit.waiting_since)
