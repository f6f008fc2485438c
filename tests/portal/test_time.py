"""Working days, deadlines and the training clock, against domain/vectors.md."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import clock, training, workdays
from portal.models import CalendarDay, DuePeriod, TrainingClock

D = date.fromisoformat


@pytest.fixture(autouse=True)
def _calendar(cast):
    pass


@pytest.mark.parametrize(
    ("received", "due"),
    [("2020-09-24", "2020-10-14"), ("2020-10-16", "2020-10-30"), ("2021-02-03", "2021-02-22"), ("2026-09-22", "2026-10-13")],
)  # fmt: skip
def test_A_145_ten_working_days(received, due):
    assert workdays.add_workdays(D(received), 10) == D(due)


@pytest.mark.parametrize(
    ("start", "end"),
    [("2020-09-29", "2020-10-13"), ("2020-09-30", "2020-10-14"), ("2021-04-28", "2021-05-08"),
     ("2021-09-10", "2021-09-17"), ("2026-02-10", "2026-02-24")],
)  # fmt: skip
def test_five_working_days_of_publicity(start, end):
    assert workdays.add_workdays(D(start), 5) == D(end)


@pytest.mark.parametrize(
    ("start", "end"),
    [("2020-09-25", "2020-10-09"), ("2020-11-02", "2020-11-09"), ("2020-10-17", "2020-10-26"), ("2021-02-05", "2021-02-18")],
)  # fmt: skip
def test_seven_calendar_days_roll_over_a_day_off(start, end):
    assert workdays.add_days(D(start), 7) == D(end)


def test_every_day_of_2020_to_2026_agrees_with_an_independent_library():
    day, end = date(2020, 1, 1), date(2026, 12, 31)
    differing = []
    while day <= end:
        if workdays.is_workday(day) != chinese_calendar.is_workday(day):
            differing.append(day)
        day += timedelta(days=1)
    assert differing == []


def test_a_deadline_in_a_year_not_announced_is_provisional():
    with pytest.raises(NotImplementedError):
        chinese_calendar.is_workday(date(2027, 1, 4))
    due = workdays.add_workdays(date(2026, 12, 25), 10)
    assert workdays.deadline(due, date(2026, 12, 25)).provisional
    assert not workdays.deadline(date(2026, 12, 31), date(2026, 12, 25)).provisional
    assert not workdays.is_workday(date(2027, 1, 1)) and not workdays.is_workday(date(2027, 2, 8))


def test_a_running_deadline_is_never_shortened_into_the_past():
    original, today = date(2027, 1, 20), date(2027, 1, 15)
    assert workdays.recomputed(original, date(2027, 1, 12), today) == original
    assert workdays.recomputed(original, date(2027, 1, 18), today) == date(2027, 1, 18)
    assert workdays.recomputed(original, date(2027, 1, 22), today) == date(2027, 1, 22)


@given(st.dates(date(2020, 1, 1), date(2026, 11, 30)), st.integers(1, 20))
@settings(max_examples=200, deadline=None)
def test_counting_there_and_back(start, count):
    due = workdays.add_workdays(start, count)
    assert workdays.is_workday(due)
    assert workdays.workdays_between(start, due) == count


def test_an_announcement_replaces_provisional_days():
    CalendarDay.objects.create(date=date(2027, 2, 20), is_workday=True, name="调休", status="official")
    workdays.forget()
    assert workdays.is_workday(date(2027, 2, 20))
    assert not workdays.is_provisional(date(2027, 2, 20))
    workdays.forget()


def test_the_day_belongs_to_shanghai():
    late = clock.morning(date(2020, 9, 5)).replace(hour=23, minute=59)
    assert clock.day_of(late) == date(2020, 9, 5)
    assert clock.day_of(late + timedelta(minutes=1)) == date(2020, 9, 6)


def test_moving_the_training_clock_runs_every_day_in_order(cast):
    clock._pinned.set(None)
    training.start_at(date(2020, 10, 1))
    with clock.steady():
        ran = training.move_to(date(2020, 10, 4))
    days = [day for job, day in ran if job == "close_notices"]
    assert days == [date(2020, 10, n) for n in (1, 2, 3, 4)]
    assert [day for _, day in ran] == sorted(day for _, day in ran)
    assert clock.today() == date(2020, 10, 4)
    assert DuePeriod.objects.filter(done_at=None).count() == 0


def test_the_clock_does_not_go_back_and_does_not_exist_in_production(cast, settings):
    with pytest.raises(CommandError, match="只能向后"):
        call_command("clock", "--to", "2020-08-31")
    settings.TRAINING_CLOCK = False
    with pytest.raises(CommandError, match="正式环境"):
        call_command("clock", "--to", "2020-10-01")
    assert TrainingClock.objects.count() == 0
    clock._pinned.set(None)
    assert abs((clock.now() - clock.timezone.now()).total_seconds()) < 1
