"""What is typed about a project and the contractor's plan. Shape only: policy is in rules."""

from django import forms

from portal import money
from portal.forms import FileField, ModelForm, MoneyField
from projects.forms.shapes import LongText, WholeNumberField
from projects.models import (
    ContractorPlan,
    Project,
)


class ProjectForm(ModelForm):
    owner_phone = forms.RegexField(
        r"^[0-9+()（）\-—－ 转]{7,40}$",
        label="责任人电话",
        required=False,
        max_length=40,
        error_messages={"invalid": "请填写电话号码，例如 0396-7022056"},
    )

    claimed_stations = WholeNumberField(
        label="申报的村级服务网点数",
        required=False,
        help_text="建设村级服务网点的项目填写，整体验收前须全部登入台账（25号 四（三））；没有的留空",
    )
    poverty_households = WholeNumberField(label="带动建档立卡贫困户（户）", required=False)
    poverty_people = WholeNumberField(label="带动建档立卡贫困人口（人）", required=False)
    reason = forms.CharField(
        label="调整时限的理由",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="开工后改动计划日期的必须填写，向上级显示（25号 四（二））",
    )

    class Meta:
        model = Project
        fields = (
            "owner_person",
            "owner_phone",
            "planned_start",
            "planned_end",
            "planned_investment",
            "actual_investment",
            "poverty_households",
            "poverty_people",
            "poverty_effect",
            "claimed_stations",
        )
        help_texts = {
            "owner_person": "开工前必须明确责任人和电话（25号 三（四））",
            "planned_investment": "不填的按协议的中央、配套、自筹合计",
            "actual_investment": "承办单位报告进展时自动更新，这里可以更正",
            "poverty_effect": "后期运营和扶贫实效（25号 四（三））：带动就业、销售、分红等",
        }

    def clean_actual_investment(self):
        return self.cleaned_data["actual_investment"] or money.ZERO


class ContractorPlanForm(ModelForm):
    text = LongText(label="建设内容、地点和投资", rows=10, help_text="批准后按此文公示")
    central_amount = MoneyField(
        label="中央资金投入额度（元）", required=False, help_text="须与项目建设协议一致；报批前检查（25号 三（三））"
    )
    equipment_text = LongText(
        label="设备清单",
        rows=4,
        required=False,
        help_text="每行一件（批）：名称、型号、数量、归属，与协议清单一致；没有设备的写“不购置设备”",
    )
    change_reason = LongText(label="修改理由", rows=3, required=False)
    upload = FileField(label="建设方案文件", required=False)

    class Meta:
        model = ContractorPlan
        fields = ("text", "central_amount", "equipment_text", "planned_start", "planned_end", "change_reason")
        help_texts = {"planned_end": "不晚于实施方案的实施期和协议最后阶段的日期"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.file_id:
            self.fields["upload"].help_text = f"现有：{self.instance.file.name}。重新上传即替换（原件保留备查）"
        if self.instance.status != ContractorPlan.Status.READY:
            del self.fields["change_reason"]
        else:
            self.fields["change_reason"].required = True
            self.initial["change_reason"] = ""


class PlanOpinionForm(forms.Form):
    """同意，或写明理由退回。"""

    agrees = forms.TypedChoiceField(
        label="审查意见", choices=[("yes", "同意"), ("no", "退回修改")], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    opinion = LongText(label="意见", rows=4, required=False, help_text="退回的必须写明要改什么")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("agrees") is False and not cleaned.get("opinion", "").strip():
            self.add_error("opinion", "退回的必须写明要改什么")
        return cleaned
