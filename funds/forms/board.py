"""The filters above the money board; what cannot be understood filters nothing."""

from django import forms

from accounts.models import Region
from counties.models import Batch, County, FundLine
from funds.board import ORDERS
from portal.forms import DateField
from projects.forms.shapes import SearchForm


class BoardForm(SearchForm):
    on = DateField(label="截至（含当日）", required=False)
    batch = forms.ModelChoiceField(Batch.objects.none(), label="批次", required=False, empty_label="全部批次")
    city = forms.ModelChoiceField(
        Region.objects.none(), label="市", required=False, empty_label="全部", to_field_name="code"
    )
    order = forms.ChoiceField(
        label="排序", required=False, choices=[(name, words) for name, (words, _) in ORDERS.items()]
    )

    def __init__(self, *args, counties, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["q"]
        self.fields["batch"].queryset = Batch.objects.filter(counties__in=counties).distinct()
        self.fields["city"].queryset = Region.objects.filter(children__designations__in=counties).distinct()


class RowsForm(SearchForm):
    """The same day and place for the rows behind a figure."""

    on = DateField(label="截至（含当日）", required=False)
    county = forms.ModelChoiceField(County.objects.none(), label="示范县", required=False, empty_label="全部")
    direction = forms.ChoiceField(
        label="支持方向", required=False, choices=[("", "全部方向"), *FundLine.Direction.choices]
    )

    def __init__(self, *args, counties, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["q"]
        self.fields["county"].queryset = counties.select_related("region").order_by("region__code")
