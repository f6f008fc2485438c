"""What waits of 月报."""

from django.db.models import Exists, OuterRef, Q

from accounts.models import DirectPeriod, Office
from reporting.desk.task import Task, acting, due_by, since, steps_of
from reporting.models import MonthlyReport

REPORT_STEPS = {
    MonthlyReport.Status.DUE: ("report.fill", "填报"),
    MonthlyReport.Status.RETURNED: ("report.fill", "修改并重新上报"),
    MonthlyReport.Status.SUBMITTED: ("report.review", "审核"),
    MonthlyReport.Status.REVIEWED: ("report.read", "阅示"),
}


def reports(user, today):
    if not (steps := steps_of(user, REPORT_STEPS)):
        return
    here = MonthlyReport.objects.filter(acting(user, "county__region"), status__in=steps)
    if user.office.level == Office.Level.PROVINCE:  # a city reads its counties; only a 省直管县 comes up directly
        here = here.filter(Exists(_direct_on(today).filter(region=OuterRef("county__region"))))
    for report in here.select_related("county__region").annotate(since=since(MonthlyReport)):
        due = None
        if report.status in MonthlyReport.OWED:
            due = due_by(report.due_on if today <= report.due_on else report.last_day, today)
        yield Task(f"{steps[report.status][1]}：{report}", report.get_absolute_url(), "月报", due, report.since)


def _direct_on(day):
    return DirectPeriod.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)
