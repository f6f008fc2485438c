"""Opens an uploaded workbook in a process of its own: little memory, little time, no part of the portal loaded.

Started by portal/workbook.py as `python -I workbook_child.py`; on its standard input one line of JSON that says what is
asked and then the file, on its standard output what it read as JSON, or the file annotated. Whatever a hostile file
does, it does it here: the limits end this process and nothing else.
"""

import json
import resource
import sys
from datetime import datetime
from io import BytesIO

MEMORY, SECONDS = 384 * 1024 * 1024, 5
MAX_CHARACTERS, MAX_CELL = 4_000_000, 32_767  # of a table of which nothing else is asked
BLANK_ROWS = 5_000  # rows that may stand empty (formatted, but unused) among or below the filled ones
NOTES, ERRORS = "填写说明", "错误清单"
SAVE_AGAIN = "请用 Excel 或 WPS 重新另存为 .xlsx"


class Bad(Exception):
    """Words for the clerk."""


def read(load, data, asked):
    """Rows as [row number, {column number: [kind, text]}]; kinds: s text, n number, e error, f formula."""
    book = load(data, read_only=True, data_only=False, keep_links=False)
    if asked["title"] not in book.sheetnames:
        return {"sheets": book.sheetnames}
    rows, characters = [], 0
    for number, row in enumerate(book[asked["title"]].iter_rows(max_col=asked["columns"]), 1):
        cells = {place: _cell(cell) for place, cell in enumerate(row, 1) if cell.value not in (None, "")}
        if cells:
            rows.append([number, cells])
            characters += sum(len(text) for _, text in cells.values())
        if len(rows) > asked["rows"] + 1 or number > asked["rows"] + BLANK_ROWS:
            raise Bad(f"工作表超过 {asked['rows']} 行，不予接收；请删除多余的行")
        if characters > asked.get("characters", MAX_CHARACTERS):
            raise Bad("工作簿文字过多，不予接收")
    mark = next(book[NOTES].iter_rows(max_col=1), ()) if NOTES in book.sheetnames else ()
    return {"rows": rows, "mark": str(mark[0].value) if mark else ""}


def _cell(cell):
    kind, value = cell.data_type, cell.value
    if kind == "n":
        return ["n", repr(value)]
    if kind == "b":
        return ["s", "是" if value else "否"]
    if isinstance(value, datetime):
        value = value.date()
    return [kind if kind in "ef" else "s", str(value)[:MAX_CELL]]


def annotate(load, data, asked):
    """The same file: wrong cells red with a comment, the sheet 错误清单 at the end, everything else as it was."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    book = load(data, keep_links=False)
    sheet = book[asked["title"]]
    for row in sheet.iter_rows(max_col=min(sheet.max_column, asked["columns"])):
        for cell in row:  # marks of the last time go first
            if cell.comment and cell.comment.author == ERRORS:
                cell.comment, cell.fill = None, PatternFill()
    if ERRORS in book.sheetnames:
        del book[ERRORS]
    listed = book.create_sheet(ERRORS)
    for words in [("单元格", "列", "错误"), *asked["errors"]]:
        listed.append(words)
        for cell in listed[listed.max_row]:
            cell.data_type = "s"
    for letter, width in (("A", 10), ("B", 24), ("C", 80)):
        listed.column_dimensions[letter].width = width
    for address, title, words in asked["errors"]:
        cell, said = sheet[address], f"{title}：{words}"
        if cell.comment and cell.comment.author == ERRORS:
            said = f"{cell.comment.text}\n{said}"
        cell.fill = PatternFill("solid", fgColor="FFC7CE")
        cell.comment = Comment(said, ERRORS)
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def answer(asked, data):
    from defusedxml.common import DefusedXmlException
    from openpyxl import load_workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

    # Where a sheet does not say its size, openpyxl parses all of it to look for that: a million rows before the first.
    ReadOnlyWorksheet._get_size = ReadOnlyWorksheet.reset_dimensions  # what the file says is not believed anyway

    try:
        if "errors" in asked:
            return annotate(load_workbook, data, asked)
        return read(load_workbook, data, asked)
    except Bad as bad:
        return {"bad": str(bad)}
    except (MemoryError, RecursionError):
        return {"bad": "工作簿过大，读取时超出限制，不予接收"}
    except KeyError:
        return {"bad": f"工作簿不完整，{SAVE_AGAIN}"}
    except Exception as error:  # whatever openpyxl stumbles over, the file is not one that Excel or WPS wrote
        if isinstance(error.__cause__ or error, DefusedXmlException):
            return {"bad": f"工作簿内含有文档类型声明（DOCTYPE），不予接收；{SAVE_AGAIN}"}
        return {"bad": f"工作簿已损坏，无法读取；{SAVE_AGAIN}"}


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    asked = json.loads(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_CPU, (asked.get("seconds", SECONDS),) * 2)
    found = answer(asked, BytesIO(sys.stdin.buffer.read()))
    if "errors" in asked and isinstance(found, dict):
        sys.exit(found["bad"])
    sys.stdout.buffer.write(found if isinstance(found, bytes) else json.dumps(found).encode())


if __name__ == "__main__":
    main()
