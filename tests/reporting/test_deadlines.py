"""The 5th of the month, reminders and overdue marks: every sweep may run twice, or three days late."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from counties.models import Liaison
from portal import clock, periods
from portal.models import DuePeriod, Message
from portal.rules import Refused
from reporting.models import INDICATORS, MonthlyReport
from tests import builders


def _live_through(first, last):
    day = first
    while day <= last:
        builders.go_to(day)
        periods.run_due(day)
        day += timedelta(days=1)


def _august(county):
    return MonthlyReport.objects.get(county=county, month=date(2020, 8, 1))


def _fill(report, by):
    numbers = {indicator.code: 1 for indicator in INDICATORS if not indicator.compute}
    report.fill(by=by, numbers=numbers, progress="进展正常")


def test_on_the_first_the_report_of_the_month_before_is_due_for_all_thirteen(cast):
    _live_through(date(2020, 9, 1), date(2020, 9, 1))
    assert MonthlyReport.objects.filter(month=date(2020, 8, 1), due_on=date(2020, 9, 5)).count() == 13


def test_A_460_reminders_on_the_1st_3rd_and_5th_then_overdue_after_the_roll_over(cast):
    _live_through(date(2020, 9, 1), date(2020, 9, 7))
    report = _august(cast.county)
    assert report.overdue_since is None  # 5 September is a Saturday: the 7th is still 顺延内 (G-17)
    told = Message.objects.filter(recipient=cast.liaison, title__startswith="请填报")
    assert [clock.day_of(message.sent_at).day for message in told.order_by("sent_at")] == [1, 3, 5]
    _live_through(date(2020, 9, 8), date(2020, 9, 9))
    report.refresh_from_db()
    assert report.overdue_since == date(2020, 9, 8)
    overdue = Message.objects.filter(title__startswith="月报逾期", link=report.get_absolute_url())
    told = sorted(overdue.values_list("recipient__username", flat=True))
    assert told == ["queshan-commerce", "queshan-government", "queshan-liaison", "zhumadian-commerce"]


def test_A_460_a_late_report_needs_its_reason(cast):
    _live_through(date(2020, 9, 1), date(2020, 9, 8))
    report = _august(cast.county)
    _fill(report, cast.liaison)
    with pytest.raises(Refused, match="A-460"):
        report.submit(by=cast.liaison)
    report.submit(by=cast.liaison, reason="系统端口开通较晚")
    assert report.punctuality == "逾期" and report.late_reason


def test_a_report_within_the_roll_over_needs_no_reason_but_is_counted_apart(cast):
    _live_through(date(2020, 9, 1), date(2020, 9, 7))
    report = _august(cast.county)
    _fill(report, cast.liaison)
    report.submit(by=cast.liaison)
    assert report.punctuality == "顺延内"


def test_P_050_P_051_a_report_answers_every_row_and_its_parts_fit(cast):
    _live_through(date(2020, 9, 1), date(2020, 9, 1))
    report = _august(cast.county)
    report.fill(by=cast.liaison, numbers={"M09": 1, "M10": 2, "M05": 0, "M06": 1}, progress="")
    with pytest.raises(Refused) as refusal:
        report.submit(by=cast.liaison)
    assert {breach.rule.id for breach in refusal.value.breaches} == {"P-050", "P-051"}
    assert "M10" in str(refusal.value) and "M06" in str(refusal.value)


def test_A_453_exactly_one_liaison_or_no_report(cast):
    _live_through(date(2020, 9, 1), date(2020, 9, 1))
    report = _august(cast.county)
    _fill(report, cast.liaison)
    with pytest.raises(IntegrityError, match="A_453"), transaction.atomic():
        cast.county.liaisons.create(name="第二名", post="x", phone="x", since=clock.today())
    cast.county.appoint_liaison(by=cast.clerk, name="接任者", post="县商务局", phone="0")
    assert Liaison.objects.active().filter(county=cast.county).count() == 1
    cast.county.liaisons.update(until=clock.today())
    with pytest.raises(Refused, match="A-453"):
        report.submit(by=cast.liaison)


def test_sweeps_that_run_twice_or_three_days_late_tell_everybody_once(cast):
    _live_through(date(2020, 9, 1), date(2020, 9, 2))
    twice = Message.objects.count()
    periods.run_due(date(2020, 9, 2))
    DuePeriod.objects.filter(period=date(2020, 9, 2)).delete()
    periods.run_due(date(2020, 9, 2))
    assert Message.objects.count() == twice
    builders.go_to(date(2020, 9, 5))  # the 3rd and 4th were missed
    ran = periods.run_due(date(2020, 9, 5))
    assert [day for job, day in ran if job == "remind_of_reports"] == [date(2020, 9, day) for day in (3, 4, 5)]
    told = Message.objects.filter(recipient=cast.liaison, title__startswith="请填报")
    assert [clock.day_of(m.sent_at).day for m in told.order_by("sent_at")] == [1, 3, 5]


def test_computed_rows_come_from_the_records(cast):
    payment = builders.paid_payment(cast)
    builders.go_to(date(2020, 11, 1))
    periods.run_due(date(2020, 11, 1))
    report = MonthlyReport.objects.get(county=cast.county, month=date(2020, 10, 1))
    report.fill(by=cast.liaison, numbers={"M28": 99}, progress="")
    assert report.values.get(code="M28").number == payment.amount
    assert report.values.get(code="M26").number == cast.county.central_total


def test_one_report_per_county_and_month(cast):
    _live_through(date(2020, 9, 1), date(2020, 9, 1))
    with pytest.raises(IntegrityError, match="one_report"), transaction.atomic():
        MonthlyReport.objects.create(county=cast.county, month=date(2020, 8, 1), due_on=date(2020, 9, 5))
