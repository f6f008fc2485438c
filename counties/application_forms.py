"""县（市）申报的表单：one task, one form."""

from django import forms

from counties.models import ApplicationTarget, CountyApplication, SupportYear
from counties.round_forms import Uploads
from portal.forms import FileField, ModelForm, MoneyField

MAX_ROWS, BLANK_ROWS = 24, 3
YEARS = {"min_value": 2010, "max_value": 2040}


class DocumentForm(Uploads, ModelForm):
    document_upload = FileField(label="县（市）人民政府申报文件（盖章扫描件）", required=False)

    UPLOADS = {"document_upload": "document"}

    class Meta:
        model = CountyApplication
        fields = ("doc_no", "supported_before")
        help_texts = {
            "doc_no": "例：确政〔2020〕8号",
            "supported_before": "以前年度支持过的，还须编写前期工作总结，并由财政、商务部门出具证明（35号 五（三）5）",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.hint_at_files()


class SectionForm(forms.Form):
    text = forms.CharField(label="内容", max_length=20000, required=False, widget=forms.Textarea(attrs={"rows": 14}))
    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class RowForm(ModelForm):
    """One row of a small table; a row left wholly empty is not saved."""

    def __init__(self, *args, number=1, **kwargs):
        super().__init__(*args, **kwargs)
        self.empty_permitted, self.use_required_attribute = True, False
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"第 {number} 行 {field.label}"

    def has_changed(self):
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in self.Meta.fields)


def _number(label, **kwargs):
    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "num"})
    return forms.DecimalField(label=label, max_digits=14, decimal_places=2, min_value=0, widget=widget, **kwargs)


class TargetForm(RowForm):
    base_year = forms.IntegerField(label="基年", **YEARS)
    target_year = forms.IntegerField(label="目标年", **YEARS)
    base_value = _number("基数")
    target_value = _number("目标值")

    class Meta:
        model = ApplicationTarget
        fields = ("direction", "indicator", "unit", "base_year", "base_value", "target_year", "target_value")

    def clean(self):
        data = super().clean()
        if data.get("base_year") and data.get("target_year") and data["target_year"] < data["base_year"]:
            self.add_error("target_year", "目标年不能早于基年")
        return data


class YearForm(RowForm):
    year = forms.IntegerField(label="资金下达年度", **YEARS)
    received = MoneyField(label="下达金额（元）")
    paid = MoneyField(label="已拨付金额（元）")

    class Meta:
        model = SupportYear
        fields = ("year", "received", "paid")

    def clean(self):
        data = super().clean()
        if data.get("received") is not None and data.get("paid") is not None and data["paid"] > data["received"]:
            self.add_error("paid", "已拨付金额不能超过下达金额")
        return data


class BaseRows(forms.BaseFormSet):
    def get_form_kwargs(self, index):
        return {"number": (index or 0) + 1}

    def rows(self):
        staying = [form for form in self.forms if form.has_changed()]
        return [{name: form.cleaned_data[name] for name in form.Meta.fields} for form in staying]


class BaseYears(BaseRows):
    def clean(self):
        years = [form.cleaned_data.get("year") for form in self.forms if form.has_changed() and form.is_valid()]
        if len(years) != len(set(years)):
            raise forms.ValidationError("同一年度只填一行")


_limits = {"extra": 0, "max_num": MAX_ROWS, "absolute_max": MAX_ROWS, "validate_max": True}
Targets = forms.formset_factory(TargetForm, formset=BaseRows, **_limits)
Years = forms.formset_factory(YearForm, formset=BaseYears, **_limits)


def stored_rows(formset, rows, prefix):
    """The table as it stands, with empty rows at its end."""
    names = formset.form.Meta.fields
    initial = [{name: getattr(row, name) for name in names} for row in rows]
    made = formset(initial=initial, prefix=prefix)
    made.extra = min(len(initial) + BLANK_ROWS, MAX_ROWS) - len(initial)
    return made


class FundsCertificateForm(Uploads, ModelForm):
    finance_upload = FileField(label="县财政局出具的资金拨付率证明（盖章扫描件）", required=False)

    UPLOADS = {"finance_upload": "finance_certificate"}

    class Meta:
        model = CountyApplication
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.hint_at_files()


class AcceptanceCertificateForm(Uploads, ModelForm):
    projects_planned = forms.IntegerField(label="以前年度项目（个）", min_value=1, max_value=100_000)
    projects_accepted = forms.IntegerField(label="其中已验收合格（个）", min_value=0, max_value=100_000)
    acceptance_upload = FileField(label="县商务局出具的项目验收证明（盖章扫描件）", required=False)

    UPLOADS = {"acceptance_upload": "acceptance_certificate"}

    class Meta:
        model = CountyApplication
        fields = ("projects_planned", "projects_accepted")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.hint_at_files()

    def clean(self):
        data = super().clean()
        planned, accepted = data.get("projects_planned"), data.get("projects_accepted")
        if planned is not None and accepted is not None and accepted > planned:
            self.add_error("projects_accepted", "已验收合格数不能多于项目总数")
        return data


class ScoreForm(forms.Form):
    """One department's sheet: one field per criterion of the round."""

    comment = forms.CharField(label="评语", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, criteria, given=(), **kwargs):
        super().__init__(*args, **kwargs)
        fields = {}
        for number, criterion in enumerate(criteria):
            fields[f"points_{number}"] = forms.DecimalField(
                label=f"{criterion['title']}（满分 {criterion['points']}）",
                help_text=criterion.get("clause", ""),
                min_value=0,
                max_value=criterion["points"],
                max_digits=5,
                decimal_places=2,
                initial=given[number] if number < len(given) else None,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "num"}),
            )
        self.count = len(fields)
        self.fields = fields | self.fields

    def points(self):
        return [self.cleaned_data[f"points_{number}"] for number in range(self.count)]
