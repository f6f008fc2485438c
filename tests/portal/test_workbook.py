"""Workbooks: what is exported comes in again unchanged; every bad file is refused and its twin without the fault passes."""

import json
import re
import subprocess
import sys
import time
import zipfile
from datetime import datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font

from portal import workbook
from portal.schema import Column, Number, Schema

GOODS = Schema(
    name="goods",
    title="清单",
    version=2,
    max_rows=50,
    columns=(
        Column("name", "名称", required=True, max_length=20, note="物品的名称"),
        Column("kind", "类别", "choice", True, (("car", "车辆"), ("shelf", "货架"), ("cold", "冷库设备"))),
        Column("amount", "金额（元）", "money", True),
        Column("count", "数量", "integer"),
        Column("share", "比例", "decimal", most=Decimal(100)),
        Column("day", "日期", "date"),
        Column("new", "新购", "bool"),
    ),
)
ROW = {
    "name": "货车",
    "kind": "car",
    "amount": Decimal("120000.50"),
    "count": 3,
    "share": Decimal("33.30"),
    "new": True,
}


def upload(data, name="表.xlsx"):
    return SimpleUploadedFile(name, data)


def parts_of(data):
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def opened(data):
    return openpyxl.load_workbook(BytesIO(data))


def saved(book):
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def packed(parts):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def good(rows=(ROW,)):
    return workbook.export(GOODS, list(rows))


def changed(*, sheet=None, extra=None, drop=()):
    """A good workbook with one thing changed: text replaced in its sheet, parts added, parts dropped."""
    parts = parts_of(good())
    for old, new in (sheet or {}).items():
        text = parts["xl/worksheets/sheet1.xml"].decode()
        assert old in text
        parts["xl/worksheets/sheet1.xml"] = text.replace(old, new).encode()
    return packed({name: content for name, content in (parts | (extra or {})).items() if name not in drop})


def refused(data, name="表.xlsx"):
    begun = time.perf_counter()
    with pytest.raises(ValidationError) as refusal:
        workbook.read_rows(upload(data, name), GOODS)
    assert time.perf_counter() - begun < 3
    return refusal.value.messages[0]


AMOUNT = "<v>120000.5</v>"


def test_what_is_exported_comes_in_again_unchanged():
    rows = [
        ROW,
        ROW | {"name": "=1+1", "kind": "cold", "amount": Decimal("9999999999999999.99"), "count": None, "new": False},
    ]
    reading = workbook.read_rows(upload(good(rows)), GOODS)
    assert not reading.errors
    values = [GOODS.read_row(texts)[0] for texts in reading.texts]
    assert [{name: row[name] for name in ROW} for row in values] == rows


@given(st.lists(st.text(max_size=20).map(lambda t: " ".join(t.split())), min_size=1, max_size=8))
@settings(max_examples=20, deadline=None)
def test_no_text_ever_becomes_a_formula_or_changes_on_its_way(texts):
    texts = [
        t for t in (workbook._clean("=" + text).encode("utf-8", "ignore").decode() for text in texts) if len(t) <= 20
    ]
    texts = [" ".join(text.split()) for text in texts]
    data = good([ROW | {"name": text} for text in texts])
    assert b"<f>" not in parts_of(data)["xl/worksheets/sheet1.xml"]
    assert [row["name"] for row in workbook.read_rows(upload(data), GOODS).texts] == texts


@pytest.mark.parametrize("rows", [(), (ROW, ROW)])
def test_template_and_export_have_lists_notes_a_frozen_head_a_dictionary_and_their_version(rows):
    book = opened(good(rows))
    assert book.sheetnames == ["清单", "填写说明", "选项"] and book["选项"].sheet_state == "hidden"
    sheet = book["清单"]
    assert sheet.freeze_panes == "A2" and sheet.max_row == 1 + len(rows)
    lists = {str(check.sqref): check for check in sheet.data_validations.dataValidation if check.type == "list"}
    last = 1001 + len(rows)
    assert set(lists) == {f"B2:B{last}", f"G2:G{last}"} and lists[f"B2:B{last}"].showErrorMessage
    area = lists[f"B2:B{last}"].formula1.split("!")[1].replace("$", "")
    assert [cell.value for [cell] in book["选项"][area]] == ["车辆", "货架", "冷库设备"]
    assert sheet["A1"].value == "名称*" and "物品的名称" in sheet["A1"].comment.text and sheet["A1"].font.bold
    notes = [cell.value for row in book["填写说明"].iter_rows() for cell in row]
    assert notes[0] == "模板 goods 第 2 版" and "可选：车辆、货架、冷库设备" in notes
    assert workbook.template(GOODS)[:4] == b"PK\x03\x04"


def test_the_columns_may_stand_in_another_order():
    parts = parts_of(good())
    text = parts["xl/worksheets/sheet1.xml"].decode()
    text = re.sub(r'r="A(\d)"', r'r="ZZ\1"', text)  # 名称 moves to the far right
    parts["xl/worksheets/sheet1.xml"] = text.encode()
    assert "缺少列 “名称”" in refused(packed(parts))  # beyond what is read
    text = text.replace('r="ZZ', 'r="K')
    parts["xl/worksheets/sheet1.xml"] = text.encode()
    assert workbook.read_rows(upload(packed(parts)), GOODS).texts[0]["name"] == "货车"


# --- cells -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("number", "amount"),
    [("0.30000000000000004", "0.30"), ("1.2000000000000001E2", "120.00"), ("2472551.8", "2472551.80"), ("7", "7.00"),
     ("5999999.9900000002", "5999999.99")],
)  # fmt: skip
def test_the_noise_of_a_float_is_rounded_away(number, amount):
    assert Column("m", "金额", "money").read(Number(number)) == Decimal(amount)
    reading = workbook.read_rows(upload(changed(sheet={AMOUNT: f"<v>{number}</v>"})), GOODS)
    assert not reading.errors and reading.texts[0]["amount"] == amount


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("<v>0.305</v>", "最多两位小数"),
        ("<v>-1</v>", "不能是负数"),
        ("<v>1e400</v>", "过大"),
        ("<v>1234567890123456.78</v>", "超过 15 位"),
        ("<f>SUM(A1:A2)</f><v>3</v>", "是公式"),
        ("<f>1+1</f>", "是公式"),
        ("", "请填写"),
    ],
)
def test_a_wrong_cell_is_named_by_its_address(cell, words):
    reading = workbook.read_rows(upload(changed(sheet={AMOUNT: cell})), GOODS)
    [error] = reading.errors
    assert error.address == "C2" and words in error.words and error.title == "金额（元）"


def test_an_error_value_is_named():
    data = changed(sheet={f't="n">{AMOUNT}': 't="e"><v>#DIV/0!</v>'})
    assert "#DIV/0!" in workbook.read_rows(upload(data), GOODS).errors[0].words


@pytest.mark.parametrize("epoch", [openpyxl.utils.datetime.WINDOWS_EPOCH, openpyxl.utils.datetime.MAC_EPOCH])
def test_a_date_is_the_same_day_in_both_systems_of_counting(epoch):
    book = opened(good())
    book.epoch = epoch
    book["清单"]["F2"] = datetime(2020, 10, 15, 13, 30)
    assert workbook.read_rows(upload(saved(book)), GOODS).texts[0]["day"] == "2020-10-15"
    book["清单"]["F2"].number_format, book["清单"]["F2"].value = "0", 20201015
    assert workbook.read_rows(upload(saved(book)), GOODS).texts[0]["day"] == "2020-10-15"
    book["清单"]["F2"].value = 43000  # a bare number of days says nothing of its system
    assert workbook.read_rows(upload(saved(book)), GOODS).errors[0].address == "F2"


def test_errors_are_grouped_by_cause_and_marked_in_the_users_own_file():
    book = opened(good([ROW, ROW | {"name": ""}, ROW | {"name": ""}]))
    sheet, notes = book["清单"], book.create_sheet("我的笔记")
    sheet["A2"].font = Font(name="楷体", color="FF0000FF", italic=True)
    sheet.row_dimensions[2].height = 33
    sheet.insert_rows(3)  # an empty row among the filled ones
    notes["C7"], notes["C7"].font = "勿删", Font(bold=True)
    reading = workbook.read_rows(upload(saved(book)), GOODS)
    assert reading.causes() == [("名称：请填写", ["A4", "A5"])]
    again = opened(workbook.annotated(reading))
    assert again.sheetnames == ["清单", "填写说明", "选项", "我的笔记", "错误清单"]
    assert again["我的笔记"]["C7"].value == "勿删" and again["我的笔记"]["C7"].font.bold
    sheet = again["清单"]
    assert (sheet["A2"].font.name, sheet["A2"].font.italic, sheet.row_dimensions[2].height) == ("楷体", True, 33)
    assert sheet["A4"].fill.fgColor.rgb == "00FFC7CE" and "请填写" in sheet["A4"].comment.text
    assert sheet["A2"].comment is None and sheet["A2"].fill.fill_type is None and sheet["A1"].comment
    assert [row[0].value for row in again["错误清单"].iter_rows()] == ["单元格", "A4", "A5"]
    assert len(sheet.data_validations.dataValidation) == 3 and sheet.freeze_panes == "A2"
    sheet["A4"] = "冷柜"  # one is put right, and the annotated file is sent in again
    second = workbook.read_rows(upload(saved(again)), GOODS)
    assert second.causes() == [("名称：请填写", ["A5"])] and second.texts[0]["amount"] == "120000.50"
    sheet = opened(workbook.annotated(second))["清单"]
    assert sheet["A4"].comment is None and sheet["A5"].comment.text.count("请填写") == 1


def test_an_error_stands_in_the_users_own_order_of_columns():
    book = opened(good())
    sheet = book["清单"]
    sheet["I1"], sheet["I2"] = "金额（元）*", -1
    sheet.delete_cols(3)
    [error] = workbook.read_rows(upload(saved(book)), GOODS).errors
    assert error.address == "H2" and error.title == "金额（元）"


@pytest.mark.parametrize("typed", ["car", "车辆", " 车 辆 ", "冷库"])
def test_words_are_matched_to_choices(typed):
    assert GOODS.by_name["kind"].read(typed) in ("car", "cold")


def test_words_that_fit_two_choices_are_asked_for():
    column = Column("c", "方向", "choice", choices=(("a", "物流体系"), ("b", "培训体系")))
    with pytest.raises(ValidationError, match="多个选项"):
        column.read("体系")
    assert column.read("物流") == "a"


def test_a_block_from_excel_with_or_without_its_heading():
    plain = "货车\t车辆\t120,000.50\n\n冷柜\t冷库设备\t3\n"
    assert GOODS.read_block(plain)[1] == {"name": "冷柜", "kind": "冷库设备", "amount": "3"}
    headed = "金额（元）\t名称\r\n8\t货车\r\n"
    assert GOODS.read_block(headed) == [{"amount": "8", "name": "货车"}]


# --- files that are refused, each with its twin that passes ------------------------------------------------------------
def test_the_control_passes():
    assert not workbook.read_rows(upload(changed()), GOODS).errors


@pytest.mark.parametrize(
    ("extra", "twin", "words"),
    [
        ({"xl/vbaProject.bin": b"x"}, {"xl/media/image1.png": b"x"}, "含有宏"),
        ({"xl/externalLinks/externalLink1.xml": b"<x/>"}, {"xl/theme/theme1.xml": b"<x/>"}, "外部链接"),
        ({"../../etc/passwd": b"x"}, {"docProps/app.xml": b"<x/>"}, "文件名不正常"),
        ({f"x/{n}": b"" for n in range(300)}, {f"x/{n}": b"" for n in range(150)}, "个部分"),
        ({"xl/bomb.xml": b"0" * 70_000_000}, {"xl/bomb.xml": b"0" * 7_000_000}, "解压后过大"),
    ],
)  # fmt: skip
def test_a_file_is_judged_by_its_directory_before_it_is_opened(extra, twin, words):
    assert words in refused(changed(extra=extra))
    assert not workbook.read_rows(upload(changed(extra=twin)), GOODS).errors


def test_files_that_are_no_workbook():
    assert "旧格式" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600)
    assert "不是 .xlsx" in refused("名称,类别".encode("gbk"))
    assert "已损坏" in refused(good()[:800])
    assert "不是 .xlsx" in refused(changed(drop={"xl/workbook.xml"}))
    assert "不完整" in refused(changed(drop={"[Content_Types].xml"}))
    assert "没有找到工作表" in refused(changed(drop={"xl/worksheets/sheet1.xml"}))
    assert "已损坏" in refused(changed(sheet={AMOUNT: "<v>abc</v>"}))
    assert "已损坏" in refused(changed(sheet={"<sheetData>": "<sheetData><unclosed>"}))


def test_entities_are_refused_before_they_expand():
    bomb = '<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet '
    assert "DOCTYPE" in refused(changed(sheet={"<worksheet ": bomb}))


def test_another_sheet_another_version_missing_and_strange_columns():
    parts = parts_of(good())
    named = parts["xl/workbook.xml"].decode()
    assert "没有找到工作表“清单”" in refused(
        packed(parts | {"xl/workbook.xml": named.replace("清单", "别的").encode()})
    )
    notes = parts["xl/worksheets/sheet2.xml"].decode().replace("第 2 版", "第 1 版").encode()
    assert "现行模板" in refused(packed(parts | {"xl/worksheets/sheet2.xml": notes}))
    assert "缺少列 “类别”" in refused(changed(sheet={"类别*": "分类*"}))
    assert "模板中没有列 “颜色”" in refused(changed(sheet={"新购": "颜色"}))


@pytest.mark.parametrize("claimed", ["A1", "A1:XFD1048576"])
def test_a_false_dimension_is_not_believed(claimed):
    data = changed(sheet={"<sheetData>": f'<dimension ref="{claimed}"/><sheetData>'})
    assert len(workbook.read_rows(upload(data), GOODS).texts) == 1


def test_a_million_rows_are_refused_fast_and_fifty_pass():
    assert len(workbook.read_rows(upload(good([ROW] * 50)), GOODS).texts) == 50
    assert "超过 50 行" in refused(good([ROW] * 51))
    row = '<row><c t="inlineStr"><is><t>x</t></is></c></row>'
    assert "超过 50 行" in refused(changed(sheet={"</sheetData>": row * 1_000_000 + "</sheetData>"}))
    assert "超过 50 行" in refused(changed(sheet={"</sheetData>": "<row/>" * 1_000_000 + "</sheetData>"}))
    far = '<row r="999999999999"><c t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    assert "超过 50 行" in refused(changed(sheet={"</sheetData>": far}))


def test_the_reader_of_a_million_rows_needs_little_memory():
    """Measured beside a small process: a child is counted with the memory of the one that started it."""
    row = '<row><c t="inlineStr"><is><t>x</t></is></c></row>'
    data = changed(sheet={"</sheetData>": row * 1_000_000 + "</sheetData>"})
    measure = (
        "import resource, subprocess, sys; done = subprocess.run([sys.executable, '-I', sys.argv[1]],"
        "stdin=sys.stdin, capture_output=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, done.stdout.decode())"
    )
    asked = json.dumps({"title": "清单", "rows": 50, "columns": 20}).encode() + b"\n"
    done = subprocess.run(
        [sys.executable, "-c", measure, str(workbook.CHILD)], input=asked + data, capture_output=True, check=True
    )
    megabytes, answer = done.stdout.decode().split(" ", 1)
    assert "bad" in json.loads(answer) and int(megabytes) < 300, megabytes


def test_the_reader_works_within_its_limits(monkeypatch):
    """A child that wants more memory or time than it is given ends; the portal says so and goes on."""
    greedy = (
        "import runpy, sys; child = runpy.run_path(sys.argv[1]); import resource;"
        "resource.setrlimit(resource.RLIMIT_AS, (child['MEMORY'],) * 2); x = bytearray(child['MEMORY'] * 2)"
    )
    done = subprocess.run([sys.executable, "-c", greedy, str(workbook.CHILD)], capture_output=True)
    assert done.returncode != 0 and b"MemoryError" in done.stderr
    monkeypatch.setattr(workbook, "WAIT", 0.001)
    with pytest.raises(ValidationError, match="用时过长"):
        workbook.read_rows(upload(good()), GOODS)
    monkeypatch.setattr(workbook, "WAIT", 15)
    assert workbook.read_rows(upload(good()), GOODS).texts


def test_the_reader_loads_nothing_of_the_portal():
    source = workbook.CHILD.read_text()
    assert "portal" not in re.findall(r"^(?:from|import) (\w+)", source, re.M)
    answer = subprocess.run(
        [sys.executable, "-I", str(workbook.CHILD)],
        input=json.dumps({"title": "清单", "rows": 5, "columns": 9}).encode() + b"\n" + good(), capture_output=True, env={},
    )  # fmt: skip
    assert len(json.loads(answer.stdout)["rows"]) == 2
