"""Ledgers 台账: tables that belong to one project, kept row by row on a page and by the thousand in workbooks.

A ledger is a schema, the records behind it, what one row cannot know by itself, and one verb that writes. Every door
(the page of a row, a workbook, the demonstration) goes through `judge` and `apply`. A room registers its ledgers:

    STATIONS = register(Ledger(name="stations", title="村级服务网点台账", schema=…, key="no", records=…, …))
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from portal.schema import Schema
from portal.templatetags.ui import mask

LEDGERS: dict[str, "Ledger"] = {}
HIDDEN = "*"  # how a masked personal figure begins
BATCH = 1000  # rows of one statement


@dataclass(frozen=True)
class Ledger:
    name: str
    title: str
    schema: Schema
    key: str  # the column that tells the rows of one project apart; a row read in again is found by it
    records: Callable  # records(project, words="") → QuerySet of the records, in their order; `words` searches
    apply: Callable  # apply(project, rows, *, by, sha256="") → (added, changed), one transaction and one event
    check: Callable = lambda project, rows: {}  # {number of the row in `rows`: {column: what is wrong}}
    shown: tuple = ()  # columns of the page; the workbook has all
    totals: Callable = lambda project: []  # (words, figure) above the table
    rules: tuple = ()  # what the page says beforehand about the project's ledger, each with its clause
    about: str = ""  # what stands in this ledger, and how it gets here
    links: tuple = ()  # (words, name of the URL of a project) of further pages

    @property
    def columns(self):
        """The columns of the page."""
        return [self.schema.by_name[name] for name in self.shown] or list(self.schema.columns)

    @property
    def personal(self):
        return [column.name for column in self.schema.columns if column.personal]

    def row(self, record) -> dict:
        """One record by the names of the columns."""
        return {column.name: getattr(record, column.name) for column in self.schema.columns}

    def rows(self, project):
        """What an export writes: every row, personal figures masked (domain/actors.md: masked by default)."""
        for record in self.records(project):
            row = self.row(record)
            yield row | {name: mask(row[name]) if row[name] else "" for name in self.personal}

    def judge(self, project, rows) -> dict:
        """{number of the row: {column: what is wrong}}: what no row can know by itself."""
        wrong = twice(rows, self.key, "在文件中出现了两次")
        for found in (self._masked_without_original(project, rows), self.check(project, rows)):
            for number, words in found.items():
                wrong[number] = words | wrong.get(number, {})
        return wrong

    def _masked_without_original(self, project, rows):
        """A masked figure means “as it is”: right for a row that is there already with just that figure."""
        masked = [(n, name) for n, row in enumerate(rows) for name in self.personal if is_masked(row.get(name))]
        if not masked:
            return {}
        keys = [rows[number][self.key] for number, _ in masked]
        kept = {getattr(r, self.key): r for r in self.records(project).filter(**{f"{self.key}__in": keys})}
        wrong = {}
        for number, name in masked:
            record = kept.get(rows[number][self.key])
            if record is None or mask(getattr(record, name)) != rows[number][name]:
                wrong.setdefault(number, {})[name] = "是隐去的号码，且与台账不符；请填写完整号码"
        return wrong


def register(ledger) -> Ledger:
    assert ledger.name not in LEDGERS, f"ledger {ledger.name} is registered twice"
    LEDGERS[ledger.name] = ledger
    return ledger


def is_masked(value) -> bool:
    return isinstance(value, str) and value.startswith(HIDDEN)


def twice(rows, column, words) -> dict:
    """{number: {column: words}} of every row whose value in this column stands in another row too."""
    counted = Counter(row.get(column) for row in rows)
    return {n: {column: words} for n, row in enumerate(rows) if row.get(column) and counted[row[column]] > 1}


def merge(ledger, project, model, rows, **derived) -> tuple[int, int]:
    """Write rows by their key: new ones are added, known ones changed where they differ, others stay as they are.

    `derived`: name of a field → function of the row, for what the schema does not hold. Returns (added, changed).
    Two statements per thousand rows; the database's own constraints have the last word.
    """
    kept = {getattr(record, ledger.key): record for record in model.objects.filter(project=project)}
    added, changed = [], []
    for row in rows:
        values = row | {name: derive(row) for name, derive in derived.items()}
        record = kept.get(row[ledger.key])
        if record is None:
            added.append(model(project=project, **values))
            continue
        values = {n: v for n, v in values.items() if not (n in ledger.personal and is_masked(v))}
        if any(getattr(record, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(record, name, value)
            changed.append(record)
    model.objects.bulk_create(added, batch_size=BATCH)
    if changed:
        fields = [field.name for field in model._meta.concrete_fields if not field.primary_key]
        model.objects.bulk_create(
            changed, batch_size=BATCH, update_conflicts=True, unique_fields=["pk"], update_fields=fields
        )
    return len(added), len(changed)
