"""备案报送：what was sent to the province, when, under which number."""

from django.db import models
from django.db.models import Q

from accounts.models import Office
from counties.rules import plan as rules
from portal.models import Attachment


class Filing(models.Model):
    """备案报告（F-06）：one formal document to three departments separately."""

    BEFORE_FILE = [
        rules.filed_by_formal_document,
        rules.filed_in_time,
        rules.direct_county_files_itself,
        rules.others_go_through_the_city,
    ]

    plan = models.ForeignKey("Plan", models.PROTECT, related_name="filings")
    round = models.PositiveSmallIntegerField("轮次")
    level = models.CharField("报送层级", max_length=10, choices=Office.Level)
    office = models.ForeignKey(Office, models.PROTECT, verbose_name="报送单位")
    doc_no = models.CharField("发文字号", max_length=40)
    filed_on = models.DateField("报送日期")
    is_late = models.BooleanField("逾期", default=False)
    late_reason = models.TextField("逾期原因", blank=True)
    sealed_scan = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="盖章扫描件"
    )

    class Meta:
        verbose_name = "备案报送"
        constraints = [
            models.UniqueConstraint(fields=["plan", "round"], name="one_filing_per_round"),
            models.CheckConstraint(
                name="A_113_late_filing_has_a_reason",
                condition=Q(is_late=False) | ~Q(late_reason=""),
                violation_error_message="逾期报备须说明原因（规则 A-113）",
            ),
        ]

    def __str__(self):
        return self.doc_no
