"""站点服务记录的页面：monthly totals computed from the days; one day or one service written by hand."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import may, must
from portal.pages import ask, page_of, posted
from projects.forms.records import ServiceForm, StationDayForm
from projects.models import HouseholdService, InformationAccess, Intake, Project, StationRecord
from projects.models.records import FIGURES
from projects.views.information import reads

WITHIN = ("项目", "project-list")
LAST_SERVICES, LAST_INTAKES = 20, 10


def station_record_list(request, pk):
    """各站点各月合计；明细只给承办单位和本县商务部门、信息联络员，其他人看合计（A-457）。"""
    project, user = _project(request, pk), request.user
    opens = reads(user, project)
    records = StationRecord.objects.of(project)
    page = page_of(request, records.monthly()) if opens else None
    services = list(_services(project)) if opens else []
    if opens:
        months = {row["month"] for row in page} | {service.date.replace(day=1) for service in services}
        InformationAccess.note(user, project, months, InformationAccess.Via.RECORDS)
    sums = records.sums()
    context = {
        "project": project,
        "reads": opens,
        "page": page,
        "rows": [_cells(row) for row in page or ()],
        "titles": list(FIGURES.values()),
        "sums": [(words, sums[f"{name}_sum"] or 0) for name, words in FIGURES.items()],
        "services": services,
        "served": HouseholdService.objects.of(project).count(),
        "intakes": Intake.objects.filter(project=project).select_related("by", "token")[:LAST_INTAKES],
        "submits": bool(project.started_on) and may(user, "information.submit", project.contractor),
    }
    return render(request, "projects/station_record_list.html", context)


def station_record_create(request, pk):
    """填写一个站点一天的服务记录；同一天再填，以后填的为准。"""
    project = _project(request, pk)
    must(request.user, "information.submit", project.contractor)
    form = StationDayForm(posted(request), project=project)
    if not form.is_valid():
        words = "同一站点同一天再次填写的，以后填的为准。站点较多的，可用接口每日自动报送。"
        return ask(request, project, form, "填写站点服务记录", within=WITHIN, words=words)
    row = StationRecord(**form.cleaned_data)
    Intake.take(project, Intake.Kind.RECORDS, [row], by=request.user)
    messages.success(request, f"已保存站点 {row.station} {row.date} 的服务记录")
    return redirect("station-record-list", project.pk)


def household_service_create(request, pk):
    """填写一次服务建档立卡贫困户的记录；户编号加密保存。"""
    project = _project(request, pk)
    must(request.user, "information.submit", project.contractor)
    form = ServiceForm(posted(request), project=project)
    if not form.is_valid():
        words = "如实记录（25号 四（三））。贫困户编号加密保存，页面只显示首尾。"
        return ask(request, project, form, "填写服务贫困户记录", within=WITHIN, words=words)
    Intake.take(project, Intake.Kind.SERVICES, [HouseholdService(**form.cleaned_data)], by=request.user)
    messages.success(request, "已保存服务贫困户记录")
    return redirect("station-record-list", project.pk)


# --- what the pages ask for ------------------------------------------------------------------------------------------


def _project(request, pk):
    projects = Project.objects.visible_to(request.user).select_related("county__region", "county__batch", "contractor")
    return get_object_or_404(projects, pk=pk)


def _services(project):
    return HouseholdService.objects.of(project).select_related("station")[:LAST_SERVICES]


def _cells(row):
    """(month, station, days, [(title, figure)]) of one station and month."""
    station = f"{row['station__no']} {row['station__name']}"
    return row["month"], station, row["days"], [(words, row[f"{name}_sum"]) for name, words in FIGURES.items()]
