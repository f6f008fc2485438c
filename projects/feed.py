"""What comes in over the interface: judged by row and field, stored all or nothing.

The rows are those of projects/api.py; the same verbs store them as the pages use, so no rule is walked around.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction

from portal import clock
from portal.rules import Refused
from projects.models import HouseholdService, Intake, Project, Station, StationRecord, TransactionInformation
from projects.models.information import INDICATORS
from projects.models.records import breaches_of_days
from projects.rules.records import Stay, station_was_open

AT_MOST = 10_000  # rows of one call
MONTHS_AT_MOST = 200
NOT_IN_LEDGER = "台账里没有这个站点编号，请先登入村级服务网点台账"
UNKNOWN = "没有这个项目编号（只能报送本单位承办的项目）"  # the same words for a project of somebody else


@dataclass(frozen=True)
class RowError:
    """What is wrong with one cell: rows count from 1, in the order in which they were sent."""

    row: int
    field: str
    words: str


class WrongRows(Exception):
    """Nothing was stored; every error found."""

    def __init__(self, errors):
        self.errors = errors
        super().__init__(f"{len(errors)} 处错误")


def take_records(token, rows):
    return _take(token, rows, Intake.Kind.RECORDS, StationRecord, ("project", "station", "date"))


def take_services(token, rows):
    key = ("project", "station", "date", "household", "service")
    return _take(token, rows, Intake.Kind.SERVICES, HouseholdService, key)


def _take(token, rows, kind, model, key):
    projects = own_projects([token.contractor_id], rows)
    stations = own_stations(projects, rows)
    errors = [RowError(n, "project", UNKNOWN) for n, row in enumerate(rows, 1) if row.project not in projects]
    errors += _strange_stations(projects, stations, rows) + _doubles(rows, key) + _untrue_parts(rows)
    errors += _impossible_days(projects, rows)
    if errors:
        raise WrongRows(sorted(errors, key=lambda error: error.row))
    by_project = defaultdict(list)
    for row in rows:
        station = stations[row.project, row.station]
        by_project[row.project].append(model(station=station, **row.model_dump(exclude={"project", "station"})))
    with transaction.atomic():
        taken = [
            Intake.take(projects[no], kind, by_project[no], by=token.made_by, token=token) for no in sorted(by_project)
        ]
    added, changed = sum(intake.added for intake in taken), sum(intake.changed for intake in taken)
    return {"rows": len(rows), "added": added, "changed": changed, "unchanged": len(rows) - added - changed}


def own_projects(contractors, rows):
    """Number → project, of these contractors only."""
    numbers = {row.project for row in rows}
    here = Project.objects.filter(contractor__in=contractors, no__in=numbers)
    return {project.no: project for project in here.select_related("county__region", "contractor").order_by("pk")}


def own_stations(projects, rows):
    """(number of the project, number of the station) → station, out of the ledgers of these projects."""
    here = Station.objects.filter(project__in=projects.values(), no__in={row.station for row in rows})
    numbers = {project.pk: no for no, project in projects.items()}
    return {(numbers[station.project_id], station.no): station for station in here}


def _strange_stations(projects, stations, rows):
    """Not in the ledger; or not open on that day."""
    errors, shut = [], {}
    for n, row in enumerate(rows, 1):
        station = stations.get((row.project, row.station))
        if station is None:
            if row.project in projects:
                errors.append(RowError(n, "station", NOT_IN_LEDGER))
            continue
        if (station.pk, row.date) not in shut:
            found = station_was_open(Stay(station, row.date, row.date)) if _near_its_ends(station, row.date) else []
            shut[station.pk, row.date] = str(found[0]) if found else ""
        if words := shut[station.pk, row.date]:
            errors.append(RowError(n, "date", words))
    return errors


def _near_its_ends(station, day):
    """Only a day outside the station's own life needs the rule's words."""
    return station.opened_on is None or day < station.opened_on or bool(station.closed_on and day > station.closed_on)


def _doubles(rows, key):
    seen, errors = {}, []
    for n, row in enumerate(rows, 1):
        first = seen.setdefault(tuple(getattr(row, name) for name in key), n)
        if first != n:
            errors.append(
                RowError(n, key[-1], f"与第 {first} 行重复（{'、'.join(key)} 相同），同一次报送中每项只能有一行")
            )
    return errors


def _untrue_parts(rows):
    wrong = "贫困户产品不能大于代销金额"
    return [
        RowError(n, "sell_poor_amount", wrong)
        for n, row in enumerate(rows, 1)
        if hasattr(row, "sell_poor_amount") and row.sell_poor_amount > row.sell_amount
    ]


def _impossible_days(projects, rows):
    days = defaultdict(set)
    for row in rows:
        days[row.project].add(row.date)
    wrong = {}
    for no, project in projects.items():
        for day in days[no]:
            if found := breaches_of_days(project, {day}):
                wrong[no, day] = str(found[0])
    return [
        RowError(n, "date", wrong[row.project, row.date])
        for n, row in enumerate(rows, 1)
        if (row.project, row.date) in wrong
    ]


def take_months(contractors, rows, *, by):
    """Months of several projects, all or none; the rules of the page, and the same deed."""
    projects, errors = own_projects(contractors, rows), []
    given = set(
        TransactionInformation.objects.filter(project__in=projects.values()).values_list("project__no", "month")
    )
    errors += _doubles(rows, ("project", "month"))
    with transaction.atomic():
        for n, row in enumerate(rows, 1):
            if row.project not in projects:
                errors.append(RowError(n, "project", UNKNOWN))
            elif (row.project, row.month) in given:
                errors.append(RowError(n, "month", "这个月已经报送；需要更正的请登录平台办理并写明理由"))
            elif wrong := _untrue_month(row):
                errors.append(RowError(n, *wrong))
            elif not errors:
                errors += _submitted(projects[row.project], row, n, by)
        if errors:
            raise WrongRows(sorted(errors, key=lambda error: error.row))
    return {"rows": len(rows)}


def _untrue_month(row):
    """(field, words) of what contradicts itself within one month, or None."""
    figures = {name: getattr(row, name) for name in INDICATORS}
    if row.is_nil and any(figures.values()):
        return "is_nil", "零申报时各项数据须为零"
    if not row.is_nil and not any(figures.values()) and None not in figures.values():
        return "is_nil", "各项均为零，请以零申报（is_nil 为 true）确认"
    if (row.farm_sales or 0) + (row.industrial_sales or 0) > (row.online_sales or 0) and row.online_sales is not None:
        return "farm_sales", "农产品与工业品销售额之和不能大于网络销售额"
    if any(activity.date.replace(day=1) != row.month for activity in row.activities):
        return "activities", "活动日期须在该月之内"
    return None


def _submitted(project, row, n, by):
    activities = [activity.model_dump() for activity in row.activities]
    fields = row.model_dump(exclude={"project", "month", "activities"})
    try:
        TransactionInformation.submit(project, row.month, by=by, activities=activities, **fields)
    except Refused as refusal:
        return [RowError(n, "month", str(breach)) for breach in refusal.breaches]
    return []


def months_given(token, year=None):
    """What this contractor has given, and what it owes, by project and month."""
    today, answer = clock.today(), []
    projects = token.contractor.projects.select_related("county__region", "county__batch")
    for project in projects.prefetch_related("information").order_by("no"):
        given = {row.month: row for row in project.information.all()}
        for month in project.information_months(today):
            if year in (None, month.year):
                answer.append(_month(project, month, given.get(month)))
    return {"months": answer}


def _month(project, month, row):
    due = project.information_due(month)
    if row is None:
        return {"project": project.no, "month": month, "status": "owed", "due": due}
    figures = {name: getattr(row, name) for name in INDICATORS}
    known = {"project": project.no, "month": month, "status": row.status, "due": due, "is_nil": row.is_nil}
    return known | figures | {"returned_reason": row.returned_reason}
