"""下达文件和绩效目标。Shape only."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator

from counties.models import Batch, County
from funds import allocations
from funds.models import Appropriation
from portal import clock, workbook
from portal.forms import FileField, ModelForm
from projects.forms.shapes import WholeNumberField

FIRST_YEAR, LAST_YEAR = 2014, 2100  # the programme began in the first; the last only catches slips of typing


def year_field(**kwargs):
    return WholeNumberField(min_value=FIRST_YEAR, validators=[MaxValueValidator(LAST_YEAR)], **kwargs)


class BlockField(forms.CharField):
    """Rows typed or pasted, one a line."""

    def __init__(self, **kwargs):
        super().__init__(max_length=20000, strip=False, widget=forms.Textarea(attrs={"rows": 8}), **kwargs)


class AppropriationForm(ModelForm):
    batch = forms.ModelChoiceField(Batch.objects.all(), label="批次", empty_label=None)
    year = year_field(label="资金年度")
    file = FileField(label="下达文件")
    block = BlockField(
        label="下达明细",
        required=False,
        help_text="每行一个县：县名或代码、金额（元），中间用空格或制表符隔开；可以从 Excel 直接粘贴",
    )
    workbook = workbook.WorkbookField(label="或者上传明细工作簿", required=False)

    class Meta:
        model = Appropriation
        fields = ("batch", "doc_no", "doc_date", "kind", "source", "from_level", "year", "note")
        help_texts = {"doc_no": "例：豫财贸〔2020〕40号"}

    field_order = ("batch", "doc_no", "doc_date", "kind", "source", "from_level", "year", "file", "block", "workbook")
    annotated = b""

    def clean_doc_date(self):
        if (day := self.cleaned_data["doc_date"]) > clock.today():
            raise ValidationError("文件日期不能晚于今天")
        return day

    def clean(self):
        cleaned = super().clean()
        same = Appropriation.objects.filter(
            doc_no=cleaned.get("doc_no"), source=cleaned.get("source"), withdrawn_on=None
        )
        if same.exists():
            self.add_error("doc_no", "该文号的下达文件已经登记")
        if batch := cleaned.get("batch"):
            counties = list(County.objects.public().filter(batch=batch).select_related("region", "batch"))
            rows = self._from_workbook(counties) if cleaned.get("workbook") else self._from_block(counties)
            known = allocations.counties_by_name(counties)
            cleaned["rows"] = [(known[row["county"]], row["amount"]) for row in rows]
        return cleaned

    def _from_block(self, counties):
        rows, errors = allocations.read_block(allocations.ALLOCATIONS, self.cleaned_data.get("block") or "")
        if not errors:
            wrong = allocations.judged(rows, counties)
            errors = [f"第 {index + 1} 行：{words}" for index, (_, words) in wrong.items()]
        if not rows and not errors and not self.has_error("block") and not self.has_error("workbook"):
            errors = ["请填写至少一个县，或者上传明细工作簿"]
        for words in errors[:20]:
            self.add_error("block", words)
        return [] if errors else rows

    def _from_workbook(self, counties):
        try:
            reading = workbook.read_rows(self.cleaned_data["workbook"], allocations.ALLOCATIONS)
        except ValidationError as error:
            self.add_error("workbook", error)
            return []
        if not reading.errors:
            for index, (name, words) in allocations.judged(reading.values, counties).items():
                reading.blame(index, name, words)
        if not reading.values:
            self.add_error("workbook", "工作簿里没有任何一行")
        for words, cells in reading.causes():
            self.add_error("workbook", f"{words}（{'、'.join(cells[:10])}）")
        if reading.errors:
            self.annotated = workbook.annotated(reading)
            return []
        return reading.values


class TargetsForm(forms.Form):
    block = BlockField(
        label="绩效目标",
        help_text="每行一项：绩效指标、计量单位、目标值，用制表符隔开；可以从 Excel 直接粘贴",
    )
    file = FileField(label="绩效目标表", required=False)

    def clean_block(self):
        rows, errors = allocations.read_block(allocations.TARGETS, self.cleaned_data["block"])
        names = [row.get("indicator") for row in rows]
        if not errors and len(names) != len(set(names)):
            errors = ["同一指标只写一行"]
        if not rows and not errors:
            errors = ["没有读到任何一行"]
        if errors:
            raise ValidationError(errors[:20])
        return rows


class TakenBackForm(forms.Form):
    """Why an entry is withdrawn or reversed."""

    reason = forms.CharField(label="原因", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
