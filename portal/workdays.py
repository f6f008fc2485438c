"""Working days under the State Council's holiday notices (调休 included), from the table CalendarDay.

A year whose notice is not out yet has provisional days; a deadline that touches one is shown as 暂定 and recomputed,
never shortened into the past, when the notice is imported.
"""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.core.cache import caches

OFFICIAL_DAYS = Path(__file__).parent / "data/working_days.csv"
# Fixed by the 全国年节及纪念日放假办法 (2024); the lunar feasts of years ahead stand here until they are announced.
FIXED_FEASTS = {
    (1, 1): "元旦",
    **{(5, day): "劳动节" for day in (1, 2)},
    **{(10, day): "国庆节" for day in (1, 2, 3)},
}
LUNAR_FEASTS = {
    2027: {"春节": [(2, 5), (2, 6), (2, 7), (2, 8)], "清明节": [(4, 5)], "端午节": [(6, 9)], "中秋节": [(9, 15)]},
    2028: {"春节": [(1, 25), (1, 26), (1, 27), (1, 28)], "清明节": [(4, 4)], "端午节": [(5, 28)], "中秋节": [(10, 3)]},
}
_CACHE_KEY = "calendar-days"


@dataclass(frozen=True)
class Deadline:
    """A day something is due on, seen from `today`: `left` working days (negative: overdue)."""

    on: date
    left: int
    provisional: bool


def _exceptions() -> dict[date, tuple[bool, bool]]:
    """date → (is a working day, is official). Kept in local memory; `forget()` after a change."""
    from portal.models import CalendarDay

    cache = caches["default"]
    if (days := cache.get(_CACHE_KEY)) is None:
        rows = CalendarDay.objects.values_list("date", "is_workday", "status")
        days = {day: (works, status != CalendarDay.Status.PROVISIONAL) for day, works, status in rows}
        cache.set(_CACHE_KEY, days, 60)
    return days


def forget():
    caches["default"].delete(_CACHE_KEY)


def is_workday(day: date) -> bool:
    return _exceptions().get(day, (day.weekday() < 5, True))[0]


def announced_until() -> date:
    """The last day of the last year whose holiday notice is in the table."""
    years = [day.year for day, (_, official) in _exceptions().items() if official]
    return date(max(years), 12, 31) if years else date.min


def is_provisional(day: date) -> bool:
    return day > announced_until()


def add_workdays(start: date, count: int) -> date:
    """The count-th working day after `start`; the day of receipt is not counted (民法典 第201条)."""
    day = start
    while count:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day


def add_days(start: date, count: int) -> date:
    """Calendar days from the next day on; an end on a day off moves to the first working day (民法典 第203条)."""
    return roll_over(start + timedelta(days=count))


def roll_over(day: date) -> date:
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def workdays_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
    if end < start:
        return -workdays_between(end, start)
    return sum(is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def deadline(on: date, today: date) -> Deadline:
    return Deadline(on, workdays_between(today, on), is_provisional(on))


def recomputed(original: date, fresh: date, today: date) -> date:
    """A running deadline after the calendar changed: never shortened to a day already past."""
    return fresh if fresh >= min(original, today) else original


def load_official():
    """Fill the table from the State Council's notices in data/, and provisional days for the years after them."""
    from portal.models import CalendarDay

    with OFFICIAL_DAYS.open(encoding="utf-8-sig") as rows:
        official = [
            CalendarDay(date=date.fromisoformat(row["date"]), name=row["name"], is_workday=row["is_off_day"] == "0")
            for row in csv.DictReader(rows)
        ]
    known = {day.date.year for day in official}
    feasts = {day: name for year in LUNAR_FEASTS if year not in known for day, name in _feasts(year)}
    provisional = [
        CalendarDay(date=day, name=name, is_workday=False, status=CalendarDay.Status.PROVISIONAL)
        for day, name in feasts.items()
    ]
    CalendarDay.objects.bulk_create(
        official + provisional,
        update_conflicts=True,
        unique_fields=["date"],
        update_fields=["is_workday", "name", "status"],
    )
    forget()


def _feasts(year):
    for (month, day), name in FIXED_FEASTS.items():
        yield date(year, month, day), name
    for name, days in LUNAR_FEASTS[year].items():
        for month, day in days:
            yield date(year, month, day), name


def years_before(day, years):
    """The same day so many years earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
