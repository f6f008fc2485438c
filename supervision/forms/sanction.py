"""What is typed on the pages of a revocation. Shape only: what must be proven stands in rules/sanction.py."""

from django import forms

from portal.forms import DateField, FileField
from projects.forms.shapes import FilesField, LongText, PastDateField
from supervision.models import Sanction


class OpenForm(forms.Form):
    ground = forms.ChoiceField(label="事由", choices=Sanction.Ground.choices)
    facts = LongText(label="查实的事实", help_text="时间、事项、金额；县政府据此陈述申辩")
    reference = forms.CharField(
        label="审计、检查或者处理文书文号", max_length=100, help_text="例：审计报告、巡视巡查反馈、处理决定的文号"
    )
    evidence = FilesField(label="证据材料", help_text="可以选择多个文件")


class StatementForm(forms.Form):
    statement = LongText(label="陈述申辩")
    files = FilesField(label="材料", required=False, help_text="可以选择多个文件")


class OpinionForm(forms.Form):
    agrees = forms.ChoiceField(
        label="意见", choices=[("yes", "同意取消"), ("no", "不同意取消")], widget=forms.RadioSelect
    )
    words = forms.CharField(label="说明", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def values(self):
        return {"agrees": self.cleaned_data["agrees"] == "yes", "words": self.cleaned_data["words"]}


class DecisionForm(forms.Form):
    doc_no = forms.CharField(label="决定文号", max_length=60, help_text="例：豫商体系〔2021〕8号")
    decided_on = PastDateField(label="决定日期")
    scan = FileField(label="决定的盖章扫描件", help_text="作出决定后随即公开")


class TransferForm(forms.Form):
    transferred_to = forms.CharField(label="受移送机关", max_length=100)
    transferred_on = PastDateField(label="移送日期")
    transfer_doc_no = forms.CharField(label="移送文号", max_length=60)


class RectificationForm(forms.Form):
    until = DateField(label="整改期限")
    reason = forms.CharField(
        label="责令整改的原因", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text="县政府将看到原因"
    )
