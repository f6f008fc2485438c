"""What is typed about the building and running of a project. Shape only: policy is in rules."""

from django import forms

from portal.forms import DateField, ModelForm
from projects.forms.shapes import FilesField, FilesInput, LongText, PastDateField
from projects.models import Milestone, Operation, Problem, Progress, Visit
from projects.models.photo import opened
from projects.rules.signage import COMPLAINT_PHONE, NATIONAL_TEXT

MOST_PHOTOS = 9


def reason_field(label, help_text):
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=2000, required=False, widget=widget, help_text=help_text)


class PhotosField(FilesField):
    """Photographs, each really opened before it is taken."""

    widget = FilesInput(attrs={"accept": ".jpg,.jpeg,.png", "multiple": True})

    def __init__(self, **kwargs):
        words = kwargs.pop("help_text", f"最多 {MOST_PHOTOS} 张")
        super().__init__(**{"label": "照片", "required": False} | kwargs)
        self.help_text = f"{words}（JPG、PNG）"

    def clean(self, data, initial=None):
        uploads = super().clean(data, initial)
        if len(uploads) > MOST_PHOTOS:
            raise forms.ValidationError(f"一次最多 {MOST_PHOTOS} 张照片，现有 {len(uploads)} 张")
        for upload in uploads:
            opened(upload)
        return uploads


class MilestoneForm(ModelForm):
    class Meta:
        model = Milestone
        fields = ("name", "due_on")
        help_texts = {"name": "例：主体建设完成、设备安装调试、站点建成"}

    def __init__(self, *args, project, **kwargs):
        super().__init__(*args, **kwargs)
        self.project = project

    def clean_name(self):
        name = self.cleaned_data["name"]
        if self.project.milestones.filter(name=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("该项目已有同名的节点", code="unique")
        return name


class MilestoneEditForm(MilestoneForm):
    reason = reason_field("调整日期的理由", "开工后调整日期的必须填写；原日期和理由留在办理记录里")


class MilestoneDoneForm(forms.Form):
    done_on = PastDateField(label="完成日期")
    note = forms.CharField(label="完成情况", max_length=300, required=False)
    uploads = FilesField(label="凭证", help_text="照片、验收单、合格证等，可一次选多个文件")


class ProgressForm(ModelForm):
    on = PastDateField(label="截至日期")
    percent = forms.DecimalField(
        label="形象进度（%）",
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "num"}),
    )
    text = LongText(label="进展情况", rows=4, help_text="完成了什么，正在做什么，下一步做什么")
    uploads = PhotosField()
    reason = reason_field("减少的原因", "进度或累计投资比上次减少的必须填写")

    class Meta:
        model = Progress
        fields = ("on", "percent", "text", "invested")
        help_texts = {"invested": "开工以来累计；没有变化的可以不填"}


class VisitForm(ModelForm):
    on = PastDateField(label="检查日期")
    finding = LongText(label="检查情况", rows=5)
    uploads = PhotosField()

    class Meta:
        model = Visit
        fields = ("on", "people", "place", "finding", "content_differs")
        help_texts = {
            "people": "例：县商务局 2 人、县财政局 1 人",
            "content_differs": "勾选后列为偏离，直到下一次检查一致为止",
        }


class ProblemForm(ModelForm):
    text = LongText(label="具体情况", rows=4, required=False)
    found_on = PastDateField(label="发现日期")
    due_on = DateField(label="解决期限")

    class Meta:
        model = Problem
        fields = ("title", "text", "found_on", "responsible", "due_on")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("due_on") and cleaned.get("found_on") and cleaned["due_on"] < cleaned["found_on"]:
            self.add_error("due_on", "解决期限不能早于发现日期")
        return cleaned


class SolvedForm(forms.Form):
    solved_on = PastDateField(label="解决日期")
    solution = LongText(label="解决情况", rows=4)

    def __init__(self, *args, problem, **kwargs):
        super().__init__(*args, **kwargs)
        self.problem = problem

    def clean_solved_on(self):
        day = self.cleaned_data["solved_on"]
        if day < self.problem.found_on:
            raise forms.ValidationError(f"解决日期不能早于发现日期 {self.problem.found_on}", code="past")
        return day


class SignageForm(forms.Form):
    text = forms.CharField(
        label="标识文字", max_length=80, initial=NATIONAL_TEXT, help_text="现场标识上实际印的文字（48号 六（四））"
    )
    phone = forms.CharField(
        label="标识上的举报监督电话",
        max_length=40,
        required=False,
        help_text=f"标识上没有印的留空；应为省级主管部门电话 {COMPLAINT_PHONE}",
    )
    uploads = PhotosField(label="标识照片", help_text="一张；重新上传即替换，原件保留备查")

    def clean_uploads(self):
        uploads = self.cleaned_data["uploads"]
        if len(uploads) > 1:
            raise forms.ValidationError("标识照片请只选一张")
        return uploads


class OperationForm(ModelForm):
    month = forms.ChoiceField(label="月份")

    class Meta:
        model = Operation
        fields = ("month", "state", "note")
        widgets = {"state": forms.RadioSelect}
        help_texts = {"note": "停业、关闭的必须说明原因和打算"}

    def __init__(self, *args, months, **kwargs):
        super().__init__(*args, **kwargs)
        self.months = {f"{month:%Y-%m}": month for month in months}
        self.fields["month"].choices = [(key, f"{month:%Y年%-m月}") for key, month in self.months.items()]
        self.fields["state"].choices = Operation.State.choices

    def clean_month(self):
        return self.months[self.cleaned_data["month"]]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("state") and cleaned["state"] != Operation.State.NORMAL and not cleaned.get("note"):
            self.add_error("note", "停业、关闭的请说明情况")
        return cleaned
