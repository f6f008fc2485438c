"""验收报告：printed once, its digest in the event of the conclusion, the PDF kept beside the record (A-147)."""

import hashlib

from django.core.files.uploadedfile import SimpleUploadedFile

from acceptance.documents import acceptance_report
from acceptance.models.inspection import Inspected
from portal.models import Attachment


class Reported(Inspected):
    """The report of a concluded application."""

    class Meta:
        abstract = True

    def checklist_words(self):
        return [f"{item.title}：{item.found_words()}，{item.result_words()}" for item in self.checklist.all()]

    def report_digest(self):
        """SHA-256 of the page that the report is printed from: the same page gives the same PDF."""
        return hashlib.sha256(acceptance_report(self).html().encode()).hexdigest()

    def report_pdf(self):
        """The report as it was kept at the conclusion; printed afresh only while it is not kept yet."""
        return self.report.path.read_bytes() if self.report else acceptance_report(self).pdf()

    def keep_report(self):
        """Keep the PDF of the report, once (after the commit, so that a conclusion never waits for paper)."""
        if self.conclusion and not self.report_id:
            upload = SimpleUploadedFile(f"验收报告 {self.no}.pdf", acceptance_report(self).pdf(), "application/pdf")
            kept = Attachment.keep(upload, region=self.region, by=None)
            type(self).objects.filter(pk=self.pk, report=None).update(report=kept)
            self.refresh_from_db()
