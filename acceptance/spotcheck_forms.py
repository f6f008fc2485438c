"""What an office types about a spot check. Shape only: policy stands in rules."""

from django import forms

from acceptance.models import SpotCheck, SpotCheckItem
from counties.models import County, FundLine
from portal.forms import ModelForm
from projects.forms.shapes import FilesField, LongText, PastDateField, WholeNumberField


class SpotCheckForm(ModelForm):
    county = forms.ModelChoiceField(
        County.objects.none(),
        label="示范县",
        required=False,
        empty_label="所辖全部示范县",
        help_text="不选则在所辖范围内抽取",
    )
    concluded_from = PastDateField(label="验收结论自")
    concluded_to = PastDateField(label="验收结论至")
    size = WholeNumberField(label="抽取数量（件）", min_value=1)

    class Meta:
        model = SpotCheck
        fields = ("title", "county", "direction", "concluded_from", "concluded_to", "size", "is_secret")
        help_texts = {
            "title": "例：2021年第一季度验收结果抽查",
            "direction": "不选则不分方向",
            "is_secret": "暗访：公布之前，县和承办单位看不到（25号 四（三））",
        }

    def __init__(self, *args, counties, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["county"].queryset = counties
        self.fields["direction"].choices = [("", "不分方向"), *FundLine.Direction.choices]

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("concluded_from"), cleaned.get("concluded_to")
        if start and end and end < start:
            self.add_error("concluded_to", "止日不能早于起日")
        return cleaned


class ItemForm(forms.Form):
    result = forms.ChoiceField(label="抽查结果", choices=SpotCheckItem.Result.choices, widget=forms.RadioSelect)
    visited_on = PastDateField(label="现场抽查日期")
    people = forms.CharField(label="抽查人员", max_length=120, help_text="姓名和单位")
    findings = LongText(label="抽查情况", rows=8, help_text="查看的内容、数量、质量、资料；不通过的逐项写明问题")
    uploads = FilesField(label="现场照片和资料", required=False, help_text="可一次选多个文件")
