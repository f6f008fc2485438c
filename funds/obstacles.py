"""What stands in the way of the money, for lists: the same few questions however many rows (A-317).

The gates of one payment stand on its own page; here is what can be read of many payments at once.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Sum

from acceptance.models import SpotCheckItem
from counties.models import Batch
from funds.models import Account, Balance, Freeze, Payment, Source
from notices.models import Notice, Objection
from portal import clock
from portal.constraints import words_of
from portal.money import ZERO
from portal.rules import Refused


def slow(applications, today):
    """合格、公示无异议、超过批次规定的天数仍未拨付的阶段，最久的在前（A-317）。"""
    late = Q(pk=None)
    for batch in Batch.objects.all():
        day = today - timedelta(days=batch.payment_slow_days)
        late |= Q(project__county__batch=batch, concluded_at__date__lt=day)
    paid = Payment.objects.paid().filter(stage=OuterRef("stage"))
    waiting = applications.passed().filter(late, ~Exists(paid), notice__status=Notice.Status.CLEAR)
    live = with_obstacles(Payment.objects.live()).select_related("notice", "stage", "project", "county__batch")
    return waiting.order_by("concluded_at", "pk").prefetch_related(Prefetch("payments", live, to_attr="on_their_way"))


def with_obstacles(payments):
    """Payments with `frozen`, `failed_check` and `contested`."""
    everywhere = Q(project=None, payment=None)
    mine = everywhere | Q(project=OuterRef("project"), payment=None) | Q(payment=OuterRef("pk"))
    failed = SpotCheckItem.objects.failed().filter(application=OuterRef("application"))
    objections = Objection.objects.open().filter(
        Q(notice=OuterRef("notice")) | Q(notice=OuterRef("application__notice"))
    )
    return payments.annotate(
        frozen=Exists(Freeze.objects.active().filter(mine, county=OuterRef("county"))),
        failed_check=Exists(failed),
        contested=Exists(objections),
    )


def in_treasury(counties):
    """county pk → 中央资金 still in its special account, in 元."""
    balances = Balance.objects.filter(county__in=counties, account=Account.TREASURY, source=Source.CENTRAL)
    return dict(balances.values("county").annotate(left=Sum(F("debit") - F("credit"))).values_list("county", "left"))


@dataclass(frozen=True)
class Obstacle:
    rule_id: str
    words: str


def obstacles(payment, treasury, today):
    """What of a payment (out of `with_obstacles`) stands in the way; `treasury`: what `in_treasury` says."""
    found = []
    if payment.frozen:
        found.append(Obstacle("P-042", "资金冻结"))
    if payment.failed_check:
        found.append(Obstacle("A-149f", "抽查不通过"))
    if payment.contested:
        found.append(Obstacle("A-314", "公示有异议尚未答复"))
    if payment.wants_notice:
        found.append(Obstacle("A-302p", "拨付尚未公示"))
    elif payment.notice and not payment.notice.is_over(today):
        found.append(Obstacle("A-302p", f"拨付公示期至 {payment.notice.ends_on}"))
    if payment.amount > treasury.get(payment.county_id, ZERO):
        found.append(Obstacle("A-315", "财政专账余额不足"))
    if payment.stage.is_final and payment.project.status != payment.project.Status.COMPLETED:
        found.append(Obstacle("A-316", "项目尚未整体验收合格"))
    return found


def attempt(deed):
    """One row of many: done, or undone with every breach in words. The other rows do not suffer."""
    try:
        with transaction.atomic():
            deed()
    except Refused as refusal:
        return [str(breach) for breach in refusal.breaches]
    except IntegrityError as error:
        if not (words := words_of(error)):
            raise
        return [words]
    return []


def days_since(application, today):
    return (today - clock.day_of(application.concluded_at)).days
