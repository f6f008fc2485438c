"""资金安排的工作簿：paste, import, export. What is read is laid into the table first; only the table saves."""

from django import forms
from django.core.exceptions import ValidationError
from django.shortcuts import render

from counties.forms import PasteForm
from counties.views.authoring import find_draft, table_page
from counties.views.found import find_plan
from counties.workbook import FUND_LINES, rows_of
from portal import workbook
from portal.grid import Grid
from portal.pages import posted, status_of, uploaded

COLUMNS = [column for column in FUND_LINES.columns if column.name != "id"]


class ImportForm(forms.Form):
    workbook = workbook.WorkbookField(label="资金安排工作簿")


def lines_paste(request, pk):
    plan = find_draft(request, pk)
    form = PasteForm(posted(request))
    stored = rows_of(plan.lines.all(), FUND_LINES)
    if form.is_valid():
        pasted = FUND_LINES.read_block(form.cleaned_data["block"])
        kept = [] if "replace" in request.POST else _texts(stored)
        if not pasted:
            form.add_error("block", "没有读到任何一行，请从 Excel 复制后粘贴")
        elif len(kept) + len(pasted) > FUND_LINES.max_rows:
            form.add_error("block", f"共 {len(kept) + len(pasted)} 行，最多 {FUND_LINES.max_rows} 行")
        else:
            return _laid_out(request, plan, [*kept, *pasted], f"已读入 {len(pasted)} 行，尚未保存；请核对后保存。")
    page = {"plan": plan, "form": form, "columns": COLUMNS, "existing": len(stored)}
    return render(request, "counties/lines_paste.html", page, status=status_of(form))


def lines_import(request, pk):
    plan = find_draft(request, pk)
    form = ImportForm(posted(request), uploaded(request))
    page = {"plan": plan, "form": form, "columns": FUND_LINES.columns}
    if form.is_valid():
        try:
            reading = workbook.read_rows(form.cleaned_data["workbook"], FUND_LINES)
        except ValidationError as error:
            form.add_error("workbook", error)
        else:
            if not reading.errors and reading.texts:
                words = f"已从工作簿读入 {len(reading.texts)} 行，尚未保存；请核对后保存。"
                return _laid_out(request, plan, reading.texts, words)
            if not reading.texts:
                form.add_error("workbook", "工作簿里没有任何一行")
            else:
                page |= {"causes": reading.causes(), "count": len(reading.errors)}
                if marked := workbook.annotated(reading):
                    page["annotated"] = workbook.as_link(marked)
    status = 422 if "causes" in page else status_of(form)
    return render(request, "counties/lines_import.html", page, status=status)


def lines_export(request, pk):
    plan = find_plan(request, pk)
    data = workbook.export(FUND_LINES, rows_of(plan.lines.all(), FUND_LINES))
    return workbook.download(data, f"{plan.county}项目资金安排（第{plan.version}版）.xlsx")


def lines_template(request, pk):
    find_plan(request, pk)
    return workbook.download(workbook.template(FUND_LINES), "项目资金安排模板.xlsx")


def _texts(rows):
    return [{column.name: column.text(row[column.name]) for column in FUND_LINES.columns} for row in rows]


def _laid_out(request, plan, texts, words):
    grid = Grid(FUND_LINES, "lines", texts, known=[line.pk for line in plan.lines.all()], judged=True, spare=0)
    return table_page(request, plan, grid, plan.lines_revision, words=words)
