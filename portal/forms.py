"""How every form looks and speaks: the renderer, and fields that take what clerks really type.

Forms check shape, rules check policy. A page needs no more than

    class PaymentForm(portal.forms.ModelForm): …
    <form method="post" {% if form.is_multipart %}enctype="multipart/form-data"{% endif %}>
      {% csrf_token %}{% request_key %}{{ form }}<button class="btn btn-primary">提交申请</button></form>

`{{ form }}` brings the error summary, labels, help and errors. Fields placed by hand: {% error_summary form %} first,
then {{ form.amount.as_field_group }} for each.
"""

import re
import unicodedata
from decimal import Decimal

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import ModelFormMetaclass
from django.forms.renderers import TemplatesSetting

from portal import money
from portal.files import ALLOWED, sniff

CLASSES = {"select": "form-select", "checkbox": "form-check-input"}
DASHES = "---------"  # what Django writes where nothing is chosen
_DEEDS = {"select": "请选择", "radio": "请选择", "file": "请上传", "checkbox": "请勾选"}


class BoundField(forms.BoundField):
    """Gives each widget its Bootstrap class and speaks plainly; the aria attributes come from Django."""

    def wrong(self) -> list[str]:
        """The errors in words; “这个字段是必填项” becomes what to do about it."""
        return [
            f"{_DEEDS.get(getattr(self.field.widget, 'input_type', ''), '请填写')}“{self.label}”"
            if error.code == "required"
            else " ".join(error.messages)
            for error in self.errors.as_data()
        ]

    def build_widget_attrs(self, attrs, widget=None):
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if widget.use_fieldset and getattr(widget, "input_type", "") != "file":
            return attrs  # a group of choices: Django would put the class on the group as well
        classes = [widget.attrs.get("class", ""), CLASSES.get(getattr(widget, "input_type", ""), "form-control")]
        if self.errors:
            classes.append("is-invalid")
        attrs["class"] = " ".join(filter(None, classes))
        return attrs


class Renderer(TemplatesSetting):
    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
    formset_template_name = "ui/formset.html"
    bound_field_class = BoundField


# --- money ---------------------------------------------------------------------------------------------------------
PLAIN = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")
GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
MAX_DIGITS = 18


def parse_yuan(text: str) -> Decimal:
    """元, two places, from what people type or paste: “１，２３４．５”, “¥1,234.50元”. Raises ValidationError.

    Anything that could be read in two ways is refused, not guessed: “12,34”, “1.000”, “3万”.
    """
    text = unicodedata.normalize("NFKC", text).replace("。", ".").strip().removeprefix("¥").removesuffix("元").strip()
    if "万" in text or "亿" in text:
        raise ValidationError("请以“元”为单位填写，不要写“万”“亿”", code="unit")
    if text[:1] in {"-", "−", "–"}:
        raise ValidationError("金额不能是负数", code="min_value")
    text = text.removeprefix("+")
    if "," in text and not GROUPED.fullmatch(text):
        raise ValidationError("千分位逗号的位置不对，请检查，或去掉逗号", code="grouping")
    plain = text.replace(",", "")
    if not PLAIN.fullmatch(plain):
        raise ValidationError("请填写数字金额，例如 1234567.80", code="invalid")
    whole, _, cents = plain.partition(".")
    whole = whole.lstrip("0") or "0"
    if len(cents) > 2:
        raise ValidationError("金额最多两位小数（精确到分）", code="max_decimal_places")
    if len(whole) > MAX_DIGITS - 2:
        raise ValidationError("金额过大，请检查是否多写了数字", code="max_digits")
    return Decimal(f"{whole}.{cents or '0'}").quantize(money.CENT)


class MoneyField(forms.DecimalField):
    """Decimal 元, two places, not negative (or from `min_value` on)."""

    unit = "元"
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "num"})

    def __init__(self, *, min_value=money.ZERO, max_digits=MAX_DIGITS, decimal_places=2, **kwargs):
        super().__init__(min_value=min_value, max_digits=max_digits, decimal_places=decimal_places, **kwargs)

    def to_python(self, value):
        if value in self.empty_values:
            return None
        return parse_yuan(str(value))

    def widget_attrs(self, widget):
        return {}  # DecimalField would add step and min, which a text input does not know

    def run_validators(self, value):
        if value is not None and self.min_value is not None and value < self.min_value:
            least = "大于 0" if self.min_value == money.CENT else f"不少于 {self.min_value} 元"
            raise ValidationError(f"金额应{least}", code="min_value")
        super().run_validators(value)


# --- dates, files ------------------------------------------------------------------------------------------------
class DateField(forms.DateField):
    """A date from the browser's calendar; typing 2020年10月15日, 2020.10.15 or 20201015 works too."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_error_messages = {"invalid": "请填写存在的日期，例如 2020-10-15"}

    def to_python(self, value):
        if isinstance(value, str):
            text = unicodedata.normalize("NFKC", value).strip()
            if found := re.fullmatch(r"([0-9]{4})[年./-]([0-9]{1,2})[月./-]([0-9]{1,2})日?", text):
                value = "-".join(found.groups())
            elif re.fullmatch(r"[0-9]{8}", text):
                value = f"{text[:4]}-{text[4:6]}-{text[6:]}"
        return super().to_python(value)


class FileField(forms.FileField):
    """An attachment: says beforehand what is accepted, and judges by content, size and name in plain words."""

    widget = forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.docx,.xlsx"})
    default_error_messages = {
        "empty": "这个文件是空的，请重新选择",
        "missing": "没有收到文件，请重新选择",
        "invalid": "没有收到文件，请重新选择",
        "max_length": "文件名过长（%(length)d 个字），请改短到 %(max)d 个字以内",
    }

    def __init__(self, *, max_length=200, help_text="", **kwargs):
        limit = settings.MAX_ATTACHMENT_BYTES // 1024 // 1024
        kinds = f"可上传 {ALLOWED}，单个文件不超过 {limit} MB"
        super().__init__(max_length=max_length, help_text=f"{help_text}（{kinds}）" if help_text else kinds, **kwargs)

    def to_python(self, data):
        upload = super().to_python(data)
        if upload is None:
            return None
        if upload.size > settings.MAX_ATTACHMENT_BYTES:
            limit = settings.MAX_ATTACHMENT_BYTES // 1024 // 1024
            size = f"{upload.size / 1024 / 1024:.1f}"
            raise ValidationError(
                f"文件“{upload.name}”有 {size} MB，超过 {limit} MB，请压缩或拆分后再上传", code="size"
            )
        sniff(upload)
        return upload


# --- model forms -------------------------------------------------------------------------------------------------
def field_for(model_field, **kwargs):
    """The form field of a model field: money, dates and files as above, the rest as Django has it."""
    if isinstance(model_field, money.MoneyField):
        kwargs.setdefault("form_class", MoneyField)
    elif type(model_field) is models.DateField:
        kwargs.setdefault("form_class", DateField)
    elif isinstance(model_field, models.TextField) and not model_field.choices:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
    return model_field.formfield(**kwargs)


class _FieldsOfTheHouse(ModelFormMetaclass):
    def __new__(mcs, name, bases, attrs):
        meta = attrs.get("Meta")
        if meta is not None and not getattr(meta, "formfield_callback", None):
            meta.formfield_callback = staticmethod(field_for)
        return super().__new__(mcs, name, bases, attrs)


class ModelForm(forms.ModelForm, metaclass=_FieldsOfTheHouse):
    """django's ModelForm with the fields of this house; nothing else to learn."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == DASHES:
                field.empty_label = _nothing_chosen(field)
            elif (choices := list(getattr(field, "choices", ()))[:1]) and choices[0] == ("", DASHES):
                field.choices = [("", _nothing_chosen(field)), *list(field.choices)[1:]]


def _nothing_chosen(field):
    return "请选择" if field.required else "（不选）"
