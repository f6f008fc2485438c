"""What the public types: an objection, and the question what became of it. No account, no name needed."""

from django import forms

from accounts.models import Region
from portal.forms import FileField
from portal.models import Attachment


class ObjectionForm(forms.Form):
    text = forms.CharField(
        label="异议内容",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="请写明对公示的哪一项内容有异议、事实和理由；可以匿名",
    )
    name = forms.CharField(label="姓名（可不填）", max_length=40, required=False)
    phone = forms.CharField(
        label="联系电话（可不填）",
        max_length=40,
        required=False,
        help_text="只供办理单位核实情况，不公开",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    attachment = FileField(label="证明材料（可不填）", required=False, help_text="不公开")

    def values(self, region):
        """As `Notice.object` and `Complaint.file` take them; the file is stored privately, only the county may open it."""
        upload = self.cleaned_data.pop("attachment")
        kept = Attachment.keep(upload, region=region, by=None) if upload else None
        return self.cleaned_data | {"attachment": kept}


class LookupForm(forms.Form):
    receipt_no = forms.CharField(
        label="回执编号", max_length=20, help_text="例：YY202000001（异议）、TS202000001（投诉举报）"
    )
    lookup_code = forms.CharField(
        label="查询码",
        max_length=8,
        help_text="提交异议时显示的 8 位数字",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class ComplaintForm(ObjectionForm):
    """The same fields; here the reader says which county it is about."""

    region = forms.ModelChoiceField(
        Region.objects.none(), label="反映的县（市）", empty_label="请选择", to_field_name="code"
    )

    field_order = ("region", "text", "name", "phone", "attachment")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Region.objects.filter(designations__isnull=False).distinct()
        self.fields["text"].label = "反映的问题"
        self.fields["text"].help_text = "请写明时间、地点、单位、事情经过；可以匿名"


class ReplyForm(forms.Form):
    reply = forms.CharField(label="答复", max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
