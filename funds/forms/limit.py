"""What is typed when a limit is proposed, agreed to or declined. Shape only."""

from django import forms

from accounts.confirmation import PasswordAgain
from accounts.models import User
from funds.models import ApprovalLimit
from portal.forms import MoneyField
from portal.money import CENT


class LimitForm(forms.Form):
    person = forms.ModelChoiceField(None, label="限定的人", empty_label="请选择")
    verb = forms.ChoiceField(label="环节", choices=ApprovalLimit.Verb.choices)
    amount = MoneyField(label="单笔限额", min_value=CENT, required=False, help_text="不填：今后不设限额")
    why = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, region, **kwargs):
        super().__init__(*args, **kwargs)
        people = User.objects.serving(region, "government", "finance")
        self.fields["person"].queryset = people.order_by("office__bureau", "pk")


class AgreeForm(PasswordAgain):
    pass
