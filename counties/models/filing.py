"""备案报送：what was sent to the province, when, under which number."""

from django.db import models, transaction
from django.db.models import Q

from accounts.access import in_scope
from accounts.models import Office
from counties.rules import plan as rules
from portal.models import Attachment
from portal.rules import upholds


class FilingQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "plan__county__region"))

    def without_sealed_scan(self):
        return self.filter(sealed_scan=None)


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

    objects = FilingQuerySet.as_manager()

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

    def get_absolute_url(self):
        return self.plan.get_absolute_url()

    @property
    def region(self):
        return self.plan.region

    @property
    def verb(self):
        return "plan.file_direct" if self.level == Office.Level.COUNTY else "plan.file"

    @upholds("A-112")
    @transaction.atomic
    def keep_sealed_scan(self, scan, *, by):
        """The paper that went out, sealed: kept beside the record it belongs to. A better scan replaces it, on record."""
        self.plan.hold()
        before = self.sealed_scan.sha256 if self.sealed_scan_id else ""
        self.sealed_scan = scan
        self.save(update_fields=["sealed_scan"])
        data = {"doc_no": self.doc_no, "sha256": [before, scan.sha256], "plan_digest": self.plan.digest()}
        self.plan.record("上传备案报告盖章扫描件", by=by, data=data)
