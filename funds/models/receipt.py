"""资金下达：money that arrived in the special account of a county."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from accounts.access import in_scope
from counties.models import County
from funds.models.ledger import Account, Posting, Source
from portal.flow import Recorded
from portal.money import MoneyField


class ReceiptQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "county__region"))

    def public(self):
        return self.all()


class Receipt(Recorded):
    """资金下达：money that arrived in the county's special account."""

    class Kind(models.TextChoices):
        ADVANCE = "advance", "提前下达"
        FORMAL = "formal", "正式下达"
        TAIL = "tail", "尾款"

    county = models.ForeignKey(County, models.PROTECT, related_name="receipts", verbose_name="示范县")
    source = models.CharField("资金来源", max_length=10, choices=Source, default=Source.CENTRAL)
    kind = models.CharField("性质", max_length=10, choices=Kind, default=Kind.FORMAL)
    doc_no = models.CharField("下达文号", max_length=60)
    doc_date = models.DateField("文件日期")
    arrived_on = models.DateField("到账日期")
    amount = MoneyField("金额（元）")
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "资金下达"
        ordering = ["-arrived_on"]
        constraints = [
            models.CheckConstraint(
                name="receipt_amount_positive",
                condition=Q(amount__gt=0),
                violation_error_message="下达金额须大于零",
            ),
            models.UniqueConstraint(
                fields=["county", "doc_no", "source"],
                name="one_receipt_per_document",
                violation_error_message="该文号的资金下达已经登记",
            ),
        ]

    def __str__(self):
        return f"{self.doc_no} {self.amount} 元"

    def get_absolute_url(self):
        return reverse("county-detail", args=[self.county_id])

    @classmethod
    @transaction.atomic
    def register(cls, county, *, by, **fields):
        """登记资金下达并记账：借 财政专账存款，贷 专项资金来源。"""
        receipt = cls.objects.create(county=county, registered_by=by, **fields)
        Posting.book(
            county,
            receipt,
            f"资金下达 {receipt.doc_no}",
            [
                (Account.TREASURY, receipt.source, receipt.amount, {}),
                (Account.SOURCE, receipt.source, -receipt.amount, {}),
            ],
            by=by,
        )
        receipt.record(f"登记资金下达 {receipt.amount} 元", by=by)
        return receipt
