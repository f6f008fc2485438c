"""The books as workbooks and on paper: the same rows as on the page, their sums, their filter, their day, their digest."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.conf import settings
from django.http import Http404

from funds.rules.books import fits_in_a_workbook, fits_on_paper
from portal import clock, money, workbook
from portal.documents import Table, shown
from portal.rules import breaches, enforce
from portal.schema import Column, Schema
from portal.sheets import Sheet

TRIAL_BALANCE = Schema(
    name="trial-balance",
    title="科目余额表",
    version=1,
    max_rows=10_000,
    columns=(
        Column("county", "示范县"),
        Column("account", "科目"),
        Column("source", "资金来源"),
        Column("opening", "期初余额（元）", "money"),
        Column("debit", "本期借方（元）", "money"),
        Column("credit", "本期贷方（元）", "money"),
        Column("closing", "期末余额（元）", "money"),
    ),
)
STATEMENT = Schema(
    name="account-statement",
    title="明细账",
    version=1,
    max_rows=10_000,
    columns=(
        Column("day", "日期", "date"),
        Column("voucher", "凭证号"),
        Column("words", "摘要"),
        Column("account", "科目"),
        Column("source", "资金来源"),
        Column("fund_line", "资金安排"),
        Column("agreement", "协议"),
        Column("stage", "阶段"),
        Column("counter", "对方科目"),
        Column("debit", "借方（元）", "money"),
        Column("credit", "贷方（元）", "money"),
        Column("side", "方向"),
        Column("balance", "余额（元）", "money"),
    ),
)


@dataclass(frozen=True)
class Book:
    """One table of the books, ready to be handed over as a workbook or a paper.

    `rows`: dicts of the schema; `totals`: column name → 元; `facts`: (words, value) of the head: whose, filter, day;
    `printed`: the columns that fit on a paper; `month_of`: the day by which a paper is cut into months, if it is.
    """

    schema: Schema
    rows: list
    totals: dict
    facts: list
    printed: tuple
    file: str
    url: str = ""
    month_of: str = ""
    sums: tuple = ()  # (words, 元) beside the totals of the columns: 期初余额, 期末余额

    @property
    def day(self) -> date:
        return clock.today()

    def digest(self) -> str:
        """SHA-256 of the rows and sums: two who hold the same table can tell."""
        columns = self.schema.columns
        rows = [[column.words(row.get(column.name)) for column in columns] for row in self.rows]
        text = json.dumps([self.schema.mark, rows, self._totals()], ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def _totals(self):
        titles = {name: column.title for name, column in self.schema.by_name.items()}
        return [*((words, amount) for words, amount in self.sums)] + [
            (f"合计：{titles[name]}", amount) for name, amount in self.totals.items()
        ]

    def xlsx(self):
        about = [*self.facts, ("导出日期", f"{self.day:%Y-%m-%d}"), ("行数", str(len(self.rows)))]
        about += [*self._totals(), ("内容摘要（SHA-256）", self.digest())]
        return workbook.download(workbook.export(self.schema, self.rows, about), f"{self.file}.xlsx")

    def paper(self) -> Sheet:
        facts = tuple(f"{words}：{value}" for words, value in self.facts)
        facts += tuple(f"{words}：{_amount(amount)} 元" for words, amount in self.sums)
        return Sheet(
            title=self.schema.title,
            facts=facts,
            sections=tuple(self._sections()),
            on=self.day,
            qr_url=f"{settings.PORTAL_URL}{self.url}" if self.url else "",
            source=f"共 {len(self.rows)} 行，内容摘要 {self.digest()[:16]}",
        )

    def pdf(self):
        return shown(self.paper().pdf(), self.file)

    def answer(self, form):
        return self.xlsx() if form == "xlsx" else self.pdf()

    # --- a paper, cut into months -----------------------------------------------------------------------------------
    def _sections(self):
        if not self.month_of:
            yield self._table(self.rows, self._foot("合计", self.totals))
            return
        months = [(month, list(rows)) for month, rows in groupby(self.rows, key=self._month)]
        for month, rows in months:
            sums = {name: money.total(row.get(name) or money.ZERO for row in rows) for name in self.totals}
            yield self._table(rows, self._foot("本节小计", sums), month)
        yield self._table([], self._foot("合计", self.totals), "合计")

    def _month(self, row):
        day = row.get(self.month_of)
        return f"{day.year}年{day.month}月" if day else "尚未支付"

    def _columns(self):
        return [self.schema.by_name[name] for name in self.printed]

    def _table(self, rows, foot, caption=""):
        columns = self._columns()
        return Table(
            head=tuple(column.title for column in columns),
            rows=tuple(tuple(_printed(column, row.get(column.name)) for column in columns) for row in rows),
            figures=frozenset(place for place, column in enumerate(columns) if column.kind in ("money", "integer")),
            caption=caption,
            total=foot,
        )

    def _foot(self, words, sums):
        first, *others = self._columns()
        return (words, *(_amount(sums[column.name]) if column.name in sums else "" for column in others))


def _printed(column, value):
    if column.kind == "money":
        return "" if value is None else _amount(value)
    return column.words(value)


def _amount(amount):
    return f"{amount:,.2f}"


FITS = {"xlsx": fits_in_a_workbook, "pdf": fits_on_paper}


def must_fit(form, rows: int):
    """Asked before the rows are read: a table that is too long is refused, never cut off."""
    if form not in FITS:
        raise Http404("没有这种格式")
    enforce([FITS[form]], rows)


def too_long_for_paper(rows: int) -> str:
    """What a page says in place of the button for the PDF, or nothing."""
    return "；".join(breach.wrong for breach in breaches([fits_on_paper], rows))


def trial_rows(lines):
    return [
        {
            "county": str(line.county),
            "account": line.account_label,
            "source": line.source_label,
            "opening": line.opening,
            "debit": line.debit,
            "credit": line.credit,
            "closing": line.closing,
        }
        for line in lines
    ]


def entry_rows(entries):
    return [
        {
            "day": entry.leg.day,
            "voucher": entry.leg.posting.no,
            "words": entry.leg.posting.words,
            "account": entry.leg.get_account_display(),
            "source": entry.leg.get_source_display(),
            "fund_line": entry.leg.fund_line.name if entry.leg.fund_line else "",
            "agreement": entry.leg.agreement.no if entry.leg.agreement else "",
            "stage": str(entry.leg.stage) if entry.leg.stage else "",
            "counter": entry.counter,
            "debit": entry.leg.debit,
            "credit": entry.leg.credit,
            "side": entry.side,
            "balance": entry.amount,
        }
        for entry in entries
    ]
