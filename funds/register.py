"""资金台账 (E25): one row for each payment and for each other use of money; every amount paid comes from the ledger.

A payment is a row from the day on which it is asked for. What was booked by anything else (matching and private money,
money that left outside the rules, its reversal) is a row of its own, so that the rows add up to the accounts
已拨付承办单位 and 违规支出, for every filter and every period.
"""

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, F, Sum, Value

from funds.models import Account, Leg, Payment, Source
from portal import clock
from portal.money import ZERO
from portal.schema import Column, Schema
from portal.templatetags.ui import mask

USES = (Account.SPENT, Account.IRREGULAR)

SCHEMA = Schema(
    name="fund-register",
    title="资金台账",
    version=1,
    max_rows=10_000,
    columns=(
        Column("number", "序号", "integer"),
        Column("county", "示范县"),
        Column("project_no", "项目编号"),
        Column("project", "项目"),
        Column("contractor", "承办单位"),
        Column("direction", "支持方向"),
        Column("stage", "阶段"),
        Column("acceptance_no", "验收编号"),
        Column("accepted_on", "验收日期", "date"),
        Column("publicity", "验收公示"),
        Column("publicised_until", "公示截止", "date"),
        Column("requested", "申请（元）", "money"),
        Column("approved", "核定（元）", "money"),
        Column("paid", "实拨（元）", "money"),
        Column("source", "资金来源"),
        Column("status", "状态"),
        Column("paid_on", "支付日期", "date"),
        Column("voucher", "支付凭证号或分录"),
        Column("payee", "收款人"),
        Column("account", "收款账号"),
        Column("agreement_paid", "协议累计已拨付（元）", "money"),
        Column("agreement_left", "协议余额（元）", "money"),
        Column("published_on", "公开日期", "date"),
        Column("is_breach", "违规标记", "bool"),
        Column("remarks", "说明"),
    ),
)


class Register:
    """What a filter leaves of the uses of money that a person may see."""

    def __init__(self, user, form):
        self.kind = ContentType.objects.get_for_model(Payment)
        self.payments = self._payments(Payment.objects.visible_to(user), form)
        self.others = self._others(Leg.objects.visible_to(user), form)
        self.booked = form.within_period(Leg.objects.filter(account__in=USES, posting__content_type=self.kind))
        if form.has_period:
            self.payments = self.payments.filter(pk__in=self.booked.values("posting__object_id"))

    def _payments(self, payments, form):
        status = form.wanted("status")
        if status in (form.OTHER, form.IRREGULAR):
            return payments.none()
        # what was turned down moved no money, and its stage may be asked for again
        payments = payments.filter(status=status) if status else payments.exclude(status=Payment.Status.REJECTED)
        for name, path in (
            ("county", "county"),
            ("contractor", "project__contractor"),
            ("direction", "project__fund_line__direction"),
        ):
            if form.wanted(name):
                payments = payments.filter(**{path: form.wanted(name)})
        return payments

    def _others(self, legs, form):
        legs = form.within_period(legs.filter(account__in=USES).exclude(posting__content_type=self.kind))
        status = form.wanted("status")
        if status == form.IRREGULAR:
            legs = legs.filter(account=Account.IRREGULAR)
        elif status == form.OTHER:
            legs = legs.filter(account=Account.SPENT)
        elif status:
            return legs.none()
        for name, path in (
            ("county", "county"),
            ("contractor", "agreement__project__contractor"),
            ("direction", "fund_line__direction"),
        ):
            if form.wanted(name):
                legs = legs.filter(**{path: form.wanted(name)})
        return legs

    # --- rows ------------------------------------------------------------------------------------------------------
    def keys(self):
        """(kind, id, day) of every row, the latest first, before them what is not paid yet."""
        payments = self.payments.order_by().annotate(row=Value("payment", CharField()), at=F("paid_on"))
        others = self.others.order_by().annotate(row=Value("leg", CharField()), at=F("day"))
        fields = ("row", "id", "at")
        both = payments.values_list(*fields).union(others.values_list(*fields), all=True)
        return both.order_by(F("at").desc(nulls_first=True), "-id", "row")

    def rows(self, keys, first=1):
        """The rows of these keys as dicts of the schema, with the address of each under `url`."""
        keys = list(keys)
        payments = self._whole_payments([id for row, id, _ in keys if row == "payment"])
        legs = self._whole_legs([id for row, id, _ in keys if row == "leg"])
        paid = self._paid(payments)
        agreements = {payment.stage.agreement_id for payment in payments.values()}
        agreed = _paid_by_agreement(agreements | {leg.agreement_id for leg in legs.values() if leg.agreement_id})
        return [
            _row_of_payment(payments[id], number, paid.get(id), agreed)
            if row == "payment"
            else _row_of_leg(legs[id], number, agreed)
            for number, (row, id, _) in enumerate(keys, start=first)
        ]

    def _whole_payments(self, ids):
        related = (
            "county__region", "project__contractor", "project__fund_line", "stage__agreement", "application__notice",
        )  # fmt: skip
        return Payment.objects.select_related(*related).in_bulk(ids)

    def _whole_legs(self, ids):
        related = ("county__region", "posting", "fund_line", "stage", "agreement__project__contractor")
        return Leg.objects.select_related(*related).in_bulk(ids)

    def _paid(self, payments):
        legs = self.booked.filter(posting__object_id__in=list(payments))
        return dict(legs.order_by().values_list("posting__object_id").annotate(sum=Sum("amount")))

    # --- sums ------------------------------------------------------------------------------------------------------
    def totals(self):
        """Over all that the filter leaves, not only the page."""
        asked = self.payments.aggregate(requested=Sum("amount"), approved=Sum("application__approved_amount"))
        paid = self.booked.filter(posting__object_id__in=self.payments.order_by().values("pk")).balance()
        others = self.others.balance()
        sums = {name: amount or ZERO for name, amount in asked.items()}
        return sums | {"paid": paid + others}


def _paid_by_agreement(agreements):
    """{agreement: 元 of central money paid under it so far}."""
    legs = Leg.objects.filter(agreement__in=agreements, account=Account.SPENT, source=Source.CENTRAL)
    return dict(legs.order_by().values_list("agreement").annotate(sum=Sum("amount")))


def _row_of_payment(payment, number, paid, agreed):
    application, project, agreement = payment.application, payment.project, payment.stage.agreement
    notice, is_paid = application.notice, payment.status in Payment.SPENT
    so_far = agreed.get(agreement.pk, ZERO)
    return {
        "url": payment.get_absolute_url(),
        "number": number,
        "county": str(payment.county),
        "project_no": project.no,
        "project": project.name,
        "contractor": project.contractor.name,
        "direction": payment.get_purpose_display() or project.fund_line.get_direction_display(),
        "stage": str(payment.stage),
        "acceptance_no": application.no,
        "accepted_on": application.concluded_at and clock.day_of(application.concluded_at),
        "publicity": notice.title if notice else "",
        "publicised_until": notice.ends_on if notice else None,
        "requested": payment.amount,
        "approved": application.approved_amount,
        "paid": paid if paid is not None else ZERO,
        "source": Source.CENTRAL.label,
        "status": payment.get_status_display(),
        "paid_on": payment.paid_on,
        "voucher": payment.voucher_no,
        "payee": payment.payee or agreement.account_holder,
        "account": mask(payment.payee_account or agreement.account_no),
        "agreement_paid": so_far,
        "agreement_left": agreement.central_amount - so_far,
        "published_on": payment.paid_on if is_paid else None,
        "is_breach": False,
        "remarks": _came_back(payment, paid, is_paid),
    }


def _came_back(payment, paid, is_paid):
    if payment.status == Payment.Status.RETURNED:
        return "已有红字冲销：银行退回"
    return "已有红字冲销" if is_paid and paid != payment.amount else ""


def _row_of_leg(leg, number, agreed):
    """Another use of money, as its voucher tells it."""
    agreement = leg.agreement
    project = agreement.project if agreement else None
    is_breach, so_far = leg.account == Account.IRREGULAR, agreed.get(leg.agreement_id, ZERO)
    reversal = "红字冲销" if leg.posting.reverses_id else ""
    return {
        "url": leg.posting.get_absolute_url(),
        "number": number,
        "county": str(leg.county),
        "project_no": project.no if project else "",
        "project": project.name if project else "",
        "contractor": project.contractor.name if project else "",
        "direction": leg.fund_line.get_direction_display() if leg.fund_line else "",
        "stage": str(leg.stage) if leg.stage else "",
        "paid": leg.amount,
        "source": leg.get_source_display(),
        "status": "违规支出" if is_breach else "其他支出",
        "paid_on": leg.day,
        "voucher": leg.posting.no,
        "agreement_paid": so_far if agreement else None,
        "agreement_left": agreement.central_amount - so_far if agreement else None,
        "is_breach": is_breach,
        "remarks": "；".join(filter(None, (reversal, leg.posting.words))),
    }
