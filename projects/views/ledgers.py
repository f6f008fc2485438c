"""台账的页面：the table, one row of it, its workbook out and in again. The same pages for every ledger."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import may, must
from portal import workbook
from portal.ledgers import LEDGERS
from portal.models import Attachment
from portal.pages import page_of, posted, status_of, uploaded
from portal.rowform import RowForm
from portal.rules import breaches
from portal.templatetags.ui import mask
from portal.views import download
from projects.forms.ledger import LedgerImportForm
from projects.forms.shapes import SearchForm
from projects.models import Import, Project, Station
from projects.sitemap import draw

ROWS = 50


def project_ledger(request, pk, name):
    project, ledger = _found(request, pk, name)
    search = SearchForm(request.GET)
    words = search.wanted("q")
    page = page_of(request, ledger.records(project, words), ROWS)
    keeps = may(request.user, "ledger.edit", project)
    subject = ledger.subject(project)
    context = {
        "project": project,
        "ledger": ledger,
        "search": search,
        "page": page,
        "heads": ledger.columns,
        "table": [(record.pk, _cells(ledger, record, project.opens_people_to(request.user))) for record in page],
        "totals": ledger.totals(subject),
        "gates": breaches(ledger.rules, subject),
        "keeps": keeps,
        "imports": Import.objects.filter(project=project, ledger=name).select_related("by")[:5] if keeps else [],
    }
    return render(request, "projects/ledger_page.html", context)


def ledger_template(request, pk, name):
    _, ledger = _found(request, pk, name)
    return workbook.download(workbook.template(ledger.schema), f"{ledger.title}模板.xlsx")


def ledger_export(request, pk, name):
    """The whole ledger; what comes out goes in again unchanged."""
    project, ledger = _found(request, pk, name)
    rows = list(ledger.rows(project))
    return workbook.download(workbook.export(ledger.schema, rows), f"{project.no}{ledger.title}.xlsx")


def ledger_import(request, pk, name):
    project, ledger = _found(request, pk, name)
    must(request.user, "ledger.edit", project)
    form = LedgerImportForm(posted(request), uploaded(request))
    if form.is_valid():
        made = Import.queue(project, ledger, form.cleaned_data["workbook"], by=request.user)
        messages.success(request, "工作簿已收到，正在后台核对；这一页会显示进度和结果")
        return redirect(made)
    context = {"project": project, "ledger": ledger, "form": form}
    return render(request, "projects/ledger_import.html", context, status=status_of(form))


def ledger_row_create(request, pk, name):
    project, ledger = _found(request, pk, name)
    must(request.user, "ledger.edit", project)
    return _row_page(request, project, ledger, "登记一行", RowForm(posted(request), schema=ledger.schema))


def ledger_row_edit(request, pk, name, row_pk):
    project, ledger = _found(request, pk, name)
    record = get_object_or_404(ledger.records(project), pk=row_pk)
    must(request.user, "ledger.edit", project)
    form = RowForm(posted(request), schema=ledger.schema, row=ledger.row(record), fixed=(ledger.key,))
    return _row_page(request, project, ledger, f"修改 {record}", form)


def _row_page(request, project, ledger, act, form):
    """One row goes the way of a workbook of one row: judged with the ledger, written by its one verb."""
    if form.is_valid():
        row = form.values
        if not form.fixed and ledger.records(project).filter(**{ledger.key: row[ledger.key]}).exists():
            form.blame({ledger.key: "台账中已有这个编号；修改请从台账页面打开该行"})
        form.blame(ledger.judge(project, [row]).get(0, {}) if form.is_valid() else {})
    if form.is_valid():
        ledger.apply(project, [form.values], by=request.user)
        messages.success(request, f"{ledger.title}已保存")
        return redirect("project-ledger", project.pk, ledger.name)
    context = {"project": project, "ledger": ledger, "form": form, "act": act}
    return render(request, "projects/ledger_row.html", context, status=status_of(form))


def import_detail(request, pk):
    found = _import(request, pk)
    causes = [{"words": words, "cells": cells, "more": count - len(cells)} for words, cells, count in found.causes]
    context = {"run": found, "project": found.project, "ledger": found.kept_ledger, "causes": causes}
    return render(request, "projects/import_detail.html", context)


def import_file(request, pk, file_pk):
    """The original and the annotated one, for those who keep the ledger."""
    found = _import(request, pk)
    if file_pk not in (found.file_id, found.annotated_id):
        raise Http404
    return download(get_object_or_404(Attachment, pk=file_pk))


def station_list(request):
    """Every station that this person sees, of all projects and counties (telephone numbers stay in the ledgers)."""
    search = SearchForm(request.GET, statuses=Station.Operation.choices)
    stations = Station.objects.visible_to(request.user).sought(search.wanted("q"))
    if operation := search.wanted("status"):
        stations = stations.filter(operation=operation)
    page = page_of(request, stations.select_related("project__county__region", "project__contractor"), ROWS)
    context = {"page": page, "search": search, "sums": stations.sums()}
    return render(request, "projects/station_list.html", context)


def station_map(request, pk):
    project = _project(request, pk)
    stations = list(project.stations.all())
    context = {"project": project, "drawing": draw(stations), "page": page_of(request, stations, ROWS)}
    return render(request, "projects/station_map.html", context)


def _project(request, pk):
    projects = Project.objects.visible_to(request.user)
    return get_object_or_404(projects.select_related("county__region", "contractor", "fund_line__plan"), pk=pk)


def _found(request, pk, name):
    project = _project(request, pk)
    if name not in LEDGERS:
        raise Http404
    return project, LEDGERS[name]


def _import(request, pk):
    imports = Import.objects.visible_to(request.user).select_related(
        "project__county__region", "project__contractor", "file", "annotated", "by"
    )
    return get_object_or_404(imports, pk=pk)


def _cells(ledger, record, open_):
    """(column, words) of one row of the table; personal figures masked for those who may not read them."""
    row = ledger.row(record)
    for column in ledger.columns:
        words = column.words(row[column.name])
        yield column, mask(words) if column.personal and not open_ else words
