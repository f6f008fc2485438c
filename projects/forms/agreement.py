"""What is typed about an agreement, its stages and its equipment. Shape only: policy is in rules."""

from django import forms

from portal import money
from portal.forms import FileField, ModelForm, MoneyField
from projects.forms.shapes import LongText, WholeNumberField, rows_of
from projects.models import (
    Agreement,
    Equipment,
    Stage,
)


class AgreementForm(ModelForm):
    upload = FileField(label="协议文件", required=False)
    account_no = forms.RegexField(
        r"^[0-9\- ]{6,40}$",
        label="账号",
        required=False,
        max_length=40,
        error_messages={"invalid": "请填写银行账号（数字）"},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    sharing_statement = forms.CharField(
        label="资源开放共享的安排",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="建成的场地、设备、系统向谁开放，怎样共享（25号 三（一））",
    )

    class Meta:
        model = Agreement
        fields = (
            "no",
            "central_amount",
            "matching_amount",
            "self_amount",
            "account_holder",
            "account_bank",
            "account_no",
            "clause_information",
            "clause_sharing",
            "clause_signage",
            "clause_accounting",
            "clause_recovery",
            "sharing_statement",
        )

    AMOUNTS = ("central_amount", "matching_amount", "self_amount")
    ACCOUNT = ("account_holder", "account_bank", "account_no")
    CLAUSES = tuple(name for name in Meta.fields if name.startswith("clause_"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.file_id:
            self.fields["upload"].help_text = f"现有：{self.instance.file.name}。重新上传即替换（原件保留备查）"

    def amounts(self):
        return [self[name] for name in self.AMOUNTS]

    def account(self):
        return [self[name] for name in self.ACCOUNT]

    def clauses(self):
        return [self[name] for name in self.CLAUSES]


class SupplementForm(AgreementForm):
    """The same sheet for a supplement: its own number, and why."""

    reason = LongText(label="签订补充协议的理由", rows=3, help_text="改什么、为什么改；随补充协议留存，不能修改")

    field_order = ("no", "reason")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["no"].label = "补充协议编号"
        self.fields["upload"].label = "补充协议文件"


class StageForm(ModelForm):
    amount = MoneyField(label="中央资金（元）", min_value=money.CENT)

    class Meta:
        model = Stage
        fields = ("name", "trigger", "deliverables", "amount", "planned_on")


class EquipmentForm(ModelForm):
    quantity = WholeNumberField(label="数量", min_value=1)
    owner = forms.ChoiceField(
        label="产权归属",
        choices=[("", "产权归属"), *Equipment.Owner.choices],
        required=False,
        initial=Equipment.Owner.COUNTY,  # G-33: what central money buys belongs to the county
    )

    class Meta:
        model = Equipment
        fields = ("name", "model", "quantity", "unit_price", "owner", "custodian", "place")
        widgets = {
            "name": forms.TextInput(attrs={"placeholder": "设备名称"}),
            "model": forms.TextInput(attrs={"placeholder": "型号"}),
            "custodian": forms.TextInput(attrs={"placeholder": "使用、保管单位"}),
            "place": forms.TextInput(attrs={"placeholder": "存放地点"}),
        }

    def has_changed(self):
        """A blank row with the owner that stands there beforehand is still blank."""
        return bool({name for name in self.changed_data if self[name].data not in (None, "")} - {"owner"})


StageRows = rows_of(StageForm, "阶段")
EquipmentRows = rows_of(EquipmentForm, "设备")
