from django import forms
from django.core.exceptions import ValidationError

from notices.models import Objection
from portal.files import sniff
from portal.forms import FileField


class SnapshotField(FileField):
    """The page of the county site as a picture or PDF (G-03)."""

    def __init__(self, **kwargs):
        help_text = "县政府官网公示页面的截图或 PDF，作为公示凭证保存；平台不代为访问该网址"
        super().__init__(label="官网页面截图（凭证）", help_text=help_text, **kwargs)

    def to_python(self, data):
        upload = super().to_python(data)
        if upload is not None and sniff(upload)[0] not in ("pdf", "png", "jpeg"):
            raise ValidationError("截图请上传 PDF、PNG 或 JPG", code="kind")
        return upload


class SnapshotForm(forms.Form):
    snapshot = SnapshotField()


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label="处理结果",
        choices=Objection.Outcome.choices,
        widget=forms.RadioSelect,
        help_text="成立：撤下公示，事项退回更正后重新公示；不成立：公示继续，期满后自动结束",
    )
    reply = forms.CharField(
        label="答复",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="答复向提出人公开，也在公示页面公开；请不要写入个人信息",
    )
