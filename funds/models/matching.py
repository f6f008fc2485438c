"""县级配套资金：承诺、安排、到位、支付（25号 三（一））。Advances before acceptance are allowed for this money (G-15)."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q, Sum
from django.urls import reverse

from accounts.access import in_scope
from accounts.models import User
from counties.models import County
from funds.models.booked import Booked, BookedQuerySet, reversed_iff_complete
from funds.models.ledger import Account, Leg, Posting, Source
from funds.rules import matching as rules
from portal import clock
from portal.money import ZERO, MoneyField
from portal.outbox import tell
from portal.rules import enforce
from projects.models import Agreement
from projects.models.contractor import is_member


class MatchingFundQuerySet(BookedQuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "county__region"))

    def total(self):
        return self.aggregate(sum=Sum("amount"))["sum"] or ZERO


class MatchingFund(Booked):
    """One budget document of the county: arranged when it is registered, booked when it arrives."""

    BEFORE_ARRIVE = [rules.arrives_once]
    REVERSE_VERB = "matching.budget"
    STEP = ("arrived_on", "待到位", "已到位")

    county = models.ForeignKey(County, models.PROTECT, related_name="matching_funds", verbose_name="示范县")
    year = models.PositiveSmallIntegerField("年度")
    doc_no = models.CharField("安排文号", max_length=60)
    doc_date = models.DateField("文件日期")
    amount = MoneyField("安排金额（元）")
    note = models.CharField("备注", max_length=500, blank=True)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    arrived_on = models.DateField("到位日期", null=True, editable=False)

    objects = MatchingFundQuerySet.as_manager()

    class Meta:
        verbose_name = "配套资金"
        ordering = ["year", "doc_date", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "doc_no"],
                condition=Q(reversed_on=None),
                name="one_matching_fund_per_document",
                violation_error_message="该文号的配套资金已经登记",
            ),
            models.CheckConstraint(
                name="matching_fund_positive",
                condition=Q(amount__gt=0),
                violation_error_message="配套金额须大于零",
            ),
            reversed_iff_complete("matching_fund_reversed_iff_complete"),
        ]

    def __str__(self):
        return f"{self.doc_no} {self.amount} 元"

    def get_absolute_url(self):
        return reverse("county-matching", args=[self.county_id])

    @property
    def leaves_the_treasury(self):
        return (Source.MATCHING.value, self.amount) if self.arrived_on else None

    @classmethod
    @transaction.atomic
    def budget(cls, county, *, by, **fields):
        """县财政安排配套资金。"""
        fund = cls.objects.create(county=county, registered_by=by, **fields)
        fund.record(f"安排配套资金 {fund.doc_no} {fund.amount} 元", by=by)
        return fund

    @transaction.atomic
    def arrive(self, *, by, arrived_on):
        """配套资金到位：借 财政专账存款，贷 资金来源（配套）。"""
        self.hold()
        enforce(self.BEFORE_ARRIVE, self)
        self.arrived_on = arrived_on
        self.save(update_fields=["arrived_on"])
        legs = [
            (Account.TREASURY, Source.MATCHING, self.amount, {}),
            (Account.SOURCE, Source.MATCHING, -self.amount, {}),
        ]
        Posting.book(self.county, self, f"配套资金到位 {self.doc_no}", legs, by=by)
        self.record(f"配套资金到位 {self.amount} 元", by=by)


class MatchingPaymentQuerySet(BookedQuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "county__region") | Q(is_member(user, "agreement__project__contractor")))

    def paid(self):
        return self.standing().filter(paid_on__isnull=False)

    def total(self):
        return self.aggregate(sum=Sum("amount"))["sum"] or ZERO


class MatchingPayment(Booked):
    """配套资金支付：registered by the county's commerce bureau, paid by its finance bureau."""

    BEFORE_REGISTER = [
        rules.of_a_signed_agreement,
        rules.within_the_matching_amount,
        rules.matching_money_not_frozen,
    ]
    BEFORE_PAY = [
        *BEFORE_REGISTER,
        rules.matching_treasury_covers,
        rules.paid_by_somebody_else,
    ]
    REVERSE_VERB = "matching.pay"
    STEP = ("paid_on", "待支付", "已支付")
    MAKERS = ("registered_by_id", "paid_by_id")

    county = models.ForeignKey(County, models.PROTECT, related_name="matching_payments", verbose_name="示范县")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="matching_payments", verbose_name="协议")
    amount = MoneyField("金额（元）")
    note = models.CharField("支付事由", max_length=500)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    registered_on = models.DateField("登记日期")
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False, verbose_name="支付人"
    )
    paid_on = models.DateField("支付日期", null=True, editable=False)
    voucher_no = models.CharField("支付凭证号", max_length=60, blank=True)
    payee = models.CharField("收款人", max_length=100, blank=True)
    payee_account = models.CharField("收款账号", max_length=40, blank=True)

    objects = MatchingPaymentQuerySet.as_manager()

    class Meta:
        verbose_name = "配套资金支付"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="matching_payment_positive",
                condition=Q(amount__gt=0),
                violation_error_message="支付金额须大于零",
            ),
            models.CheckConstraint(
                name="P_059_matching_paid_iff_complete",
                condition=Q(paid_on=None, paid_by=None, voucher_no="")
                | (
                    Q(paid_on__isnull=False, paid_by__isnull=False)
                    & ~Q(paid_by=models.F("registered_by"))
                    & ~Q(voucher_no="")
                    & ~Q(payee_account="")
                ),
                violation_error_message="支付须由登记人以外的人办理，并有凭证号和收款账号（规则 P-059）",
            ),
            reversed_iff_complete("matching_payment_reversed_iff_complete"),
        ]

    def __str__(self):
        return f"{self.agreement.project.name} 配套资金 {self.amount} 元"

    def get_absolute_url(self):
        return reverse("county-matching", args=[self.county_id])

    @classmethod
    @transaction.atomic
    def register(cls, agreement, *, by, amount, note):
        """县商务局登记支付申请；验收前可以预付（G-15）。"""
        county = agreement.project.county
        payment = cls(
            county=county, agreement=agreement, amount=amount, note=note, registered_by=by, registered_on=clock.today()
        )
        county.hold()
        enforce(cls.BEFORE_REGISTER, payment)
        payment.save()
        payment.record(f"登记配套资金支付 {amount} 元：{agreement.project.name}"[:200], by=by)
        people = User.objects.serving(county.region, "finance")
        tell(people, f"请支付：{payment}", key=f"matching:{payment.pk}", link=payment.get_absolute_url())
        return payment

    @transaction.atomic
    def pay(self, *, by, voucher_no):
        """县财政局支付：借 已拨付承办单位，贷 财政专账存款（配套）。"""
        self.county.hold()  # two payments at once must not pass the same balance
        self.hold()
        self.paying_by = by
        enforce(self.BEFORE_PAY, self)
        agreement = self.agreement
        self.paid_by, self.paid_on, self.voucher_no = by, clock.today(), voucher_no
        self.payee, self.payee_account = agreement.account_holder, agreement.account_no
        self.save(update_fields=["paid_by", "paid_on", "voucher_no", "payee", "payee_account"])
        where = {"fund_line": agreement.project.fund_line, "agreement": agreement}
        legs = [
            (Account.SPENT, Source.MATCHING, self.amount, where),
            (Account.TREASURY, Source.MATCHING, -self.amount, {}),
        ]
        Posting.book(self.county, self, f"支付配套资金 {agreement.project.name}"[:200], legs, by=by)
        self.record(f"支付配套资金 {self.amount} 元", by=by)


class Matching:
    """承诺、安排、到位、支付 of one county, 元, in two questions."""

    SHOWN = [rules.promise_is_kept]

    def __init__(self, county):
        self.county, self.promised = county, county.matching_promised
        self.budgeted = county.matching_funds.standing().total()
        legs = Leg.objects.filter(county=county, source=Source.MATCHING)
        sums = legs.aggregate(
            arrived=-Sum("amount", filter=Q(account=Account.SOURCE)),
            paid=Sum("amount", filter=Q(account=Account.SPENT)),
            left=Sum("amount", filter=Q(account=Account.TREASURY)),
        )
        self.arrived, self.paid, self.left = (sums[name] or ZERO for name in ("arrived", "paid", "left"))

    @property
    def gap(self):
        """Promised and not arrived; nothing when more arrived than was promised."""
        return max(self.promised - self.arrived, ZERO)
