"""What the 信息联络员 types: one number for each indicator that the records do not know, and a text."""

from django import forms

from counties.models import County, FundLine
from projects.forms.shapes import SearchForm
from projects.models import Project
from reporting.models import INDICATORS

COUNTED = {"个", "人次"}  # units that have no halves


class FillForm(forms.Form):
    """Every number may stay empty while the report is a draft; what is missing is said before it is submitted."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for indicator in INDICATORS:
            if not indicator.compute:
                self.fields[indicator.code] = self._number(indicator)
        self.fields["progress"] = forms.CharField(
            label="本月工作进展、存在问题、下步打算",
            required=False,
            max_length=5000,
            widget=forms.Textarea(attrs={"rows": 8}),
        )

    def _number(self, indicator):
        places = 0 if indicator.unit in COUNTED else 2
        field = forms.DecimalField(
            label=f"{indicator.code} {indicator.name}",
            required=False,
            min_value=0,
            max_digits=12 + places,
            decimal_places=places,
            help_text="确无数据的请填 0",
            widget=forms.TextInput(attrs={"inputmode": "decimal" if places else "numeric", "class": "num"}),
            error_messages={
                "invalid": "请填写数字，不带单位",
                "min_value": "不能是负数",
                "max_digits": "数字过大，请检查是否多写了数字",
                "max_whole_digits": "数字过大，请检查是否多写了数字",
                "max_decimal_places": "请填写整数" if not places else "最多两位小数",
            },
        )
        field.unit = indicator.unit
        return field

    @property
    def numbers(self):
        return {code: number for code, number in self.cleaned_data.items() if code != "progress"}


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label="退回原因", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), help_text="信息联络员将看到原因"
    )


class LedgerSearchForm(SearchForm):
    """The filters above the project ledger; what cannot be understood filters nothing."""

    county = forms.ModelChoiceField(County.objects.none(), label="示范县", required=False, empty_label="全部")
    direction = forms.ChoiceField(
        label="支持方向", required=False, choices=[("", "全部方向"), *FundLine.Direction.choices]
    )
    deviating = forms.BooleanField(label="只看偏离公示内容的", required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, statuses=Project.Status.choices, **kwargs)
        counties = County.objects.visible_to(user).filter(projects__isnull=False).distinct()
        self.fields["county"].queryset = counties.select_related("region").order_by("region__code")
        self.order_fields(["q", "county", "direction", "status", "deviating"])
