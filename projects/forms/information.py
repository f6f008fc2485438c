"""What a contractor reports month by month. Shape only: policy is in rules."""

from django import forms

from portal.forms import ModelForm, MoneyField
from projects.forms.shapes import LongText, WholeNumberField
from projects.models import (
    TransactionInformation,
)


class InformationForm(ModelForm):
    """One month. Nothing to report is an answer that is signed (零申报), not a row of noughts left behind."""

    month = forms.ChoiceField(label="月份")
    is_nil = forms.BooleanField(label="本月确无交易，零申报（本单位对此负责）", required=False)
    online_sales = MoneyField(label="网络销售额（元）", required=False)
    farm_sales = MoneyField(label="其中农产品（元）", required=False)
    orders = WholeNumberField(label="订单（单）", required=False)
    parcels = WholeNumberField(label="包裹（件）", required=False)
    activities = LongText(
        label="活动情况", rows=4, required=False, help_text="本月开展的培训、促销、站点服务等活动；没有可不填"
    )

    FIGURES = ("online_sales", "farm_sales", "orders", "parcels")

    class Meta:
        model = TransactionInformation
        fields = ("month", "is_nil", "online_sales", "farm_sales", "orders", "parcels", "activities")

    def __init__(self, *args, months, **kwargs):
        super().__init__(*args, **kwargs)
        self.months = {f"{month:%Y-%m}": month for month in months}
        self.fields["month"].choices = [(key, f"{month:%Y年%-m月}") for key, month in self.months.items()]

    def clean_month(self):
        return self.months[self.cleaned_data["month"]]

    def clean(self):
        cleaned = super().clean()
        figures = {name: cleaned.get(name) for name in self.FIGURES if name not in self.errors}
        if cleaned.get("is_nil"):
            for name in [name for name, value in figures.items() if value]:
                self.add_error(name, "零申报时各项数据须为零；有交易的请取消勾选“零申报”")
        else:
            for name in [name for name, value in figures.items() if value is None]:
                self.add_error(name, "请填写；没有的填 0，各项都没有的勾选“零申报”")
            if figures and not any(value is None or value for value in figures.values()):
                self.add_error("is_nil", "各项均为零，请勾选“零申报”确认，或填写数据")
        if (cleaned.get("farm_sales") or 0) > (cleaned.get("online_sales") or 0) and "online_sales" in cleaned:
            self.add_error("farm_sales", "农产品销售额不能大于网络销售额")
        return cleaned | {name: cleaned.get(name) or 0 for name in self.FIGURES if name in cleaned}
