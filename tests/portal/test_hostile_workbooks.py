"""R-20: whatever is sent as a workbook is refused in words or read rightly, fast, and the reader stays small."""

import json
import re
import struct
import subprocess
import sys
import time
import zipfile
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError

from portal import workbook
from tests.portal.test_workbook import AMOUNT, GOODS, changed, good, opened, packed, parts_of, saved, upload

MEGABYTES, SECONDS = 300, 3  # of the reader's process; on the clock of a busy machine, the start of Python included
SHEET = "xl/worksheets/sheet1.xml"
ROW = '<row><c t="inlineStr"><is><t>x</t></is></c></row>'


def sheet(old, new):
    return changed(sheet={old: new})


def with_part(name, content):
    return packed(parts_of(good()) | {name: content})


def rows_without_size(count):
    return sheet("</sheetData>", ROW * count + "</sheetData>")


def entities():
    ten = [f"&e{n};" * 10 for n in range(9)]
    names = "".join(f'<!ENTITY e{n} "{ten[n - 1]}">' for n in range(1, 9))
    return sheet("<worksheet ", f'<!DOCTYPE w [<!ENTITY e0 "aaaaaaaaaa">{names}]><worksheet ')


def outside_entity(address):
    return sheet("<worksheet ", f'<!DOCTYPE w [<!ENTITY e SYSTEM "{address}">]><worksheet ')


def many_entries(count):
    return changed(extra={f"x/{n}": b"" for n in range(count)})


def locked():
    data = bytearray(good())
    for match in re.finditer(b"PK\x01\x02", bytes(data)):
        data[match.start() + 8] |= 1  # “this part is encrypted”
    return bytes(data)


def sizes_that_lie():
    """The directory says 100 bytes for each part; the parts are what they are, and one is 70 MB."""
    data = bytearray(changed(extra={"xl/bomb.xml": b"0" * 70_000_000}))
    for match in re.finditer(b"PK\x01\x02", bytes(data)):
        struct.pack_into("<I", data, match.start() + 24, 100)
    return bytes(data)


def twice_the_same_name():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts_of(good()).items():
            archive.writestr(name, content)
        with pytest.warns(UserWarning):
            archive.writestr(SHEET, b"<worksheet/>")
    return out.getvalue()


def hidden(kind):
    book = opened(good())
    if kind == "row":
        book["清单"].row_dimensions[2].hidden = True
    else:
        book.create_sheet("另一张").sheet_state = "veryHidden"
    return saved(book)


def text_cell(text):
    book = opened(good())
    book["清单"]["A2"] = text
    return saved(book)


def links_to_nowhere():
    rels = parts_of(good())["xl/_rels/workbook.xml.rels"].decode()
    return with_part(
        "xl/_rels/workbook.xml.rels", rels.replace("worksheets/sheet1.xml", "worksheets/none.xml").encode()
    )


def outside_link():
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"'
        ' Target="http://127.0.0.1:9/" TargetMode="External"/></Relationships>'
    )
    return with_part("xl/worksheets/_rels/sheet1.xml.rels", relation.encode())


REFUSED = {
    "炸弹：70 MB 的一个部分": (lambda: changed(extra={"xl/bomb.xml": b"0" * 70_000_000}), "解压后过大"),
    "炸弹：目录里的大小是假的": (sizes_that_lie, "."),
    "一百万行": (lambda: rows_without_size(1_000_000), "超过 50 行"),
    "一百一十万空行": (lambda: sheet("</sheetData>", "<row/>" * 1_100_000 + "</sheetData>"), "超过 50 行"),
    "行号一万亿": (
        lambda: sheet("</sheetData>", ROW.replace("<row>", '<row r="999999999999">') + "</sheetData>"),
        "超过",
    ),
    "实体炸弹": (entities, "DOCTYPE"),
    "外部实体：本机文件": (lambda: outside_entity("file:///etc/passwd"), "DOCTYPE"),
    "外部实体：网络地址": (lambda: outside_entity("http://127.0.0.1:9/"), "DOCTYPE"),
    "逃出目录的文件名": (lambda: changed(extra={"../../etc/passwd": b"x"}), "文件名不正常"),
    "绝对路径的文件名": (lambda: changed(extra={"/etc/passwd": b"x"}), "文件名不正常"),
    "反斜杠的文件名": (lambda: changed(extra={"xl\\..\\x": b"x"}), "文件名不正常"),
    "六万个部分": (lambda: many_entries(60_000), "个部分"),
    "重名的部分": (twice_the_same_name, "重名"),
    "旧格式 .xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096, "旧格式"),
    "截断": (lambda: good()[:900], "已损坏"),
    "只有压缩包的头": (lambda: b"PK\x03\x04" + b"\0" * 100, "已损坏"),
    "GBK 文字改名": (lambda: "名称,类别".encode("gbk"), "不是 .xlsx"),
    "UTF-16 文字改名": (lambda: "名称,类别".encode("utf-16"), "不是 .xlsx"),
    "网页改名": (lambda: b"<html><table><tr><td>1", "不是 .xlsx"),
    "PDF 改名": (lambda: b"%PDF-1.4", "不是 .xlsx"),
    "Word 文档改名": (lambda: packed({"word/document.xml": "<x/>", "[Content_Types].xml": "<x/>"}), "不是 .xlsx"),
    "宏": (lambda: changed(extra={"xl/vbaProject.bin": b"x"}), "含有宏"),
    "外部链接": (lambda: changed(extra={"xl/externalLinks/externalLink1.xml": b"<x/>"}), "外部链接"),
    "加密标志": (locked, "加了密码"),
    "没有工作簿": (lambda: changed(drop={"xl/workbook.xml"}), "不是 .xlsx"),
    "没有内容类型": (lambda: changed(drop={"[Content_Types].xml"}), "不完整"),
    "没有要的工作表": (lambda: changed(drop={SHEET}), "没有找到工作表"),
    "指向不存在的部分": (links_to_nowhere, "."),
    "数字格里的 NaN": (lambda: sheet(AMOUNT, "<v>NaN</v>"), "已损坏"),
    "数字格里的文字": (lambda: sheet(AMOUNT, "<v>abc</v>"), "已损坏"),
    "XML 不完整": (lambda: sheet("<sheetData>", "<sheetData><unclosed>"), "已损坏"),
    "深层嵌套": (lambda: sheet("</sheetData>", "<row>" * 100_000 + "</row>" * 100_000 + "</sheetData>"), "."),
    "五千万字的一个格": (lambda: sheet(">货车<", f">{'x' * 50_000_000}<"), "."),
    "不存在的共享文字": (lambda: sheet(AMOUNT, '<v>1</v></c><c r="B9" t="s"><v>999999</v>'), "."),
}
READ = {
    "文档类型声明，没有实体": (lambda: sheet("<worksheet ", "<!DOCTYPE worksheet><worksheet "), ""),
    "1e400": (lambda: sheet(AMOUNT, "<v>1e400</v>"), "C2"),
    "错误值": (lambda: sheet(f't="n">{AMOUNT}', 't="e"><v>#DIV/0!</v>'), "C2"),
    "公式，没有缓存的值": (lambda: sheet(AMOUNT, "<f>1+1</f>"), "C2"),
    "公式，缓存的值像是数": (lambda: sheet(AMOUNT, "<f>SUM(A1)</f><v>3</v>"), "C2"),
    "双向文字控制符": (lambda: text_cell("货\u202e车"), ""),
    "零宽字符": (lambda: text_cell("货\u200b车"), ""),
    "罕用字": (lambda: text_cell("㐂𠮷䶮"), ""),
    "像公式的文字": (lambda: sheet(">货车<", ">=cmd|' /C calc'!A0<"), ""),
    "隐藏的行": (lambda: hidden("row"), ""),
    "深度隐藏的工作表": (lambda: hidden("sheet"), ""),
    "假的尺寸：太小": (lambda: sheet("<sheetData>", '<dimension ref="A1"/><sheetData>'), ""),
    "假的尺寸：太大": (lambda: sheet("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'), ""),
    "指向外面的超链接": (outside_link, ""),
}  # fmt: skip


def test_the_set_is_large_enough():
    assert len(REFUSED) + len(READ) >= 45


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_workbook_is_refused_in_words(name):
    make, words = REFUSED[name]
    data = make()
    begun = time.perf_counter()
    with pytest.raises(ValidationError) as refusal:
        reading = workbook.read_rows(upload(data), GOODS)
        if reading.errors:  # an answer by the cell is an answer as well
            raise ValidationError(reading.errors[0].words)
    assert time.perf_counter() - begun < SECONDS
    said = refusal.value.messages[0]
    assert re.search(words, said) and re.search("[一-龥]", said)


@pytest.mark.parametrize("name", READ)
def test_a_strange_workbook_is_read_rightly_or_its_cell_is_named(name):
    make, address = READ[name]
    reading = workbook.read_rows(upload(make()), GOODS)
    assert [error.address for error in reading.errors] == ([address] if address else [])
    assert reading.texts


PEAK = (
    "import resource, subprocess, sys; done = subprocess.run([sys.executable, '-I', sys.argv[1]],"
    "stdin=sys.stdin, capture_output=True);"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
)


def peak(data, child=workbook.CHILD):
    """Megabytes of the reader, measured beside a small process: a child is counted with the memory of its parent."""
    asked = json.dumps({"title": "清单", "rows": 50, "columns": 27}).encode() + b"\n"
    done = subprocess.run([sys.executable, "-c", PEAK, str(child)], input=asked + data, capture_output=True, check=True)
    return int(done.stdout)


MERGED = '<mergeCell ref="A1:B2"/>'
LARGE = {
    "五千万字的一个格": REFUSED["五千万字的一个格"][0],
    "一百万行": REFUSED["一百万行"][0],
    "深层嵌套": REFUSED["深层嵌套"][0],
    "五十万个样式": lambda: with_part(
        "xl/styles.xml", f"<styleSheet><cellXfs>{'<xf/>' * 500_000}</cellXfs></styleSheet>".encode()
    ),
    "一行一百万格": lambda: sheet("</sheetData>", f"<row>{'<c><v>1</v></c>' * 1_000_000}</row></sheetData>"),
    "五十万个合并": lambda: sheet("</sheetData>", "</sheetData><mergeCells>" + MERGED * 500_000 + "</mergeCells>"),
}


@pytest.mark.parametrize("name", LARGE)
def test_the_reader_stays_below_300_megabytes_whatever_is_sent(name):
    assert peak(LARGE[name]()) < MEGABYTES


def test_without_its_limit_the_reader_would_grow(tmp_path):
    """The control: the same file, the limit taken away."""
    unlimited = tmp_path / "child.py"
    unlimited.write_text(workbook.CHILD.read_text().replace("MEMORY, SECONDS = 256", "MEMORY, SECONDS = 4096"))
    assert peak(LARGE["一行一百万格"](), unlimited) > MEGABYTES


def test_nothing_is_unpacked_before_the_directory_is_judged():
    """The control of the pre-check: the bomb is refused in a tenth of the time that unpacking it takes."""
    data = changed(extra={"xl/bomb.xml": b"0" * 70_000_000})
    begun = time.perf_counter()
    with pytest.raises(ValidationError):
        workbook.check_archive(upload(data))
    judged = time.perf_counter() - begun
    begun = time.perf_counter()
    with zipfile.ZipFile(BytesIO(data)) as archive:
        archive.read("xl/bomb.xml")
    assert judged < (time.perf_counter() - begun) / 2
