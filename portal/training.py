"""Moving the training clock: day by day, so that the daily sweeps of each day passed run in order."""

from datetime import date, timedelta

from django.conf import settings

from portal import clock, outbox, periods

FURTHEST = date(2030, 12, 31)


def move_to(day: date) -> list[tuple[str, date]]:
    """Move the clock forward to the morning of `day`. Returns the sweeps that ran, in order.

    Raises ValueError in production, for a day that is over (what was done cannot be undone) and for one too far away.
    """
    if not settings.TRAINING_CLOCK:
        raise ValueError("正式环境不能调整时钟")
    if day < clock.today():
        raise ValueError(f"演练时钟只能向后调整，当前是 {clock.today()}")
    if day > FURTHEST:
        raise ValueError(f"演练时钟最远调到 {FURTHEST}")
    ran = periods.run_due(clock.today())
    while (current := clock.today()) < day:
        clock.set_to(clock.morning(current + timedelta(days=1)))
        ran += periods.run_due(clock.today())
    while outbox.relay():
        pass
    return ran


def start_at(day: date):
    """The first day of a demonstration: nothing lies before it, so no sweep runs."""
    clock.set_to(clock.morning(day))
