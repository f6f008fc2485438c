"""每日任务：deadlines after a new holiday notice, rectifications and reports that are late, reports not kept yet."""

from acceptance.models import Application
from accounts.models import User
from portal.outbox import tell
from portal.periods import daily


@daily
def recount_acceptance_deadlines(today):
    """The holiday notice of a year came out: running deadlines that touch it are counted again (calendar.md 8.2)."""
    for application in Application.objects.on_the_clock().select_related("project__county__batch"):
        application.recount(today)


@daily
def remind_of_rectification(today):
    """整改期限已过、尚未重新申请：told once to contractor and county, and kept in the record."""
    for application in Application.objects.rectification_overdue(today).select_related("project__county__region"):
        county = User.objects.serving(application.region, "government", "commerce")
        people = [*application.project.contractor.members.all(), *county]
        key, link = f"application:{application.pk}:rectify:{application.rectify_by}", application.get_absolute_url()
        if tell(people, f"整改逾期（{application.rectify_by}）：{application}", key=key, link=link):
            application.record("整改逾期", by=None, data={"rectify_by": application.rectify_by})


@daily
def remind_of_reports_not_delivered(today):
    """结论作出后规定的工作日内未报省、市：the county is reminded once (G-16)."""
    for application in Application.objects.undelivered().select_related("project__county__batch"):
        if today > application.report_due_on():
            people = User.objects.serving(application.region, "government")
            key, link = f"application:{application.pk}:report-late", application.get_absolute_url()
            tell(people, f"验收报告应于 {application.report_due_on()} 前报省、市：{application}", key=key, link=link)


@daily
def keep_reports_not_printed(today):
    """A report whose PDF was lost between the conclusion and the printing is printed now."""
    for application in Application.objects.without_report():
        application.keep_report()
