"""The ledger: double-entry, append-only, balanced at commit by the database. Balances are sums, never stored."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import DecimalField, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.access import in_scope
from counties.models import County, FundLine
from portal import clock
from portal.money import ZERO, MoneyField, total
from projects.models import Agreement, Stage


class Source(models.TextChoices):
    CENTRAL = "central", "中央专项资金"
    MATCHING = "matching", "县级配套资金"
    PRIVATE = "private", "社会资金"
    STOCK = "stock", "以前年度存量资金"


class Account(models.TextChoices):
    """Every booking moves money between these; over all of them the books of a county add up to 0.00.

    来源 = 存款 + 已拨付 + 违规支出 + 已上缴 (+ 应追回 − 追回冲减).
    """

    SOURCE = "source", "资金来源"
    TREASURY = "treasury", "财政专账存款"
    SPENT = "spent", "已拨付承办单位"
    IRREGULAR = "irregular", "违规支出"
    RECEIVABLE = "receivable", "应追回资金"
    RECALLED = "recalled", "追回冲减"  # the other side of what is to come back; what was paid stays visible as paid
    RETURNED = "returned", "已上缴省级"


class PostingQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "county__region"))


class Posting(models.Model):
    """一笔分录：two legs or more, Σ = 0.00. Corrected only by a reversal, never by a change."""

    append_only = True

    county = models.ForeignKey(County, models.PROTECT, related_name="postings", verbose_name="示范县")
    content_type = models.ForeignKey(ContentType, models.PROTECT)
    object_id = models.BigIntegerField()
    subject = GenericForeignKey()
    words = models.CharField("摘要", max_length=200)
    at = models.DateTimeField("记账时间", default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="记账人")
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="reversal", verbose_name="冲销的分录"
    )
    reason = models.CharField("冲销原因", max_length=500, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = "分录"
        indexes = [models.Index(fields=["content_type", "object_id"], name="funds_posting_by_subject")]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"],
                condition=Q(reverses=None),
                name="one_posting_per_subject",
                violation_error_message="该笔资金已经记账",
            ),
            models.CheckConstraint(
                name="reversal_has_a_reason",
                condition=Q(reverses=None) | ~Q(reason=""),
                violation_error_message="冲销须写明原因",
            ),
        ]

    def __str__(self):
        return self.words

    def get_absolute_url(self):
        return reverse("posting-detail", args=[self.pk])

    @property
    def no(self):
        """凭证号：in the order of booking, over all counties."""
        return f"记{self.pk:06d}"

    @classmethod
    @transaction.atomic
    def book(cls, county, subject, words, legs, *, by=None):
        """`legs`: (account, source, amount in 元 signed, {fund_line, agreement, stage}) … whose sum is zero."""
        posting = cls.objects.create(county=county, subject=subject, words=words, by=by)
        posting._add([Leg(account=a, source=s, amount=amount, **where) for a, s, amount, where in legs])
        return posting

    @classmethod
    def of(cls, subject):
        """The posting of this receipt or payment, or None."""
        kind = ContentType.objects.get_for_model(subject)
        return cls.objects.filter(content_type=kind, object_id=subject.pk, reverses=None).first()

    @transaction.atomic
    def reverse(self, *, by, reason):
        """红字冲销：the same legs with the other sign, once, with a reason. The first posting stays as it is."""
        red = Posting.objects.create(
            county=self.county,
            subject=self.subject,
            words=f"冲销：{self.words}"[:200],
            by=by,
            reverses=self,
            reason=reason,
        )
        where = ("account", "source", "fund_line", "agreement", "stage")
        red._add([Leg(amount=-leg.amount, **{name: getattr(leg, name) for name in where}) for leg in self.legs.all()])
        return red

    @property
    def amount(self):
        """What stands on the debit side, in 元."""
        return total(leg.debit or ZERO for leg in self.legs.all())

    @property
    def is_reversed(self):
        return hasattr(self, "reversal")

    def _add(self, legs):
        day = clock.day_of(self.at)
        for leg in legs:
            leg.posting, leg.county, leg.day = self, self.county, day
        Leg.objects.bulk_create(legs)


class LegQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "county__region"))

    def of(self, county, account, source=Source.CENTRAL):
        return self.filter(county=county, account=account, source=source)

    def balance(self):
        return self.aggregate(sum=Sum("amount"))["sum"] or ZERO

    def received_and_in_treasury(self, county, source=Source.CENTRAL):
        """(what arrived, what is still in the special account) of one county, in 元, in one question."""
        sums = self.filter(county=county, source=source).aggregate(
            received=-Sum("amount", filter=Q(account=Account.SOURCE)),
            in_treasury=Sum("amount", filter=Q(account=Account.TREASURY)),
        )
        return sums["received"] or ZERO, sums["in_treasury"] or ZERO

    def about(self, subject):
        """The legs of the posting of this receipt or payment."""
        kind = ContentType.objects.get_for_model(subject)
        return self.filter(posting__content_type=kind, posting__object_id=subject.pk)

    def trial_balance(self):
        """科目余额表：one row per account and source; the balances add up to 0.00."""
        rows = self.values("account", "source").annotate(
            debit=Coalesce(Sum("amount", filter=Q(amount__gt=0)), ZERO),
            credit=Coalesce(-Sum("amount", filter=Q(amount__lt=0)), ZERO),
            balance=Sum("amount"),
        )
        labels = {"account": dict(Account.choices), "source": dict(Source.choices)}
        return [
            row | {f"{name}_label": words[row[name]] for name, words in labels.items()}
            for row in rows.order_by("source", "account")
        ]


class Leg(models.Model):
    append_only = True

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="legs")
    county = models.ForeignKey(County, models.PROTECT, related_name="legs")
    account = models.CharField("科目", max_length=12, choices=Account)
    source = models.CharField("资金来源", max_length=10, choices=Source)
    fund_line = models.ForeignKey(FundLine, models.PROTECT, null=True, related_name="legs")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="legs")
    stage = models.ForeignKey(Stage, models.PROTECT, null=True, related_name="legs")
    day = models.DateField("记账日期", default=clock.today)
    amount = MoneyField("金额（元，正为借）")

    objects = LegQuerySet.as_manager()

    class Meta:
        verbose_name = "分录行"
        indexes = [
            models.Index(fields=["county", "account", "source"]),
            models.Index(fields=["day", "county"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="leg_amount_not_zero",
                condition=~Q(amount=0),
                violation_error_message="分录金额不能为零",
            )
        ]

    def __str__(self):
        return f"{self.get_account_display()} {self.amount}"

    @property
    def debit(self):
        return self.amount if self.amount > 0 else None

    @property
    def credit(self):
        return -self.amount if self.amount < 0 else None


class BalanceQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "county__region"))


class Balance(models.Model):
    """What the legs of one month add up to, by county, account, source and fund line: kept by a trigger, never written
    by the portal, and proved by a nightly recount. Sums over all counties read here (a million legs, 14 ms)."""

    kept_by_database = True

    county = models.ForeignKey(County, models.PROTECT, related_name="balances")
    account = models.CharField("科目", max_length=12, choices=Account)
    source = models.CharField("资金来源", max_length=10, choices=Source)
    fund_line = models.ForeignKey(FundLine, models.PROTECT, null=True, related_name="balances")
    month = models.DateField("月份（1日）")
    debit = MoneyField("借方发生额（元）")
    credit = MoneyField("贷方发生额（元）")
    legs = models.PositiveIntegerField("分录行数")

    objects = BalanceQuerySet.as_manager()

    class Meta:
        verbose_name = "科目余额"
        constraints = [
            models.UniqueConstraint(
                fields=["county", "account", "source", "fund_line", "month"],
                nulls_distinct=False,
                name="one_balance_per_account_and_month",
            )
        ]

    def __str__(self):
        return f"{self.county} {self.get_account_display()} {self.month:%Y-%m}"


def with_money(counties):
    """Counties with `arrived` and `spent`, the central money received and paid, as the ledger has them."""
    central = Q(legs__source=Source.CENTRAL)
    arrived = Sum("legs__amount", filter=central & Q(legs__account=Account.SOURCE))
    spent = Sum("legs__amount", filter=central & Q(legs__account=Account.SPENT))
    nothing = Value(ZERO, output_field=DecimalField(max_digits=18, decimal_places=2))
    summed = counties.annotate(arrived=-Coalesce(arrived, nothing), spent=Coalesce(spent, nothing))
    return summed.order_by("region__code")  # an aggregate forgets the order of its model
