"""What is typed about a project and the contractor's plan. Shape only: policy is in rules."""

from django import forms

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

    class Meta:
        model = Project
        fields = ("owner_person", "owner_phone", "planned_start", "planned_end", "claimed_stations")
        help_texts = {"owner_person": "开工前必须明确责任人和电话（25号 三（四））"}


class ContractorPlanForm(ModelForm):
    text = LongText(
        label="建设内容、时限和投资", rows=10, help_text="建设内容、地点、时限、投资和设备清单；批准后按此文公示"
    )
    central_amount = MoneyField(
        label="中央资金投入额度（元）", required=False, help_text="须与项目建设协议一致；报批前检查（25号 三（三））"
    )
    upload = FileField(label="建设方案文件", required=False)

    class Meta:
        model = ContractorPlan
        fields = ("text", "central_amount")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.central_amount is None and hasattr(self.instance.project, "agreement"):
            self.initial["central_amount"] = self.instance.project.agreement.central_amount
        if self.instance.file_id:
            self.fields["upload"].help_text = f"现有：{self.instance.file.name}。重新上传即替换（原件保留备查）"
