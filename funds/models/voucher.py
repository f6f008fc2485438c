"""拨付申请的凭证和用途：which invoices stand behind a payment, and what exactly it pays for (domain/states.md 3.8)."""

from django.db import models
from django.db.models import Q

from counties.models import FundLine
from counties.rules.plan import SUSPICIOUS
from portal.models import Attachment
from portal.money import ZERO, MoneyField
from projects.models import Asset, Station

# What may be bought, and the six entries of the negative list: a clerk who sees one may say so, and is refused.
NEGATIVE = tuple((name.split()[0], f"负面清单：{name}") for name in SUSPICIOUS)
CATEGORIES = (*FundLine.Expense.choices, *NEGATIVE)


class OfLivePayments(models.QuerySet):
    def live(self):
        """Of payments that are neither refused nor sent back by the bank."""
        return self.filter(is_live=True)


class PaymentVoucher(models.Model):
    """凭证：an invoice, receipt, contract or photograph behind a payment. Kept as it was handed in."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", "发票"
        RECEIPT = "receipt", "收据"
        CONTRACT = "contract", "合同"
        PHOTO = "photo", "照片"
        OTHER = "other", "其他"

    COUNTED = (Kind.INVOICE, Kind.RECEIPT)  # what proves that money was spent

    payment = models.ForeignKey("funds.Payment", models.PROTECT, related_name="vouchers", verbose_name="拨付")
    kind = models.CharField("种类", max_length=10, choices=Kind, default=Kind.INVOICE)
    invoice_code = models.CharField("发票代码", max_length=20, blank=True)
    invoice_no = models.CharField("发票号码", max_length=30, blank=True)
    issued_on = models.DateField("开具日期")
    seller = models.CharField("销售方（出具单位）", max_length=100)
    content = models.CharField("内容", max_length=200)
    category = models.CharField("支出类别", max_length=14, choices=CATEGORIES)
    amount = MoneyField("金额（元）", default=ZERO)
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+", verbose_name="扫描件")
    is_live = models.BooleanField("有效", default=True)  # follows the status of the payment, by trigger

    objects = OfLivePayments.as_manager()

    class Meta:
        verbose_name = "拨付凭证"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice_code", "invoice_no"],
                condition=Q(is_live=True, kind="invoice"),
                name="A_305_invoice_supported_once",
                violation_error_message="该发票已用于另一笔拨付，财政资金原则上不得重复支持（规则 A-305i）",
            ),
            models.CheckConstraint(
                name="A_303_voucher_not_on_the_negative_list",
                condition=Q(category__in=FundLine.Expense.values),
                violation_error_message="凭证的支出类别在负面清单上或不存在（规则 A-303p）",
            ),
            models.CheckConstraint(
                name="voucher_invoice_has_a_number",
                condition=~Q(kind="invoice") | ~Q(invoice_no=""),
                violation_error_message="发票须写明发票号码",
            ),
            models.CheckConstraint(
                name="voucher_amount_makes_sense",
                condition=Q(amount__gt=0) | (~Q(kind__in=["invoice", "receipt"]) & Q(amount=0)),
                violation_error_message="发票、收据的金额须大于零，其他凭证不能为负",
            ),
        ]

    def __str__(self):
        return " ".join(filter(None, [self.get_kind_display(), self.invoice_code, self.invoice_no]))

    @property
    def is_invoice(self):
        return self.kind == self.Kind.INVOICE


class PaymentObject(models.Model):
    """用途明细：one thing that the money is for, at one place; an asset or a station of the project where it is one."""

    payment = models.ForeignKey("funds.Payment", models.PROTECT, related_name="items", verbose_name="拨付")
    content = models.CharField("内容", max_length=200)
    place = models.CharField("地点", max_length=120)
    asset = models.ForeignKey(Asset, models.PROTECT, null=True, related_name="supported_by", verbose_name="设备")
    station = models.ForeignKey(Station, models.PROTECT, null=True, related_name="supported_by", verbose_name="站点")
    amount = MoneyField("金额（元）")
    is_live = models.BooleanField("有效", default=True)

    objects = OfLivePayments.as_manager()

    class Meta:
        verbose_name = "拨付用途"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["asset"],
                condition=Q(is_live=True),
                name="A_305_asset_supported_once",
                violation_error_message="该设备已由另一笔拨付支持，财政资金原则上不得重复支持（规则 A-305o）",
            ),
            models.UniqueConstraint(
                fields=["station"],
                condition=Q(is_live=True),
                name="A_305_station_supported_once",
                violation_error_message="该站点已由另一笔拨付支持，财政资金原则上不得重复支持（规则 A-305o）",
            ),
            models.CheckConstraint(
                name="payment_object_amount_positive",
                condition=Q(amount__gt=0),
                violation_error_message="用途的金额须大于零",
            ),
        ]

    def __str__(self):
        return f"{self.content}（{self.place}）"
