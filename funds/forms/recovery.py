"""What is typed when money is recovered. Shape only: the limits stand in rules/recovery.py."""

from django import forms

from funds.models import Payment
from portal.forms import FileField, MoneyField
from portal.money import CENT
from projects.forms.shapes import PastDateField


class OpenForm(forms.Form):
    scope = forms.ChoiceField(
        label="范围", choices=[("payment", "只追回这一笔拨付"), ("agreement", "追回该协议已拨付的全部资金")]
    )
    amount = MoneyField(
        label="应追回金额", min_value=CENT, required=False, help_text="不填：追回范围内已拨付而尚未追回的全部资金"
    )
    ground = forms.CharField(
        label="追回原因", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="承办单位将看到原因"
    )
    doc_no = forms.CharField(label="决定文号", max_length=60, help_text="例：确财〔2021〕8号")
    decided_on = PastDateField(label="决定日期")


class ReceiptForm(forms.Form):
    amount = MoneyField(label="退回金额", min_value=CENT)
    paid_on = PastDateField(label="到账日期")
    payer = forms.CharField(label="交款人", max_length=100)
    voucher_no = forms.CharField(label="凭证号", max_length=60)
    payment = forms.ModelChoiceField(
        Payment.objects.none(), label="退的是哪笔拨付", required=False, help_text="不选：按阶段顺序冲减"
    )
    file = FileField(label="凭证扫描件", required=False)

    def __init__(self, *args, payments, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["payment"].queryset = payments


class HandOverForm(forms.Form):
    amount = MoneyField(label="上缴金额", min_value=CENT)
    paid_on = PastDateField(label="上缴日期")
    voucher_no = forms.CharField(label="凭证号", max_length=60)
    file = FileField(label="凭证扫描件", required=False)


class ConsentForm(forms.Form):
    words = forms.CharField(label="意见", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
