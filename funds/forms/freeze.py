"""What is typed when money is frozen or released. Shape only."""

from django import forms

from accounts.confirmation import PasswordAgain
from funds.models import Payment


class FreezeForm(PasswordAgain):
    project = forms.ModelChoiceField(
        None, label="项目", required=False, empty_label="—", help_text="只冻结一个项目的资金时选择"
    )
    payment = forms.ModelChoiceField(
        None, label="拨付", required=False, empty_label="—", help_text="只冻结一笔在办拨付时选择"
    )
    reason = forms.CharField(
        label="冻结原因",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="项目和拨付都不选，冻结全县资金。县有关部门和承办单位将看到原因",
    )

    def __init__(self, *args, county, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = county.projects.all()
        open_ones = county.payments.filter(status__in=Payment.OPEN)
        self.fields["payment"].queryset = open_ones.select_related("project", "stage")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("project") and cleaned.get("payment"):
            self.add_error("payment", "项目和拨付只选一项")
        return cleaned


class LiftForm(PasswordAgain):
    reason = forms.CharField(label="解冻原因", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
