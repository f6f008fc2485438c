"""What clerks and contractors type about procurement, agreements, projects. Shape only: policy is in rules.py."""

import unicodedata

from django import forms

from counties.models import FundLine
from portal import clock, money
from portal.forms import DateField, FileField, ModelForm, MoneyField
from projects.identity import CHARSET, is_credit_code
from projects.models import (
    Agreement,
    Contractor,
    ContractorPlan,
    CreditCheck,
    CreditRating,
    Equipment,
    Licence,
    Procurement,
    Project,
    Stage,
    TransactionInformation,
)

MAX_ROWS = 50  # stages, equipment, panel members of one record: real ones have 2 to 20


class PastDateField(DateField):
    """A day on which something happened: today at the latest."""

    def validate(self, value):
        super().validate(value)
        if value and value > clock.today():
            raise forms.ValidationError(f"不能晚于今天（{clock.today()}）", code="future")


class WholeNumberField(forms.IntegerField):
    """A count, as large as the database takes it."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "num"})

    def __init__(self, *, min_value=0, **kwargs):
        super().__init__(min_value=min_value, max_value=2**31 - 1, **kwargs)


class LongText(forms.CharField):
    """A text of several paragraphs; longer than this it belongs into a file."""

    def __init__(self, *, rows=6, **kwargs):
        super().__init__(max_length=20000, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class SearchForm(forms.Form):
    """The filters above a list; what cannot be understood filters nothing."""

    q = forms.CharField(label="名称或代码", max_length=100, required=False)
    status = forms.ChoiceField(label="状态", required=False)

    def __init__(self, *args, statuses=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [("", "全部状态"), *statuses]
        if not statuses:
            del self.fields["status"]

    def wanted(self, name):
        return self.cleaned_data.get(name, "") if self.is_valid() else ""


class ReasonForm(forms.Form):
    """Why something goes back."""

    reason = forms.CharField(label="理由", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args, label="理由", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label


class SiteForm(forms.Form):
    """Where on the county government's own site the matter stands: the platform does not replace it."""

    site_url = forms.URLField(
        label="县政府官网公示网址",
        max_length=500,
        assume_scheme="https",
        help_text="先在县政府官网发布，再填写网址；平台公示不能代替县政府官网公示",
    )


# --- rows ----------------------------------------------------------------------------------------------------------


class Rows(forms.BaseFormSet):
    """Rows as on paper: what is blank is not there, what is ticked 删除 goes, and a row more can always be had."""

    row_name = "行"

    def initial_form_count(self):
        return 0  # every row may be left blank, the ones shown at first as well

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for name, field in form.fields.items():
            field.widget.attrs["aria-label"] = f"{self.row_name} {(index or 0) + 1}：{field.label or name}"
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "删除"
            form.fields["DELETE"].widget.attrs["aria-label"] = f"删除{self.row_name} {(index or 0) + 1}"

    def rows(self):
        """The rows that stay, in their order."""
        staying = [form for form in self.forms if form.has_changed() and form not in self.deleted_forms]
        return [{name: value for name, value in form.cleaned_data.items() if name != "DELETE"} for form in staying]

    @classmethod
    def showing(cls, rows, *, blank, prefix):
        """These rows, and so many blank ones after them."""
        formset = cls(initial=rows, prefix=prefix)
        formset.extra = min(len(rows) + blank, MAX_ROWS)
        return formset

    def typed(self, *, blank):
        """The same rows as typed, unjudged, and so many blank ones after them."""
        names = [*self.form.base_fields, "DELETE"]
        rows = [
            {name: self.data.get(f"{self.prefix}-{n}-{name}", "") for name in names} for n in range(len(self.forms))
        ]
        return self.showing(rows, blank=blank, prefix=self.prefix)


def rows_of(form, row_name, *, can_delete=True):
    limits = {"max_num": MAX_ROWS, "absolute_max": MAX_ROWS + 1, "validate_max": True}
    formset = forms.formset_factory(form, formset=Rows, can_delete=can_delete, **limits)
    formset.row_name = row_name
    return formset


def as_typed(form_class, data, **kwargs):
    """The form as typed, unjudged (a row was added, nothing was sent yet)."""
    return form_class(initial={name: data.get(name, "") for name in form_class.base_fields}, **kwargs)


# --- contractors ---------------------------------------------------------------------------------------------------


class CreditCodeField(forms.CharField):
    """统一社会信用代码 as people copy it: full-width, with spaces, in small letters. Checked by GB 32100-2015."""

    def to_python(self, value):
        text = unicodedata.normalize("NFKC", super().to_python(value) or "")
        return "".join(text.split()).upper()

    def validate(self, value):
        super().validate(value)
        if strange := sorted({character for character in value if character not in CHARSET}):
            hint = "（代码中没有字母 I、O、S、V、Z，请核对是否应为数字 1、0、5、2）"
            raise forms.ValidationError(f"含有代码不使用的字符“{''.join(strange)[:20]}”{hint}", code="character")
        if len(value) != 18:
            raise forms.ValidationError(f"应为 18 位，现在是 {len(value)} 位", code="length")
        if not is_credit_code(value):
            words = "校验位不符（GB 32100-2015），请对照营业执照逐位核对"
            raise forms.ValidationError(words, code="check_digit")


class ContractorForm(ModelForm):
    credit_code = CreditCodeField(
        label="统一社会信用代码",
        help_text="18 位，按营业执照填写；保存时核对校验位",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "num"}),
    )
    duplicate = None  # the contractor that has this code already, for the page to link to

    class Meta:
        model = Contractor
        fields = (
            "name",
            "credit_code",
            "legal_representative",
            "form",
            "category",
            "registered_at",
            "declares_clean_record",
        )
        help_texts = {
            "form": "分支机构不具有独立法人资格，不能单独承办",
            "declares_clean_record": "依据承办单位签字盖章的承诺书勾选",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.projects.exists():
            self.fields["credit_code"].disabled = True
            self.fields["credit_code"].help_text = "已承办项目，代码不能再改"

    def clean_credit_code(self):
        code = self.cleaned_data["credit_code"]
        self.duplicate = Contractor.objects.filter(credit_code=code).exclude(pk=self.instance.pk).first()
        if self.duplicate:
            raise forms.ValidationError(f"该代码已登记为“{self.duplicate.name}”，不能重复登记", code="unique")
        return code


class LicenceForm(ModelForm):
    class Meta:
        model = Licence
        fields = ("name", "number", "valid_to")
        help_texts = {"valid_to": "长期有效的留空"}


class CreditCheckForm(ModelForm):
    checked_on = PastDateField(label="查询日期")

    class Meta:
        model = CreditCheck
        fields = ("site", "checked_on", "found_record")
        help_texts = {"site": "例：信用中国、国家企业信用信息公示系统、中国政府采购网"}


class CreditRatingForm(ModelForm):
    issued_on = PastDateField(label="出具日期")
    upload = FileField(label="证明文件", required=False)

    class Meta:
        model = CreditRating
        fields = ("agency", "grade", "report_no", "issued_on", "valid_to")


# --- procurement ---------------------------------------------------------------------------------------------------


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


# --- projects ------------------------------------------------------------------------------------------------------


class ProjectForm(ModelForm):
    owner_phone = forms.RegexField(
        r"^[0-9+()（）\-—－ 转]{7,40}$",
        label="责任人电话",
        required=False,
        max_length=40,
        error_messages={"invalid": "请填写电话号码，例如 0396-7022056"},
    )

    class Meta:
        model = Project
        fields = ("owner_person", "owner_phone", "planned_start", "planned_end")
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


class StageForm(ModelForm):
    amount = MoneyField(label="中央资金（元）", min_value=money.CENT)

    class Meta:
        model = Stage
        fields = ("name", "deliverables", "amount")


class EquipmentForm(ModelForm):
    quantity = WholeNumberField(label="数量", min_value=1)
    owner = forms.ChoiceField(label="产权归属", choices=[("", "产权归属"), *Equipment.Owner.choices], required=False)

    class Meta:
        model = Equipment
        fields = ("name", "model", "quantity", "unit_price", "owner", "place")
        widgets = {
            "name": forms.TextInput(attrs={"placeholder": "设备名称"}),
            "model": forms.TextInput(attrs={"placeholder": "型号"}),
        }


StageRows = rows_of(StageForm, "阶段")
EquipmentRows = rows_of(EquipmentForm, "设备")


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
