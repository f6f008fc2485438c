"""Two people on one draft: what each wrote stands side by side, and the person chooses which to keep, part by part.

Nothing is overwritten silently: the page carries what was typed and the revision it now stands against; whoever saves
after that is asked again.
"""

from dataclasses import dataclass
from difflib import SequenceMatcher

from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from portal.models import Event

MINE, THEIRS, BOTH = "mine", "theirs", "both"
NOT_CARRIED = {"csrfmiddlewaretoken", "request_key", "revision", "merging"}


@dataclass
class Part:
    key: str
    label: str
    mine: object
    theirs: object
    mine_words: str = "保留我的"
    theirs_words: str = "保留已保存的"
    both: bool = False


def _page(request, plan, parts, revision):
    """409, or for a save by itself only the words: the page itself will ask when it is saved by hand."""
    last = Event.objects.about(plan).filter(words__startswith="修改").last()
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    context = {
        "plan": plan,
        "parts": parts,
        "revision": revision,
        "last": last,
        "carried": [f for f in fields if f[0] not in NOT_CARRIED and not f[0].startswith("keep-")],
        "files_lost": bool(request.FILES),
    }
    page = "counties/_conflict.html" if request.headers.get("X-Autosave") == "1" else "counties/plan_conflict.html"
    return render(request, page, context, status=409)


# --- fields ------------------------------------------------------------------------------------------------------------
def fields(request, plan, form, revision):
    """The form is right, but was opened with an earlier revision."""
    stored = type(plan).objects.get(pk=plan.pk)
    parts = []
    for name in form.Meta.fields:
        if name not in form.fields:
            continue
        mine, theirs = form.cleaned_data.get(name), getattr(stored, name)
        if mine != theirs:
            parts.append(Part(name, form.fields[name].label, _shown(mine), _shown(theirs)))
    return _page(request, plan, parts, revision)


def merged_fields(data, plan, form_class):
    """What was typed, with the stored value wherever the person chose it."""
    data = data.copy()
    for name in form_class.Meta.fields:
        if data.get(f"keep-{name}") == THEIRS:
            value = getattr(plan, name)
            data.setlist(name, value if isinstance(value, list) else ["" if value is None else str(value)])
    return data


def _shown(value):
    if isinstance(value, list):
        return "、".join(value)
    return "" if value is None else str(value)


# --- one text ----------------------------------------------------------------------------------------------------------
def text(request, plan, title, typed, section):
    mine, theirs = marked(typed, section.text), marked(section.text, typed)
    part = Part("text", title, mine, theirs, both=True)
    return _page(request, plan, [part], section.revision)


def merged_text(data, stored):
    data = data.copy()
    choice = data.get("keep-text")
    if choice == THEIRS:
        data["text"] = stored
    elif choice == BOTH:
        data["text"] = f"{stored}\n\n{data.get('text', '')}"
    return data


def marked(one, other):
    """The lines of `one`, those that `other` has not marked."""
    mine, theirs = one.splitlines(), other.splitlines()
    matching = SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks()
    same = {block.a + n for block in matching for n in range(block.size)}
    lines = (
        (format_html("{}", line) if n in same else format_html("<mark>{}</mark>", line),) for n, line in enumerate(mine)
    )
    return format_html_join(mark_safe("<br>"), "{}", lines)


# --- rows --------------------------------------------------------------------------------------------------------------
def rows(request, plan, schema, prefix, texts, stored, revision):
    return _page(request, plan, list(_row_parts(request.POST, schema, texts, stored)), revision)


def _known(data):
    return set(data.get("known", "").split(","))


def _row_parts(data, schema, texts, stored):
    theirs = {str(row["id"]): {c.name: c.words(row[c.name]) for c in schema.columns} for row in stored}
    mine = {row["id"]: row for row in texts if row["id"] and not row["DELETE"]}
    for number, (id, row) in enumerate(mine.items(), 1):
        label = f"第 {number} 行 {_named(row)}"
        if id not in theirs:
            yield Part(id, label, _cells(schema, row, {}), "已被他人删除", "仍然保留我的这一行", "删除这一行")
            continue
        differing = [c for c in schema.columns if c.name != "id" and not _same(c, row[c.name], theirs[id][c.name])]
        if differing:
            yield Part(
                id, label, _cells(schema, row, theirs[id], differing), _cells(schema, theirs[id], row, differing)
            )
    known = _known(data)
    for id, row in theirs.items():
        if id not in mine:
            words = "我删除了这一行" if id in known else "我打开页面时还没有这一行"
            yield Part(id, f"{_named(row)}", words, _cells(schema, row, {}), "不要这一行", "保留这一行")


def _named(row):
    return f"“{row.get('name') or row.get('indicator') or ''}”"


def _same(column, typed, words):
    try:
        return column.words(column.read(typed)) == words
    except ValidationError:  # what cannot be read is different, whatever it is
        return False


def _cells(schema, row, other, columns=None):
    columns = columns or [c for c in schema.columns if c.name != "id" and row.get(c.name)]
    shown = []
    for column in columns:
        words = row.get(column.name) or "（空）"
        words = str(dict(column.choices).get(words, words))
        shown.append((column.title, words))
    line = "<div>{}：<mark>{}</mark></div>" if other else "<div>{}：{}</div>"
    return format_html_join("", line, shown)


def merged_rows(data, schema, texts, stored):
    """The rows after the choice: mine, theirs, or neither. Rows that only I have typed always stay."""
    theirs = {str(row["id"]): {c.name: c.text(row[c.name]) for c in schema.columns} for row in stored}
    merged, mine = [], set()
    for row in texts:
        id, choice = row["id"], data.get(f"keep-{row['id']}")
        if row["DELETE"]:
            continue
        mine.add(id)
        if id and id not in theirs:
            if choice == MINE:
                merged.append({**row, "id": ""})
        elif id and choice == THEIRS:
            merged.append(theirs[id])
        else:
            merged.append(row)
    merged += [row for id, row in theirs.items() if id not in mine and data.get(f"keep-{id}") != MINE]
    return merged
