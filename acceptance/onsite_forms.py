"""What a telephone sends with one photograph. Shape only: policy stands in rules."""

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware

from portal import clock
from portal.forms import FileField


class MomentField(forms.CharField):
    """The moment at which the device says it was taken (ISO 8601); empty: now.

    In a training install the device stands in the real day and the portal in another: its moment is shifted likewise.
    """

    widget = forms.HiddenInput

    def clean(self, value):
        text = super().clean(value)
        try:
            moment = parse_datetime(text) if text else clock.now()
        except ValueError:
            moment = None
        if moment is None or not 2000 <= moment.year <= 2100:
            raise forms.ValidationError("拍摄时间无法识别")
        moment = make_aware(moment, clock.SHANGHAI) if is_naive(moment) else moment
        return moment + clock.shift() if text else moment


class PhotoForm(forms.Form):
    photo = FileField(
        label="照片",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png", "capture": "environment"}),
    )
    place = forms.CharField(label="地点", max_length=120, required=False, help_text="例：县级仓储物流中心东侧")
    remark = forms.CharField(label="说明", max_length=200, required=False)
    sha256 = forms.RegexField(
        r"^[0-9a-f]{64}$", required=False, widget=forms.HiddenInput, error_messages={"invalid": "照片摘要的格式不对"}
    )
    taken_at = MomentField(required=False)
    latitude = forms.DecimalField(
        required=False, min_value=-90, max_value=90, max_digits=9, decimal_places=6, widget=forms.HiddenInput
    )
    longitude = forms.DecimalField(
        required=False, min_value=-180, max_value=180, max_digits=9, decimal_places=6, widget=forms.HiddenInput
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["photo"].help_text = "JPG 或 PNG，不超过 20 MB。照片先存在本机，有信号时自动发送"

    def clean_photo(self):
        upload = self.cleaned_data["photo"]
        if upload.name.rpartition(".")[2].lower() not in ("jpg", "jpeg", "png"):
            raise forms.ValidationError("请上传 JPG 或 PNG 照片")
        return upload
