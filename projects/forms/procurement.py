"""What is typed about a procurement. Shape only: policy is in rules."""

from django import forms

from counties.models import FundLine
from portal import money
from portal.forms import ModelForm, MoneyField
from projects.forms.shapes import LongText, PastDateField
from projects.models import (
    Contractor,
    Procurement,
)


class FundLineField(forms.ModelChoiceField):
    def label_from_instance(self, line):
        return f"{line}（{line.get_direction_display()}，中央资金 {money.wan(line.central_amount)} 万元）"


class ProcurementForm(ModelForm):
    fund_line = FundLineField(
        FundLine.objects.none(),
        label="对应资金安排",
        empty_label="请选择",
        help_text="生效（已备案）实施方案中的一行；不在方案内的项目不能采购（25号 三（二））",
    )
    content_text = LongText(label="项目建设内容", help_text="向社会公示的原文：建设什么、建在哪里、时限和要求")
    conditions = LongText(label="承办单位条件", help_text="向社会公示的原文：承办单位应具备的条件（25号 一（三）1—3）")
    budget = MoneyField(label="采购预算（元）", min_value=money.CENT)

    class Meta:
        model = Procurement
        fields = ("fund_line", "name", "content_text", "conditions", "budget")

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fund_line"].queryset = lines


class AwardForm(ModelForm):
    procurement_no = forms.CharField(label="采购编号", max_length=60)
    announcement_url = forms.URLField(label="采购公告网址", max_length=500, required=False, assume_scheme="https")
    award_date = PastDateField(label="成交日期")
    award_amount = MoneyField(label="成交金额（元）", min_value=money.CENT)
    winner = forms.ModelChoiceField(Contractor.objects.none(), label="成交供应商", empty_label="请选择")
    reason = LongText(
        label="择定的理由",
        rows=3,
        required=False,
        help_text="有条件相同的供应商而未向保供企业倾斜的，须说明（48号 三）",
    )

    class Meta:
        model = Procurement
        fields = (
            "method",
            "method_reason",
            "procurement_no",
            "announcement_url",
            "award_date",
            "award_amount",
            "winner",
            "is_tied",
            "favours_supplier",
        )
        help_texts = {"method_reason": "采用公开招标以外方式的必须填写，写明依据的法律条款"}

    def __init__(self, *args, contractors, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["winner"].queryset = contractors
        self.fields["award_amount"].help_text = f"不超过采购预算 {self.instance.budget:,.2f} 元"
