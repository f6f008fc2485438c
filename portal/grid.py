"""An editable table of a page: rows of plain inputs, judged by a schema. Without forms: 300 rows cost milliseconds.

    grid = Grid.posted(SCHEMA, "lines", request.POST, known=[…ids…])     if grid.is_valid(): grid.values()
    grid = Grid.stored(SCHEMA, "lines", [{"id": 7, "name": …}, …])       {% include "ui/grid.html" with grid=grid only %}

It answers to {% error_summary form grid %} and status_of(form, grid) as a form does. Rows left wholly empty are not
kept; a ticked row is removed.
"""

from functools import lru_cache

from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

REMOVED = "DELETE"
ROW_AT_MOST = 1000  # of any table: what is sent beyond it is not even read


class Cell:
    __slots__ = ("auto_id", "column", "label", "name", "text", "words")

    def __init__(self, column, name, text, label, words=""):
        self.column, self.name, self.text, self.label, self.words = column, name, text, label, words
        self.auto_id = f"id_{name}"

    def wrong(self):
        return [self.words] if self.words else []

    def options(self):
        return _options(self.column.options, self.text, self.column.title)


@lru_cache(maxsize=4096)
def _options(choices, chosen, title):
    """The choices of a cell as HTML, made once per chosen value. What was typed wrongly stays to be seen."""
    choices = choices if any(value == "" for value, _ in choices) else (("", "—"), *choices)
    if chosen not in [value for value, _ in choices]:
        choices = ((chosen, f"{chosen}（不在清单中）"), *choices)
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, mark_safe(" selected") if value == chosen else "", label) for value, label in choices),
    )


class Row:
    __slots__ = ("cells", "id", "number", "prefix", "removed", "values", "wrong_row")

    def __init__(self, prefix, number, id, removed, cells, values=None, wrong_row=""):
        self.prefix, self.number, self.id, self.removed = prefix, number, id, removed
        self.cells, self.values, self.wrong_row = cells, values, wrong_row


class Grid:
    def __init__(self, schema, prefix, texts, *, known=(), judged=False, spare=1):
        self.schema, self.prefix, self.is_bound = schema, prefix, judged
        self.known = {str(pk) for pk in known}
        self.columns = [column for column in schema.columns if column.name != "id"]
        self.wrong = []
        if judged and len(texts) > schema.max_rows:
            self.wrong.append(f"最多 {schema.max_rows} 行，现有 {len(texts)} 行")
        self.rows = [self._row(number, cells) for number, cells in enumerate(texts)]
        if judged:
            ids = [row.id for row in self.rows if row.id and not row.removed]
            if len(ids) != len(set(ids)):
                self.wrong.append("同一行出现了两次，请重新打开页面")
        self.add_rows(spare)
        self.blank = self._row("__n__", {})

    # --- where rows come from ----------------------------------------------------------------------------------------
    @classmethod
    def stored(cls, schema, prefix, rows, **kwargs):
        texts = [{c.name: c.text(row.get(c.name)) for c in schema.columns} for row in rows]
        return cls(schema, prefix, texts, **kwargs)

    @classmethod
    def posted(cls, schema, prefix, data, *, judged=True, **kwargs):
        texts = sent(schema, prefix, data)
        grid = cls(schema, prefix, texts or [], judged=judged, spare=0 if texts else 1, **kwargs)
        if texts is None and judged:
            grid.wrong.append("表格不完整，请重新打开页面")
        return grid

    def add_rows(self, count):
        for _ in range(count):
            self.rows.append(self._row(len(self.rows), {}))

    # --- as a form ---------------------------------------------------------------------------------------------------
    def is_valid(self):
        return not self.wrong and not any(row.wrong_row or _wrong(row) for row in self.rows)

    def non_field_errors(self):
        return [*self.wrong, *(f"第 {row.number} 行：{row.wrong_row}" for row in self.rows if row.wrong_row)]

    def __iter__(self):
        """The cells with something wrong, for the summary."""
        return (cell for row in self.rows for cell in row.cells if cell.words)

    def values(self):
        """The rows that stay, in their order."""
        return [row.values for row in self.rows if row.values is not None and not row.removed]

    @property
    def total(self):
        return len(self.rows)

    # --- one row -----------------------------------------------------------------------------------------------------
    def _row(self, number, texts):
        shown = number + 1 if isinstance(number, int) else "__no__"
        id, removed = str(texts.get("id") or ""), bool(texts.get(REMOVED))
        # 否 in a yes-or-no cell says nothing by itself: a row counts as soon as anything is typed into it
        filled = bool(id) or any(str(texts.get(c.name) or "").strip() for c in self.columns)
        values, wrong, wrong_row = None, {}, ""
        if self.is_bound and filled and not removed:
            if id and id not in self.known:
                wrong_row = "这一行已不在方案中，请重新打开页面"
            else:
                values, wrong = self.schema.read_row({**texts, "id": id})
                values["id"] = int(id) if id else None
        prefix = f"{self.prefix}-{number}"
        cells = [
            Cell(c, f"{prefix}-{c.name}", _as_choice(c, texts.get(c.name), values), f"第 {shown} 行 {c.title}",
                 wrong.get(c.name, ""))
            for c in self.columns
        ]  # fmt: skip
        return Row(prefix, shown, id, removed, cells, values, wrong_row)


def _as_choice(column, text, values):
    """Words that were understood show as the choice they mean; anything else as it was typed."""
    if text is None:
        return ""
    text = str(text)
    if values and column.kind in ("choice", "bool") and column.name in values:
        return column.text(values[column.name])
    return text.replace("\x00", "")


def _wrong(row):
    return any(cell.words for cell in row.cells)


def sent(schema, prefix, data):
    """The texts of the rows as they were sent, unjudged; None when the table itself did not come along."""
    try:
        total = int(data.get(f"{prefix}-TOTAL_FORMS", ""))
    except ValueError:
        return None
    names = (*(column.name for column in schema.columns), REMOVED)
    get = data.get
    return [{name: get(f"{prefix}-{n}-{name}", "") for name in names} for n in range(min(max(total, 0), ROW_AT_MOST))]
