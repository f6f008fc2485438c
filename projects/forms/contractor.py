"""What is typed about a contractor. Shape only: policy is in rules."""

import unicodedata

from django import forms

from portal.forms import FileField, ModelForm
from projects.forms.shapes import (
    PastDateField,
)
from projects.identity import CHARSET, is_credit_code
from projects.models import (
    Contractor,
    CreditCheck,
    CreditRating,
    Licence,
)


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
