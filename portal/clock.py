"""The only source of now() and today(), always Asia/Shanghai.

In demonstration and training installs the clock can be set and moved; the shift stands in the database so that web,
worker and beat agree. A production install has no shift and refuses to get one.
"""

import contextlib
import contextvars
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")
_pinned = contextvars.ContextVar("pinned", default=None)
_shift = contextvars.ContextVar("shift", default=None)


def now() -> datetime:
    if pinned := _pinned.get():
        return pinned
    return timezone.now() + shift()


def today() -> date:
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The Shanghai date of a moment: what happens after 24:00 belongs to the next day."""
    return moment.astimezone(SHANGHAI).date()


def shift() -> timedelta:
    """How far this install's clock stands from the real one; read once per request or job."""
    if not settings.TRAINING_CLOCK:
        return timedelta(0)
    if (known := _shift.get()) is not None:
        return known
    return _read_shift()


def _read_shift():
    from portal.models import TrainingClock  # models need the app registry; the clock is needed before it

    found = TrainingClock.objects.first()
    return found.shift if found else timedelta(0)


@contextlib.contextmanager
def steady():
    """One reading of the shift for the whole request or job, so that a page never straddles two days."""
    token = _shift.set(_read_shift() if settings.TRAINING_CLOCK and not _pinned.get() else timedelta(0))
    try:
        yield
    finally:
        _shift.reset(token)


@contextlib.contextmanager
def pinned(moment: datetime | date):
    """Tests and replays: the time stands still at `moment` (a date means 9:00 in the morning)."""
    token = _pinned.set(morning(moment) if not isinstance(moment, datetime) else moment)
    try:
        yield
    finally:
        _pinned.reset(token)


def morning(day: date) -> datetime:
    return datetime.combine(day, time(9), SHANGHAI)


def midnight(day: date) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time(), SHANGHAI)


def set_to(moment: datetime):
    """Move the training clock. Raises in production: there the clock is the clock."""
    from portal.models import TrainingClock

    if not settings.TRAINING_CLOCK:
        raise RuntimeError("正式环境不能调整时钟")
    TrainingClock.objects.update_or_create(pk=1, defaults={"shift": moment - timezone.now()})
    _shift.set(None)
