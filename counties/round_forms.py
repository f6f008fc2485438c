"""申报轮次和市推荐的表单。Shape only; what may be done stands in counties/rules/."""

import re

from django import forms

from accounts.models import Region
from counties.criteria import PACKAGE_CHOICES
from counties.models import CityRecommendation, CountyApplication, Round
from portal.forms import DateField, FileField, ModelForm
from portal.models import Attachment

CRITERION = re.compile(
    r"^(?P<title>.{2,60}?)[\s　:：]+(?P<points>[0-9]{1,3})(?:\s*分)?(?:[\s　]+(?P<clause>.{1,60}))?$"
)
MAX_CRITERIA = 20


class Uploads:
    """File fields named `<field>_upload` become attachments only when the whole form is right."""

    def hint_at_files(self):
        for name, kept in self.UPLOADS.items():
            if attachment := getattr(self.instance, kept):
                help_text = self.fields[name].help_text
                self.fields[name].help_text = f"现有：{attachment.name}。重新上传即替换（原件保留备查）。{help_text}"

    def values(self, *, region, by):
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        for name, kept in self.UPLOADS.items():
            if file := self.cleaned_data[name]:
                values[kept] = Attachment.keep(file, region=region, by=by)
        return values


class CriteriaField(forms.CharField):
    """One criterion a line: “产业基础 25 48号 四”."""

    widget = forms.Textarea(attrs={"rows": 6})

    def prepare_value(self, value):
        if isinstance(value, list):
            return "\n".join(f"{c['title']} {c['points']} {c.get('clause', '')}".strip() for c in value)
        return value

    def clean(self, value):
        found = []
        for number, line in enumerate(filter(None, map(str.strip, super().clean(value).splitlines())), 1):
            match = CRITERION.match(line)
            if not match:
                raise forms.ValidationError(f"第 {number} 行请写成“指标名称 分值 依据”，例如：产业基础 25 48号 四")
            found.append(
                {
                    "title": match["title"],
                    "points": int(match["points"]),
                    "clause": match["clause"] or "",
                }
            )
        if len(found) > MAX_CRITERIA:
            raise forms.ValidationError(f"评审指标最多 {MAX_CRITERIA} 项")
        return found


class RoundForm(ModelForm):
    criteria = CriteriaField(
        label="评审指标",
        max_length=3000,
        help_text="每行一项：名称 分值 依据；合计 100 分。指标随轮次公开（48号 附二（一）1）",
    )

    class Meta:
        model = Round
        fields = ("title", "notice_no", "opens_on", "closes_on", "criteria")
        help_texts = {
            "notice_no": "例：豫财贸〔2020〕35号",
            "closes_on": "当日 24:00 锁定，之后不能提交和推荐（35号 四）",
        }

    def clean(self):
        data = super().clean()
        opens, closes = data.get("opens_on"), data.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", "申报截止不能早于申报开始")
        return data


class IncludeForm(forms.Form):
    region = forms.ModelChoiceField(
        Region.objects.at(Region.Level.COUNTY).select_related("parent"), label="县（市）", empty_label="请选择"
    )
    basis = forms.CharField(label="依据", max_length=200, help_text="国务院办公厅督查激励通报的文号")


class RankForm(forms.Form):
    size = forms.IntegerField(label="拟报县数", min_value=1, max_value=500)
    from_poverty = forms.IntegerField(
        label="先从贫困县排序表取", min_value=0, max_value=500, help_text="其余名额按总排序表依次取；名次只由得分决定"
    )
    reason = forms.CharField(
        label="说明理由",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="贫困县不足 1/3 时必填（“原则上”），理由向社会公开",
    )


class PackForm(Uploads, ModelForm):
    ranking_upload = FileField(label="申报县排序名单", required=False)
    basis_upload = FileField(label="选拔依据", required=False)
    plan_upload = FileField(label="省级工作方案", required=False)
    package = forms.MultipleChoiceField(
        label="省级工作方案已包含",
        choices=PACKAGE_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="逐项核对方案后勾选（48号 附一、附二（一））",
    )

    UPLOADS = {"ranking_upload": "ranking_file", "basis_upload": "basis_file", "plan_upload": "plan_file"}

    class Meta:
        model = Round
        fields = ("letter_no", "package")
        help_texts = {"letter_no": "例：豫财贸〔2020〕40号"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.hint_at_files()


class PublishForm(forms.Form):
    confirmed = forms.ModelMultipleChoiceField(
        CountyApplication.objects.none(), label="三部门核定的县（市）", widget=forms.CheckboxSelectMultiple
    )
    confirmation = forms.CharField(
        label="核定情况", max_length=200, help_text="三部门函件文号、核定县数；未列入的注明原因"
    )
    site_url = forms.URLField(
        label="省商务厅官网公示网址",
        max_length=500,
        assume_scheme="https",
        help_text="先在官网发布，再填写网址；平台公示不能代替官网公示",
    )

    def __init__(self, *args, round, **kwargs):
        super().__init__(*args, **kwargs)
        candidates = round.applications.filter(status__in=["shortlisted", "not_listed"]).select_related("region")
        self.fields["confirmed"].queryset = candidates
        self.fields["confirmed"].label_from_instance = lambda a: f"{a.region.name}（总排名 {a.place or '直接纳入'}）"
        self.fields["confirmed"].initial = [a.pk for a in candidates if a.status == "shortlisted"]


class DesignateForm(forms.Form):
    doc_no = forms.CharField(label="名单公布文号", max_length=40, help_text="例：豫商体系〔2020〕25号")
    doc_date = DateField(label="公布日期")


class RecommendationForm(Uploads, ModelForm):
    chosen = forms.ModelMultipleChoiceField(
        CountyApplication.objects.none(),
        label="推荐的县（市）",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="市三部门评议同意的申报",
    )
    method_upload = FileField(label="选拔办法和工作程序", required=False)
    method_url = forms.URLField(
        label="公开网址",
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text="选拔办法在哪里公开（35号 三（二））",
    )

    UPLOADS = {"method_upload": "method_file"}

    class Meta:
        model = CityRecommendation
        fields = ("chosen", "doc_no", "opinion", "method_url", "method_public_on")
        help_texts = {"doc_no": "三部门联合行文的文号，例：驻商〔2020〕8号"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ready = self.instance.round.applications.filter(status="city_reviewed", region__parent=self.instance.region)
        self.fields["chosen"].queryset = ready.select_related("region")
        self.fields["chosen"].label_from_instance = lambda application: application.region.name
        self.fields["opinion"].max_length = 5000
        self.hint_at_files()
