"""工作台、消息、月报。What waits for a person is found in desk.py."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import Count, Q, Window
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import may, must
from counties.models import County
from portal import clock, workdays
from portal.models import Event, Message
from reporting.desk import waiting_for
from reporting.forms import FillForm, ReturnForm
from reporting.models import MonthlyReport

PER_PAGE = 25
RECENT = 8


# --- 工作台 --------------------------------------------------------------------------------------------------------
def desk(request):
    user = request.user
    tasks = waiting_for(user, clock.today())
    level = user.office.level if user.office_id else ""
    context = {
        "page": Paginator(tasks, PER_PAGE).get_page(request.GET.get("page")),
        "late": sum(1 for task in tasks if task.due and task.due.left < 0),
        "read_only": level in ("evaluator", "auditor"),
        "keeps_clock": user.has_perm("accounts.portal.clock"),
        "letters": _letters(user),
        "deeds": [(event, _address(event)) for event in Event.objects.filter(by=user).order_by("-pk")[:RECENT]],
    }
    return render(request, "reporting/desk.html", context)


def _letters(user):
    """The latest messages; the count that the menu asks for comes with them, in the same question."""
    unread = Window(Count("pk", filter=Q(read_at=None)))
    letters = list(Message.objects.visible_to(user).annotate(unread=unread).order_by("-sent_at", "-pk")[:RECENT])
    user.unread_messages = lambda: letters[0].unread if letters else 0
    return letters


PAGES = {  # kind of record → its page; the others have none of their own
    "county": "county-detail",
    "plan": "plan-detail",
    "notice": "notice-detail",
    "procurement": "procurement-detail",
    "project": "project-detail",
    "application": "application-detail",
    "payment": "payment-detail",
    "monthlyreport": "report-detail",
    "transactioninformation": "information-detail",
}


def _address(event):
    """Where the record of an event is shown, without fetching the record."""
    kind = ContentType.objects.get_for_id(event.content_type_id).model
    return reverse(PAGES[kind], args=[event.object_id]) if kind in PAGES else ""


# --- 消息 ----------------------------------------------------------------------------------------------------------
def message_list(request):
    letters = Message.objects.visible_to(request.user).order_by("-sent_at", "-pk")
    page = Paginator(letters, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "reporting/message_list.html", {"page": page})


@require_POST
def message_read(request, pk):
    """Reading a message leads to what it is about: only ever to a page of this portal."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    Message.objects.unread().filter(pk=message.pk).update(read_at=clock.now())
    here = message.link.startswith("/") and url_has_allowed_host_and_scheme(message.link, allowed_hosts=None)
    return redirect(message.link if here else "message-list")


@require_POST
def message_read_all(request):
    Message.objects.visible_to(request.user).unread().update(read_at=clock.now())
    return redirect("message-list")


# --- 月报 ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Standing:
    """How a county stands with one month: 按时 / 顺延内 / 逾期 / 未报 / 待报."""

    report: MonthlyReport
    words: str
    tone: str


TONES = {"按时": "good", "顺延内": "waiting", "逾期": "bad", "未报": "bad", "待报": "neutral", "退回": "bad"}


def _standing(report, today):
    if report.status == MonthlyReport.Status.RETURNED:
        words = "退回"
    elif report.submitted_at:
        words = report.punctuality
    else:
        words = "未报" if today > report.last_day else "待报"
    return Standing(report, words, TONES[words])


def report_list(request):
    """A county sees its months; city and province a matrix of county and month."""
    user, today = request.user, clock.today()
    if user.office_id and user.office.level == "county":
        return _own_months(request, today)
    reports = MonthlyReport.objects.visible_to(user)
    years = [day.year for day in reports.dates("month", "year", order="DESC")]
    year = _year(request, years) if years else today.year
    counties = County.objects.visible_to(user).active().select_related("region")
    page = Paginator(counties, PER_PAGE).get_page(request.GET.get("page"))
    of_the_year = reports.filter(month__year=year, county__in=list(page.object_list))
    known = {(report.county_id, report.month): _standing(report, today) for report in of_the_year}
    months = sorted({month for _, month in known})
    context = {
        "page": page,
        "months": months,
        "rows": [(county, [(month, known.get((county.pk, month))) for month in months]) for county in page],
        "year": year,
        "years": years,
    }
    return render(request, "reporting/report_matrix.html", context)


def _own_months(request, today):
    reports = MonthlyReport.objects.visible_to(request.user).select_related("county__region")
    page = Paginator(reports, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [(_standing(report, today), _due(report, today)) for report in page]}
    return render(request, "reporting/report_list.html", context)


def _year(request, years):
    wanted = request.GET.get("year", "")
    return next((year for year in years if str(year) == wanted), years[0])


def _due(report, today: date):
    """Until the 5th; when that is a day off, until the next working day (G-17)."""
    return workdays.deadline(report.due_on if today <= report.due_on else report.last_day, today)


def _find(user, pk):
    reports = MonthlyReport.objects.visible_to(user).select_related(
        "county__region__parent", "county__batch", "submitted_by__office"
    )
    report = get_object_or_404(reports.prefetch_related("values"), pk=pk)
    list(report.as_known_now())  # for the page; stored when the report is saved or submitted
    return report


def report_detail(request, pk):
    return _detail(request, _find(request.user, pk), ReturnForm())


def _detail(request, report, return_form, status=200):
    user, today = request.user, clock.today()
    owed = report.status in MonthlyReport.OWED
    context = {
        "report": report,
        "owed": owed,
        "due": _due(report, today),
        "standing": _standing(report, today),
        "values": report.values.all(),
        "missing": report.missing_before_submit() if owed else [],
        "can": _deeds(user, report),
        "return_form": return_form,
        "events": Event.objects.about(report),
    }
    return render(request, "reporting/report_detail.html", context, status=status)


def _deeds(user, report):
    """Which deeds this person may do now: only the one step that the status waits for, and sending back."""
    Status, region = MonthlyReport.Status, report.county.region
    steps = {
        Status.DUE: ("fill", "report.fill"),
        Status.RETURNED: ("fill", "report.fill"),
        Status.SUBMITTED: ("review", "report.review"),
        Status.REVIEWED: ("read", "report.read"),
    }
    name, verb = steps.get(report.status, ("", ""))
    return {name: True, "send_back": name in ("review", "read")} if name and may(user, verb, region) else {}


@require_http_methods(["GET", "POST"])
def report_fill(request, pk):
    report = _find(request.user, pk)
    must(request.user, "report.fill", report.county.region)
    stored = {value.code: _plain(value.number) for value in report.values.all()}
    form = FillForm(request.POST or None, initial=stored | {"progress": report.progress})
    if request.method == "POST" and form.is_valid():
        report.fill(by=request.user, numbers=form.numbers, progress=form.cleaned_data["progress"])
        messages.success(request, "月报已保存；核对后上报")
        return redirect(report)
    if report.status not in MonthlyReport.OWED and not form.is_bound:
        return redirect(report)
    computed = [value for value in report.values.all() if value.indicator.compute]
    context = {"report": report, "form": form, "computed": computed, "due": _due(report, clock.today())}
    return render(request, "reporting/report_form.html", context, status=422 if form.is_bound else 200)


def _plain(number):
    """120.00 stands in the field as 120."""
    return None if number is None else f"{Decimal(number).normalize():f}"


@require_POST
def report_submit(request, pk):
    report = _find(request.user, pk)
    must(request.user, "report.fill", report.county.region)
    report.submit(by=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, f"{report}已上报，由县商务局审核")
    return redirect(report)


@require_POST
def report_review(request, pk):
    report = _find(request.user, pk)
    must(request.user, "report.review", report.county.region)
    report.review(by=request.user)
    return redirect(report)


@require_POST
def report_return(request, pk):
    """退回：by the county's commerce bureau, or by the city that reads it."""
    report = _find(request.user, pk)
    if not may(request.user, "report.review", report.county.region):
        must(request.user, "report.read", report.county.region)
    form = ReturnForm(request.POST)
    if not form.is_valid() and report.status in MonthlyReport.RETURNABLE:
        return _detail(request, report, form, status=422)
    report.send_back(by=request.user, reason=form.cleaned_data.get("reason", ""))
    return redirect(report)


@require_POST
def report_read(request, pk):
    report = _find(request.user, pk)
    must(request.user, "report.read", report.county.region)
    report.read(by=request.user)
    return redirect(report)
