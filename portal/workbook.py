"""Workbooks of a schema: the template, the import with its cell errors, the user's rows annotated, the export.

A workbook is a zip of XML: written here with the standard library, read in a limited process of its own
(portal/workbook_child.py), see docs/decisions/0021. An uploaded file is judged by its zip directory before anything in
it is opened; formulas are refused with their cell named; what was refused has changed nothing.
"""

import base64
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from django import forms
from django.core.exceptions import ValidationError

from portal.schema import CONTROL, Number, Schema

MAX_BYTES = 10 * 1024 * 1024
MAX_ENTRIES, MAX_UNPACKED = 200, 60 * 1024 * 1024
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHILD = Path(__file__).with_name("workbook_child.py")
WAIT = 15  # seconds on the clock; the child's own limit is on its processor time
NOTES, CHOICES, ERRORS = "填写说明", "选项", "错误清单"
SAVE_AGAIN = "请用 Excel 或 WPS 另存为 .xlsx"
ANNOTATED_AT_MOST = 500  # errors that are marked in the returned workbook


@dataclass(frozen=True)
class CellError:
    row: int
    column: int
    words: str
    title: str = ""

    @property
    def address(self):
        return f"{letters(self.column)}{self.row}"


@dataclass
class Reading:
    """What a workbook says: texts of its rows as they were typed, values that were understood, and the errors."""

    schema: Schema
    rows: list = field(default_factory=list)  # (row number, texts as the page takes them, texts as they were typed)
    errors: list = field(default_factory=list)

    @property
    def texts(self):
        return [texts for _, texts, _ in self.rows]

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


def read_rows(upload, schema) -> Reading:
    """The rows of the schema's sheet. Raises ValidationError when the file as a whole cannot be taken."""
    check_archive(upload)
    found = _in_child(upload.read(), schema)
    upload.seek(0)
    if "rows" not in found:
        there = "、".join(f"“{name}”" for name in found["sheets"][:10])
        raise ValidationError(f"没有找到工作表“{schema.title}”，文件中是 {there}；请使用模板")
    if found["mark"].startswith(f"模板 {schema.name} ") and found["mark"] != schema.mark:
        raise ValidationError(f"文件是“{found['mark']}”，现行为“{schema.mark}”；请下载现行模板")
    if not found["rows"]:
        raise ValidationError("工作表是空的；请使用模板")
    (_, heading), *rows = found["rows"]
    places = _places(heading, schema)
    if len(rows) > schema.max_rows:
        raise ValidationError(f"工作表超过 {schema.max_rows} 行，不予接收；请删除多余的行")
    reading = Reading(schema)
    for number, cells in rows:
        _read_row(reading, number, {places[int(place)]: cell for place, cell in cells.items() if int(place) in places})
    return reading


def _in_child(data, schema):
    asked = json.dumps({"title": schema.title, "rows": schema.max_rows, "columns": len(schema.columns) + 20})
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(CHILD), asked],
            input=data,
            capture_output=True,
            timeout=WAIT,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        raise ValidationError("读取工作簿用时过长，不予接收") from None
    if child.returncode != 0:
        raise ValidationError(f"工作簿无法读取（超出读取限制或已损坏），不予接收；{SAVE_AGAIN}")
    found = json.loads(child.stdout)
    if "bad" in found:
        raise ValidationError(found["bad"])
    return found


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


def _read_row(reading, number, cells):
    """One row: by column the cell as the child found it. A formula or an error value is named, not guessed."""
    texts, raw, wrong = {}, {}, {}
    order = {column.name: place for place, column in enumerate(reading.schema.columns, 1)}
    for column, (kind, text) in cells.items():
        if kind == "f":
            wrong[column.name] = "是公式；请复制后“选择性粘贴—数值”"
        elif kind == "e":
            wrong[column.name] = f"是错误值 {text}"
        elif kind == "n":
            raw[column.name] = Number(text)
        else:
            raw[column.name] = {"1": "是", "0": "否"}.get(text, text) if kind == "b" else text
        texts[column.name] = text
    values, unread = reading.schema.read_row({**raw, **dict.fromkeys(wrong, "")})
    wrong = unread | wrong
    typed = dict(texts)
    for name, value in values.items():
        if name in raw:
            texts[name] = reading.schema.by_name[name].text(value)
    reading.rows.append((number, texts, typed))
    for name, words in wrong.items():
        reading.errors.append(CellError(number, order[name], words, reading.schema.by_name[name].title))


def letters(number) -> str:
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found


# --- export ------------------------------------------------------------------------------------------------------------
PLAIN, HEAD, TEXT, MONEY, WRONG, WRAP = range(6)
STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="#,##0.00"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFEFF1F3"/></patternFill></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFFFC7CE"/></patternFill></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="6"><xf/><xf fontId="1" fillId="2" applyFont="1" applyFill="1"/>'
    '<xf numFmtId="49" applyNumberFormat="1" quotePrefix="1"/><xf numFmtId="164" applyNumberFormat="1"/>'
    '<xf fillId="3" applyFill="1"/><xf applyAlignment="1"><alignment wrapText="1" vertical="top"/></xf></cellXfs>'
    "</styleSheet>"
)
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPARE_ROWS = 1000  # rows below the last one that still have drop-downs


def template(schema) -> bytes:
    """An empty workbook with drop-downs, notes at each column, frozen heading and the sheet 填写说明."""
    return export(schema, [])


def export(schema, rows) -> bytes:
    """`rows`: dicts by column name. Read in again, it gives the same rows."""
    body = [[_value_cell(column, row.get(column.name)) for column in schema.columns] for row in rows]
    lists = [(place, column) for place, column in enumerate(schema.columns, 1) if column.options]
    sheets = [
        (schema.title, _sheet([_heading(schema), *body], schema, _checks(schema, lists, len(rows)), frozen=True)),
        (NOTES, _sheet(_dictionary(schema), widths=(24, 22, 8, 80))),
        (CHOICES, _sheet(_choices(lists), widths=(30,) * len(lists))),
    ]
    return _packed(sheets, hidden={CHOICES})


def annotated(reading) -> bytes:
    """The rows as they were read, wrong cells red with a note, and the sheet 错误清单."""
    schema, errors = reading.schema, reading.errors[:ANNOTATED_AT_MOST]
    wrong = {(error.row, error.column): error for error in errors}
    body = [_heading(schema)]
    moved = {}
    for number, _, texts in reading.rows:
        place = len(body) + 1
        moved[number] = place
        body.append(
            [
                _text_cell(texts.get(column.name, ""), WRONG if (number, n) in wrong else TEXT)
                for n, column in enumerate(schema.columns, 1)
            ]
        )
    notes = "".join(_note(f"{letters(e.column)}{moved[e.row]}", "请改正", e.words) for e in errors)
    checks = f'<dataValidations count="{len(errors)}">{notes}</dataValidations>' if errors else ""
    head = [_text_cell(words, HEAD) for words in ("单元格", "列", "错误")]
    listed = [[_text_cell(w, TEXT) for w in (f"{letters(e.column)}{moved[e.row]}", e.title, e.words)] for e in errors]
    return _packed(
        [
            (schema.title, _sheet(body, schema, checks, frozen=True)),
            (ERRORS, _sheet([head, *listed], widths=(10, 24, 80))),
            (NOTES, _sheet(_dictionary(schema), widths=(24, 22, 8, 80))),
        ]
    )


def as_link(data) -> str:
    """A workbook inside the page itself: what was refused is given back, and nothing of it is kept."""
    return f"data:{MEDIA_TYPE};base64,{base64.b64encode(data).decode()}"


def _heading(schema):
    return [_text_cell(f"{column.title}{'*' if column.required else ''}", HEAD) for column in schema.columns]


def _dictionary(schema):
    yield [_text_cell(schema.mark, HEAD)]
    yield [_text_cell("带 * 的列必填。不要改动表头；可以调整列的顺序。公式请粘贴为数值。", TEXT)]
    yield [_text_cell(words, HEAD) for words in ("列", "填写什么", "必填", "说明")]
    for column in schema.columns:
        choices = "、".join(str(label) for _, label in column.choices)
        note = "；".join(filter(None, (column.note, choices and f"可选：{choices}")))
        yield [_text_cell(w, WRAP) for w in (column.title, column.kind_words, "是" if column.required else "否", note)]


def _choices(lists):
    labels = [[str(label) for _, label in column.options] for _, column in lists]
    yield [_text_cell(column.title, HEAD) for _, column in lists]
    for n in range(max(map(len, labels), default=0)):
        yield [_text_cell(words[n] if n < len(words) else "", TEXT) for words in labels]


def _checks(schema, lists, rows):
    """Drop-downs where a column has choices, and at every column the note that says what to write."""
    last, parts = rows + SPARE_ROWS + 1, []
    placed = {place: n for n, (place, _) in enumerate(lists, 1)}
    for place, column in enumerate(schema.columns, 1):
        area = f"{letters(place)}2:{letters(place)}{last}"
        if place in placed:
            source = letters(placed[place])
            formula = f"<formula1>'{CHOICES}'!${source}$2:${source}${len(column.options) + 1}</formula1>"
            parts.append(_note(area, column.title, column.note, 'type="list" showErrorMessage="1"', formula))
        elif column.note:
            parts.append(_note(area, column.title, column.note))
    return f'<dataValidations count="{len(parts)}">{"".join(parts)}</dataValidations>'


def _note(area, title, words, more="", inside=""):
    prompt = (
        f'showInputMessage="1" promptTitle={quoteattr(title[:32])} prompt={quoteattr(_clean(words)[:255])}'
        if words
        else ""
    )
    return f'<dataValidation allowBlank="1" {more} {prompt} sqref="{area}">{inside}</dataValidation>'


def _value_cell(column, value):
    if value is None or value == "":
        return ""
    if column.kind in ("money", "decimal", "integer"):
        style = MONEY if column.kind == "money" else PLAIN
        return f'<c r="%s" s="{style}"><v>{column.text(value)}</v></c>'
    return _text_cell(column.words(value), TEXT)


def _text_cell(words, style):
    """Always text: words that begin with = + - or @ never become a formula."""
    if words == "":
        return f'<c r="%s" s="{style}"/>'
    words = escape(_clean(words)).replace("%", "%%")
    return f'<c r="%s" s="{style}" t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'


def _clean(words):
    return CONTROL.sub("", str(words))


def _sheet(rows, schema=None, checks="", *, frozen=False, widths=()):
    widths = widths or [max(12, min(40, len(column.title) * 2 + 4)) for column in schema.columns]
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(widths, 1)
    )
    body = "".join(
        f'<row r="{n}">{"".join(cell % f"{letters(place)}{n}" for place, cell in enumerate(cells, 1) if cell)}</row>'
        for n, cells in enumerate(rows, 1)
    )
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' if frozen else ""
    view = f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
    return f"<worksheet {MAIN}>{view}<cols>{columns}</cols><sheetData>{body}</sheetData>{checks}</worksheet>"


def _packed(sheets, hidden=()):
    numbers = range(1, len(sheets) + 1)
    named = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{n}" r:id="rId{n}"{" state=" + chr(34) + "hidden" + chr(34) if title in hidden else ""}/>'
        for n, (title, _) in zip(numbers, sheets, strict=True)
    )
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kinds}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kinds}.worksheet+xml"/>' for n in numbers
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
        )
        + f'<Relationship Id="rId{len(sheets) + 1}" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
    }
    parts |= {f"xl/worksheets/sheet{n}.xml": xml for n, (_, xml) in zip(numbers, sheets, strict=True)}
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{xml}')
    return packed.getvalue()
