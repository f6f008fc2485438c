"""站点服务记录（25号 四（三））：what each station did on each day, whom it served, and how the rows came in."""

from collections import defaultdict
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncMonth

from portal import clock
from portal.flow import Recorded
from portal.money import MoneyField
from portal.rules import Refused, breaches, upholds
from portal.secrets import DigestField, EncryptedField, digest_of
from projects.models.information import rows_open_to
from projects.models.project import Project, next_month
from projects.models.station import Station
from projects.models.tokens import ApiToken
from projects.rules import records as rules

FIGURES = {  # of one station on one day
    "buy_orders": "代购订单（单）",
    "buy_amount": "代购金额（元）",
    "sell_orders": "代销订单（单）",
    "sell_amount": "代销金额（元）",
    "sell_poor_amount": "其中贫困户产品（元）",
    "parcels_in": "到件（件）",
    "parcels_out": "发件（件）",
    "convenience_count": "便民服务（次）",
}


class RecordQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(rows_open_to(user, "station__project"))

    def of(self, project):
        return self.filter(station__project=project)

    def monthly(self):
        """Totals of each station and month, computed from the days; newest month first."""
        by_month = self.annotate(month=TruncMonth("date")).values("month", "station__no", "station__name")
        return by_month.annotate(days=Count("pk"), **_sums()).order_by("-month", "station__no")

    def sums(self):
        return self.aggregate(**_sums())


def _sums():
    return {f"{name}_sum": Sum(name) for name in FIGURES}


class StationRecord(models.Model):
    """一个站点一天的服务记录；重新报送同一天的，以后报的为准。"""

    station = models.ForeignKey(Station, models.PROTECT, related_name="records", verbose_name="站点")
    date = models.DateField("日期")
    buy_orders = models.PositiveIntegerField("代购订单（单）")
    buy_amount = MoneyField("代购金额（元）")
    sell_orders = models.PositiveIntegerField("代销订单（单）")
    sell_amount = MoneyField("代销金额（元）")
    sell_poor_amount = MoneyField("其中贫困户产品（元）")
    parcels_in = models.PositiveIntegerField("到件（件）")
    parcels_out = models.PositiveIntegerField("发件（件）")
    convenience_count = models.PositiveIntegerField("便民服务（次）", default=0)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = "站点服务记录"
        ordering = ["-date", "station"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "date"],
                name="one_record_per_station_and_day",
                violation_error_message="该站点该日已有服务记录",
            ),
            models.CheckConstraint(
                name="A_428_record_amounts_are_true",
                condition=Q(buy_amount__gte=0, sell_poor_amount__gte=0, sell_amount__gte=F("sell_poor_amount")),
                violation_error_message="金额不能为负，贫困户产品不能大于代销金额（规则 A-428）",
            ),
        ]

    def __str__(self):
        return f"{self.station} {self.date}"


class HouseholdService(models.Model):
    """服务一户建档立卡贫困户的记录；户编号加密保存，只显示首尾。"""

    class Service(models.TextChoices):
        BUY = "buy", "代购"
        SELL = "sell", "代销"
        PARCEL = "parcel", "快递收发"
        PAYMENT = "payment", "缴费"
        JOB = "job", "务工就业"
        OTHER = "other", "其他便民服务"

    station = models.ForeignKey(Station, models.PROTECT, related_name="household_services", verbose_name="站点")
    date = models.DateField("日期")
    household = EncryptedField("贫困户编号", kind="id")
    household_digest = DigestField(of="household")
    service = models.CharField("服务", max_length=10, choices=Service)
    amount = MoneyField("金额（元）")

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = "服务贫困户记录"
        ordering = ["-date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "date", "household_digest", "service"],
                name="one_service_per_household_and_day",
                violation_error_message="该户该日该项服务已有记录",
            ),
            models.CheckConstraint(
                name="A_428_service_amount_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message="服务金额不能为负（规则 A-428）",
            ),
        ]

    def __str__(self):
        return f"{self.station} {self.date} {self.get_service_display()}"


class Intake(Recorded):
    """一次报送：how many rows came in by which door, and what became of them. The figures stand in the rows only."""

    class Kind(models.TextChoices):
        RECORDS = "records", "站点服务记录"
        SERVICES = "services", "服务贫困户记录"

    project = models.ForeignKey(Project, models.PROTECT, related_name="intakes", verbose_name="项目")
    kind = models.CharField("内容", max_length=10, choices=Kind)
    token = models.ForeignKey(ApiToken, models.PROTECT, null=True, related_name="intakes", verbose_name="接口令牌")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="报送人")
    at = models.DateTimeField("时间")
    rows = models.PositiveIntegerField("行数")
    added = models.PositiveIntegerField("新增")
    changed = models.PositiveIntegerField("更正")

    class Meta:
        verbose_name = "服务记录报送"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.project.name} {self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"

    @property
    def county(self):
        return self.project.county

    @classmethod
    @upholds("A-428")
    @transaction.atomic
    def take(cls, project, kind, rows, *, by, token=None):
        """如实记录：`rows` of one project, StationRecord or HouseholdService not yet saved, each key once.

        A day that is there already is replaced; the event says how many rows were new and how many changed.
        """
        project.hold()
        found = breaches_of_days(project, {row.date for row in rows}) + breaches_of_stations(rows)
        if found:
            raise Refused(*found)
        model = StationRecord if kind == cls.Kind.RECORDS else HouseholdService
        added, changed = _store(model, rows)
        intake = cls.objects.create(
            project=project, kind=kind, token=token, by=by, at=clock.now(), rows=len(rows), added=added, changed=changed
        )
        door = "（接口）" if token else ""
        words = f"报送{intake.get_kind_display()}{door}：新增 {added} 条，更正 {changed} 条，未变 {len(rows) - added - changed} 条"
        intake.record(words, by=by)
        return intake


KEYS = {
    StationRecord: ("station_id", "date"),
    HouseholdService: ("station_id", "date", "household_digest", "service"),
}
VALUES = {StationRecord: tuple(FIGURES), HouseholdService: ("amount",)}


def _store(model, rows):
    """(new, changed): what is the same already is not written again."""
    keys, values = KEYS[model], VALUES[model]
    if model is HouseholdService:
        for row in rows:
            row.household_digest = digest_of(row.household)
    days, stations = {row.date for row in rows}, {row.station_id for row in rows}
    known = model.objects.filter(station__in=stations, date__range=(min(days), max(days)))
    there = {line[: len(keys)]: line[len(keys) :] for line in known.values_list(*keys, *values)}
    new = [row for row in rows if _of(row, keys) not in there]
    other = [row for row in rows if _of(row, keys) in there and there[_of(row, keys)] != _of(row, values)]
    model.objects.bulk_create(
        new + other,
        batch_size=2000,
        update_conflicts=True,
        unique_fields=[name.removesuffix("_id") for name in keys],
        update_fields=list(values),
    )
    return len(new), len(other)


def _of(row, names):
    return tuple(getattr(row, name) for name in names)


def breaches_of_days(project, days):
    """Each day judged once, however many stations report it."""
    found = [breaches([rules.day_lies_within_the_project], rules.Day(project, day)) for day in sorted(days)]
    return [breach for one in found for breach in one]


def breaches_of_stations(rows):
    """Each station judged once, by the first and the last of its days."""
    days = defaultdict(set)
    for row in rows:
        days[row.station].add(row.date)
    stays = [rules.Stay(station, min(dates), max(dates)) for station, dates in days.items()]
    return [breach for stay in stays for breach in breaches([rules.station_was_open], stay)]


def quiet(projects, today):
    """(project, words) of what rested for the last two months: sales upward, services to poor households (A-428).

    Two questions for all projects together; `information` is expected to be prefetched.
    """
    projects = [project for project in projects if len(project.information_months(today)) >= 2]
    found = [(project, words) for project in projects for words in project.quiet(today)]
    if not projects:
        return found
    latest = max(project.information_months(today)[-1] for project in projects)
    since = (latest - timedelta(days=1)).replace(day=1)
    until = next_month(latest)
    recent = Q(date__gte=since, date__lt=until)
    sold = StationRecord.objects.filter(station__project__in=[project.pk for project in projects])
    sold = sold.values("station__project").annotate(poor=Sum("sell_poor_amount", filter=recent))
    resting = {row["station__project"] for row in sold if not row["poor"]}
    served = HouseholdService.objects.filter(recent, station__project__in=resting)
    resting -= set(served.values_list("station__project", flat=True)) if resting else set()
    months = f"{since:%Y年%-m月}、{latest:%Y年%-m月}"
    words = f"{months} 连续两个月没有服务建档立卡贫困户的记录，请核对是否如实记录"
    return found + [(project, words) for project in projects if project.pk in resting]
