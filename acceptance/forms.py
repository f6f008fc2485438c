"""What the contractor and the county type about an acceptance. Shape only: policy stands in rules.py."""

from django import forms

from acceptance.models import Application, ChecklistTemplate, PanelMember, TemplateItem
from portal import clock
from portal.forms import DateField, FileField, ModelForm, MoneyField
from projects.forms.shapes import FilesField, LongText, SearchForm, rows_of
from projects.rules.signage import NATIONAL_TEXT


class ApplicationForm(forms.Form):
    statement = LongText(label="完成情况说明", help_text="对照协议约定的本阶段内容，逐项写明完成情况")
    self_amount = MoneyField(
        label="申报投资（元）", required=False, help_text="本阶段实际完成的投资；验收报告把它和核定金额并列"
    )
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


class Answers(forms.Form):
    """Several fields for each item of a checklist; `rows` gives them back item by item for the page."""

    def __init__(self, *args, items, **kwargs):
        super().__init__(*args, **kwargs)
        self.items = list(items)
        for item in self.items:
            for name, field in self.fields_of(item).items():
                field.widget.attrs["aria-label"] = f"第 {item.no} 项“{item.title}”：{field.label}"
                self.fields[f"{name}_{item.no}"] = field

    def rows(self):
        return [(item, {name: self[f"{name}_{item.no}"] for name in self.fields_of(item)}) for item in self.items]

    def typed(self, item):
        return {name: self.cleaned_data[f"{name}_{item.no}"] for name in self.fields_of(item)}


class ChecklistForm(Answers):
    """What the panel found, item by item. Shape only: whether it is enough, the rules say."""

    def fields_of(self, item):
        found = {}
        if item.is_number:
            found["actual"] = forms.DecimalField(
                label=f"实际数值（{item.unit or '数'}）",
                max_digits=12,
                decimal_places=2,
                min_value=0,
                required=False,
                initial=item.actual,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "num"}),
            )
        else:
            found["met"] = forms.TypedChoiceField(
                label="查验结果",
                choices=[("", "尚未查验"), ("yes", "符合"), ("no", "不符合")],
                coerce=lambda chosen: chosen == "yes",
                empty_value=None,
                required=False,
                initial={True: "yes", False: "no"}.get(item.met, ""),
            )
        if item.source != item.Source.NOTICE:
            found["not_applicable"] = forms.BooleanField(
                label="本项目不适用（须写明原因）", required=False, initial=item.not_applicable
            )
        found["remark"] = forms.CharField(label="查验说明", max_length=500, required=False, initial=item.remark)
        found["photos"] = FilesField(label="照片、凭证", required=False)
        return found


class RectificationForm(Answers):
    """What was put right, item by item, and the papers that show it."""

    text = LongText(label="整改情况", help_text="逐条说明对不合格原因的整改")
    uploads = FilesField(label="整改材料", required=False, help_text="整改后的照片、凭证，可一次选多个文件")

    def fields_of(self, item):
        return {
            "remedy": LongText(label="整改情况", rows=3, required=False, initial=item.remedy),
            "remedy_files": FilesField(label="整改后的照片、凭证", required=False),
        }


class ChecklistTemplateForm(ModelForm):
    class Meta:
        model = ChecklistTemplate
        fields = ("direction", "expense", "basis")
        help_texts = {"direction": "留空：各方向通用", "expense": "留空：各类支出通用"}


class TemplateItemForm(ModelForm):
    class Meta:
        model = TemplateItem
        fields = ("title", "standard", "kind", "unit", "minimum", "maximum", "required", "needs_photo")
        labels = {"needs_photo": "须附照片"}

    def demands(self):
        return [self["required"], self["needs_photo"]]


TemplateRows = rows_of(TemplateItemForm, "标准")


class MemberChangeForm(ModelForm):
    reason = forms.CharField(label="更换理由", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    class Meta:
        model = PanelMember
        fields = ("name", "organisation", "duty")


class PanelMemberForm(ModelForm):
    class Meta:
        model = PanelMember
        fields = ("name", "organisation", "duty")


PanelRows = rows_of(PanelMemberForm, "成员", can_delete=False)


class AcceptanceSearchForm(SearchForm):
    due = forms.ChoiceField(
        label="期限",
        required=False,
        choices=[
            ("", "全部期限"),
            ("mine", "待我办理"),
            ("amber", "临近期限"),
            ("overdue", "办结逾期"),
            ("rectify", "整改逾期"),
        ],
    )


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
