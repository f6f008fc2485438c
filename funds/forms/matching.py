"""配套资金、社会资金。Shape only."""

from django import forms

from funds.forms.appropriation import year_field
from funds.models import MatchingFund, MatchingPayment, PrivateInvestment
from portal.forms import FileField, ModelForm, MoneyField
from portal.money import CENT
from projects.forms.shapes import PastDateField
from projects.models import Agreement


class BudgetForm(ModelForm):
    year = year_field(label="年度")
    doc_date = PastDateField(label="文件日期")
    amount = MoneyField(label="安排金额", min_value=CENT)

    class Meta:
        model = MatchingFund
        fields = ("year", "doc_no", "doc_date", "amount", "note")

    def __init__(self, *args, county, **kwargs):
        super().__init__(*args, **kwargs)
        self.county = county

    def clean_doc_no(self):
        doc_no = self.cleaned_data["doc_no"]
        if self.county.matching_funds.standing().filter(doc_no=doc_no).exists():
            raise forms.ValidationError("该文号的配套资金已经登记")
        return doc_no


class ArriveForm(forms.Form):
    arrived_on = PastDateField(label="到位日期", help_text="资金进入财政专账的日期")


class AgreementChoice(forms.ModelChoiceField):
    def label_from_instance(self, agreement):
        return f"{agreement.project.name}（{agreement.project.contractor}，协议配套 {agreement.matching_amount} 元）"


class MatchingRequestForm(ModelForm):
    agreement = AgreementChoice(Agreement.objects.none(), label="协议", empty_label="请选择")
    amount = MoneyField(label="金额", min_value=CENT)

    class Meta:
        model = MatchingPayment
        fields = ("agreement", "amount", "note")

    def __init__(self, *args, county, **kwargs):
        super().__init__(*args, **kwargs)
        agreements = Agreement.objects.filter(project__county=county, status=Agreement.Status.SIGNED)
        self.fields["agreement"].queryset = agreements.filter(matching_amount__gt=0).select_related(
            "project__contractor"
        )


class VoucherForm(forms.Form):
    voucher_no = forms.CharField(label="支付凭证号", max_length=60)


class ConfirmForm(forms.Form):
    checked = forms.BooleanField(label="已核对凭证与金额")


class InvestmentForm(ModelForm):
    amount = MoneyField(label="金额", min_value=CENT)
    invested_on = PastDateField(label="投入日期")
    evidence = FileField(label="凭证", help_text="发票、付款回单等")

    class Meta:
        model = PrivateInvestment
        fields = ("amount", "invested_on", "note")
