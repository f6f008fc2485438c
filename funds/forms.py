"""What is typed on the pages of the money. Shape only: the gates stand in rules.py."""

from django import forms
from django.core.exceptions import ValidationError

from counties.models import FundLine
from funds.models import Receipt
from portal import clock
from portal.forms import ModelForm, MoneyField
from portal.money import CENT


class RequestForm(forms.Form):
    amount = MoneyField(label="申请金额", min_value=CENT, help_text="不超过验收核定金额；默认即核定金额")
    purpose = forms.ChoiceField(
        label="用途（支持方向）",
        choices=FundLine.Direction.choices,
        required=False,  # not stated: the direction of the line
        help_text="专款专用：须与资金安排的支持方向一致（25号 三（三））",
    )
    statement = forms.CharField(
        label="申请说明", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class PayForm(forms.Form):
    voucher_no = forms.CharField(
        label="支付凭证号", max_length=60, help_text="国库支付凭证（或银行回单）上的号码；支付后不能修改"
    )


class RejectForm(forms.Form):
    reason = forms.CharField(
        label="不予拨付的原因",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="承办单位将看到原因",
    )


class ReceiptForm(ModelForm):
    amount = MoneyField(label="金额", min_value=CENT)

    class Meta:
        model = Receipt
        fields = ("source", "kind", "doc_no", "doc_date", "arrived_on", "amount")
        help_texts = {
            "doc_no": "下达资金的文件字号，例：豫财贸〔2020〕40号",
            "arrived_on": "资金进入县财政专账的日期",
        }

    def __init__(self, *args, county, **kwargs):
        super().__init__(*args, **kwargs)
        self.county = county

    def clean_arrived_on(self):
        if (day := self.cleaned_data["arrived_on"]) > clock.today():
            raise ValidationError("到账日期不能晚于今天；资金到账后再登记")
        return day

    def clean(self):
        cleaned = super().clean()
        same = self.county.receipts.filter(doc_no=cleaned.get("doc_no"), source=cleaned.get("source"))
        if same.exists():
            self.add_error("doc_no", "该文号的资金下达已经登记，请核对文号和资金来源")
        return cleaned
