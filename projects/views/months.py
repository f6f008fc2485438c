"""从工作簿导入多个项目、多个月份的交易和活动信息：all of it, or none."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render

from portal import clock, workbook
from portal.pages import posted, status_of, uploaded
from projects import feed
from projects.api import MonthRow
from projects.forms.information import MonthsWorkbookForm
from projects.models import Project
from projects.month_workbook import SCHEMA, rows_owed


def information_template(request):
    """欠报的项目和月份已填好的工作簿。"""
    projects = Project.objects.filter(contractor__in=_contractors(request.user)).prefetch_related("information")
    rows = rows_owed(projects.order_by("no"), clock.today())[: SCHEMA.max_rows]
    return workbook.download(workbook.export(SCHEMA, rows), "months-owed.xlsx")


def information_import(request):
    """任何一个单元格有误，整个工作簿都不保存，并退回标出错误的文件。"""
    contractors = _contractors(request.user)
    form = MonthsWorkbookForm(posted(request), uploaded(request))
    reading = _read(form) if form.is_valid() else None
    if reading and not reading.errors and _take(reading, contractors, request.user):
        messages.success(request, f"已报送 {len(reading.values)} 个月的交易和活动信息")
        return redirect("information-list")
    wrong = bool(reading and reading.errors)
    context = {
        "form": form,
        "causes": reading.causes() if wrong else [],
        "count": len(reading.errors) if wrong else 0,
        "annotated": workbook.as_link(data) if wrong and (data := workbook.annotated(reading)) else "",
        "columns": SCHEMA.columns,
    }
    return render(request, "projects/months_import.html", context, status=422 if wrong else status_of(form))


def _contractors(user):
    """Whose months this person gives; an office gives none."""
    if not user.has_perm("accounts.information.submit"):
        raise PermissionDenied("只有承办单位自己的人员可以报送交易和活动信息")
    return list(user.contractors.values_list("pk", flat=True))


def _read(form):
    try:
        reading = workbook.read_rows(form.cleaned_data["upload"], SCHEMA)
    except ValidationError as error:
        form.add_error("upload", error)
        return None
    if not reading.values and not reading.errors:
        form.add_error("upload", "工作簿里没有任何一行")
        return None
    return reading


def _take(reading, contractors, by):
    """Give them all; what the rules say stands at its cell."""
    rows = [MonthRow(**values | {"month": values["month"][:7]}) for values in reading.values]
    try:
        feed.take_months(contractors, rows, by=by)
    except feed.WrongRows as refusal:
        for error in refusal.errors:
            reading.blame(error.row - 1, error.field, error.words)
        return False
    return True
