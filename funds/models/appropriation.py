"""下达文件：one document of the province, a row for each county, and the performance targets of each row (B-509)."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.access import in_scope
from accounts.models import Region, User
from counties.models import Batch, County
from funds.models.ledger import Source
from funds.rules import receipt as rules
from portal import clock
from portal.files import Attachment
from portal.flow import Recorded
from portal.money import ZERO, MoneyField, total
from portal.outbox import tell
from portal.rules import breaches, enforce, excuse


class Kind(models.TextChoices):
    ADVANCE = "advance", "提前下达"
    FORMAL = "formal", "正式下达"
    TAIL = "tail", "尾款"


class AppropriationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A county sees the documents that have a row for it."""
        rows = AppropriationRow.objects.visible_to(user).filter(appropriation=OuterRef("pk"))
        return self.filter(Exists(rows))

    def with_sums(self, user):
        """Each with `counties` and `total`, as far as this person sees its rows."""
        rows = AppropriationRow.objects.visible_to(user).filter(appropriation=OuterRef("pk")).order_by()
        rows = rows.values("appropriation")
        return self.annotate(
            counties=Subquery(rows.annotate(n=Count("pk")).values("n")),
            total=Subquery(rows.annotate(sum=Sum("amount")).values("sum")),
        )


class Appropriation(Recorded):
    """下达文件。Issued once; what was wrong is withdrawn with a reason before any of it arrives."""

    BEFORE_WITHDRAW = [rules.nothing_of_it_arrived]

    class FromLevel(models.TextChoices):
        CENTRE = "centre", "中央"
        PROVINCE = "province", "省级"

    SOURCES = ((Source.CENTRAL.value, Source.CENTRAL.label), (Source.STOCK.value, Source.STOCK.label))

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="appropriations", verbose_name="批次")
    province = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="下达地区")
    doc_no = models.CharField("下达文号", max_length=60)
    doc_date = models.DateField("文件日期")
    kind = models.CharField("性质", max_length=10, choices=Kind, default=Kind.FORMAL)
    source = models.CharField("资金来源", max_length=10, choices=SOURCES, default=Source.CENTRAL)
    from_level = models.CharField("资金级次", max_length=10, choices=FromLevel, default=FromLevel.CENTRE)
    year = models.PositiveSmallIntegerField("资金年度")
    file = models.ForeignKey(Attachment, models.PROTECT, related_name="+", verbose_name="下达文件")
    note = models.CharField("备注", max_length=500, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_on = models.DateField("登记日期")
    withdrawn_on = models.DateField("撤销日期", null=True, editable=False)
    withdrawn_reason = models.CharField("撤销原因", max_length=500, blank=True, editable=False)

    objects = AppropriationQuerySet.as_manager()

    class Meta:
        verbose_name = "下达文件"
        ordering = ["-doc_date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["doc_no", "source"],
                condition=Q(withdrawn_on=None),
                name="one_appropriation_per_document",
                violation_error_message="该文号的下达文件已经登记",
            ),
            models.CheckConstraint(
                name="appropriation_withdrawn_with_a_reason",
                condition=Q(withdrawn_on=None, withdrawn_reason="")
                | (Q(withdrawn_on__isnull=False) & ~Q(withdrawn_reason="")),
                violation_error_message="撤销须有日期和原因",
            ),
        ]

    def __str__(self):
        return self.doc_no

    def get_absolute_url(self):
        return reverse("appropriation-detail", args=[self.pk])

    @property
    def region(self):
        return self.province

    @property
    def status(self):
        return "withdrawn" if self.withdrawn_on else "issued"

    def get_status_display(self):
        return "已撤销" if self.withdrawn_on else "已下达"

    @property
    def status_tone(self):
        return "neutral" if self.withdrawn_on else "good"

    @classmethod
    @transaction.atomic
    def issue(cls, batch, *, by, province, rows, **fields):
        """省财政下达：`rows` = [(county, 元), …]. Every county is judged; one refusal lists what is wrong in all."""
        document = cls(batch=batch, province=province, issued_by=by, issued_on=clock.today(), **fields)
        shares = [AppropriationRow(appropriation=document, county=county, amount=amount) for county, amount in rows]
        for share in sorted(shares, key=lambda share: share.county.pk):
            share.county.hold()  # two documents at once must not pass the same allotment
        excuse([found for share in shares for found in breaches(AppropriationRow.BEFORE_ISSUE, share)], "")
        document.save()
        for share in shares:
            share.save()
            share.take_earlier_receipts()
            share.record(f"下达 {document.doc_no}：{share.amount} 元", by=by)
            share.tell_the_county()
        document.record(f"登记下达文件 {document.doc_no}", by=by, data={"counties": len(shares)})
        return document

    @transaction.atomic
    def withdraw(self, *, by, reason):
        """撤销登记有误的下达文件：only while nothing of it has arrived; the allotment is free again."""
        self.hold()
        enforce(self.BEFORE_WITHDRAW, self)
        self.withdrawn_on, self.withdrawn_reason = clock.today(), reason
        self.save(update_fields=["withdrawn_on", "withdrawn_reason"])
        for row in self.rows.select_related("county__region"):
            row.record(f"撤销下达 {self.doc_no}", by=by, reason=reason)
        self.record(f"撤销下达文件 {self.doc_no}", by=by, reason=reason)


class AppropriationRowQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "county__region"))

    def standing(self):
        return self.filter(appropriation__withdrawn_on=None)

    def with_arrivals(self):
        """Each with `arrived`, what came in of it (元)."""
        arrived = Sum("receipts__amount", filter=Q(receipts__reversed_on=None))
        return self.annotate(arrived=Coalesce(arrived, ZERO, output_field=MoneyField()))

    def to_arrive(self):
        return self.standing().with_arrivals().filter(arrived__lt=F("amount"))


class AppropriationRow(Recorded):
    """下达文件中一个县的一行。"""

    BEFORE_ISSUE = [rules.no_further_money, rules.within_the_allotment, rules.allotment_is_known]
    SHOWN = [rules.targets_broken_down, rules.allotment_is_known]

    appropriation = models.ForeignKey(Appropriation, models.PROTECT, related_name="rows", verbose_name="下达文件")
    county = models.ForeignKey(County, models.PROTECT, related_name="appropriation_rows", verbose_name="示范县")
    amount = MoneyField("金额（元）")
    target_file = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+", verbose_name="绩效目标表")

    objects = AppropriationRowQuerySet.as_manager()

    class Meta:
        verbose_name = "下达明细"
        ordering = ["county__region__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["appropriation", "county"],
                name="one_row_per_county",
                violation_error_message="同一文件中每县只有一行",
            ),
            models.CheckConstraint(
                name="appropriation_row_positive",
                condition=Q(amount__gt=0),
                violation_error_message="下达金额须大于零",
            ),
        ]

    def __str__(self):
        return f"{self.appropriation} {self.county} {self.amount} 元"

    def get_absolute_url(self):
        return self.appropriation.get_absolute_url()

    @property
    def status(self):
        return "waiting" if self.left() else "arrived"

    def get_status_display(self):
        return "待到账" if self.left() else "已到账"

    def left(self):
        """What has not arrived of this row, 元."""
        return self.amount - total(receipt.amount for receipt in self.receipts.all() if not receipt.reversed_on)

    def take_earlier_receipts(self):
        """Money registered before its document was: the receipt of the same number belongs to this row."""
        earlier = self.county.receipts.standing().filter(
            row=None, doc_no=self.appropriation.doc_no, source=self.appropriation.source, amount__lte=self.amount
        )
        earlier.update(row=self)

    def tell_the_county(self):
        people = User.objects.serving(self.county.region, "finance")
        words = f"{self.appropriation.doc_no} 已下达 {self.amount} 元，到账后请登记"
        tell(people, words, key=f"appropriation:{self.pk}", link=self.get_absolute_url())

    @transaction.atomic
    def break_down(self, *, by, targets, file=None):
        """细化绩效目标并分解至县：the table replaces the one before it; old and new stay in the event."""
        self.hold()
        before = list(self.targets.values("indicator", "unit", "target"))
        self.targets.all().delete()
        PerformanceTarget.objects.bulk_create(PerformanceTarget(row=self, **target) for target in targets)
        if file:
            self.target_file = file
            self.save(update_fields=["target_file"])
        words = f"分解绩效目标 {len(targets)} 项：{self.appropriation.doc_no}"
        self.record(words, by=by, data={"before": before, "after": targets})


class PerformanceTarget(models.Model):
    """绩效目标的一行：指标、单位、目标值。"""

    row = models.ForeignKey(AppropriationRow, models.CASCADE, related_name="targets", verbose_name="下达明细")
    indicator = models.CharField("绩效指标", max_length=100)
    unit = models.CharField("计量单位", max_length=20, blank=True)
    target = models.CharField("目标值", max_length=60)

    class Meta:
        verbose_name = "绩效目标"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["row", "indicator"],
                name="one_target_per_indicator",
                violation_error_message="同一指标只写一行",
            )
        ]

    def __str__(self):
        return f"{self.indicator} {self.target}{self.unit}"
