"""What is typed when money arrives. Shape only."""

from django.core.exceptions import ValidationError

from funds.models import Receipt
from portal import clock
from portal.forms import ModelForm, MoneyField
from portal.money import CENT


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
