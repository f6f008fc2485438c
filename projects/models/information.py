"""交易和活动信息（25号 四（五））：one answer per project and month, its activities, its versions, and who has read it."""

from dataclasses import dataclass

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.access import in_scope, is_office
from portal import clock
from portal.flow import Flow
from portal.money import ZERO, MoneyField
from portal.outbox import tell
from portal.rules import enforce, upholds
from projects.models.contractor import is_member
from projects.models.project import Project
from projects.rules import information as rules

INDICATORS = {  # what a month must answer; nothing to report is answered by 零申报
    "online_sales": "网络销售额",
    "farm_sales": "其中农产品",
    "industrial_sales": "其中工业品",
    "orders": "订单",
    "parcels": "包裹",
}


def rows_open_to(user, path="project"):
    """Rows are a business secret: the contractor and its county's commerce office and liaison read them; everybody
    else, the levels above too, sees sums (A-457)."""
    reviews = user.has_perm("accounts.information.review")
    county = Q(in_scope(user, f"{path}__county__region")) if reviews else Q(pk=None)
    return county | Q(is_member(user, f"{path}__contractor"))


class InformationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(rows_open_to(user))

    def complete(self):
        """Given with every indicator, and not returned for correction: only these count (A-458)."""
        given = self.filter(status=TransactionInformation.Status.SUBMITTED)
        return given.exclude(is_nil=False, industrial_sales=None)

    def returned(self):
        return self.filter(status=TransactionInformation.Status.RETURNED)

    def sums(self):
        """What the levels above may see of it: sums, never rows (A-457)."""
        return self.complete().aggregate(**{name: Sum(name) for name in INDICATORS})


@dataclass(frozen=True)
class Submission:
    """One month as it is about to be given: what the rules judge before it is written."""

    project: Project
    month: object
    is_nil: bool
    figures: dict
    is_correction: bool = False
    reason: str = ""

    INDICATORS = INDICATORS


class TransactionInformation(Flow):
    """承办单位每月提供的交易和活动信息；零申报是签字的回答，与未报不同（25号 四（五））。"""

    class Status(models.TextChoices):
        SUBMITTED = "submitted", "已报"
        RETURNED = "returned", "退回更正"

    class Level(models.TextChoices):
        BUSINESS_SECRET = "business_secret", "商业秘密"

    BEFORE_SUBMIT = [rules.month_is_owed, rules.every_indicator_given]
    BEFORE_CORRECT = [rules.every_indicator_given, rules.correction_has_a_reason]

    project = models.ForeignKey(Project, models.PROTECT, related_name="information", verbose_name="项目")
    month = models.DateField("月份", help_text="该月第一天")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.SUBMITTED)
    is_nil = models.BooleanField("零申报", default=False)
    online_sales = MoneyField("网络销售额（元）")
    farm_sales = MoneyField("其中农产品（元）")
    industrial_sales = MoneyField("其中工业品（元）", null=True)  # empty: given before it was asked, A-458 names it
    orders = models.PositiveIntegerField("订单（单）")
    parcels = models.PositiveIntegerField("包裹（件）")
    remark = models.TextField("说明", blank=True)
    security_level = models.CharField("涉密级别", max_length=20, choices=Level, default=Level.BUSINESS_SECRET)
    submitted_at = models.DateTimeField("报送时间", null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="报送人")
    returned_reason = models.TextField("退回理由", blank=True)

    objects = InformationQuerySet.as_manager()

    class Meta:
        verbose_name = "交易和活动信息"
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "month"],
                name="one_information_per_month",
                violation_error_message="该月的交易和活动信息已经报送",
            ),
            models.CheckConstraint(
                name="information_month_is_first_day",
                condition=Q(month__day=1),
                violation_error_message="月份须为该月第一天",
            ),
            models.CheckConstraint(
                name="information_nil_means_nothing",
                condition=Q(is_nil=False)
                | Q(online_sales=0, farm_sales=0, orders=0, parcels=0)
                & (Q(industrial_sales=None) | Q(industrial_sales=0)),
                violation_error_message="零申报时各项数据须为零",
            ),
            models.CheckConstraint(
                name="information_parts_within_online",
                condition=Q(farm_sales__gte=0, online_sales__gte=F("farm_sales") + Coalesce("industrial_sales", ZERO))
                & (Q(industrial_sales=None) | Q(industrial_sales__gte=0)),
                violation_error_message="农产品与工业品销售额之和不能大于网络销售额",
            ),
            models.CheckConstraint(
                name="A_458_returned_information_says_why",
                condition=Q(status="submitted") | ~Q(returned_reason=""),
                violation_error_message="退回交易和活动信息须写明理由（规则 A-458）",
            ),
        ]

    def __str__(self):
        return f"{self.project.name} {self.month:%Y年%-m月}交易和活动信息"

    def get_absolute_url(self):
        return reverse("information-detail", args=[self.pk])

    @property
    def county(self):
        return self.project.county

    @property
    def figures(self):
        """(words, value, whether it is money) of each indicator, in the order of the form."""
        names = {field.name: field for field in self._meta.concrete_fields}
        return [(label, getattr(self, name), isinstance(names[name], MoneyField)) for name, label in INDICATORS.items()]

    def missing_indicators(self):
        return [] if self.is_nil else [words for words, value, _ in self.figures if value is None]

    @property
    def is_complete(self):
        return self.status == self.Status.SUBMITTED and not self.missing_indicators()

    @classmethod
    @upholds("A-452")
    @transaction.atomic
    def submit(cls, project, month, *, by, is_nil=False, activities=(), remark="", **figures):
        """按月报送，每月一次，每项都要回答。`activities`: rows of Activity; nothing to report: `is_nil=True`."""
        project.hold()
        figures = _answered(is_nil, figures)
        enforce(cls.BEFORE_SUBMIT, Submission(project, month, is_nil, figures))
        information = cls.objects.create(
            project=project,
            month=month,
            is_nil=is_nil,
            remark=remark,
            submitted_at=clock.now(),
            submitted_by=by,
            **figures,
        )
        information._keep(activities, by=by, reason="")
        words = f"报送 {month:%Y年%-m月} 交易和活动信息" + ("（零申报）" if is_nil else "")
        information.record(words, by=by, target=information.status)
        project.record(words, by=by)
        return information

    @transaction.atomic
    def correct(self, *, by, reason, is_nil=False, activities=(), remark="", **figures):
        """更正已报送的月份，须写明理由；原来的数据作为一个版本留存。退回的月份更正后重新完整。"""
        self.hold()
        figures = _answered(is_nil, figures)
        enforce(self.BEFORE_CORRECT, Submission(self.project, self.month, is_nil, figures, True, reason))
        for name, value in {**figures, "is_nil": is_nil, "remark": remark}.items():
            setattr(self, name, value)
        self.save(update_fields=[*figures, "is_nil", "remark"])
        self._keep(activities, by=by, reason=reason)
        words = f"更正 {self.month:%Y年%-m月} 交易和活动信息"
        if self.status == self.Status.RETURNED:
            self.move(
                self.Status.RETURNED, self.Status.SUBMITTED, by=by, words=words, reason=reason, returned_reason=""
            )
        else:
            self.record(words, by=by, reason=reason)

    @transaction.atomic
    def send_back(self, *, by, reason):
        """县商务局（信息联络员）退回更正；更正之前，该月按未报处理（A-458）。"""
        self.hold()
        words = f"退回 {self.month:%Y年%-m月} 交易和活动信息"
        self.move(
            self.Status.SUBMITTED, self.Status.RETURNED, by=by, words=words, reason=reason, returned_reason=reason
        )
        key = f"information:{self.pk}:returned:{self.versions.count()}"
        people = self.project.contractor.members.all()
        tell(people, f"请更正：{self}", key=key, text=reason, link=self.get_absolute_url())

    def _keep(self, activities, *, by, reason):
        """Write the activities anew, and the whole answer as its next version."""
        self.activities.all().delete()
        Activity.objects.bulk_create([Activity(information=self, **row) for row in activities])
        InformationVersion.objects.create(
            information=self,
            no=self.versions.count() + 1,
            content=self.snapshot(activities),
            reason=reason,
            by=by,
            at=clock.now(),
        )

    def snapshot(self, activities):
        given = {name: getattr(self, name) for name in (*INDICATORS, "is_nil", "remark")}
        return given | {"activities": [dict(row) for row in activities]}


def _answered(is_nil, figures):
    """零申报 answers every indicator with nothing; what was said beside it stays, and is refused."""
    nothing = dict.fromkeys(INDICATORS, 0) if is_nil else {}
    return nothing | {name: value for name, value in figures.items() if not (is_nil and value is None)}


class Activity(models.Model):
    """当月开展的一次活动。"""

    class Kind(models.TextChoices):
        TRAINING = "training", "培训"
        LIVE = "live", "直播带货"
        PROMOTION = "promotion", "促销展销"
        SERVICE = "service", "站点服务"
        HELP = "help", "帮扶活动"
        OTHER = "other", "其他"

    information = models.ForeignKey(TransactionInformation, models.CASCADE, related_name="activities")
    date = models.DateField("日期")
    place = models.CharField("地点", max_length=120)
    kind = models.CharField("类型", max_length=12, choices=Kind)
    people = models.PositiveIntegerField("参加人数", default=0)
    amount = MoneyField("成交额（元）", default=ZERO)

    class Meta:
        verbose_name = "活动"
        ordering = ["date", "pk"]
        constraints = [
            models.CheckConstraint(
                name="activity_amount_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message="活动成交额不能为负",
            )
        ]

    def __str__(self):
        return f"{self.date} {self.get_kind_display()} {self.place}"


class InformationVersion(models.Model):
    """一个月份的一个版本：每次报送、更正各留一份，不能修改。"""

    append_only = True

    information = models.ForeignKey(TransactionInformation, models.PROTECT, related_name="versions")
    no = models.PositiveSmallIntegerField("版本")
    content = models.JSONField("内容", encoder=DjangoJSONEncoder)
    reason = models.TextField("更正理由", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="报送人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "交易和活动信息版本"
        ordering = ["no"]
        constraints = [models.UniqueConstraint(fields=["information", "no"], name="one_information_version_per_number")]

    def __str__(self):
        return f"第 {self.no} 版"


class AccessQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The contractor sees who has read its figures."""
        return self.filter(is_member(user, "project__contractor"))


class InformationAccess(models.Model):
    """查阅记录：谁、什么时候、通过什么途径看了承办单位哪些月份的经营数据（A-457）。"""

    append_only = True

    class Via(models.TextChoices):
        PAGE = "page", "页面"
        VERSIONS = "versions", "明细和历次版本"
        EXPORT = "export", "导出"
        RECORDS = "records", "站点服务记录"

    project = models.ForeignKey(Project, models.PROTECT, related_name="information_accesses", verbose_name="项目")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="查阅人")
    office_name = models.CharField("单位", max_length=60)
    at = models.DateTimeField("时间")
    months = models.JSONField("月份", default=list)
    via = models.CharField("途径", max_length=10, choices=Via)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = "经营数据查阅记录"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["project", "-id"])]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.office_name}"

    @classmethod
    @upholds("A-457")
    def note(cls, user, project, months, via):
        """Every reading of figures by somebody outside the contractor leaves a row; the contractor's own does not."""
        if months and is_office(user):
            cls.objects.create(
                project=project,
                by=user,
                office_name=user.office_name,
                at=clock.now(),
                months=[f"{month:%Y-%m}" for month in sorted(months)],
                via=via,
            )
