"""What the contractor and the county type about an acceptance. Shape only: policy stands in rules.py."""

from django import forms

from acceptance.models import Application, PanelMember
from acceptance.rules.application import NATIONAL_TEXT
from portal import clock
from portal.forms import DateField, FileField, ModelForm, MoneyField
from projects.forms.shapes import FilesField, LongText, rows_of


class ApplicationForm(forms.Form):
    statement = LongText(label="完成情况说明", help_text="对照协议约定的本阶段内容，逐项写明完成情况")
    uploads = FilesField(label="申请材料", required=False, help_text="台账、照片、凭证等，可一次选多个文件")
    signage_text = forms.CharField(
        label="项目标识的文字",
        max_length=80,
        required=False,
        initial=NATIONAL_TEXT,
        help_text="现场标识上实际印的文字（25号 四（三）、48号 六（四））",
    )
    signage_has_phone = forms.BooleanField(label="标识上印有省级举报监督电话 0371—63576801", required=False)
    signage_upload = FileField(label="标识照片", required=False)

    SIGNAGE = ("signage_text", "signage_has_phone")


class PanelMemberForm(ModelForm):
    class Meta:
        model = PanelMember
        fields = ("name", "organisation", "duty")


PanelRows = rows_of(PanelMemberForm, "成员", can_delete=False)


class ConclusionForm(forms.Form):
    conclusion = forms.ChoiceField(label="验收结论", choices=Application.Conclusion.choices, widget=forms.RadioSelect)
    findings = LongText(label="验收情况", rows=8, help_text="验收报告正文：时间、地点、查验内容、数量、质量和资料")
    approved_amount = MoneyField(label="核定中央资金（元）", required=False)
    reasons = LongText(label="不合格原因", rows=4, required=False, help_text="结论为不合格的必须写明")
    rectify_by = DateField(label="整改期限", required=False, help_text="结论为不合格的必须写明")
    reason = forms.CharField(
        label="逾期原因",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="十个工作日内作出结论的不必填写；逾期必须说明，并报市、省",
    )

    def __init__(self, *args, application, **kwargs):
        super().__init__(*args, **kwargs)
        amount = application.stage.amount
        self.fields["approved_amount"].help_text = f"结论为合格的必须核定，不超过本阶段约定的 {amount:,.2f} 元"

    def clean_rectify_by(self):
        day = self.cleaned_data["rectify_by"]
        if day and day < clock.today():
            raise forms.ValidationError(f"不能早于今天（{clock.today()}）", code="past")
        return day
