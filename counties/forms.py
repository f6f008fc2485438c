"""What the clerks of a county, a city and the province type. Shape only: the policy stands in rules.py."""

from django import forms

from accounts.models import User
from counties.models import County, Plan
from notices.forms import SnapshotField
from portal.forms import FileField, ModelForm, MoneyField
from portal.models import Attachment

TELEPHONE = r"^(\D*[0-9]){5}.*$"  # words may stand around the number: “0396-7022056（工作日）”


class CountyForm(ModelForm):
    column_url = forms.URLField(label="县政府官网公开专栏", max_length=500, required=False, assume_scheme="https")
    complaint_phone = forms.RegexField(
        TELEPHONE,
        label="投诉举报电话",
        required=False,
        max_length=40,
        help_text="印在每一份公示上；没有举报电话不能发布公示（25号 四（四））",
        error_messages={"invalid": "请填写电话号码，例如 0396-7022056"},
    )
    matching_promised = MoneyField(
        label="申报时承诺的县级配套（元）", required=False, help_text="方案的配套低于承诺须说明理由（25号 三（一））"
    )
    account_last4 = forms.RegexField(
        r"^[0-9]{4}$",
        label="账号末四位",
        required=False,
        help_text="平台只保存末四位，用于核对付款账户",
        error_messages={"invalid": "请填写账号的最后四位数字"},
    )

    class Meta:
        model = County
        fields = County.EDITABLE_FIELDS

    def clean_matching_promised(self):
        promised = self.cleaned_data["matching_promised"]
        return self.instance.matching_promised if promised is None else promised


class AllotForm(ModelForm):
    """What the province fixes for a county; a changed amount needs its reason, because plans are built on it."""

    reason = forms.CharField(label="依据或理由", max_length=2000, help_text="例：资金下达文件的文号")

    class Meta:
        model = County
        fields = County.ALLOTTED_FIELDS


class LiaisonForm(forms.Form):
    name = forms.CharField(label="姓名", max_length=40)
    post = forms.CharField(label="单位和职务", max_length=60)
    phone = forms.RegexField(
        TELEPHONE,
        label="联系电话",
        max_length=40,
        error_messages={"invalid": "请填写电话号码，例如 0396-7022056"},
    )
    user = forms.ModelChoiceField(
        User.objects.none(), label="填报账号", required=False, empty_label="暂不关联账号", help_text="月报由该账号填报"
    )

    def __init__(self, *args, county, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.serving(county.region, "liaison")


class PlanForm(ModelForm):
    """The plan itself. `plan_upload` and `fund_upload` become attachments only when the whole form is right."""

    title = forms.CharField(label="标题", max_length=120)
    plan_upload = FileField(label="《实施方案》", required=False)
    fund_upload = FileField(label="《项目资金安排方案》", required=False)
    change_types = forms.MultipleChoiceField(
        label="变更类型", choices=Plan.ChangeType.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    revision = forms.IntegerField(label="修改序号", min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    UPLOADS = {"plan_upload": "plan_file", "fund_upload": "fund_file"}
    ONLY_FOR_A_CHANGE = ("change_types", "change_reason")

    class Meta:
        model = Plan
        fields = (
            "title",
            "period_from",
            "period_to",
            "summary",
            "total_central",
            "total_matching",
            "total_private",
            "change_types",
            "change_reason",
        )
        help_texts = {
            "summary": "建设目标、主要任务、进度安排；公示时作为正文",
            "total_central": "应等于下方明细中央资金的合计",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["summary"].max_length = 20000
        self.fields["summary"].widget.attrs["rows"] = 8
        if not self.instance.is_change:
            for name in self.ONLY_FOR_A_CHANGE:
                del self.fields[name]
        for upload, kept in self.UPLOADS.items():
            if attachment := getattr(self.instance, kept):
                field = self.fields[upload]
                field.help_text = f"现有：{attachment.name}。重新上传即替换（原件保留备查）。{field.help_text}"

    def values(self, *, by):
        """The fields of the plan as `Plan.edit` takes them; uploads are stored here, once everything else is right."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data}
        for upload, kept in self.UPLOADS.items():
            if file := self.cleaned_data[upload]:
                values[kept] = Attachment.keep(file, region=self.instance.region, by=by)
        return values


class ChapterForm(forms.Form):
    text = forms.CharField(
        label="内容", required=False, max_length=20000, strip=False, widget=forms.Textarea(attrs={"rows": 16})
    )
    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class PasteForm(forms.Form):
    block = forms.CharField(
        label="从 Excel 粘贴",
        max_length=400_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "wrap": "off"}),
        help_text="在 Excel 中选中各行复制，粘贴到这里；各列顺序与模板相同，带不带表头都可以",
    )


class RevisionForm(forms.Form):
    """The revision with which a table was opened."""

    revision = forms.IntegerField(label="修改序号", min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """The written reason that excuses a SOFT rule."""

    reason = forms.CharField(
        label="说明理由", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReturnForm(forms.Form):
    reason = forms.CharField(label="退回理由", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class SiteForm(forms.Form):
    """Where on the county government's own site the plan stands: the platform does not replace it."""

    site_url = forms.URLField(
        label="县政府官网公示网址",
        max_length=500,
        assume_scheme="https",
        help_text="先在县政府官网发布，再填写网址；平台公示不能代替县政府官网公示（25号 一（一））",
    )
    snapshot = SnapshotField(required=False)


class DecisionForm(forms.Form):
    """A change needs the decision of the county government; it is publicised again only after the province has it."""

    decision = FileField(label="县政府关于方案变更的决定")

    def __init__(self, *args, plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["decision"].required = not plan.decision_file_id


class FilingForm(forms.Form):
    doc_no = forms.CharField(
        label="发文字号", max_length=40, help_text="例：驻商〔2020〕12号。年份用六角括号，序号不编虚位、不加“第”"
    )
    reason = forms.CharField(
        label="逾期原因",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="按时报备不必填写；逾期报备须说明原因，并计入通报",
    )
