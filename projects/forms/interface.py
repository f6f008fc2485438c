"""What is typed to open a token. Shape only: policy is in rules."""

from datetime import timedelta

from django import forms

from portal.forms import DateField
from projects.models.tokens import SCOPES


class TokenForm(forms.Form):
    name = forms.CharField(label="名称", max_length=60, help_text="写明给哪个系统用，例如“门店收银系统”")
    scopes = forms.MultipleChoiceField(
        label="用途", choices=list(SCOPES.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    expires_on = DateField(label="有效期至（含当日）", help_text="最长一年；到期前重新开通")

    @classmethod
    def usual(cls, today):
        return {"scopes": ["records:write"], "expires_on": today + timedelta(days=180)}
