"""项目（domain/states.md 3.4）：the ledger row, its start, the months it owes."""

from datetime import date, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from accounts.access import in_scope
from accounts.models import User
from counties.models import County, FundLine
from portal import clock
from portal.flow import Flow
from portal.models import Event
from portal.money import ZERO, MoneyField
from portal.outbox import tell
from portal.rules import breaches, enforce, upholds
from portal.workdays import years_before
from projects.models.contractor import Contractor, is_member
from projects.models.package import Package
from projects.models.procurement import Procurement
from projects.rules import life, milestone
from projects.rules import project as rules

KEPT_YEARS = 10  # personal data of trainees, after the project ended (G-37)
STATION_WORDS = ("站点", "网点", "服务站", "服务点")  # how a line of a plan speaks of village stations
COUNTED_IN = ("个", "处", "家")


class ProjectQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "county__region") | Q(is_member(user, "contractor")))

    def public(self):
        return self.all()

    def underway(self):
        return self.filter(status=Project.Status.UNDERWAY)

    def past_keeping(self, today):
        """Ended so long ago that the personal data of their trainees go (G-37); those already done are left out."""
        kind = ContentType.objects.get_for_model(Project)
        ended = Event.objects.filter(content_type=kind, object_id=OuterRef("pk"), target__in=Project.ENDED)
        longest_ago = clock.morning(years_before(today, KEPT_YEARS)) + timedelta(days=1)
        recently = ended.filter(at__gte=longest_ago)
        return self.filter(
            Exists(ended),
            ~Exists(recently),
            status__in=Project.ENDED,
            trainees__forgotten_on=None,
            trainees__isnull=False,
        ).distinct()

    def named(self, words):
        found = Q(name__icontains=words) | Q(no__icontains=words) | Q(contractor__name__icontains=words)
        return self.filter(found) if words else self

    def with_life(self, today):
        """What building and running the project has brought so far, counted in the same query (projects/life.py)."""
        from projects.life import counts

        return self.annotate(**counts(today))

    def deviating(self, today):
        """Projects that leave the published time, content or amount (A-141): the same as the rule, over many."""
        from projects.life import deviation

        return self.filter(deviation(today))


class Project(Flow):
    """项目（项目台账）：未开工 → 实施中 → 已完工。Follows one line of the plan (A-311)."""

    class Status(models.TextChoices):
        PREPARING = "preparing", "未开工"
        UNDERWAY = "underway", "实施中"
        COMPLETED = "completed", "已完工"
        STOPPED = "stopped", "中止"

    ENDED = (Status.COMPLETED, Status.STOPPED)

    BEFORE_START = [
        rules.follows_a_line_of_the_plan_in_force,
        rules.agreement_signed,
        rules.contractor_plan_approved,
        rules.contractor_plan_publicised,
        rules.responsible_person_named,
        rules.time_limits_set,
        milestone.milestones_set,
    ]
    BEFORE_STOP = [life.stop_has_a_reason]
    BEFORE_DATES_MOVE = [milestone.due_dates_move_with_a_reason]
    TIME_LIMITS = {"planned_start": "计划开工", "planned_end": "计划完工"}
    WATCHED = [  # what the pages and the desks say about a project that is being built or run
        rules.built_as_published,
        milestone.milestones_on_time,
        life.problems_solved_in_time,
        life.visited_during_construction,
        life.construction_kept_up_to_date,
        life.operation_looked_after,
    ]

    county = models.ForeignKey(County, models.PROTECT, related_name="projects", verbose_name="示范县")
    no = models.CharField("项目编号", max_length=20, unique=True)
    name = models.CharField("项目名称", max_length=120)
    fund_line = models.ForeignKey(FundLine, models.PROTECT, related_name="projects", verbose_name="对应资金安排")
    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="projects", verbose_name="采购")
    package = models.OneToOneField(Package, models.PROTECT, related_name="project", verbose_name="标段")
    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="projects", verbose_name="承办单位")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PREPARING)
    owner_person = models.CharField("责任人", max_length=40, blank=True)
    owner_phone = models.CharField("责任人电话", max_length=40, blank=True)
    planned_start = models.DateField("计划开工", null=True, blank=True)
    planned_end = models.DateField("计划完工", null=True, blank=True)
    started_on = models.DateField("实际开工", null=True)
    claimed_stations = models.PositiveIntegerField("申报的村级服务网点数", null=True, blank=True)
    finished_on = models.DateField("实际完工", null=True)
    stopped_on = models.DateField("中止日期", null=True)
    planned_investment = MoneyField("计划总投资（元）", null=True, blank=True)
    actual_investment = MoneyField("累计完成投资（元）", default=ZERO, blank=True)
    progress_percent = models.DecimalField("形象进度（%）", max_digits=5, decimal_places=2, default=ZERO)
    poverty_households = models.PositiveIntegerField("带动建档立卡贫困户（户）", null=True, blank=True)
    poverty_people = models.PositiveIntegerField("带动建档立卡贫困人口（人）", null=True, blank=True)
    poverty_effect = models.CharField("扶贫实效", max_length=500, blank=True)
    signage_text = models.CharField("标识文字", max_length=80, blank=True)
    signage_phone = models.CharField("标识上的举报监督电话", max_length=40, blank=True)
    signage_photo = models.ForeignKey(
        "projects.Photo", models.PROTECT, null=True, related_name="+", verbose_name="标识照片"
    )

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "项目"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="project_started_iff_dated",
                condition=Q(status="preparing", started_on=None)
                | Q(status="stopped")
                | (~Q(status="preparing") & Q(started_on__isnull=False)),
                violation_error_message="已开工的项目须有开工日期",
            ),
            models.CheckConstraint(
                name="project_finished_iff_dated",
                condition=Q(status="completed", finished_on__isnull=False)
                | (~Q(status="completed") & Q(finished_on=None)),
                violation_error_message="已完工的项目（且仅已完工的）须有完工日期",
            ),
            models.CheckConstraint(
                name="project_stopped_iff_dated",
                condition=Q(status="stopped", stopped_on__isnull=False) | (~Q(status="stopped") & Q(stopped_on=None)),
                violation_error_message="中止的项目（且仅中止的）须有中止日期",
            ),
            models.CheckConstraint(
                name="project_progress_is_a_percentage",
                condition=Q(progress_percent__range=(0, 100)),
                violation_error_message="形象进度须在 0 到 100 之间",
            ),
            models.CheckConstraint(
                name="project_investment_not_negative",
                condition=Q(actual_investment__gte=0) & (Q(planned_investment=None) | Q(planned_investment__gte=0)),
                violation_error_message="投资不能为负",
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

    @property
    def award_amount(self):
        """成交金额，元：what the agreement may not exceed."""
        return self.package.award_amount

    @property
    def is_training(self):
        """A project of the fourth direction, or one that pays for training in another."""
        return "training" in (self.fund_line.direction, self.fund_line.expense)

    def opens_phone_to(self, user):
        """责任人电话只给本县和承办单位看全，其他人只看末四位（domain/actors.md 2.2）。"""
        return user.office is None or user.office.level in (user.office.Level.CONTRACTOR, user.office.Level.COUNTY)

    def admits(self, user):
        """The contractor's people act on their own project; officials where they have scope."""
        return self.contractor.admits(user) or self.region.admits(user)

    def others_of_the_contractor(self):
        """Every other project of this contractor, in any county, with what its agreement buys (A-305)."""
        others = Project.objects.filter(contractor=self.contractor_id).exclude(pk=self.pk)
        return others.select_related("county__region", "fund_line").prefetch_related("agreement__equipment")

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

    def investment_planned(self):
        """计划总投资，元：as the ledger states it, else what the agreement adds up to; None when neither says."""
        if self.planned_investment is not None:
            return self.planned_investment
        agreement = getattr(self, "agreement", None)
        return agreement.invested if agreement else None

    def missing_before_start(self):
        return breaches(self.BEFORE_START, self)

    def watched(self):
        """What about this project needs an eye: deviations, delays, open problems, gaps."""
        return breaches(self.WATCHED, self)

    @transaction.atomic
    def edit(self, *, by, reason="", **fields):
        """责任人、时限、投资、扶贫实效（A-332、A-411）；开工后调整时限须说明理由，原日期留痕。"""
        self.hold()
        moved = {words: (getattr(self, n), fields[n]) for n, words in self.TIME_LIMITS.items() if n in fields}
        excused = enforce(self.BEFORE_DATES_MOVE, milestone.DatesMoved(self, moved), reason=reason)
        before = {name: str(getattr(self, name)) for name in fields}
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))
        data = {n: [before[n], str(v)] for n, v in fields.items() if before[n] != str(v)}
        self.record("维护项目台账", by=by, reason=reason, excused=excused, data=data)

    @transaction.atomic
    def show_signage(self, *, by, text, phone, photo=None):
        """登记现场标识的文字、电话和照片（A-426、B-612）；验收申请默认采用。"""
        self.hold()
        self.signage_text, self.signage_phone = text, phone
        self.signage_photo = photo or self.signage_photo
        self.save(update_fields=["signage_text", "signage_phone", "signage_photo"])
        digest = self.signage_photo.file.sha256 if self.signage_photo_id else ""
        self.record("登记项目标识", by=by, data={"text": text, "phone": phone, "photo": digest})

    @upholds("B-604")
    @transaction.atomic
    def start(self, *, by):
        """建设方案批准并公示期满后，方可组织实施（A-108、A-109）。"""
        self.hold()
        enforce(self.BEFORE_START, self)
        self.move(self.Status.PREPARING, self.Status.UNDERWAY, by=by, words="开工", started_on=clock.today())

    def complete(self, *, by):
        """整体验收合格后项目完工。"""
        words = "整体验收合格，项目完工"
        self.move(self.Status.UNDERWAY, self.Status.COMPLETED, by=by, words=words, finished_on=clock.today())

    @transaction.atomic
    def stop(self, *, by, reason):
        """县政府中止项目：写明理由，通知承办单位和县商务、财政部门；中止期间不能报告进展、申请验收。"""
        self.hold()
        enforce(self.BEFORE_STOP, life.Halt(self, reason))
        sources = (self.Status.PREPARING, self.Status.UNDERWAY)
        self.move(sources, self.Status.STOPPED, by=by, words="中止项目", reason=reason, stopped_on=clock.today())
        self._tell_all("项目已中止", reason)

    @transaction.atomic
    def resume(self, *, by, reason):
        """恢复中止的项目：回到中止前的状态。"""
        self.hold()
        enforce(self.BEFORE_STOP, life.Halt(self, reason))
        target = self.Status.UNDERWAY if self.started_on else self.Status.PREPARING
        self.move(self.Status.STOPPED, target, by=by, words="恢复项目", reason=reason, stopped_on=None)
        self._tell_all("项目已恢复", reason)

    def _tell_all(self, words, reason):
        people = [*self.contractor.members.all(), *User.objects.serving(self.region, "commerce", "finance")]
        key = f"project:{self.pk}:{self.status}:{clock.now()}"
        tell(people, f"{words}：{self.name}", key=key, text=reason, link=self.get_absolute_url())

    def reopen(self, *, by, reason):
        """整体验收被抽查推翻：项目恢复实施，整改后重新申请验收。"""
        words = "重新整改，恢复实施"
        self.move(self.Status.COMPLETED, self.Status.UNDERWAY, by=by, words=words, reason=reason, finished_on=None)

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
        months = self.information_months(until)
        given = set(self.information.complete().values_list("month", flat=True)) if months else set()
        return [month for month in months if month not in given]

    def operation_months(self, until: date) -> list[date]:
        """Months whose operation is asked for at `until`: from the month after the finish to the month before."""
        if not self.finished_on:
            return []
        month, months = next_month(self.finished_on.replace(day=1)), []
        while month < until.replace(day=1):
            months.append(month)
            month = next_month(month)
        return months

    def operation_missing(self, until: date) -> list[date]:
        months = self.operation_months(until)
        given = set(self.operations.values_list("month", flat=True)) if months else set()
        return [month for month in months if month not in given]

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
