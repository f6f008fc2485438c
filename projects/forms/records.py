"""What is typed about one station and day, or one service to a household. Shape only: policy is in rules."""

from django import forms

from portal.forms import MoneyField
from projects.forms.shapes import PastDateField, WholeNumberField
from projects.models import HouseholdService, Station


class StationForm(forms.Form):
    station = forms.ModelChoiceField(
        Station.objects.none(), label="站点", empty_label="请选择", help_text="村级服务网点台账中的站点"
    )
    date = PastDateField(label="日期")

    def __init__(self, *args, project, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = project.stations.built()


class StationDayForm(StationForm):
    buy_orders = WholeNumberField(label="代购订单（单）")
    buy_amount = MoneyField(label="代购金额（元）")
    sell_orders = WholeNumberField(label="代销订单（单）")
    sell_amount = MoneyField(label="代销金额（元）")
    sell_poor_amount = MoneyField(label="其中贫困户产品（元）")
    parcels_in = WholeNumberField(label="到件（件）")
    parcels_out = WholeNumberField(label="发件（件）")
    convenience_count = WholeNumberField(label="便民服务（次）", required=False)

    def clean_convenience_count(self):
        return self.cleaned_data["convenience_count"] or 0

    def clean(self):
        cleaned = super().clean()
        if (cleaned.get("sell_poor_amount") or 0) > (cleaned.get("sell_amount") or 0) and "sell_amount" in cleaned:
            self.add_error("sell_poor_amount", "贫困户产品不能大于代销金额")
        return cleaned


class ServiceForm(StationForm):
    household = forms.CharField(label="贫困户编号", max_length=40, help_text="建档立卡户编号；加密保存，页面只显示首尾")
    service = forms.ChoiceField(label="服务", choices=[("", "请选择"), *HouseholdService.Service.choices])
    amount = MoneyField(label="金额（元）", help_text="没有金额的填 0")
