"""What is typed when money is asked for: vouchers and objects as rows. Shape only: policy stands in rules/voucher.py."""

import unicodedata

from django import forms

from funds.models import PaymentVoucher
from funds.models.voucher import CATEGORIES
from portal.forms import FileField, MoneyField
from portal.money import CENT
from projects.forms.shapes import PastDateField, rows_of

NONE = ("", "—")


class VoucherRow(forms.Form):
    kind = forms.ChoiceField(label="种类", choices=(NONE, *PaymentVoucher.Kind.choices))
    invoice_code = forms.CharField(label="发票代码", max_length=20, required=False)
    invoice_no = forms.CharField(label="发票号码", max_length=30, required=False)
    issued_on = PastDateField(label="开具日期")
    seller = forms.CharField(label="销售方（出具单位）", max_length=100)
    content = forms.CharField(label="内容", max_length=200)
    category = forms.ChoiceField(label="支出类别", choices=(NONE, *CATEGORIES))
    amount = MoneyField(label="金额（元）", help_text="合同、照片等填 0")

    def clean_invoice_code(self):
        return _number(self.cleaned_data["invoice_code"])

    def clean_invoice_no(self):
        return _number(self.cleaned_data["invoice_no"])

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == PaymentVoucher.Kind.INVOICE and not cleaned.get("invoice_no"):
            self.add_error("invoice_no", "请填写发票号码")
        if cleaned.get("kind") in PaymentVoucher.COUNTED and cleaned.get("amount") == 0:
            self.add_error("amount", "发票、收据的金额应大于 0")
        return cleaned


def _number(typed):
    """Full-width digits and blanks are not another invoice."""
    return "".join(unicodedata.normalize("NFKC", typed).split()).upper()


class ObjectRow(forms.Form):
    content = forms.CharField(label="内容", max_length=200)
    place = forms.CharField(label="地点", max_length=120)
    amount = MoneyField(label="金额（元）", min_value=CENT)


VoucherRows = rows_of(VoucherRow, "凭证")


def object_rows(project):
    """Rows of what the money is for, with the assets and stations of this project to choose from."""

    def one_of(label, records):
        choices = [NONE, *((record.pk, str(record)[:60]) for record in records)]
        return forms.TypedChoiceField(label=label, choices=choices, coerce=int, empty_value=None, required=False)

    fields = {
        "asset_id": one_of("设备（台账中的）", project.assets.all()),
        "station_id": one_of("站点（台账中的）", project.stations.all()),
    }
    return rows_of(type("ObjectRowOfProject", (ObjectRow,), fields), "用途")


class ScansForm(forms.Form):
    """One file for each voucher that has none yet; they may come one after the other."""

    def __init__(self, *args, vouchers, **kwargs):
        super().__init__(*args, **kwargs)
        for voucher in vouchers:
            label = f"{voucher}（{voucher.content[:30]}）"
            self.fields[f"scan-{voucher.pk}"] = FileField(label=label, required=False)

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError("请至少选择一个文件")
        return cleaned

    def uploads(self):
        """voucher pk → upload"""
        return {int(name.removeprefix("scan-")): upload for name, upload in self.cleaned_data.items() if upload}
