"""Deadlines and reminders: every day each sweep looks at the date and the records, and does what is due.

A reminder is a message with a unique key (matter, step), so a sweep that runs twice tells nobody twice.
"""

from datetime import date, timedelta

from django.urls import reverse

from acceptance.models import Application
from accounts.models import User
from counties.models import County, Plan
from portal import workdays
from portal.outbox import tell
from portal.periods import daily
from projects.models import Project
from projects.models.project import next_month
from reporting.models import MonthlyReport

REMINDER_DAYS = (1, 3, 5)  # domain/rules.md A-460
PLAN_REMINDERS = (10, 5, 1, 0)  # working days before the filing deadline


@daily
def open_reports(today: date):
    """On the first of a month the report of the month before is due for every designated county."""
    for county in County.objects.active().select_related("batch", "region"):
        month = next_month(county.batch.doc_date.replace(day=1))
        while month < today.replace(day=1):
            MonthlyReport.open_for(county, month)
            month = next_month(month)


@daily
def remind_of_reports(today: date):
    owed = MonthlyReport.objects.owed().select_related("county__region", "county__batch")
    if today.day in REMINDER_DAYS:
        for report in owed.filter(due_on__gte=today, due_on__lt=today + timedelta(days=6)):
            people = User.objects.serving(report.region, "liaison")
            left = f"截止 {report.due_on}（含当日）"
            key = f"report:{report.pk}:reminder:{today}"
            tell(people, f"请填报{report}，{left}", key=key, link=report.get_absolute_url())
    for report in owed.filter(due_on__lt=today, overdue_since=None):
        report.mark_overdue(today)


@daily
def remind_of_information(today: date):
    """Contractors are reminded of the months they owe; on the day after the due day the county hears of it (A-452)."""
    projects = Project.objects.underway().select_related("county__region", "county__batch", "contractor")
    for project in projects.prefetch_related("information", "contractor__members"):
        owed = [month for month in project.information_months(today) if month not in _complete(project)]
        if not owed:
            continue
        months = "、".join(f"{month:%Y年%-m月}" for month in owed)
        key, link = f"project:{project.pk}:information:{today}", reverse("project-information", args=[project.pk])
        due = project.information_due(owed[-1])
        if today.day in REMINDER_DAYS and today <= due:
            title = f"请于 {due}（含当日）前报送{months}交易和活动信息：{project}"
            tell(project.contractor.members.all(), title, key=key, link=link)
        if today == due + timedelta(days=1):
            people = User.objects.serving(project.region, "commerce", "liaison")
            tell(people, f"{project.contractor}未报{months}交易和活动信息，请督促：{project}", key=key, link=link)


def _complete(project):
    return {information.month for information in project.information.all() if information.is_complete}


@daily
def remind_of_plan_filing(today: date):
    for plan in Plan.objects.awaiting_filing().filter(replaces=None).select_related("county__batch", "county__region"):
        deadline = plan.county.batch.plan_filing_deadline
        left = workdays.workdays_between(today, deadline)
        if today <= deadline and left in PLAN_REMINDERS and workdays.is_workday(today):
            people = User.objects.serving(plan.region, "commerce", "government")
            title = f"{plan.title}应于 {deadline} 前报省备案，还剩 {left} 个工作日"
            tell(people, title, key=f"plan:{plan.pk}:deadline:{today}", link=plan.get_absolute_url())


@daily
def receive_silent_applications(today: date):
    """Submitted and not answered for two working days: counts as received, the clock starts (G-04)."""
    for application in Application.objects.awaiting_receipt().select_related("project__county__batch"):
        limit = application.county.batch.acceptance_receipt_workdays
        if workdays.add_workdays(application.applied_on, limit) < today:
            application.receive(by=None)


@daily
def watch_the_acceptance_clock(today: date):
    """Amber on working day 7, red on day 10, overdue rows to city and province (A-145)."""
    for application in Application.objects.on_the_clock().select_related("project__county__batch"):
        colour = application.clock_colour(today)
        late = today > application.due_on
        if colour == "green":
            continue
        step = "overdue" if late else colour
        words = {"amber": "验收办结期限将至", "red": "验收今日应办结", "overdue": "验收逾期"}[step]
        region = application.region
        people = [*User.objects.serving(region, "government", "commerce")]
        if late:
            people += [*User.objects.serving(region.parent, "commerce")]
            people += [*User.objects.serving(region.parent.parent, "commerce")]
        key, link = f"application:{application.pk}:{step}", application.get_absolute_url()
        if tell(people, f"{words}（{application.due_on}）：{application}", key=key, link=link) and late:
            application.record("验收逾期", by=None)
