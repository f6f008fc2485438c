"""批次的表单：numbers with their clauses, shares typed in percent."""

import re
from decimal import Decimal

from django import forms

from counties.figures import CLAUSES, EDITABLE, GROUPS
from counties.models import Batch
from portal.forms import DateField, ModelForm, field_for

SHARES = [figure.field for _, figures in GROUPS for figure in figures if figure.is_share]


class PercentField(forms.DecimalField):
    """Typed and shown as 30 (%), kept as the fraction 0.3."""

    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "num"})
        super().__init__(min_value=0, max_value=100, max_digits=5, decimal_places=2, widget=widget, **kwargs)

    def prepare_value(self, value):
        return f"{(value * 100).normalize():f}" if isinstance(value, Decimal) else value

    def clean(self, value):
        number = super().clean(value)
        return None if number is None else number / 100


class YearsField(forms.CharField):
    """“2019、2020” → [2019, 2020]."""

    def prepare_value(self, value):
        return "、".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value):
        parts = [part for part in re.split(r"[、，,\s]+", super().clean(value)) if part]
        if not all(re.fullmatch(r"20[0-9]{2}", part) for part in parts):
            raise forms.ValidationError("请填写年份，多个年份用顿号分开，例如 2018、2019")
        return sorted({int(part) for part in parts})


def _field_for(model_field, **kwargs):
    label = model_field.verbose_name
    clause = CLAUSES.get(model_field.name, "")
    if model_field.name in SHARES:
        return PercentField(label=f"{label}（%）", help_text=clause)
    if model_field.name == "second_apply_excluded_years":
        return YearsField(label=label, help_text=clause, required=False, max_length=200)
    field = field_for(model_field, **kwargs)
    field.help_text = clause
    return field


class BatchForm(ModelForm):
    """All numbers of a batch, and the written reason for changing them."""

    reason = forms.CharField(
        label="修改理由",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明通知文号、会议决定等；修改前后的数字和理由记入办理记录，不能删除",
    )

    class Meta:
        model = Batch
        fields = EDITABLE
        formfield_callback = staticmethod(_field_for)


class BatchCopyForm(ModelForm):
    """What the next year's batch has of its own; the numbers come from the batch that is copied."""

    plan_filing_deadline = DateField(label="方案报备截止", help_text=CLAUSES["plan_filing_deadline"])

    class Meta:
        model = Batch
        fields = ("year", "label", "apply_deadline", "ministry_deadline", "plan_filing_deadline")
        formfield_callback = staticmethod(_field_for)
