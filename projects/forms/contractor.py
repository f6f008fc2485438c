"""What is typed about a contractor. Shape only: policy is in rules."""

import unicodedata

from django import forms

from accounts.models import User
from portal import clock
from portal.forms import FileField, ModelForm
from projects.forms.shapes import PastDateField, WholeNumberField
from projects.identity import CHARSET, is_credit_code
from projects.models import (
    Assessment,
    Contractor,
    CreditCheck,
    CreditRating,
    Evidence,
    Licence,
)


class CreditCodeField(forms.CharField):
    """统一社会信用代码 as people copy it: full-width, with spaces, in small letters. Checked by GB 32100-2015."""

    def to_python(self, value):
        text = unicodedata.normalize("NFKC", super().to_python(value) or "")
        return "".join(text.split()).upper()

    def validate(self, value):
        super().validate(value)
        if not value:
            return
        if strange := sorted({character for character in value if character not in CHARSET}):
            hint = "（代码中没有字母 I、O、S、V、Z，请核对是否应为数字 1、0、5、2）"
            raise forms.ValidationError(f"含有代码不使用的字符“{''.join(strange)[:20]}”{hint}", code="character")
        if len(value) != 18:
            raise forms.ValidationError(f"应为 18 位，现在是 {len(value)} 位", code="length")
        if not is_credit_code(value):
            words = "校验位不符（GB 32100-2015），请对照营业执照逐位核对"
            raise forms.ValidationError(words, code="check_digit")


PHONE = r"^[0-9+()（）\-—－ 转]{7,40}$"
PHONE_WORDS = {"invalid": "请填写电话号码，例如 0396-7022056"}


class ContractorForm(ModelForm):
    credit_code = CreditCodeField(
        label="统一社会信用代码",
        required=False,
        help_text="18 位，按营业执照填写；保存时核对校验位。联合体不填，由各成员分别登记",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "num"}),
    )
    founded_on = PastDateField(label="成立日期", required=False)
    staff_count = WholeNumberField(label="从业人数（人）", required=False)
    contact_phone = forms.RegexField(
        PHONE,
        label="联系电话",
        required=False,
        max_length=40,
        error_messages=PHONE_WORDS,
        help_text="只有本单位和县级看全",
    )
    duplicate = None  # the contractor that has this code already, for the page to link to when its reader may see it

    class Meta:
        model = Contractor
        fields = (
            "name",
            "credit_code",
            "legal_representative",
            "form",
            "category",
            "category_note",
            "registered_capital",
            "founded_on",
            "staff_count",
            "registered_at",
            "contact_person",
            "contact_phone",
            "contact_email",
            "declares_clean_record",
        )
        help_texts = {
            "form": "分支机构不具有独立法人资格，不能单独承办",
            "category_note": "类型为“其他”的，说明从事什么业务",
            "declares_clean_record": "依据承办单位签字盖章的承诺书勾选",
        }

    def __init__(self, *args, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.reader = reader
        if self.instance.pk and self.instance.projects.exists():
            self._settle("credit_code", "已承办项目，代码不能再改")
            self._settle("form", "已承办项目，组织形式不能再改")
        elif self.instance.pk and self.instance.consortium_members.exists():
            self._settle("form", "已登记联合体成员，组织形式不能再改")

    def _settle(self, name, words):
        self.fields[name].disabled, self.fields[name].help_text = True, words

    def clean_credit_code(self):
        code = self.cleaned_data["credit_code"]
        known = code and Contractor.objects.filter(credit_code=code).exclude(pk=self.instance.pk).first()
        if known:
            self.duplicate = Contractor.objects.visible_to(self.reader).filter(pk=known.pk).first()
            raise forms.ValidationError(f"该代码已登记为“{known.name}”，不能重复登记", code="unique")
        return code

    def clean(self):
        cleaned = super().clean()
        is_consortium = cleaned.get("form") == Contractor.Form.CONSORTIUM
        if is_consortium and cleaned.get("credit_code"):
            self.add_error("credit_code", "联合体没有自己的代码，请留空；各成员分别登记后加入")
        if not is_consortium and "credit_code" in cleaned and not cleaned["credit_code"]:
            self.add_error("credit_code", forms.ValidationError("请填写代码", code="required"))
        return cleaned


class LicenceForm(ModelForm):
    upload = FileField(label="证照扫描件", required=False)

    class Meta:
        model = Licence
        fields = ("name", "number", "valid_to")
        help_texts = {
            "name": "按证照上的名称，例：营业执照、道路运输经营许可证、快递业务经营许可证",
            "valid_to": "长期有效的留空",
        }


class CreditCheckForm(ModelForm):
    checked_on = PastDateField(label="查询日期")
    record_on = PastDateField(
        label="违法违规行为认定日期", required=False, help_text="查到记录的填写；不填的按三年以内处理"
    )
    upload = FileField(label="查询结果截图", required=False)

    class Meta:
        model = CreditCheck
        fields = ("site", "checked_on", "found_record", "record_on", "still_listed")
        help_texts = {"site": "例：信用中国、国家企业信用信息公示系统、中国政府采购网"}


class CreditRatingForm(ModelForm):
    issued_on = PastDateField(label="出具日期")
    upload = FileField(label="证明文件", required=False)

    class Meta:
        model = CreditRating
        fields = ("agency", "grade", "report_no", "issued_on", "valid_to")
        help_texts = {"valid_to": "证明上没有写明的留空：出具满十二个月即过期"}


class EvidenceForm(ModelForm):
    upload = FileField(label="材料文件")

    class Meta:
        model = Evidence
        fields = ("kind", "title", "description")


class MemberForm(forms.Form):
    """A member is named by its code: nobody needs to see the list of the others for that."""

    credit_code = CreditCodeField(label="成员的统一社会信用代码", help_text="成员须先登记为承办单位")
    is_lead = forms.BooleanField(label="牵头单位", required=False)
    share = forms.CharField(label="分工", max_length=200, help_text="该成员承担哪一部分工作")
    member = None

    def clean_credit_code(self):
        code = self.cleaned_data["credit_code"]
        self.member = Contractor.objects.filter(credit_code=code).first()
        if self.member is None:
            raise forms.ValidationError("没有登记过这个代码的单位，请先登记", code="unknown")
        return code


class AccountForm(forms.Form):
    username = forms.RegexField(
        r"^[a-z][a-z0-9._-]{3,29}$",
        label="用户名",
        max_length=30,
        help_text="4 至 30 位小写字母、数字，以字母开头；开通后不能改",
        error_messages={"invalid": "应为 4 至 30 位小写字母、数字、点、横线，以字母开头"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    name = forms.CharField(label="姓名（或岗位）", max_length=40)
    phone = forms.RegexField(PHONE, label="联系电话", max_length=40, error_messages=PHONE_WORDS)

    def clean_username(self):
        username = self.cleaned_data["username"]
        if User.objects.filter(username=username).exists():
            raise forms.ValidationError("这个用户名已有人使用，请换一个", code="unique")
        return username


class AssessmentForm(ModelForm):
    year = WholeNumberField(label="考核年度", min_value=2014)
    score = WholeNumberField(label="得分（0—100）")
    upload = FileField(label="考核材料", required=False)

    class Meta:
        model = Assessment
        fields = ("year", "score", "reasons")
        help_texts = {"reasons": "项目建设、后期运营和扶贫实效（25号 四（三））"}

    def clean_year(self):
        year = self.cleaned_data["year"]
        if year > clock.today().year:
            raise forms.ValidationError(f"不能晚于今年（{clock.today().year} 年）", code="future")
        return year

    def clean_score(self):
        score = self.cleaned_data["score"]
        if score > 100:
            raise forms.ValidationError("得分在 0 至 100 之间", code="range")
        return score
