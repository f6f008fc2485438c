"""交易和活动信息的页面：months by project, one month, its correction, its return; every outside reading is noted."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import is_office, may, must
from portal import clock, workbook
from portal.models import Event
from portal.pages import ask, page_of, posted, status_of
from projects.forms.information import ActivityRows, CorrectionForm, InformationForm, activities_within
from projects.forms.shapes import ReasonForm, as_typed
from projects.models import InformationAccess, Project, TransactionInformation
from projects.models.information import INDICATORS
from projects.models.records import quiet
from projects.month_workbook import SCHEMA, rows_of_months

WITHIN = ("交易和活动信息", "information-list")
Status = TransactionInformation.Status
ACTIVITY_FIELDS = ("date", "kind", "place", "people", "amount")
LAST_READINGS = 20


# --- 全部项目 ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Month:
    """How one project stands with one month: 已报 / 零申报 / 退回更正 / 未报 / 待报."""

    month: date
    words: str
    tone: str
    row: TransactionInformation | None
    due: date

    @property
    def is_owed(self):
        return self.row is None


def month_of(project, month, row, today):
    due = project.information_due(month)
    if row is None:
        return Month(month, "未报", "bad", None, due) if today > due else Month(month, "待报", "waiting", None, due)
    if row.status == Status.RETURNED:
        return Month(month, "退回更正", "bad", row, due)
    if not row.is_complete:
        return Month(month, "缺指标", "bad", row, due)
    return Month(month, "零申报" if row.is_nil else "已报", "good", row, due)


def months_of(project, today):
    """Every month owed, newest first. `project.information` may be prefetched."""
    given = {row.month: row for row in project.information.all()}
    return [month_of(project, m, given.get(m), today) for m in reversed(project.information_months(today))]


def information_list(request):
    """项目 × 月份：who has given what, this year or another; figures stand on the page of the project."""
    today = clock.today()
    year = _year(request, today)
    projects = Project.objects.visible_to(request.user).filter(started_on__lte=date(year, 12, 31))
    projects = projects.select_related("county__region", "county__batch", "contractor")
    page = page_of(request, projects.prefetch_related("information"))
    for project in page:
        project.months = {item.month: item for item in months_of(project, today)}
    columns = sorted({month for project in page for month in project.months if month.year == year})
    for project in page:
        project.cells = [(month, project.months.get(month)) for month in columns]
    context = {
        "page": page,
        "columns": columns,
        "year": year,
        "years": range(today.year, 2019, -1),
        "submits": request.user.has_perm("accounts.information.submit"),
    }
    return render(request, "projects/information_list.html", context)


def _year(request, today):
    asked = request.GET.get("year", "")
    return int(asked) if asked.isascii() and asked.isdigit() and 2014 <= int(asked) <= 2100 else today.year


def reads(user, project):
    """Whether the figures of this project are open to the person: the contractor, its county's commerce, the liaison."""
    return may(user, "information.review", project.region) or project.contractor.admits(user)


# --- 一个项目 ---------------------------------------------------------------------------------------------------------


def project_information(request, pk):
    """Every month with its figures for those who may read them, sums for everybody else."""
    project, user, today = _project(request, pk), request.user, clock.today()
    opens = reads(user, project)
    months = months_of(project, today)
    if opens:
        InformationAccess.note(user, project, [m.month for m in months if m.row], InformationAccess.Via.PAGE)
    context = {
        "project": project,
        "months": months,
        "reads": opens,
        "sums": project.information.sums(),
        "quiet": [words for _, words in quiet([project], today)],
        "submits": may(user, "information.submit", project.contractor),
        "owed": [item.month for item in months if item.is_owed],
        "readings": _readings(user, project),
    }
    return render(request, "projects/project_information.html", context)


def information_export(request, pk):
    """导出各月数据；the reading of somebody outside the contractor is noted."""
    project = _project(request, pk)
    rows = list(TransactionInformation.objects.visible_to(request.user).filter(project=project).order_by("month"))
    InformationAccess.note(request.user, project, [row.month for row in rows], InformationAccess.Via.EXPORT)
    data = workbook.export(SCHEMA, rows_of_months(project, rows))
    return workbook.download(data, f"{project.no}-months.xlsx")


# --- 一个月 -----------------------------------------------------------------------------------------------------------


def information_detail(request, pk):
    information, user = _information(request, pk), request.user
    project = information.project
    InformationAccess.note(user, project, [information.month], InformationAccess.Via.VERSIONS)
    context = {
        "information": information,
        "project": project,
        "activities": information.activities.all(),
        "versions": _versions(information),
        "corrects": may(user, "information.submit", project.contractor),
        "returns": information.status == Status.SUBMITTED and may(user, "information.review", project.region),
        "events": Event.objects.about(information),
    }
    return render(request, "projects/information_detail.html", context)


def information_create(request, pk):
    """承办单位按月报送；零申报是签字的回答。“增加一行”不保存，也不丢已填的内容。"""
    project = _project(request, pk)
    must(request.user, "information.submit", project.contractor)
    given = {row.month for row in project.information.all()}
    months = [month for month in project.information_months(clock.today()) if month not in given]
    last = project.information.order_by("-month").first()
    form, rows = _forms(request, InformationForm, _started(last, request), months=months)
    if _all_valid(form, rows):
        information = TransactionInformation.submit(
            project, by=request.user, activities=rows.rows(), **form.cleaned_data
        )
        messages.success(request, f"已报送 {information.month:%Y年%-m月} 交易和活动信息")
        return redirect("project-information", project.pk)
    context = {"form": form, "rows": rows, "project": project, "months": months, "last": last}
    return render(request, "projects/information_form.html", context, status=_status(request, form, rows))


def information_correct(request, pk):
    """更正已报送的月份；原来的数据留作版本。"""
    information = _information(request, pk)
    must(request.user, "information.submit", information.project.contractor)
    stored = list(information.activities.values(*ACTIVITY_FIELDS))
    form, rows = _forms(request, CorrectionForm, stored, information=information)
    if _all_valid(form, rows):
        fields = {name: value for name, value in form.cleaned_data.items() if name != "month"}
        information.correct(by=request.user, activities=rows.rows(), **fields)
        messages.success(request, f"已更正 {information.month:%Y年%-m月} 交易和活动信息")
        return redirect(information)
    shown = _information(request, pk)
    context = {"form": form, "rows": rows, "project": shown.project, "months": [shown.month], "information": shown}
    return render(request, "projects/information_form.html", context, status=_status(request, form, rows))


def information_return(request, pk):
    information = _information(request, pk)
    must(request.user, "information.review", information.region)
    form = ReasonForm(posted(request), label="退回理由")
    if not form.is_valid():
        words = "退回后该月按未报处理，承办单位更正之前不能申请验收（25号 四（五））。"
        return ask(request, information, form, "退回更正", within=WITHIN, words=words)
    information.send_back(by=request.user, **form.cleaned_data)
    messages.success(request, "已退回承办单位更正")
    return redirect(information)


# --- what the pages ask for ------------------------------------------------------------------------------------------


def _project(request, pk):
    projects = Project.objects.visible_to(request.user).select_related("county__region", "county__batch", "contractor")
    return get_object_or_404(projects.prefetch_related("information"), pk=pk)


def _information(request, pk):
    rows = TransactionInformation.objects.visible_to(request.user)
    rows = rows.select_related("project__county__region", "project__county__batch", "project__contractor")
    return get_object_or_404(rows, pk=pk)


def _readings(user, project):
    """Who has read this contractor's figures: shown to the contractor itself."""
    if is_office(user):
        return None
    readings = InformationAccess.objects.visible_to(user).filter(project=project)
    return readings.select_related("by")[:LAST_READINGS]


def _started(last, request):
    """On request a new month begins with the activities of the last one, without their dates and figures."""
    if last is None or "copy" not in request.GET:
        return []
    return [{"kind": activity.kind, "place": activity.place} for activity in last.activities.all()]


def _forms(request, form_class, stored, **kwargs):
    """Form and rows: typed, with a row more, or as they begin."""
    if "add_activity" in request.POST:
        rows = ActivityRows(request.POST, prefix="activities").typed(blank=1)
        return as_typed(form_class, request.POST, **kwargs), rows
    if request.method == "POST":
        return form_class(request.POST, **kwargs), ActivityRows(request.POST, prefix="activities")
    kwargs |= {"initial": {"month": request.GET.get("month", "")}} if request.GET.get("month") else {}
    return form_class(**kwargs), ActivityRows.showing(stored, blank=1, prefix="activities")


def _all_valid(form, rows):
    """All judged, so that all errors show at once."""
    if not (form.is_bound and all([form.is_valid(), rows.is_valid()])):
        return False
    return activities_within(rows, form.cleaned_data["month"])


def _status(request, form, rows):
    wrong = rows.is_bound and any(row.errors for row in rows.forms)
    return 422 if wrong else status_of(form, rows)


def _versions(information):
    """Each version with what it changed against the one before: (version, [(words, before, after)])."""
    shown, before = [], None
    for version in information.versions.select_related("by"):
        shown.append((version, _changes(before, version.content) if before else []))
        before = version.content
    return shown


def _changes(before, after):
    changed = [(words, before[n], after[n]) for n, words in INDICATORS.items() if before[n] != after[n]]
    if before["activities"] != after["activities"]:
        changed.append(("活动", f"{len(before['activities'])} 项", f"{len(after['activities'])} 项"))
    return changed
