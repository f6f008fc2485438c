"""What is typed about courses, sessions and trainees. Shape only: policy is in rules."""

import unicodedata

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from portal.forms import DateField, ModelForm
from projects.forms.shapes import FilesField, PastDateField, WholeNumberField, rows_of
from projects.identity import MOBILE, is_id_number
from projects.models import Course, FollowUp, Trainee, TrainingSession

SMALL = 32767  # what a PositiveSmallIntegerField takes


def _folded(text):
    """As people copy it: full-width, with spaces or hyphens, a small x."""
    return "".join(unicodedata.normalize("NFKC", text or "").split()).replace("-", "").upper()


class IdNumberField(forms.CharField):
    """公民身份号码, checked by GB 11643-1999; the message never repeats the number."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "class": "num"})

    def to_python(self, value):
        return _folded(super().to_python(value))

    def validate(self, value):
        super().validate(value)
        if value and len(value) != 18:
            raise forms.ValidationError(f"身份证号应为 18 位，现在是 {len(value)} 位", code="length")
        if value and not is_id_number(value):
            raise forms.ValidationError("身份证号校验不符（GB 11643），请对照证件逐位核对", code="check_digit")


class MobileField(forms.CharField):
    widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel", "class": "num"})

    def to_python(self, value):
        return _folded(super().to_python(value))

    def validate(self, value):
        super().validate(value)
        if value and not MOBILE.fullmatch(value):
            raise forms.ValidationError("请填写 11 位手机号", code="invalid")


class ScoreField(forms.DecimalField):
    """0 to 100, two places."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "num"})

    def __init__(self, **kwargs):
        super().__init__(max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False, **kwargs)


class CourseForm(ModelForm):
    topics = forms.MultipleChoiceField(
        label="培训内容",
        choices=Course.Topic,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="按教学大纲勾选；根据实际需求丰富直播带货、社交电商等内容（25号 二（四））",
    )
    hours = WholeNumberField(label="学时", min_value=1)
    pass_mark = WholeNumberField(label="合格分数线（分）", initial=60)

    class Meta:
        model = Course
        fields = ("name", "kind", "topics", "textbook", "hours", "teachers", "pass_mark")
        help_texts = {"textbook": "使用的标准化教材名称", "teachers": "多名教师用顿号分开"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["hours"].validators.append(MaxValueValidator(SMALL))
        self.fields["pass_mark"].validators += [MinValueValidator(0), MaxValueValidator(100)]


class SessionForm(ModelForm):
    date_from = DateField(label="开始日期")
    date_to = DateField(label="结束日期", help_text="一期不超过 31 天，更长的请分期登记")
    planned = WholeNumberField(label="计划人数", min_value=1, help_text="实到人数按签到自动计算，不另填")
    satisfaction = ScoreField(label="满意度（%）", help_text="本期满意度调查结果；没有调查的不填")

    class Meta:
        model = TrainingSession
        fields = ("date_from", "date_to", "place", "organizer", "planned", "satisfaction")

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("date_from"), cleaned.get("date_to")
        if first and last and last < first:
            self.add_error("date_to", "结束日期不能早于开始日期")
        elif first and last and (last - first).days >= TrainingSession.LONGEST:
            self.add_error("date_to", f"一期培训不超过 {TrainingSession.LONGEST} 天，更长的请分期登记")
        return cleaned


class SessionFilesForm(forms.Form):
    sheets = FilesField(label="签到表", required=False, help_text="纸质签到表扫描件；请先遮盖身份证号、手机号")
    photos = FilesField(label="现场照片", required=False)

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not (cleaned.get("sheets") or cleaned.get("photos")):
            self.add_error("sheets", "请选择签到表或现场照片")
        return cleaned


class TraineeForm(ModelForm):
    id_no = IdNumberField(label="身份证号", max_length=40)
    phone = MobileField(label="手机号", max_length=40, required=False)

    class Meta:
        model = Trainee
        fields = Trainee.FIELDS


class TraineeRowForm(forms.Form):
    """One line of the list; the record behind it is found by its number."""

    name = forms.CharField(label="姓名", max_length=40)
    gender = forms.ChoiceField(label="性别", choices=[("", "—"), *Trainee.Gender.choices])
    id_no = IdNumberField(label="身份证号", max_length=40)
    phone = MobileField(label="手机号", max_length=40, required=False)
    village = forms.CharField(label="所在村", max_length=80)
    category = forms.ChoiceField(label="学员类别", choices=[("", "—"), *Trainee.Category.choices])
    is_poor = forms.BooleanField(label="建档立卡贫困户", required=False)


TraineeRows = rows_of(TraineeRowForm, "学员")


class TraineeEditForm(TraineeForm):
    """Number and phone stay as they are unless they are typed anew: they are never shown in a form."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in Trainee.PERSONAL:
            self.fields[name].required = False
            self.fields[name].help_text = f"现为 {getattr(self.instance, name)}；不改的留空"

    def clean_id_no(self):
        number = self.cleaned_data["id_no"]
        others = Trainee.objects.filter(project=self.instance.project_id).exclude(pk=self.instance.pk)
        if number and others.of_number(number).exists():
            raise forms.ValidationError("该身份证号已登记为本项目另一名学员", code="unique")
        return number

    def given(self):
        """What is to be written: an empty personal field is left alone."""
        return {name: value for name, value in self.cleaned_data.items() if value != "" or name not in Trainee.PERSONAL}


class MarkForm(forms.Form):
    """One trainee of a session: which days signed, result, certificate."""

    exam_score = ScoreField(label="成绩")
    certificate_no = forms.CharField(label="证书编号", max_length=40, required=False)

    def __init__(self, *args, enrolment, days, **kwargs):
        super().__init__(*args, prefix=f"e{enrolment.pk}", **kwargs)
        self.enrolment, self.names = enrolment, [f"{day:%Y-%m-%d}" for day in days]
        self._days = dict(zip(self.names, days, strict=True))
        for name in self.names:
            self.fields[name] = forms.BooleanField(label=f"{enrolment.trainee} {name} 签到", required=False)
        for name in ("exam_score", "certificate_no"):
            self.fields[name].widget.attrs["aria-label"] = f"{enrolment.trainee} {self.fields[name].label}"

    def day_fields(self):
        return [self[name] for name in self.names]

    def mark(self):
        days = {self._days[name] for name in self.names if self.cleaned_data[name]}
        return {
            "days": days,
            "exam_score": self.cleaned_data["exam_score"],
            "certificate_no": self.cleaned_data["certificate_no"],
        }


class Marks:
    """The rows of one page of the attendance grid, judged together."""

    management_form = None  # a formset for the error summary: rows are named by their number

    def __init__(self, data, enrolments, days):
        signed = {e.pk: {f"{a.day:%Y-%m-%d}": a.signed for a in e.attendance.all()} for e in enrolments}
        self.is_bound = data is not None
        self.forms = [
            MarkForm(
                data,
                enrolment=e,
                days=days,
                initial=signed[e.pk] | {"exam_score": e.exam_score, "certificate_no": e.certificate_no},
            )
            for e in enrolments
        ]

    def __iter__(self):
        return iter(self.forms)

    def is_valid(self):
        return self.is_bound and not [form for form in self.forms if not form.is_valid()]  # all judged: all shown

    def non_form_errors(self):
        return []

    def marks(self):
        return {form.enrolment: form.mark() for form in self.forms}


class FollowUpForm(ModelForm):
    on = PastDateField(label="跟踪日期")

    class Meta:
        model = FollowUp
        fields = ("after_days", "on", "outcome", "income")
        help_texts = {"income": "转化后的月收入，元/月；没有的不填"}

    def _get_validation_exclusions(self):
        """The same milestone written again is a correction, not a second one."""
        return super()._get_validation_exclusions() | {"enrolment"}
