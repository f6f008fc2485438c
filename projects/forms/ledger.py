"""What is sent into a ledger: a workbook. One row has the form of its schema (portal/rowform.py)."""

from django import forms

from portal import workbook
from portal.files import sniff


class LedgerImportForm(forms.Form):
    workbook = workbook.WorkbookField(label="台账工作簿", max_length=200)

    def clean_workbook(self):
        upload = self.cleaned_data["workbook"]
        sniff(upload)
        return upload
