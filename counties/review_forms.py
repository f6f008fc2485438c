"""What is typed when a plan is judged, returned, answered, changed, and what is kept beside it. Shape only."""

from django import forms
from django.core.exceptions import ValidationError

from counties.models import CountyDocument, Plan
from counties.models.returns import returnable_parts
from portal.files import sniff
from portal.forms import DateField, FileField

MAX_POINTS = 60


class KindOfFileField(FileField):
    """An upload of certain kinds only, told in words."""

    def __init__(self, *, kinds, words, **kwargs):
        super().__init__(**kwargs)
        self.kinds, self.words = kinds, words
        self.help_text = f"{self.words}。{kwargs.get('help_text', '')}"
        self.widget.attrs["accept"] = ",".join(f".{kind}" for kind in kinds)

    def to_python(self, data):
        upload = super().to_python(data)
        if upload is not None and sniff(upload)[0] not in self.kinds:
            raise ValidationError(f"{self.words}，请重新选择", code="kind")
        return upload


class ScanForm(forms.Form):
    scan = KindOfFileField(
        label="盖章扫描件",
        kinds=("pdf",),
        words="请上传 PDF",
        help_text="扫描正式印发的盖章件；平台保存原件和 SHA-256 摘要，与备案记录对应",
    )


class OpinionForm(forms.Form):
    opinion = forms.CharField(label="意见", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class AgreeForm(OpinionForm):
    """同意 or 回执. Nothing is ticked beforehand; which ticks are missing, the model says."""

    consents = forms.MultipleChoiceField(
        label="逐项同意例外", required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )
    receipt_no = forms.CharField(
        label="回执编号", max_length=40, required=False, help_text="本部门自己的编号；不填由平台编号"
    )

    field_order = ("consents", "receipt_no", "opinion")

    def __init__(self, *args, review, **kwargs):
        super().__init__(*args, **kwargs)
        exceptions = review.exceptions_to_consent()
        if exceptions:
            self.fields["consents"].choices = [(b.rule.id, f"{b.rule.id}：{b.wrong}") for b in exceptions]
        else:
            del self.fields["consents"]
        if review.level != "province":
            del self.fields["receipt_no"]


class SendBackForm(forms.Form):
    opinion = forms.CharField(label="退回意见", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class PointForm(forms.Form):
    part = forms.ChoiceField(label="退回内容", choices=())
    reason = forms.CharField(label="退回理由", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, parts, number=1, **kwargs):
        super().__init__(*args, **kwargs)
        self.empty_permitted, self.use_required_attribute = True, False
        self.fields["part"].choices = [("", "请选择"), *parts]
        self.labels = {key: words for _, group in parts for key, words in group}
        for field in self.fields.values():
            field.label = f"第 {number} 处 {field.label}"

    def row(self):
        data = self.cleaned_data
        return {"part": data["part"], "label": self.labels[data["part"]], "reason": data["reason"]}


class BasePoints(forms.BaseFormSet):
    def __init__(self, *args, plan, **kwargs):
        self.parts = returnable_parts(plan)
        super().__init__(*args, prefix="points", **kwargs)

    def get_form_kwargs(self, index):
        return {"parts": self.parts, "number": (index or 0) + 1}

    def rows(self):
        return [form.row() for form in self.forms if form.has_changed()]


Points = forms.formset_factory(
    PointForm, formset=BasePoints, extra=2, max_num=MAX_POINTS, absolute_max=MAX_POINTS + 1, validate_max=True
)


def typed_points(data, plan):
    """The rows as typed, unjudged, with room for more: for the button 再加一处."""
    names = ("part", "reason")
    numbers = range(len(Points(data, plan=plan).forms))
    return Points(initial=[{n: data.get(f"points-{i}-{n}", "") for n in names} for i in numbers], plan=plan)


class AnswersForm(forms.Form):
    """One field for each point that was returned, to be answered in words."""

    def __init__(self, *args, points, **kwargs):
        super().__init__(*args, **kwargs)
        self.points = list(points)
        for number, point in enumerate(self.points, start=1):
            self.fields[f"point-{point.pk}"] = forms.CharField(
                label=f"第 {number} 处：{point.label}",
                max_length=2000,
                initial=point.answer,
                help_text=f"退回理由（{point.review}）：{point.reason}",
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def answers(self):
        return {point.pk: self.cleaned_data[f"point-{point.pk}"] for point in self.points}


class ChangeForm(forms.Form):
    types = forms.MultipleChoiceField(
        label="变更类型", choices=Plan.ChangeType.choices, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label="变更理由",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="为什么要变更；将写入变更报告（F-08），并随重新公示公开",
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(label="撤回理由", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class RejectForm(forms.Form):
    opinion = forms.CharField(label="不予认可的理由", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class CountyDocumentForm(forms.Form):
    kind = forms.ChoiceField(label="类别", choices=CountyDocument.Kind.choices)
    title = forms.CharField(label="文件名称", max_length=120)
    doc_no = forms.CharField(label="文号", max_length=60, required=False)
    issued_on = DateField(label="印发日期")
    file = FileField(label="文件")
    site_url = forms.URLField(
        label="县政府官网网址",
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text="已在县政府官网公开的，填写网址，平台专栏同步公开；还未公开的先不填",
    )


class PublishForm(forms.Form):
    site_url = forms.URLField(
        label="县政府官网网址", max_length=500, assume_scheme="https", help_text="先在县政府官网公开，再填写网址"
    )
