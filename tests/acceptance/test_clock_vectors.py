"""The ten working days through the real pages, on the days of the test vectors (25号 一（四）, calendar.md)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from acceptance.models import Application
from acceptance.sweeps import recount_acceptance_deadlines
from portal import workdays
from portal.models import CalendarDay, Message
from tests import builders

D = date.fromisoformat


def submitted(cast):
    project = builders.underway_project(cast)
    return builders.story().submitted_application(project)


def received(cast, as_user, application, day):
    """The county clicks 确认收到 on that day."""
    builders.go_to(day)
    as_user(cast.clerk).post(reverse("application-receive", args=[application.pk]), follow=True)
    application.refresh_from_db()
    return application


def page_of(cast, as_user, application):
    return as_user(cast.government).get(application.get_absolute_url()).content.decode()


VECTORS = [  # received, due: domain/vectors.md
    ("2020-09-24", "2020-10-14"),
    ("2020-10-16", "2020-10-30"),
    ("2021-02-03", "2021-02-22"),
    ("2026-09-22", "2026-10-13"),
]


@pytest.mark.parametrize(("day", "due"), VECTORS)
def test_A_145_the_deadline_of_the_vector_stands_on_the_page(cast, as_user, day, due):
    application = received(cast, as_user, submitted(cast), D(day))
    assert application.due_on == application.due_on_original == D(due)
    text = page_of(cast, as_user, application)
    assert f"{D(due).year}年{D(due).month}月{D(due).day}日" in text and "还剩 10 个工作日" in text


def test_A_145_green_amber_red_overdue_as_the_days_pass(cast, as_user):
    application = received(cast, as_user, submitted(cast), D("2020-10-16"))
    seen = {}
    for day in ("2020-10-26", "2020-10-27", "2020-10-30", "2020-10-31"):
        builders.go_to(D(day))
        seen[day] = application.clock_words(D(day))
        assert seen[day] in page_of(cast, as_user, application)
    assert list(seen.values()) == ["正常", "预警", "到期", "逾期"]


def test_A_145_nobody_answers_and_the_third_working_day_counts_as_receipt(cast, as_user):
    from reporting.sweeps import receive_silent_applications

    application = submitted(cast)
    third = workdays.add_workdays(application.applied_on, 3)
    for day in (third - timedelta(days=1), third):
        builders.go_to(day)
        receive_silent_applications(day)
    application.refresh_from_db()
    assert application.status == "received" and application.due_on == workdays.add_workdays(third, 10)
    assert "视为收到" in page_of(cast, as_user, application)


@pytest.fixture
def running_into_2027(cast, as_user):
    """Received on 25 December 2026: the ninth of the ten days lies in a year without a holiday notice."""
    application = received(cast, as_user, submitted(cast), D("2026-12-25"))
    yield application
    workdays.forget()


def announce_2027(**days):
    """The holiday notice of 2027 arrives: date → is a working day."""
    days = {"2027_01_01": False, **days}
    CalendarDay.objects.bulk_create(
        [
            CalendarDay(date=D(day.replace("_", "-")), name="演示安排", is_workday=works, status="official")
            for day, works in days.items()
        ],
        update_conflicts=True,
        unique_fields=["date"],
        update_fields=["is_workday", "name", "status"],
    )
    workdays.forget()


def test_A_145_a_deadline_in_a_year_not_announced_is_provisional(cast, as_user, running_into_2027):
    assert running_into_2027.due_on.year == 2027
    assert "暂定" in page_of(cast, as_user, running_into_2027)


def test_A_145_more_days_off_move_the_deadline_and_the_first_one_is_kept(cast, as_user, running_into_2027):
    first = running_into_2027.due_on
    announce_2027(**{"2027_01_04": False, "2027_01_05": False})
    today = D("2026-12-28")
    builders.go_to(today)
    for _ in range(2):
        recount_acceptance_deadlines(today)
    running_into_2027.refresh_from_db()
    assert running_into_2027.due_on == workdays.add_workdays(first, 2)
    assert running_into_2027.due_on_original == first
    assert running_into_2027.events.filter(words__startswith="假期安排公布").count() == 1
    assert Message.objects.filter(title__startswith="验收办结期限改为").exists()
    assert "暂定" not in page_of(cast, as_user, running_into_2027)


@pytest.mark.parametrize(("looked_at", "moves"), [("2027-01-04", True), ("2027-01-11", False)])
def test_A_145_a_shorter_deadline_never_falls_into_the_past(cast, running_into_2027, looked_at, moves):
    """Two Saturdays become working days: the deadline comes nearer, unless that day is over already."""
    first = running_into_2027.due_on
    announce_2027(**{"2027_01_02": True, "2027_01_03": True, "2027_01_09": True})
    today = min(D(looked_at), first) if moves else first
    builders.go_to(today)
    recount_acceptance_deadlines(today)
    running_into_2027.refresh_from_db()
    assert (running_into_2027.due_on < first) is moves
    assert running_into_2027.due_on >= today and running_into_2027.due_on_original == first
    recount_acceptance_deadlines(today)
    assert Application.objects.get(pk=running_into_2027.pk).due_on == running_into_2027.due_on
