"""What is typed about a procurement, its packages and the queries about it. Shape only: policy is in rules."""

from django import forms

from portal import money
from portal.forms import FileField, ModelForm, MoneyField
from projects.forms.shapes import LongText, PastDateField, SiteForm, rows_of
from projects.models import Bidder, Contractor, Package, Procurement, SupplierQuery

LEGAL_BASES = (  # method → where the law allows it; shown beside the field, not judged
    "邀请招标：政府采购法第29条；竞争性谈判：第30条；单一来源：第31条；询价：第32条；"
    "竞争性磋商：财库〔2014〕214号第3条；框架协议：财政部令第110号第3条"
)
SCORE = {"max_digits": 6, "decimal_places": 2, "min_value": 0, "required": False}


class ScoreField(forms.DecimalField):
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "num"})

    def widget_attrs(self, widget):
        return {}


class ProcurementForm(ModelForm):
    content_text = LongText(label="项目建设内容", help_text="向社会公示的原文：建设什么、建在哪里、时限和要求")
    conditions = LongText(label="承办单位条件", help_text="向社会公示的原文：承办单位应具备的条件（25号 一（三）1—3）")
    budget = MoneyField(label="采购预算（元）", min_value=money.CENT, help_text="等于各标段预算之和")

    class Meta:
        model = Procurement
        fields = ("name", "content_text", "conditions", "budget")


class PackageForm(forms.Form):
    name = forms.CharField(label="标段名称", max_length=120, widget=forms.TextInput(attrs={"placeholder": "标段名称"}))
    fund_line = forms.TypedChoiceField(label="对应资金安排")
    budget = MoneyField(label="标段预算（元）", min_value=money.CENT)
    content_text = LongText(label="标段内容", rows=2, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["content_text"].widget.attrs["placeholder"] = "标段内容（选填）"


def package_rows(lines):
    """Rows of packages, each on one of these lines of the plan in force (read once, however many rows there are)."""
    known = {str(line.pk): line for line in lines}
    choices = [
        (pk, f"{line}（{line.get_direction_display()}，中央资金 {money.wan(line.central_amount)} 万元）")
        for pk, line in known.items()
    ]

    class PackageRow(PackageForm):
        fund_line = forms.TypedChoiceField(
            label="对应资金安排", choices=[("", "请选择"), *choices], coerce=known.get, empty_value=None
        )

    return rows_of(PackageRow, "标段")


class AnnouncementForm(ModelForm):
    procurement_no = forms.CharField(
        label="采购编号", max_length=60, help_text="照公告填写，如 武政招标采购【2021】011号"
    )
    notice_date = PastDateField(label="采购公告日期")
    open_date = PastDateField(label="开标（评审）日期", required=False, help_text="尚未开标的留空，开标后再登记")
    announcement_url = forms.URLField(label="采购公告网址", max_length=500, assume_scheme="https")

    class Meta:
        model = Procurement
        fields = (
            "method",
            "method_reason",
            "procurement_no",
            "notice_date",
            "open_date",
            "announcement_url",
            "platform",
        )
        help_texts = {
            "method_reason": f"公开招标以外的必填，写明依据的条款和事实。{LEGAL_BASES}",
            "platform": "如 河南省政府采购网、县公共资源交易平台",
        }


class AwardForm(ModelForm):
    award_date = PastDateField(label="成交日期")
    award_amount = MoneyField(label="成交金额（元）", min_value=money.CENT)
    winner = forms.ModelChoiceField(Contractor.objects.none(), label="成交供应商", empty_label="请选择")
    score = ScoreField(label="评审得分", **SCORE)
    reason = LongText(
        label="需要说明的理由",
        rows=3,
        required=False,
        help_text="条件相同而未向保供企业倾斜（48号 三）、供应商不足三家或成交的不是第一名的，须说明",
    )

    class Meta:
        model = Package
        fields = ("award_date", "award_amount", "winner", "score", "is_tied", "favours_supplier")

    def __init__(self, *args, contractors, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["winner"].queryset = contractors
        self.fields["award_amount"].help_text = f"不超过标段预算 {self.instance.budget:,.2f} 元"


class BidderForm(ModelForm):
    name = forms.CharField(label="供应商", max_length=100)
    offer = MoneyField(label="最终报价（元）", min_value=money.CENT)
    score = ScoreField(label="得分", **SCORE)
    rank = forms.IntegerField(
        label="排名",
        min_value=1,
        max_value=999,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "num"}),
    )

    class Meta:
        model = Bidder
        fields = ("name", "offer", "score", "rank", "is_consortium")


BidderRows = rows_of(BidderForm, "供应商")


class ResultForm(SiteForm):
    reason = LongText(label="逾期公告的原因", rows=3, required=False, help_text="超过成交后 2 个工作日的须说明")


class ContractPublicityForm(ModelForm):
    contract_publicised_on = PastDateField(label="合同公告日期")
    contract_url = forms.URLField(label="合同公告网址", max_length=500, assume_scheme="https")
    reason = LongText(label="逾期公告的原因", rows=3, required=False, help_text="超过签订后 2 个工作日的须说明")

    class Meta:
        model = Package
        fields = ("contract_publicised_on", "contract_url")


class _OfProcurement(forms.ModelChoiceField):
    """One package of a procurement, or all of it."""

    def __init__(self, **kwargs):
        super().__init__(Package.objects.none(), required=False, **kwargs)


class AbandonForm(forms.Form):
    package = _OfProcurement(label="废标（终止）的标段", empty_label="尚未确定承办单位的全部标段")
    reason = LongText(label="废标（终止）的理由", rows=4, help_text="如 有效供应商不足三家、预算调整、采购任务取消")

    def __init__(self, *args, packages, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["package"].queryset = packages


class QueryForm(ModelForm):
    package = _OfProcurement(label="涉及标段", empty_label="整个采购")
    received_on = PastDateField(label="收到日期")
    text = LongText(label="质疑、投诉事项", rows=5)
    upload = FileField(label="质疑函（投诉书）", required=False)

    class Meta:
        model = SupplierQuery
        fields = ("kind", "package", "supplier", "received_on", "text")

    def __init__(self, *args, packages, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["package"].queryset = packages


class QueryAnswerForm(forms.Form):
    outcome = forms.ChoiceField(label="处理结果", choices=[("", "请选择"), *SupplierQuery.Outcome.choices])
    answer_text = LongText(label="答复内容", rows=5)
    consequence = forms.ChoiceField(
        label="对采购活动的处理",
        choices=[("", "不成立的不选"), *SupplierQuery.Consequence.choices],
        required=False,
        help_text="成立的必选。已确定承办单位而未签协议的只能选“废标”或“不改变成交结果”",
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("outcome") == SupplierQuery.Outcome.UPHELD and not cleaned.get("consequence"):
            self.add_error("consequence", "成立的须写明对采购活动的处理")
        return cleaned
