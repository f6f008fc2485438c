"""One table, one schema: what its columns are called, what may stand in them, and how typed or pasted text is read.

The same schema judges the rows of an editable page (portal/grid.py), of a pasted block and of a workbook
(portal/workbook.py), so that no door reads “1,234.50元” differently. Shape only: the policy stands in rules.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property

from django.core.exceptions import ValidationError

from portal.forms import DateField, parse_yuan

YES_NO = (("", "否"), ("yes", "是"))
FLOAT_NOISE = Decimal("0.000001")  # a workbook keeps 0.1 + 0.2 as 0.30000000000000004: that much is noise, not money
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
KINDS = {"text": "文字", "choice": "从清单选择", "money": "金额（元，两位小数）", "decimal": "数字（两位小数）",
         "integer": "整数", "date": "日期", "bool": "是或否"}  # fmt: skip


@dataclass(frozen=True)
class Number:
    """A number of a workbook, as the shortest text that means it: only the exact Decimal of that is judged."""

    text: str


@dataclass(frozen=True)
class Column:
    name: str
    title: str
    kind: str = "text"
    required: bool = False
    choices: tuple = ()
    note: str = ""
    max_length: int = 200
    whole_digits: int = 12  # digits before the point
    places: int = 2  # digits behind the point of a decimal
    least: Decimal | None = Decimal(0)
    most: Decimal | None = None
    empty: object = None  # what an empty optional cell means
    pattern: str = ""  # what a text must look like, and the words for one that does not
    pattern_words: str = ""
    personal: bool = False  # masked for all but those whom domain/actors.md names

    def read(self, raw):
        """The value of a cell; raises ValidationError in the clerk's words."""
        if not isinstance(raw, Number):
            if CONTROL.search(str(raw or "")):
                raise ValidationError("含有不可见的控制字符，请重新输入")
            raw = str(raw or "").strip()
        if raw == "":
            if self.required:
                raise ValidationError("请选择" if self.kind in ("choice", "bool") else "请填写")
            return {"text": "", "choice": "", "bool": False}.get(self.kind, self.empty)
        return getattr(self, f"_read_{self.kind}")(raw)

    def _read_text(self, raw):
        text = _plain(raw.text) if isinstance(raw, Number) else " ".join(raw.split())
        if len(text) > self.max_length:
            raise ValidationError(f"有 {len(text)} 个字，最多 {self.max_length} 个字")
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise ValidationError(self.pattern_words or "写法不对")
        return text

    def _read_choice(self, raw):
        """The value, the label, or words that fit exactly one label: “物流” is 县乡村三级物流共同配送体系."""
        text = _folded(raw.text if isinstance(raw, Number) else raw)
        found = [value for value, label in self.choices if text in (_folded(value), _folded(label))]
        if not found and len(text) >= 2:
            found = [value for value, label in self.choices if text in _folded(label)]
        if len(found) != 1:
            shown = raw.text if isinstance(raw, Number) else raw
            why = "可对应多个选项，请写完整" if found else "不在可选范围内"
            raise ValidationError(f"“{shown[:40]}”{why}")
        return found[0]

    def _read_bool(self, raw):
        text = _folded(raw.text if isinstance(raw, Number) else raw)
        if text in ("是", "yes", "y", "true", "1", "√", "on"):
            return True
        if text in ("否", "no", "n", "false", "0", "×"):
            return False
        raise ValidationError("请填写“是”或“否”")

    def _read_money(self, raw):
        amount = _places(raw.text, "金额") if isinstance(raw, Number) else parse_yuan(raw)
        if amount < 0:
            raise ValidationError("金额不能是负数")
        if amount >= 10**16:
            raise ValidationError("金额过大，请检查是否多写了数字")
        return amount

    def _read_decimal(self, raw):
        text = raw.text if isinstance(raw, Number) else unicodedata.normalize("NFKC", raw).replace(",", "")
        return self._in_range(_places(text.removesuffix("%"), "数字", self.places))

    def _read_integer(self, raw):
        number = self._read_decimal(raw)
        if number != number.to_integral_value():
            raise ValidationError("请填写整数")
        return int(number)

    def _in_range(self, number):
        if abs(number) >= 10**self.whole_digits:
            raise ValidationError("数字过大，请检查是否多写了")
        if self.least is not None and number < self.least:
            raise ValidationError("不能是负数" if not self.least else f"不能小于 {self.least}")
        if self.most is not None and number > self.most:
            raise ValidationError(f"不能大于 {self.most}")
        return number

    def _read_date(self, raw):
        # a cell that is shown as a date comes as one; a bare number is 20201015 or no date
        return DateField().clean(_plain(raw.text) if isinstance(raw, Number) else raw)

    def text(self, value) -> str:
        """What an input of a page shows for a stored value."""
        if value is None or value == "":
            return ""
        if self.kind == "money":
            return f"{value:.2f}"
        if self.kind == "decimal":
            return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
        if self.kind == "bool":
            return "yes" if value else ""
        return str(value)

    def words(self, value) -> str:
        """What a cell of a workbook shows: the label of a choice, 是 or 否."""
        if self.kind == "bool":
            return "是" if value else "否"
        if self.kind == "choice":
            return str(dict(self.choices).get(value, value))
        return self.text(value)

    @property
    def kind_words(self):
        return KINDS[self.kind]

    @property
    def is_figure(self):
        return self.kind in ("money", "decimal", "integer")

    @property
    def options(self):
        return YES_NO if self.kind == "bool" else self.choices


@dataclass(frozen=True)
class Schema:
    name: str
    title: str
    version: int
    columns: tuple[Column, ...]
    max_rows: int
    check: Callable = field(default=lambda values: {})  # values of a row → {column name: what is wrong between them}

    @cached_property
    def by_name(self):
        return {column.name: column for column in self.columns}

    @property
    def mark(self) -> str:
        return f"模板 {self.name} 第 {self.version} 版"

    def read_row(self, cells) -> tuple[dict, dict]:
        """(values, wrong) of one row: column name → value, column name → words."""
        values, wrong = {}, {}
        for column in self.columns:
            try:
                values[column.name] = column.read(cells.get(column.name, ""))
            except ValidationError as error:
                wrong[column.name] = error.messages[0]
        if not wrong:
            wrong = dict(self.check(values))
        return values, wrong

    def read_block(self, text) -> list[dict]:
        """Cells of a block copied from a workbook (columns by tab, rows by line), in the order of the columns.

        A first row that is the heading is used as such; empty lines fall away.
        """
        rows = [line.split("\t") for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
        names = [column.name for column in self.columns]
        if rows:
            titles = {_folded(column.title): column.name for column in self.columns}
            heading = [titles.get(_folded(cell)) for cell in rows[0]]
            if heading[0] and len([name for name in heading if name]) >= min(2, len(heading)):
                names, rows = heading, rows[1:]
        return [
            {name: cell.strip() for name, cell in zip(names, row, strict=False) if name and cell.strip()}
            for row in rows
        ]


def _folded(text) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(text))).casefold()


def _plain(number: str) -> str:
    """7.0 and 7E0 are written 7 when a number stands where words are wanted."""
    try:
        value = Decimal(number)
    except InvalidOperation:
        return number
    return f"{value.normalize():f}" if value.is_finite() and abs(value) < 10**20 else number


def _places(text, what, places=2) -> Decimal:
    """Decimal of so many places; noise of a float up to 1e-6 is rounded away, a further decimal that means something
    is not (with six places and more there is no room for noise: all digits beyond are rounded)."""
    try:
        exact = Decimal(text.strip())
    except InvalidOperation:
        raise ValidationError("请填写数字") from None
    if not exact.is_finite() or abs(exact) >= 10**20:
        raise ValidationError(f"{what}过大，请检查是否多写了数字")
    near = exact.quantize(Decimal(1).scaleb(-places))
    if abs(near - exact) > FLOAT_NOISE:
        raise ValidationError(f"{what}最多{'两' if places == 2 else places}位小数")
    return near
