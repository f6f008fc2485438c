"""What a contractor reports month by month. Shape only: policy is in rules."""

from django import forms

from portal.forms import ModelForm, MoneyField
from portal.workbook import WorkbookField
from projects.forms.shapes import LongText, PastDateField, WholeNumberField, rows_of
from projects.models import Activity, TransactionInformation


class InformationForm(ModelForm):
    """One month. Nothing to report is an answer that is signed (零申报), not a row of noughts left behind."""

    month = forms.ChoiceField(label="月份")
    is_nil = forms.BooleanField(label="本月确无交易，零申报（本单位对此负责）", required=False)
    online_sales = MoneyField(label="网络销售额（元）", required=False)
    farm_sales = MoneyField(label="其中农产品（元）", required=False)
    industrial_sales = MoneyField(label="其中工业品（元）", required=False)
    orders = WholeNumberField(label="订单（单）", required=False)
    parcels = WholeNumberField(label="包裹（件）", required=False)
    remark = LongText(label="说明", rows=3, required=False, help_text="需要说明的情况；没有可不填")

    FIGURES = ("online_sales", "farm_sales", "industrial_sales", "orders", "parcels")

    class Meta:
        model = TransactionInformation
        fields = ("month", "is_nil", "online_sales", "farm_sales", "industrial_sales", "orders", "parcels", "remark")

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
        parts = (cleaned.get("farm_sales") or 0) + (cleaned.get("industrial_sales") or 0)
        if parts > (cleaned.get("online_sales") or 0) and "online_sales" in cleaned:
            self.add_error("farm_sales", "农产品与工业品销售额之和不能大于网络销售额")
        return cleaned | {name: cleaned.get(name) or 0 for name in self.FIGURES if name in cleaned}

    @property
    def figures(self):
        return [self[name] for name in self.FIGURES]


class CorrectionForm(InformationForm):
    """The same month again, and why."""

    reason = forms.CharField(label="更正理由", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, information, **kwargs):
        month = information.month
        super().__init__(*args, instance=information, months=[month], **kwargs)
        self.initial["month"] = f"{month:%Y-%m}"


class MonthsWorkbookForm(forms.Form):
    upload = WorkbookField(label="工作簿")


class ActivityForm(forms.Form):
    date = PastDateField(label="日期")
    kind = forms.ChoiceField(label="类型", choices=[("", "请选择"), *Activity.Kind.choices])
    place = forms.CharField(label="地点", max_length=120)
    people = WholeNumberField(label="参加人数", required=False)
    amount = MoneyField(label="成交额（元）", required=False)

    def clean(self):
        cleaned = super().clean()
        return cleaned | {name: cleaned.get(name) or 0 for name in ("people", "amount") if name in cleaned}


ActivityRows = rows_of(ActivityForm, "活动")


def activities_within(rows, month):
    """Do all activities lie in the month? Those that do not say so at their date; rows and form are valid already."""
    for row in rows.forms:
        date = row.cleaned_data.get("date") if row.has_changed() and row not in rows.deleted_forms else None
        if date and date.replace(day=1) != month:
            row.add_error("date", f"活动日期须在 {month:%Y年%-m月} 之内")
    return rows.is_valid() and not any(row.errors for row in rows.forms if row not in rows.deleted_forms)
