"""资金到账：money that arrived in the special account of a county, with the document that sent it."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from accounts.access import in_scope
from counties.models import County
from funds.models.appropriation import AppropriationRow, Kind
from funds.models.booked import Booked, BookedQuerySet, reversed_iff_complete
from funds.models.ledger import Account, Posting, Source
from funds.rules import receipt as rules
from portal.money import MoneyField
from portal.rules import enforce


class ReceiptQuerySet(BookedQuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "county__region"))

    def public(self):
        return self.standing()


class Receipt(Booked):
    """资金下达：money that arrived in the county's special account."""

    Kind = Kind
    BEFORE_REGISTER = [rules.no_further_money, rules.within_what_was_issued]
    REVERSE_VERB = "receipt.reverse"

    county = models.ForeignKey(County, models.PROTECT, related_name="receipts", verbose_name="示范县")
    row = models.ForeignKey(
        AppropriationRow, models.PROTECT, null=True, blank=True, related_name="receipts", verbose_name="下达文件"
    )
    source = models.CharField("资金来源", max_length=10, choices=Source, default=Source.CENTRAL)
    kind = models.CharField("性质", max_length=10, choices=Kind, default=Kind.FORMAL)
    year = models.PositiveSmallIntegerField("资金年度", null=True, blank=True)
    doc_no = models.CharField("下达文号", max_length=60)
    doc_date = models.DateField("文件日期")
    arrived_on = models.DateField("到账日期")
    amount = MoneyField("金额（元）")
    treasury_account = models.CharField("到账专账", max_length=120, blank=True)
    note = models.CharField("备注", max_length=500, blank=True)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "资金下达"
        ordering = ["-arrived_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="receipt_amount_positive",
                condition=Q(amount__gt=0),
                violation_error_message="下达金额须大于零",
            ),
            models.UniqueConstraint(  # money of a document with rows may come in parts: the row is its ceiling
                fields=["county", "doc_no", "source"],
                condition=Q(reversed_on=None, row=None),
                name="one_receipt_per_document",
                violation_error_message="该文号的资金下达已经登记",
            ),
            reversed_iff_complete("receipt_reversed_iff_complete"),
        ]

    def __str__(self):
        return f"{self.doc_no} {self.amount} 元"

    def get_absolute_url(self):
        return reverse("receipt-detail", args=[self.pk])

    @classmethod
    @transaction.atomic
    def register(cls, county, *, by, **fields):
        """登记资金下达并记账：借 财政专账存款，贷 专项资金来源。"""
        county.hold()
        receipt = cls(county=county, registered_by=by, **fields)
        receipt._complete()
        enforce(cls.BEFORE_REGISTER, receipt)
        receipt.save()
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

    def _complete(self):
        """The row of the document of this number, the year of the money, the account it came to."""
        if self.row is None:
            rows = self.county.appropriation_rows.standing().select_related("appropriation")
            self.row = rows.filter(appropriation__doc_no=self.doc_no, appropriation__source=self.source).first()
        self.year = self.year or (self.row.appropriation.year if self.row else self.doc_date.year)
        if not self.treasury_account and self.county.has_special_account():
            self.treasury_account = f"{self.county.account_holder}（末四位 {self.county.account_last4}）"
