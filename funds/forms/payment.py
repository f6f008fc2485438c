"""What is typed on the pages of a payment. Shape only: the gates stand in rules/payment.py."""

from django import forms

from accounts.confirmation import PasswordAgain
from counties.models import FundLine
from portal.forms import FileField, MoneyField
from portal.money import CENT
from projects.forms.shapes import PastDateField


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
    reason = forms.CharField(
        label="需要说明的理由",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="凭证或用途出现负面清单疑似字样、与本年其他拨付用途相同的，须说明；理由随申请保存，县、市、省都能看到",
    )


class ApproveForm(PasswordAgain):
    """Nothing is typed but the password."""


class BatchForm(PasswordAgain):
    """The rows are ticked and typed in the table; what the form asks for is the password."""


class PayForm(PasswordAgain):
    """`asks_reason`: the one who pays reviewed the payment as well, which wants a written reason (P-070s)."""

    voucher_no = forms.CharField(
        label="支付凭证号", max_length=60, help_text="国库支付凭证（或银行回单）上的号码；支付后不能修改"
    )
    reason = forms.CharField(
        label="由财政审核人办理支付的理由",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="例：县财政局只有一名经办人。理由记入办理记录",
    )

    def __init__(self, *args, asks_reason=False, **kwargs):
        super().__init__(*args, **kwargs)
        if not asks_reason:
            del self.fields["reason"]


class RejectForm(forms.Form):
    reason = forms.CharField(
        label="不予拨付的原因",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="承办单位将看到原因",
    )


class BounceForm(forms.Form):
    reason = forms.CharField(
        label="退票原因", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="按银行退票通知填写"
    )
    bank_no = forms.CharField(label="银行退票号", max_length=60, required=False)


class BookForm(forms.Form):
    booked_on = PastDateField(label="入账日期")
    account_voucher_no = forms.CharField(label="记账凭证号", max_length=60)
    file = FileField(label="记账凭证扫描件", required=False)
    books_separately = forms.BooleanField(label="已按资金性质分别核算（25号 三（四））")
