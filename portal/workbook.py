"""Workbooks of a schema: the template, the import with its cell errors, the user's own file annotated, the export.

openpyxl writes and reads them, see docs/decisions/0021. An uploaded file is judged by its zip directory before anything
in it is opened, and then opened only in a limited process of its own (portal/workbook_child.py); formulas are refused
with their cell named; what was refused has changed nothing.
"""

import base64
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from itertools import zip_longest
from pathlib import Path

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from portal.schema import CONTROL, Number, Schema

MAX_BYTES = 10 * 1024 * 1024
MAX_ENTRIES, MAX_UNPACKED = 200, 60 * 1024 * 1024
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHILD = Path(__file__).with_name("workbook_child.py")
WAIT = 15  # seconds on the clock for a small table; the child's own limit is on its processor time
SECONDS, CELLS_A_SECOND = 5, 10_000  # processor time of the child: for a small table, and for each cell of a large one
MAX_CHARACTERS, CHARACTERS_A_CELL = 4_000_000, 40
STEP = 250  # rows judged between two words about the progress
NOTES, CHOICES, ABOUT = "填写说明", "选项", "合计与说明"
SAVE_AGAIN = "请用 Excel 或 WPS 另存为 .xlsx"
EXACT = 10**13  # from here on a float does not keep the cents: 15 digits are what Excel and WPS keep
ANNOTATED_AT_MOST = 500  # errors that are marked in the returned workbook


@dataclass(frozen=True)
class CellError:
    row: int
    column: int
    words: str
    title: str = ""

    @property
    def address(self):
        return f"{get_column_letter(self.column)}{self.row}"


@dataclass
class Reading:
    """What a workbook says: texts of its rows as they were typed, values that were understood, and the errors."""

    schema: Schema
    data: bytes  # the file itself, to be given back annotated
    texts: list = field(
        default_factory=list
    )  # the texts of each row, by the name of the column, as the page takes them
    values: list = field(default_factory=list)  # what was understood of each row, by the name of the column
    numbers: list = field(default_factory=list)  # where each row stands in the sheet
    places: dict = field(default_factory=dict)  # name of a column → where it stands in the sheet
    errors: list = field(default_factory=list)

    def blame(self, row, name, words):
        """Something is wrong in column `name` of the row-th row, and only the ledger as a whole could tell."""
        column = self.schema.by_name[name]
        self.errors.append(CellError(self.numbers[row], self.places.get(name, 1), words, column.title))

    def causes(self):
        """(words, addresses) of each cause, the commonest first."""
        grouped = {}
        for error in self.errors:
            words = f"{error.title}：{error.words}" if error.title else error.words
            grouped.setdefault(words, []).append(error.address)
        return sorted(grouped.items(), key=lambda item: -len(item[1]))


class WorkbookField(forms.FileField):
    """An .xlsx that may be opened at all; what stands in it is the business of `read_rows`."""

    widget = forms.FileInput(attrs={"accept": ".xlsx"})
    default_error_messages = {"empty": "这个文件是空的，请重新选择", "invalid": "没有收到文件，请重新选择"}

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", f"只接收 .xlsx，不超过 {MAX_BYTES // 1024 // 1024} MB，不含宏、公式和外部链接")
        super().__init__(**kwargs)

    def to_python(self, data):
        upload = super().to_python(data)
        if upload is not None:
            check_archive(upload)
        return upload


def download(data, name):
    """The answer that hands a workbook over under this name."""
    response = HttpResponse(data, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


# --- import ----------------------------------------------------------------------------------------------------------
def check_archive(upload):
    """Refuse by size, first bytes and zip directory, before anything is unpacked."""
    if upload.size > MAX_BYTES:
        raise ValidationError(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，不予接收")
    upload.seek(0)
    head = upload.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(f"这是旧格式（.xls）或加了密码的工作簿；{SAVE_AGAIN}，不设密码")
    if not head.startswith(b"PK\x03\x04"):
        raise ValidationError(f"这不是 .xlsx 工作簿；{SAVE_AGAIN}")
    try:
        with zipfile.ZipFile(upload) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError):
        raise ValidationError(f"工作簿已损坏，无法读取；{SAVE_AGAIN}") from None
    finally:
        upload.seek(0)
    names = [entry.filename for entry in entries]
    if len(entries) > MAX_ENTRIES:
        raise ValidationError(f"工作簿内有 {len(entries)} 个部分，超过 {MAX_ENTRIES} 个，不予接收")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise ValidationError("工作簿解压后过大，不予接收；请删除多余的行和图片")
    if any(name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names):
        raise ValidationError("工作簿内部的文件名不正常，不予接收")
    if len(names) != len(set(names)):
        raise ValidationError("工作簿内部有重名的部分，不予接收")
    if any(entry.flag_bits & 1 for entry in entries):
        raise ValidationError("工作簿加了密码，无法读取；请去掉密码再上传")
    if any("vbaproject" in name.lower() for name in names):
        raise ValidationError("工作簿含有宏，不予接收；请另存为不含宏的 .xlsx")
    if any("externallink" in name.lower() for name in names):
        raise ValidationError("工作簿含有外部链接，不予接收；请断开链接、粘贴为数值后再上传")
    if "xl/workbook.xml" not in names:
        raise ValidationError(f"这不是 .xlsx 工作簿；{SAVE_AGAIN}")


def read_rows(upload, schema, told=lambda done, total: None) -> Reading:
    """The rows of the schema's sheet. Raises ValidationError when the file as a whole cannot be taken.

    `told(done, total)` hears how far the judging of the rows has come.
    """
    check_archive(upload)
    data = upload.read()
    upload.seek(0)
    found = json.loads(_in_child(data, _asked(schema)))
    if "bad" in found:
        raise ValidationError(found["bad"])
    if "rows" not in found:
        there = "、".join(f"“{name}”" for name in found["sheets"][:10])
        raise ValidationError(f"没有找到工作表“{schema.title}”，文件中是 {there}；请使用模板")
    if found["mark"].startswith(f"模板 {schema.name} ") and found["mark"] != schema.mark:
        raise ValidationError(f"文件是“{found['mark']}”，现行为“{schema.mark}”；请下载现行模板")
    if not found["rows"]:
        raise ValidationError("工作表是空的；请使用模板")
    (_, heading), *rows = found["rows"]
    places = _places(heading, schema)
    reading = Reading(schema, data, places={column.name: place for place, column in places.items()})
    for done, (number, cells) in enumerate(rows):
        if done % STEP == 0:
            told(done, len(rows))
        _read_row(reading, number, places, cells)
    return reading


def _asked(schema, **more):
    """What the child is asked, and how much it may spend on it: the limits grow with the size of the table."""
    cells = schema.max_rows * len(schema.columns)
    return {
        "title": schema.title,
        "rows": schema.max_rows,
        "columns": len(schema.columns) + 20,
        "seconds": SECONDS + cells // CELLS_A_SECOND,
        "characters": max(MAX_CHARACTERS, cells * CHARACTERS_A_CELL),
        **more,
    }


def _in_child(data, asked) -> bytes:
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(CHILD)],
            input=json.dumps(asked).encode() + b"\n" + data,
            capture_output=True,
            timeout=WAIT * asked["seconds"] / SECONDS,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        raise ValidationError("读取工作簿用时过长，不予接收") from None
    if child.returncode != 0:
        raise ValidationError(f"工作簿无法读取（超出读取限制或已损坏），不予接收；{SAVE_AGAIN}")
    return child.stdout


def _places(heading, schema):
    """Column number → column, by the titles in the first row, in whatever order they stand."""
    by_title = {_squeezed(column.title): column for column in schema.columns}
    places, strange = {}, []
    for place, (_, text) in heading.items():
        column = by_title.get(_squeezed(text))
        if column is None:
            strange.append(f"“{text[:30]}”")
        elif column in places.values():
            raise ValidationError(f"列“{column.title}”出现了两次")
        else:
            places[int(place)] = column
    missing = [f"“{c.title}”" for c in schema.columns if c not in places.values() and c.required]
    if missing:
        raise ValidationError(f"缺少列 {'、'.join(missing)}；第一行应为模板的表头")
    if strange:
        raise ValidationError(f"模板中没有列 {'、'.join(strange[:10])}，请删除后再导入")
    return places


def _squeezed(text):
    return re.sub(r"[\s*＊]+", "", text)


def _read_row(reading, number, places, cells):
    """One row, its cells as the child found them. A formula or an error value is named, not guessed."""
    columns = reading.schema.by_name
    texts, raw, wrong = {}, {}, {}
    for place, column in places.items():
        kind, text = cells.get(str(place), ("s", ""))
        if kind == "f":
            wrong[column.name] = "是公式；请复制后“选择性粘贴—数值”"
        elif kind == "e":
            wrong[column.name] = f"是错误值 {text}"
        elif kind == "n" and "." in text and abs(float(text)) >= EXACT:
            wrong[column.name] = "数字超过 15 位，表格软件保存不准；请把单元格设为文本后重新填写"
        elif text:
            raw[column.name] = Number(text) if kind == "n" else text
        texts[column.name] = text
    values, unread = reading.schema.read_row({**raw, **dict.fromkeys(wrong, "")})
    reading.texts.append(texts | {name: columns[name].text(value) for name, value in values.items() if name in raw})
    reading.values.append(values)
    reading.numbers.append(number)
    for name, words in (unread | wrong).items():
        reading.errors.append(CellError(number, reading.places.get(name, 1), words, columns[name].title))


# --- export ------------------------------------------------------------------------------------------------------------
AMOUNT = "#,##0.00"
GREY, BOLD = PatternFill("solid", fgColor="EFF1F3"), Font(bold=True)
SPARE_ROWS = 1000  # rows below the last one that still have drop-downs


def template(schema) -> bytes:
    """An empty workbook with drop-downs, notes at each column, frozen heading and the sheet 填写说明."""
    return export(schema, [])


def export(schema, rows, about=()) -> bytes:
    """`rows`: dicts by column name. Read in again, it gives the same rows. `about`: (words, amount or words) of a sheet
    that says what the table shows: its filter, its day, its sums."""
    book = Workbook(write_only=True)
    sheet = _sheet(book, schema.title, [max(12, min(40, len(column.title) * 2 + 4)) for column in schema.columns])
    sheet.freeze_panes = "A2"
    lists = [column for column in schema.columns if column.options]
    _add_checks(sheet, schema, lists, len(rows))
    sheet.append([_head(sheet, f"{c.title}{'*' if c.required else ''}", c.note) for c in schema.columns])
    for row in rows:
        sheet.append([_cell(sheet, column, row.get(column.name)) for column in schema.columns])
    if about:
        told = _sheet(book, ABOUT, (24, 80))
        for words, value in about:
            told.append([_text(told, words), _told(told, value)])
    notes = _sheet(book, NOTES, (24, 22, 8, 80))
    for line in _dictionary(schema):
        notes.append([_text(notes, words, wrap=True) for words in line])
    choices = _sheet(book, CHOICES, (30,) * len(lists))
    choices.sheet_state = "hidden"
    choices.append([_head(choices, column.title) for column in lists])
    for labels in zip_longest(*([str(label) for _, label in column.options] for column in lists), fillvalue=""):
        choices.append([_text(choices, label) for label in labels])
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def annotated(reading) -> bytes:
    """The user's own file, wrong cells red with a comment, and the sheet 错误清单; empty when it is too large for that."""
    errors = [(error.address, error.title, _clean(error.words)) for error in reading.errors[:ANNOTATED_AT_MOST]]
    try:
        return _in_child(reading.data, _asked(reading.schema, errors=errors))
    except ValidationError:
        return b""


def as_link(data) -> str:
    """A workbook inside the page itself: what was refused is given back, and nothing of it is kept."""
    return f"data:{MEDIA_TYPE};base64,{base64.b64encode(data).decode()}"


def _sheet(book, title, widths):
    sheet = book.create_sheet(title)
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    return sheet


def _add_checks(sheet, schema, lists, rows):
    """Drop-downs where a column has choices, and at every column the note that says what to write."""
    for place, column in enumerate(schema.columns, 1):
        check = DataValidation(allow_blank=True)
        if column.options:
            source = get_column_letter(lists.index(column) + 1)
            check.type, check.showErrorMessage = "list", True
            check.formula1 = f"'{CHOICES}'!${source}$2:${source}${len(column.options) + 1}"
        if column.note:
            check.showInputMessage, check.promptTitle, check.prompt = True, column.title[:32], column.note[:255]
        if column.options or column.note:
            check.add(f"{get_column_letter(place)}2:{get_column_letter(place)}{rows + SPARE_ROWS + 1}")
            sheet.data_validations.append(check)


def _dictionary(schema):
    yield [schema.mark]
    yield ["带 * 的列必填。不要改动表头；可以调整列的顺序。公式请粘贴为数值。"]
    yield ["列", "填写什么", "必填", "说明"]
    for column in schema.columns:
        choices = "、".join(str(label) for _, label in column.choices)
        note = "；".join(filter(None, (column.note, choices and f"可选：{choices}")))
        yield [column.title, column.kind_words, "是" if column.required else "否", note]


def _head(sheet, words, note=""):
    cell = _text(sheet, words)
    cell.font, cell.fill = BOLD, GREY
    if note:
        cell.comment = Comment(note, NOTES)
    return cell


def _cell(sheet, column, value):
    if value is None or value == "":
        return None
    numeric = column.kind in ("money", "decimal", "integer")
    if not numeric or abs(value) >= EXACT:  # more digits than a workbook keeps stand there as text
        return _text(sheet, column.words(value))
    cell = WriteOnlyCell(sheet, value)
    if column.kind == "money":
        cell.number_format = AMOUNT
    return cell


def _told(sheet, value):
    if not isinstance(value, Decimal) or abs(value) >= EXACT:
        return _text(sheet, value, wrap=True)
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = AMOUNT
    return cell


def _text(sheet, words, *, wrap=False):
    """Always text: words that begin with = + - or @ never become a formula."""
    cell = WriteOnlyCell(sheet, _clean(words))
    cell.data_type, cell.number_format, cell.quotePrefix = "s", "@", True
    if wrap:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _clean(words):
    return CONTROL.sub("", str(words))
