"""Reads one sheet of a workbook in a process of its own: little memory, little time, no part of the portal loaded.

Started by portal/workbook.py as `python -I workbook_child.py`, the file on its standard input, what it found as JSON on
its standard output. Whatever a hostile file does, it does it here: the limits end this process and nothing else.
A workbook is a zip of XML; expat reads it as a stream, and a document type (entities) is refused before it can act.
"""

import json
import posixpath
import re
import resource
import sys
import zipfile
from io import BytesIO
from xml.parsers import expat

MEMORY, SECONDS = 384 * 1024 * 1024, 5
MAX_STRINGS, MAX_CHARACTERS, MAX_CELL = 200_000, 8_000_000, 32_767
BLANK_ROWS = 5_000  # rows that may stand empty (formatted, but unused) among or below the filled ones


class Bad(Exception):
    """Words for the clerk."""


def parse(archive, name, start=None, end=None, text=None):
    parser = expat.ParserCreate()

    def doctype(*_):
        raise Bad("工作簿内含有文档类型声明（DOCTYPE），不予接收；请用 Excel 或 WPS 重新另存为 .xlsx")

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.buffer_text = True
    try:
        with archive.open(name) as part:
            while block := part.read(65536):
                parser.Parse(block, False)
        parser.Parse(b"", True)
    except KeyError:
        raise Bad("工作簿不完整，请用 Excel 或 WPS 重新另存为 .xlsx") from None
    except (expat.ExpatError, zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "encrypted" not in str(error):
            raise
        raise Bad("工作簿已损坏，无法读取；请用 Excel 或 WPS 重新另存为 .xlsx") from None


def local(name):
    return name.rsplit(":", 1)[-1]


def sheets_of(archive):
    """Name → part of every sheet."""
    found, targets = [], {}

    def workbook(name, attributes):
        if local(name) == "sheet":
            ids = [value for key, value in attributes.items() if local(key) == "id" and ":" in key]
            found.append((attributes.get("name", ""), ids[0] if ids else ""))

    def relations(name, attributes):
        if local(name) == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    parse(archive, "xl/workbook.xml", workbook)
    parse(archive, "xl/_rels/workbook.xml.rels", relations)
    return {name: _part(targets.get(id, "")) for name, id in found}


def _part(target):
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def strings_of(archive):
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    strings, now, depth, size = [], [], [], 0

    def start(name, attributes):
        depth.append(local(name))
        if local(name) == "si":
            now.clear()

    def text(data):
        nonlocal size
        if depth[-1] == "t" and "rPh" not in depth:
            size += len(data)
            if size > MAX_CHARACTERS:
                raise Bad("工作簿文字过多，不予接收")
            now.append(data)

    def end(name):
        depth.pop()
        if local(name) == "si":
            strings.append("".join(now))
            if len(strings) > MAX_STRINGS:
                raise Bad("工作簿文字过多，不予接收")

    parse(archive, "xl/sharedStrings.xml", start, end, text)
    return strings


class Sheet:
    """Rows as [row number, {column number: [kind, text]}]; kinds: s text, n number, b yes/no, e error, f formula."""

    def __init__(self, strings, most_rows, most_columns):
        self.strings, self.most_rows, self.most_columns = strings, most_rows, most_columns
        self.rows, self.cells, self.row, self.column, self.seen = [], {}, 0, 0, 0
        self.kind, self.formula, self.value, self.inside = "n", False, [], ""

    def start(self, name, attributes):
        name = local(name)
        if name == "row":
            self.cells, self.column = {}, 0
            self.row = _number(attributes.get("r"), self.row + 1)
            self.seen += 1
            if self.seen > self.most_rows + BLANK_ROWS:
                raise Bad(f"工作表超过 {self.most_rows} 行，不予接收；请删除多余的行")
        elif name == "c":
            letters = re.match(r"[A-Z]{1,3}", attributes.get("r", ""))
            self.column = _column(letters.group()) if letters else self.column + 1
            self.kind, self.formula, self.value = attributes.get("t", "n"), False, []
        elif name == "f":
            self.formula = True
        elif name in ("v", "t"):
            self.inside = name

    def text(self, data):
        if self.inside and sum(map(len, self.value)) <= MAX_CELL:
            self.value.append(data)

    def end(self, name):
        name = local(name)
        if name in ("v", "t"):
            self.inside = ""
        elif name == "c" and self.column <= self.most_columns:
            if cell := self.read():
                self.cells[self.column] = cell
        elif name == "row" and self.cells:
            self.rows.append([self.row, self.cells])
            if len(self.rows) > self.most_rows + 1:
                raise Bad(f"工作表超过 {self.most_rows} 行，不予接收；请删除多余的行")

    def read(self):
        text = "".join(self.value)
        if self.formula:
            return ["f", text]
        if not text:
            return None
        if self.kind == "s":
            place = _number(text, -1)
            if not 0 <= place < len(self.strings):
                raise Bad("工作簿已损坏（文字表缺项），请重新另存为 .xlsx")
            return ["s", self.strings[place]] if self.strings[place] else None
        return [{"inlineStr": "s", "str": "s", "b": "b", "e": "e", "d": "s"}.get(self.kind, "n"), text]


def _number(text, otherwise):
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else otherwise


def _column(letters):
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def read(data, title, most_rows, most_columns):
    with zipfile.ZipFile(BytesIO(data)) as archive:
        sheets = sheets_of(archive)
        if title not in sheets:
            return {"sheets": list(sheets)}
        strings = strings_of(archive)
        note = "填写说明"
        mark = Sheet(strings, 1000, 1)
        if note in sheets:
            parse(archive, sheets[note], mark.start, mark.end, mark.text)
        sheet = Sheet(strings, most_rows, most_columns)
        parse(archive, sheets[title], sheet.start, sheet.end, sheet.text)
        marks = [cells.get(1, ["", ""])[1] for _, cells in mark.rows[:1]]
        return {"sheets": list(sheets), "rows": sheet.rows, "mark": marks[0] if marks else ""}


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    asked = json.loads(sys.argv[1])
    try:
        answer = read(sys.stdin.buffer.read(), asked["title"], asked["rows"], asked["columns"])
    except Bad as bad:
        answer = {"bad": str(bad)}
    except (MemoryError, RecursionError):
        answer = {"bad": "工作簿过大，读取时超出限制，不予接收"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
