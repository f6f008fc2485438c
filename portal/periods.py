"""Due periods: beat is only a heartbeat, what is due stands in PostgreSQL.

A job is registered for every day; each (job, day) is one row with a unique key. A job that was down for three days
catches up exactly once per day, in order; two workers at the same moment do it once.
"""

import logging
from datetime import date, timedelta

from django.db import transaction

from portal import clock
from portal.models import DuePeriod

log = logging.getLogger(__name__)
DAILY = {}  # name -> function(today) that looks at the date and the database and does what is due
BEATS = {}  # name -> function() that looks on every heartbeat for work that was left lying


def daily(function):
    """Register a sweep to run once for every day that passes."""
    DAILY[function.__name__] = function
    return function


def every_beat(function):
    """Register a look at the rows on every heartbeat: a task that was lost is found again by its row."""
    BEATS[function.__name__] = function
    return function


def beat():
    for name, look in BEATS.items():
        try:
            look()
        except Exception:  # one broken look must not stop the others
            log.exception("%s failed", name)


def run_due(today: date) -> list[tuple[str, date]]:
    """Run every sweep for every day not yet run, in the order of days. Returns what this call ran."""
    ran, failed = [], set()
    for day in _days_open(today):
        for name, sweep in DAILY.items():
            if name in failed:
                continue
            try:
                if _run_once(name, sweep, day):
                    ran.append((name, day))
            except Exception:  # one broken sweep must not stop the others; its own later days wait for it
                log.exception("sweep %s of %s failed", name, day)
                failed.add(name)
    return ran


def _days_open(today):
    """From the day after the last complete one; a new install starts today, it has no past to catch up."""
    last = dict.fromkeys(DAILY)
    for job, period in DuePeriod.objects.exclude(done_at=None).order_by("period").values_list("job", "period"):
        if job in last:
            last[job] = period
    starts = [period + timedelta(days=1) if period else today for period in last.values()]
    first = min(starts, default=today)
    return [first + timedelta(days=n) for n in range((today - first).days + 1)]


@transaction.atomic
def _run_once(name, sweep, day) -> bool:
    DuePeriod.objects.bulk_create([DuePeriod(job=name, period=day)], ignore_conflicts=True)
    row = DuePeriod.objects.select_for_update(skip_locked=True).filter(job=name, period=day, done_at=None).first()
    if not row:
        return False
    with clock.pinned(day) if day != clock.today() else clock.steady():
        sweep(day)
    row.done_at = clock.now()
    row.save(update_fields=["done_at"])
    return True
