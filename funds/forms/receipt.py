"""What is typed when money arrives. Shape only."""

from django import forms

from funds.forms.appropriation import year_field
from funds.models import Appropriation, AppropriationRow, Receipt, StockFund, StockReturn
from funds.models.appropriation import Kind
from portal.forms import ModelForm, MoneyField
from portal.money import CENT
from projects.forms.shapes import PastDateField


class RowChoice(forms.ModelChoiceField):
    def label_from_instance(self, row):
        return f"{row.appropriation.doc_no}（下达 {row.amount} 元，已到账 {row.arrived} 元）"


class ReceiptForm(ModelForm):
    row = RowChoice(
        AppropriationRow.objects.none(),
        label="对应的下达文件",
        required=False,
        empty_label="平台中没有对应的下达文件",
        help_text="选择后，文号、日期和性质以下达文件为准",
    )
    source = forms.ChoiceField(
        label="资金来源", choices=Appropriation.SOURCES, help_text="配套资金、社会资金在各自的页面登记"
    )
    arrived_on = PastDateField(label="到账日期", help_text="资金进入县财政专账的日期")
    amount = MoneyField(label="金额", min_value=CENT)
    year = year_field(label="资金年度", required=False, help_text="不填的，按文件年度")

    class Meta:
        model = Receipt
        fields = (
            "row", "source", "kind", "doc_no", "doc_date", "year", "arrived_on", "amount", "treasury_account", "note",
        )  # fmt: skip
        help_texts = {
            "doc_no": "下达资金的文件字号，例：豫财贸〔2020〕40号",
            "treasury_account": "不填的，为本县登记的财政专账",
        }

    def __init__(self, *args, county, **kwargs):
        super().__init__(*args, **kwargs)
        self.county = county
        rows = AppropriationRow.objects.filter(county=county).to_arrive().select_related("appropriation")
        self.fields["row"].queryset = rows
        named = self.data.get("row") if self.is_bound else self.initial.get("row")
        if named:  # what the document says need not be typed again
            self.fields["doc_no"].required = self.fields["doc_date"].required = False

    def clean(self):
        cleaned = super().clean()
        if row := cleaned.get("row"):
            document = row.appropriation
            self.told = {name: getattr(document, name) for name in ("doc_no", "doc_date", "kind", "source", "year")}
            return cleaned | self.told
        same = self.county.receipts.standing().filter(
            row=None, doc_no=cleaned.get("doc_no"), source=cleaned.get("source")
        )
        if same.exists():
            self.add_error("doc_no", "该文号的资金下达已经登记，请核对文号和资金来源")
        return cleaned

    def _post_clean(self):
        """The model judges when it is registered (the row fills in what was not typed)."""


class ReceiptSearchForm(forms.Form):
    """The filters above the list; what cannot be understood filters nothing."""

    county = forms.ModelChoiceField(None, label="示范县", required=False, empty_label="全部")
    source = forms.ChoiceField(label="资金来源", required=False, choices=[("", "全部"), *Appropriation.SOURCES])
    kind = forms.ChoiceField(label="性质", required=False, choices=[("", "全部"), *Kind.choices])
    year = forms.IntegerField(label="资金年度", required=False, min_value=2014, max_value=9999)

    def __init__(self, *args, counties, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["county"].queryset = counties

    def chosen(self):
        """{field: value} of what was understood."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class StockForm(ModelForm):
    year = year_field(label="下达年度")
    received = MoneyField(label="已下达", min_value=CENT)
    arranged = MoneyField(label="已安排使用")

    class Meta:
        model = StockFund
        fields = ("year", "received", "arranged", "note")

    def __init__(self, *args, county, **kwargs):
        super().__init__(*args, **kwargs)
        self.county = county

    def clean_year(self):
        year = self.cleaned_data["year"]
        if self.county.stock_funds.standing().filter(year=year).exists():
            raise forms.ValidationError("该年度的存量资金已经登记；有误的请先冲销")
        return year

    def _post_clean(self):
        """What is arranged and received is judged by the rules."""


class StockReturnForm(ModelForm):
    returned_on = PastDateField(label="收回日期")
    amount = MoneyField(label="收回金额", min_value=CENT)

    class Meta:
        model = StockReturn
        fields = ("doc_no", "returned_on", "amount")
