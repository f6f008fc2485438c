"""县级制度文件：what the county itself orders for this programme, version by version, and where it is public."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from accounts.access import in_scope
from counties.models.county import County
from portal import clock
from portal.flow import Recorded
from portal.models import Attachment
from portal.rules import STILL_THERE, Breach, Refused


class CountyDocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "county__region"))

    def public(self):
        return self.exclude(published_on=None)

    def of_kind(self, *kinds):
        return self.filter(kind__in=kinds)


class CountyDocument(Recorded):
    """县级制度文件. A new edition is a new version; what was published stays readable."""

    class Kind(models.TextChoices):
        LEADING_GROUP = "leading_group", "领导小组（协调机制）文件"
        DUTIES = "duties", "部门职责分工"
        FUND_RULES = "fund_rules", "资金管理办法"
        PROJECT_RULES = "project_rules", "项目管理办法"
        ACCEPTANCE_RULES = "acceptance_rules", "项目验收办法"
        TRAINING_RULES = "training_rules", "培训管理办法"
        INTEGRITY = "integrity", "廉政和风险防控制度"

    BASIS = {  # kind → the rule that asks for it
        Kind.LEADING_GROUP: "A-402",
        Kind.DUTIES: "A-403",
        Kind.FUND_RULES: "A-404",
        Kind.PROJECT_RULES: "A-404",
        Kind.ACCEPTANCE_RULES: "A-144",
        Kind.TRAINING_RULES: "A-210",
        Kind.INTEGRITY: "A-491",
    }

    county = models.ForeignKey(County, models.PROTECT, related_name="documents", verbose_name="示范县")
    kind = models.CharField("类别", max_length=20, choices=Kind)
    version = models.PositiveSmallIntegerField("版本")
    title = models.CharField("文件名称", max_length=120)
    doc_no = models.CharField("文号", max_length=60, blank=True)
    issued_on = models.DateField("印发日期")
    file = models.ForeignKey(Attachment, models.PROTECT, related_name="+", verbose_name="文件")
    site_url = models.URLField("县政府官网网址", max_length=500, blank=True)
    published_on = models.DateField("公开日期", null=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    added_at = models.DateTimeField("登记时间", default=clock.now)

    objects = CountyDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "县级制度文件"
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["county", "kind", "version"], name="one_document_per_kind_and_version"),
            models.CheckConstraint(
                name="A_404_published_document_stands_on_the_county_site",
                condition=Q(published_on=None) | ~Q(site_url=""),
                violation_error_message="公开的文件须写明县政府官网网址（规则 A-404）",
            ),
        ]

    def __str__(self):
        return f"{self.title}（{self.get_kind_display()}第 {self.version} 版）"

    def get_absolute_url(self):
        return reverse("document-list", args=[self.county_id])

    @property
    def status(self):
        return "published" if self.published_on else "kept"

    def get_status_display(self):
        return "已公开" if self.published_on else "待公开"

    @property
    def basis(self):
        return self.BASIS[self.kind]

    @classmethod
    @transaction.atomic
    def register(cls, county, *, by, kind, title, issued_on, file, doc_no="", site_url=""):
        """登记一份制度文件；写明官网网址的，同时公开。"""
        county.hold()
        latest = county.documents.of_kind(kind).aggregate(latest=models.Max("version"))["latest"] or 0
        document = cls.objects.create(
            county=county,
            kind=kind,
            version=latest + 1,
            title=title,
            doc_no=doc_no,
            issued_on=issued_on,
            file=file,
            added_by=by,
        )
        document.record(f"登记{document.get_kind_display()}", by=by, data={"title": title, "sha256": file.sha256})
        if site_url:
            document.publish(by=by, site_url=site_url)
        return document

    @transaction.atomic
    def publish(self, *, by, site_url):
        """在县政府官网公开之后，平台专栏同步公开（25号 四（一）、四（四））。"""
        today = clock.today()
        if not CountyDocument.objects.filter(pk=self.pk, published_on=None).update(
            published_on=today, site_url=site_url
        ):
            raise Refused(Breach(STILL_THERE, f"{self}已经公开，请刷新页面查看"))
        self.refresh_from_db()
        self.file.publish()
        self.record(f"公开{self.get_kind_display()}", by=by, data={"site_url": site_url})
