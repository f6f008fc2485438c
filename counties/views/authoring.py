"""实施方案：写. Basic facts, fund table, targets and chapters, each on its own page with its own revision.

A page saved by hand goes back to the list of tasks. Saved by itself (X-Autosave) it answers 204 and the new revision.
What somebody else saved meanwhile is laid beside what was typed, and the person chooses (counties/views/conflicts.py).
"""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import must
from counties import sections
from counties.forms import ChapterForm, PlanForm, RevisionForm
from counties.views import conflicts
from counties.views.found import find_plan, shares_of
from counties.workbook import FUND_LINES, TARGETS, rows_of
from portal.grid import Grid, sent
from portal.pages import status_of
from portal.rules import enforce


def find_draft(request, pk):
    plan = find_plan(request, pk)
    must(request.user, "plan.draft", plan.region)
    enforce(plan.BEFORE_EDIT, plan)
    return plan


def by_itself(request) -> bool:
    return request.headers.get("X-Autosave") == "1"


def saved(request, plan, revision, words, ids=()):
    """After a save by hand back to the tasks; after one by itself no page, but what the page must know from now on."""
    if by_itself(request):
        numbers = ",".join(str(id) for id in ids)
        return HttpResponse(status=204, headers={"X-Revision": str(revision), "X-Row-Ids": numbers})
    messages.success(request, words)
    return redirect(plan)


# --- basic facts -----------------------------------------------------------------------------------------------------
def plan_edit(request, pk):
    plan = find_draft(request, pk)
    data = conflicts.merged_fields(request.POST, plan, PlanForm) if request.method == "POST" else None
    form = PlanForm(data, request.FILES if data else None, instance=plan, initial={"revision": plan.revision})
    stored = plan.revision
    if form.is_valid():
        if form.cleaned_data["revision"] != stored:
            return conflicts.fields(request, plan, form, stored)
        plan.edit(
            by=request.user,
            revision=stored,
            fields=form.values(by=request.user),
            autosave=by_itself(request),
        )
        return saved(request, plan, plan.revision, "方案已保存")
    page = {"plan": plan, "form": form, "files_lost": bool(request.FILES)}
    return render(request, "counties/plan_form.html", page, status=status_of(form))


# --- one chapter -------------------------------------------------------------------------------------------------------
def plan_chapter(request, pk, key):
    plan = find_draft(request, pk)
    chapters = sections.wanted(plan.was_supported_before)
    chapter = next((chapter for chapter in chapters if chapter.key == key), None)
    if chapter is None:
        raise Http404
    section = next((section for section in plan.sections.all() if section.key == key), None)
    text, revision = (section.text, section.revision) if section else ("", 0)
    data = conflicts.merged_text(request.POST, text) if request.method == "POST" else None
    form = ChapterForm(data, initial={"text": text, "revision": revision})
    if form.is_valid():
        typed = form.cleaned_data["text"].replace("\r\n", "\n").strip()
        if form.cleaned_data["revision"] != revision:
            return conflicts.text(request, plan, chapter.title, typed, section)
        plan.write_section(key, by=request.user, revision=revision, text=typed, autosave=by_itself(request))
        if "next" in request.POST and (following := _after(chapter, chapters)):
            messages.success(request, f"“{chapter.title}”已保存")
            return redirect("plan-chapter", plan.pk, following.key)
        return saved(request, plan, revision + 1, f"“{chapter.title}”已保存")
    page = {"plan": plan, "chapter": chapter, "form": form, "section": section, "following": _after(chapter, chapters)}
    return render(request, "counties/plan_chapter.html", page, status=status_of(form))


def _after(chapter, chapters):
    place = chapters.index(chapter) + 1
    return chapters[place] if place < len(chapters) else None


# --- tables --------------------------------------------------------------------------------------------------------
def plan_lines(request, pk):
    plan = find_draft(request, pk)

    def save(rows, revision):
        plan.edit_lines(by=request.user, revision=revision, lines=rows, autosave=by_itself(request))
        return saved(request, plan, plan.lines_revision, f"资金安排已保存，共 {len(rows)} 行", _ids(plan.lines))

    return _table(request, plan, FUND_LINES, "lines", save)


def plan_targets(request, pk):
    plan = find_draft(request, pk)

    def save(rows, revision):
        plan.edit_targets(by=request.user, revision=revision, targets=rows, autosave=by_itself(request))
        return saved(request, plan, plan.targets_revision, f"量化目标已保存，共 {len(rows)} 项", _ids(plan.targets))

    return _table(request, plan, TARGETS, "targets", save)


def _ids(rows):
    return rows.values_list("pk", flat=True)


def _table(request, plan, schema, prefix, save):
    records = list(getattr(plan, prefix).all())
    stored, revision = rows_of(records, schema), getattr(plan, f"{prefix}_revision")
    known = [record.pk for record in records]
    if request.method != "POST":
        grid = Grid.stored(schema, prefix, stored, spare=1 if records else 3)
        return table_page(request, plan, grid, revision)
    if "add_row" in request.POST:
        grid = Grid.posted(schema, prefix, request.POST, judged=False)
        grid.add_rows(1)
        return table_page(request, plan, grid, request.POST.get("revision", ""))
    form = RevisionForm(request.POST)
    if not form.is_valid():
        return table_page(request, plan, Grid.posted(schema, prefix, request.POST, known=known), revision, form)
    opened = form.cleaned_data["revision"]
    texts = sent(schema, prefix, request.POST)
    if texts is not None and opened != revision:
        return conflicts.rows(request, plan, schema, prefix, texts, stored, revision)
    if texts is not None and "merging" in request.POST:
        texts = conflicts.merged_rows(request.POST, schema, texts, stored)
        grid = Grid(schema, prefix, texts, known=known, judged=True, spare=0)
    else:
        grid = Grid.posted(schema, prefix, request.POST, known=known)
    if grid.is_valid():
        return save(grid.values(), revision)
    return table_page(request, plan, grid, opened)


def table_page(request, plan, grid, revision, form=None, words=""):
    """The editable table, also of rows that were pasted or read from a workbook and are not saved yet."""
    page = {"plan": plan, "grid": grid, "revision": revision, "form": form, "words": words}
    page["known"] = ",".join(row.id for row in grid.rows if row.id)
    if grid.prefix == "lines":
        page["shares"] = shares_of(plan)
    template = "counties/plan_lines.html" if grid.prefix == "lines" else "counties/plan_targets.html"
    forms = [grid, *([form] if form else [])]
    return render(request, template, page, status=status_of(*forms))
