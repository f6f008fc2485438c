"""项目（domain/states.md 3.4）：the ledger row, its start, the months it owes."""

from datetime import date

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse

from accounts.access import in_scope
from counties.models import County, FundLine
from portal import clock
from portal.flow import Flow
from portal.rules import breaches, enforce, upholds
from projects.models.contractor import Contractor, is_member
from projects.models.procurement import Procurement
from projects.rules import project as rules

STATION_WORDS = ("站点", "网点", "服务站", "服务点")  # how a line of a plan speaks of village stations
COUNTED_IN = ("个", "处", "家")


class ProjectQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "county__region") | Q(is_member(user, "contractor")))

    def public(self):
        return self.all()

    def underway(self):
        return self.filter(status=Project.Status.UNDERWAY)

    def named(self, words):
        found = Q(name__icontains=words) | Q(no__icontains=words) | Q(contractor__name__icontains=words)
        return self.filter(found) if words else self


class Project(Flow):
    """项目（项目台账）：未开工 → 实施中 → 已完工。Follows one line of the plan (A-311)."""

    class Status(models.TextChoices):
        PREPARING = "preparing", "未开工"
        UNDERWAY = "underway", "实施中"
        COMPLETED = "completed", "已完工"
        STOPPED = "stopped", "中止"

    BEFORE_START = [
        rules.follows_a_line_of_the_plan_in_force,
        rules.agreement_signed,
        rules.contractor_plan_approved,
        rules.contractor_plan_publicised,
        rules.responsible_person_named,
        rules.time_limits_set,
    ]

    county = models.ForeignKey(County, models.PROTECT, related_name="projects", verbose_name="示范县")
    no = models.CharField("项目编号", max_length=20, unique=True)
    name = models.CharField("项目名称", max_length=120)
    fund_line = models.ForeignKey(FundLine, models.PROTECT, related_name="projects", verbose_name="对应资金安排")
    procurement = models.OneToOneField(Procurement, models.PROTECT, related_name="project", verbose_name="采购")
    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="projects", verbose_name="承办单位")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PREPARING)
    owner_person = models.CharField("责任人", max_length=40, blank=True)
    owner_phone = models.CharField("责任人电话", max_length=40, blank=True)
    planned_start = models.DateField("计划开工", null=True, blank=True)
    planned_end = models.DateField("计划完工", null=True, blank=True)
    started_on = models.DateField("实际开工", null=True)
    claimed_stations = models.PositiveIntegerField("申报的村级服务网点数", null=True, blank=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "项目"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="project_started_iff_dated",
                condition=Q(status="preparing", started_on=None)
                | (~Q(status="preparing") & Q(started_on__isnull=False)),
                violation_error_message="已开工的项目须有开工日期",
            ),
            models.CheckConstraint(
                name="project_dates_in_order",
                condition=Q(planned_end=None) | Q(planned_start=None) | Q(planned_end__gte=F("planned_start")),
                violation_error_message="计划完工不能早于计划开工",
            ),
        ]

    def __str__(self):
        return f"{self.no} {self.name}"

    def get_absolute_url(self):
        return reverse("project-detail", args=[self.pk])

    def opens_phone_to(self, user):
        """责任人电话只给本县和承办单位看全，其他人只看末四位（domain/actors.md 2.2）。"""
        return user.office is None or user.office.level in (user.office.Level.CONTRACTOR, user.office.Level.COUNTY)

    def admits(self, user):
        """The contractor's people act on their own project; officials where they have scope."""
        return self.contractor.admits(user) or self.region.admits(user)

    def opens_people_to(self, user):
        """站点负责人电话：记录单位（承办单位、县商务）、扶贫线、审计看全，其他人只看末四位（domain/actors.md）。"""
        office = user.office
        if office is None or office.level in (office.Level.CONTRACTOR, office.Level.AUDITOR):
            return True
        recording = office.level == office.Level.COUNTY and office.bureau == office.Bureau.COMMERCE
        return recording or office.bureau == office.Bureau.POVERTY

    def stations_claimed(self) -> int:
        """How many village stations this project has to show (A-427): the number on its ledger, or the one of its
        line of the plan when that speaks of stations, whichever is larger (docs/decisions/0043)."""
        line = self.fund_line.in_force() or self.fund_line
        in_plan = 0
        if self.speaks_of_stations(line.name + line.target):
            in_plan = line.unit_count or (int(line.target_value) if line.target_unit in COUNTED_IN else 0)
        return max(in_plan, self.claimed_stations or 0)

    @staticmethod
    def speaks_of_stations(words) -> bool:
        return any(word in words for word in STATION_WORDS)

    def latest_plan(self):
        """The contractor's plan as it stands, or None."""
        return next(iter(self.contractor_plans.all()), None)

    def approved_plan(self):
        """The contractor's plan that the county government has approved, or None."""
        return next((plan for plan in self.contractor_plans.all() if plan.status in plan.APPROVED), None)

    def missing_before_start(self):
        return breaches(self.BEFORE_START, self)

    @transaction.atomic
    def edit(self, *, by, **fields):
        """责任人与时限（A-332、A-411）。"""
        self.hold()
        before = {name: str(getattr(self, name)) for name in fields}
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))
        self.record("维护项目台账", by=by, data={n: [before[n], str(v)] for n, v in fields.items()})

    @upholds("B-604")
    @transaction.atomic
    def start(self, *, by):
        """建设方案批准并公示期满后，方可组织实施（A-108、A-109）。"""
        self.hold()
        enforce(self.BEFORE_START, self)
        self.move(self.Status.PREPARING, self.Status.UNDERWAY, by=by, words="开工", started_on=clock.today())

    def complete(self, *, by):
        """整体验收合格后项目完工。"""
        self.move(self.Status.UNDERWAY, self.Status.COMPLETED, by=by, words="整体验收合格，项目完工")

    @upholds("A-456")
    def information_months(self, until: date) -> list[date]:
        """Months whose information is owed at `until`: from the month of the start to the month before (A-458).

        Every project owes it: each one follows a fund line with central money (A-456).
        """
        if not self.started_on:
            return []
        month, months = self.started_on.replace(day=1), []
        while month < until.replace(day=1):
            months.append(month)
            month = next_month(month)
        return months

    def information_missing(self, until: date) -> list[date]:
        """Owed and not complete: never given, or returned and not yet corrected."""
        given = set(self.information.complete().values_list("month", flat=True))
        return [month for month in self.information_months(until) if month not in given]

    def information_due(self, month: date) -> date:
        """The day (included) by which a month is to be given: that of the county's own report."""
        return next_month(month).replace(day=self.county.batch.report_due_day)

    def quiet(self, today: date) -> list[str]:
        """The last two months, both given, without any sale of farm produce (A-428); see `records.quiet` for the rest."""
        months = self.information_months(today)[-2:]
        given = {row.month: row for row in self.information.all() if row.month in months and row.is_complete}
        if len(given) == 2 and not any(row.farm_sales for row in given.values()):
            return [f"{months[0]:%Y年%-m月}、{months[1]:%Y年%-m月} 连续两个月农产品销售额为零，请核对是否如实记录"]
        return []


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
