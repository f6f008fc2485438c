"""月报：one per county and month, due on the 5th, nearly filled in from the records (domain/states.md 3.9)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from accounts.access import in_scope
from accounts.models import User
from counties.models import County
from counties.rules.county import exactly_one_liaison
from funds.models import Account, Leg
from portal import clock, workdays
from portal.flow import Flow
from portal.money import ZERO
from portal.outbox import tell
from portal.rules import breaches, excuse
from projects.models import Agreement, Project
from projects.models.project import next_month
from reporting import rules


@dataclass(frozen=True)
class Indicator:
    """One row of the monthly report (domain/dictionary.md 4.2); `compute(county, projects)` when the records know it, with the
    number of projects by status."""

    code: str
    name: str
    unit: str
    compute: object = None


def _arrived(county, projects):
    return -Leg.objects.of(county, Account.SOURCE).balance()


def _paid(county, projects):
    return Leg.objects.of(county, Account.SPENT).balance()


def _agreed(county, projects):
    return Agreement.objects.filter(project__county=county, status=Agreement.Status.SIGNED).central()


def _projects(status):
    return lambda county, projects: projects[status]


INDICATORS = [
    Indicator("M04", "乡镇服务站（物流中心）数", "个"),
    Indicator("M05", "村级服务网点数", "个"),
    Indicator("M06", "其中：建档立卡贫困村网点数", "个"),
    Indicator("M09", "农村网络零售额（本月）", "万元"),
    Indicator("M10", "农产品网络零售额（本月）", "万元"),
    Indicator("M19", "培训人次（本月）", "人次"),
    Indicator("M26", "中央资金到位额（累计）", "元", _arrived),
    Indicator("M27", "已签协议中央资金（累计）", "元", _agreed),
    Indicator("M28", "已拨付中央资金（累计）", "元", _paid),
    Indicator("M32a", "开工项目数", "个", _projects(Project.Status.UNDERWAY)),
    Indicator("M32b", "整体验收合格项目数", "个", _projects(Project.Status.COMPLETED)),
]
BY_CODE = {indicator.code: indicator for indicator in INDICATORS}


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "county__region"))

    def public(self):
        return self.filter(status__in=MonthlyReport.GIVEN)

    def owed(self):
        return self.exclude(status__in=MonthlyReport.GIVEN)

    def overdue(self, today):
        return self.owed().filter(due_on__lt=today)


class MonthlyReport(Flow):
    """月报：待填 → 已报 → 县已审 → 市已阅；过 5 日 24:00 未报即逾期（A-460）。"""

    class Status(models.TextChoices):
        DUE = "due", "待填报"
        RETURNED = "returned", "退回修改"
        SUBMITTED = "submitted", "已报，待县审"
        REVIEWED = "reviewed", "县已审，待市阅"
        READ = "read", "市已阅"

    OWED = (Status.DUE, Status.RETURNED)
    RETURNABLE = (Status.SUBMITTED, Status.REVIEWED)
    GIVEN = (Status.SUBMITTED, Status.REVIEWED, Status.READ)
    BEFORE_SUBMIT = [
        rules.every_indicator_answered,
        rules.parts_fit_the_whole,
        rules.reported_in_time,
        rules.what_is_due_is_public,
        rules.ledger_has_no_gaps,
        rules.contractors_have_reported,
        rules.figures_cover_the_contractors,
        rules.records_of_projects_do_not_rest,
    ]

    county = models.ForeignKey(County, models.PROTECT, related_name="reports", verbose_name="示范县")
    month = models.DateField("月份", help_text="该月第一天")
    due_on = models.DateField("截止日（含当日）")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DUE)
    progress = models.TextField("本月工作进展、存在问题、下步打算", blank=True)
    overdue_since = models.DateField("逾期起", null=True)
    submitted_at = models.DateTimeField("上报时间", null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    late_reason = models.TextField("逾期原因", blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "月报"
        ordering = ["-month", "county__region__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "month"],
                name="one_report_per_county_and_month",
                violation_error_message="该县该月的月报已经存在",
            ),
            models.CheckConstraint(
                name="report_submitted_iff_dated",
                condition=Q(status="due", submitted_at=None)
                | (~Q(status="due") & Q(submitted_at__isnull=False, submitted_by__isnull=False)),
                violation_error_message="已报月报须有上报时间和填报人",
            ),
        ]

    def __str__(self):
        return f"{self.county}{self.month:%Y年%-m月}月报"

    def get_absolute_url(self):
        return reverse("report-detail", args=[self.pk])

    @property
    def last_day(self):
        """The first working day from the 5th on: until then a report is 顺延内, after it 逾期 (G-17)."""
        return workdays.roll_over(self.due_on)

    @property
    def punctuality(self):
        """按时 / 顺延内 / 逾期：three dates kept apart (G-17)."""
        day = clock.day_of(self.submitted_at) if self.submitted_at else clock.today()
        if day <= self.due_on:
            return "按时" if self.submitted_at else "未到期"
        return "顺延内" if day <= self.last_day else "逾期"

    def missing_before_submit(self):
        # asked once for the four rules that read the projects
        projects = self.county.projects.exclude(status="stopped").select_related("contractor", "agreement", "package")
        self.projects = list(projects.prefetch_related("information", "milestones", "progress").order_by("no"))
        self.informing = [project for project in self.projects if project.status == "underway"]
        return breaches([exactly_one_liaison], self.county) + breaches(self.BEFORE_SUBMIT, self)

    @classmethod
    @transaction.atomic
    def open_for(cls, county, month: date):
        """Create the month's report with its rows; already there: nothing happens (unique key)."""
        due = next_month(month).replace(day=county.batch.report_due_day)
        report, made = cls.objects.get_or_create(county=county, month=month, defaults={"due_on": due})
        if made:
            IndicatorValue.objects.bulk_create(
                [IndicatorValue(report=report, code=indicator.code) for indicator in INDICATORS]
            )
            report.record(f"{month:%Y年%-m月}月报待填报", by=None, target=report.status)
        return report

    def as_known_now(self):
        """The rows that the records know, with their numbers of this moment (only while the report is owed)."""
        if self.status not in self.OWED:
            return
        projects = Counter(Project.objects.filter(county=self.county).values_list("status", flat=True))
        for value in self.values.all():
            if value.indicator.compute:
                value.number = value.indicator.compute(self.county, projects)
                yield value

    def refresh_computed(self):
        for value in self.as_known_now():
            value.save(update_fields=["number"])

    @transaction.atomic
    def fill(self, *, by, numbers, progress):
        """`numbers`: code → Decimal or None, for the rows typed by hand."""
        self.hold()
        if self.status not in self.OWED:
            self.move(self.OWED, self.Status.DUE, by=by)  # refused with the status it has now
        for value in self.values.all():
            if value.code in numbers and not value.indicator.compute:
                value.number = numbers[value.code]
                value.save(update_fields=["number"])
        self.refresh_computed()
        self.progress = progress
        self.save(update_fields=["progress"])

    @transaction.atomic
    def submit(self, *, by, reason=""):
        """信息联络员上报；5 日后为逾期，须说明原因。"""
        self.hold()
        self.refresh_computed()
        excused = excuse(self.missing_before_submit(), reason)
        self.move(
            self.OWED,
            self.Status.SUBMITTED,
            by=by,
            words="上报月报" + ("（逾期）" if rules.reported_in_time.id in excused else ""),
            reason=reason,
            excused=excused,
            data={value.code: str(value.number) for value in self.values.all()},
            submitted_at=clock.now(),
            submitted_by=by,
            late_reason=reason if rules.reported_in_time.id in excused else "",
        )
        people = User.objects.serving(self.region, "commerce")
        tell(people, f"请审核：{self}", key=f"report:{self.pk}:submitted:{clock.now()}", link=self.get_absolute_url())

    @transaction.atomic
    def review(self, *, by):
        self.move(self.Status.SUBMITTED, self.Status.REVIEWED, by=by, words="县商务局审核月报")

    @transaction.atomic
    def send_back(self, *, by, reason):
        self.move(self.RETURNABLE, self.Status.RETURNED, by=by, words="退回月报", reason=reason)
        people = User.objects.serving(self.region, "liaison")
        key = f"report:{self.pk}:returned:{clock.now()}"
        tell(people, f"月报被退回：{self}", key=key, text=reason, link=self.get_absolute_url())

    @transaction.atomic
    def read(self, *, by):
        self.move(self.Status.REVIEWED, self.Status.READ, by=by, words="市商务局阅示月报")

    @transaction.atomic
    def mark_overdue(self, today):
        """顺延日也已过仍未报：marked once, told to the liaison, the county and one level up."""
        self.hold()
        if self.overdue_since or self.status not in self.OWED or today <= self.last_day:
            return
        MonthlyReport.objects.filter(pk=self.pk).update(overdue_since=today)
        self.refresh_from_db()
        self.record("月报逾期未报", by=None)
        people = [
            *User.objects.serving(self.region, "liaison", "commerce", "government"),
            *User.objects.serving(self.region.parent, "commerce"),
        ]
        tell(people, f"月报逾期未报：{self}", key=f"report:{self.pk}:overdue", link=self.get_absolute_url())


class IndicatorValue(models.Model):
    """One indicator of one report."""

    report = models.ForeignKey(MonthlyReport, models.CASCADE, related_name="values")
    code = models.CharField("指标", max_length=6)
    number = models.DecimalField("数值", max_digits=18, decimal_places=2, null=True)

    class Meta:
        verbose_name = "指标值"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "code"], name="one_value_per_indicator"),
            models.CheckConstraint(
                name="indicator_not_negative",
                condition=Q(number=None) | Q(number__gte=ZERO),
                violation_error_message="指标值不能为负",
            ),
        ]

    def __str__(self):
        return f"{self.code}={self.number}"

    @property
    def indicator(self):
        return BY_CODE[self.code]

    @property
    def name(self):
        return self.indicator.name

    @property
    def unit(self):
        return self.indicator.unit

    @property
    def is_computed(self):
        """Known from the records of the portal, never typed."""
        return self.indicator.compute is not None

    @property
    def is_unanswered(self):
        return self.number is None
