"""The ledger: double-entry, append-only, balanced at commit by the database. Balances are sums, never stored."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import DecimalField, F, Q, Sum, Value, Window
from django.db.models.functions import Coalesce

from accounts.access import in_scope
from counties.models import County, FundLine
from portal import clock
from portal.money import ZERO, MoneyField
from projects.models import Stage


class Source(models.TextChoices):
    CENTRAL = "central", "中央专项资金"
    MATCHING = "matching", "县级配套资金"


class Account(models.TextChoices):
    SOURCE = "source", "专项资金来源"
    TREASURY = "treasury", "财政专账存款"
    SPENT = "spent", "已拨付承办单位"


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

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = "分录"
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"],
                name="one_posting_per_subject",
                violation_error_message="该笔资金已经记账",
            )
        ]

    def __str__(self):
        return self.words

    @classmethod
    @transaction.atomic
    def book(cls, county, subject, words, legs):
        """`legs`: (account, source, amount in 元 signed, {fund_line, stage}) … whose sum is zero."""
        posting = cls.objects.create(county=county, subject=subject, words=words)
        Leg.objects.bulk_create(
            [
                Leg(posting=posting, county=county, account=account, source=source, amount=amount, **where)
                for account, source, amount, where in legs
            ]
        )
        return posting


class LegQuerySet(models.QuerySet):
    def of(self, county, account, source=Source.CENTRAL):
        return self.filter(county=county, account=account, source=source)

    def balance(self):
        return self.aggregate(sum=Sum("amount"))["sum"] or ZERO

    def about(self, subject):
        """The legs of the posting of this receipt or payment."""
        kind = ContentType.objects.get_for_model(subject)
        return self.filter(posting__content_type=kind, posting__object_id=subject.pk)

    def running(self):
        """Each leg with the balance of its account and source after it, in the order of booking."""
        same_account = [F("county"), F("account"), F("source")]
        return self.annotate(balance_after=Window(Sum("amount"), partition_by=same_account, order_by="pk"))

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
    account = models.CharField("科目", max_length=10, choices=Account)
    source = models.CharField("资金来源", max_length=10, choices=Source)
    fund_line = models.ForeignKey(FundLine, models.PROTECT, null=True, related_name="legs")
    stage = models.ForeignKey(Stage, models.PROTECT, null=True, related_name="legs")
    amount = MoneyField("金额（元，正为借）")

    objects = LegQuerySet.as_manager()

    class Meta:
        verbose_name = "分录行"
        indexes = [models.Index(fields=["county", "account", "source"])]
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


def with_money(counties):
    """Counties with `arrived` and `spent`, the central money received and paid, as the ledger has them."""
    central = Q(legs__source=Source.CENTRAL)
    arrived = Sum("legs__amount", filter=central & Q(legs__account=Account.SOURCE))
    spent = Sum("legs__amount", filter=central & Q(legs__account=Account.SPENT))
    nothing = Value(ZERO, output_field=DecimalField(max_digits=18, decimal_places=2))
    summed = counties.annotate(arrived=-Coalesce(arrived, nothing), spent=Coalesce(spent, nothing))
    return summed.order_by("region__code")  # an aggregate forgets the order of its model
