"""承办单位的材料：licences, searches, ratings and evidence. What was wrong is withdrawn with a reason, never deleted."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal.models import Attachment
from portal.workdays import years_before
from projects.models.contractor import Contractor
from projects.rules.contractor import RATING_MONTHS


class FileItemManager(models.Manager):
    """Every list of these shows the file beside the row."""

    def get_queryset(self):
        return super().get_queryset().select_related("file")


class FileItem(models.Model):
    """One paper of a contractor's file, with its scan; withdrawn ones stay as they were."""

    file = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, verbose_name="证明文件")
    withdrawn_at = models.DateTimeField("撤下时间", null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    withdrawn_reason = models.TextField("撤下理由", blank=True, editable=False)

    objects = FileItemManager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_withdrawn_with_a_reason",
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""),
                violation_error_message="撤下材料须写明理由",
            )
        ]

    @property
    def is_current(self):
        return self.withdrawn_at is None


class Licence(FileItem):
    """开展相关业务的资格（A-124）。"""

    contractor = models.ForeignKey(Contractor, models.CASCADE, related_name="licences")
    name = models.CharField("许可或资质", max_length=80)
    number = models.CharField("编号", max_length=60)
    valid_to = models.DateField("有效期至", null=True, blank=True, help_text="长期有效的留空")

    class Meta(FileItem.Meta):
        verbose_name = "资质"

    def __str__(self):
        return self.name

    def is_valid(self, today):
        return self.valid_to is None or self.valid_to >= today


class CreditCheck(FileItem):
    """信用查询记录（A-130）；查到的记录写明日期，追溯三年，在列的名单不限年（G-08）。"""

    contractor = models.ForeignKey(Contractor, models.CASCADE, related_name="credit_checks")
    site = models.CharField("查询网站", max_length=60)
    checked_on = models.DateField("查询日期")
    found_record = models.BooleanField("查到违法违规或失信记录", default=False)
    record_on = models.DateField("违法违规行为认定日期", null=True, blank=True)
    still_listed = models.BooleanField("目前仍在失信名单上", default=False)

    class Meta(FileItem.Meta):
        verbose_name = "信用查询"
        constraints = [
            *FileItem.Meta.constraints,
            models.CheckConstraint(
                name="A_130_only_a_hit_has_a_date",
                condition=Q(found_record=True) | Q(record_on=None, still_listed=False),
                violation_error_message="没有查到记录的，不填认定日期和名单情况（规则 A-130）",
            ),
        ]

    def __str__(self):
        return f"{self.site} {self.checked_on}"

    def counts_against(self, since):
        """A hit without a date counts: nobody has shown that it is old."""
        return self.found_record and (self.still_listed or self.record_on is None or self.record_on >= since)


class CreditRating(FileItem):
    """第三方信用等级评价证明（A-131）；等级不设下限（G-09）。"""

    contractor = models.ForeignKey(Contractor, models.CASCADE, related_name="credit_ratings")
    agency = models.CharField("信用服务机构", max_length=80)
    grade = models.CharField("信用等级", max_length=10)
    report_no = models.CharField("报告编号", max_length=60)
    issued_on = models.DateField("出具日期")
    valid_to = models.DateField("有效期至", null=True, blank=True)

    class Meta(FileItem.Meta):
        verbose_name = "信用等级评价"
        constraints = [
            *FileItem.Meta.constraints,
            models.CheckConstraint(
                name="credit_rating_dates_in_order",
                condition=Q(valid_to__gte=F("issued_on")),
                violation_error_message="有效期止日不能早于出具日期",
            ),
        ]

    def __str__(self):
        return f"{self.agency} {self.grade}"

    def is_valid(self, today):
        """Within the validity that it states; one that states none ages in twelve months."""
        end = self.valid_to or years_before(self.issued_on, -RATING_MONTHS // 12)
        return self.issued_on <= today <= end


class Evidence(FileItem):
    """能力和制度的证明材料（A-126 至 A-129，B-302），每项附文件。"""

    class Kind(models.TextChoices):
        EXPERIENCE = "experience", "业绩案例"
        FINANCES = "finances", "财务报表"
        GOODS = "goods", "商品组织"
        STORAGE = "storage", "仓储管理"
        MARKETING = "marketing", "网络营销"
        STATIONS = "stations", "站点运营"
        FINANCE_SYSTEM = "finance_system", "财务管理制度"
        COMMITMENT = "commitment", "无违法违规承诺书"
        EPIDEMIC = "epidemic", "疫情防控保供"

    contractor = models.ForeignKey(Contractor, models.CASCADE, related_name="evidence")
    kind = models.CharField("证明内容", max_length=16, choices=Kind)
    title = models.CharField("材料名称", max_length=100)
    description = models.TextField("说明", max_length=2000, blank=True)

    class Meta(FileItem.Meta):
        verbose_name = "证明材料"
        ordering = ["kind", "pk"]
        constraints = [
            *FileItem.Meta.constraints,
            models.CheckConstraint(
                name="A_129_evidence_comes_with_its_file",
                condition=Q(file__isnull=False),
                violation_error_message="证明材料须附文件（规则 A-129）",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}：{self.title}"
