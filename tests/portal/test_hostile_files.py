"""R-22: what is uploaded is what it says, hides nothing active, and is served as a download only."""

import io
import struct
import zipfile
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.files import clean_name
from portal.models import Attachment

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
HEAD, TAIL = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R", b">>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def pdf(inside=b""):
    return HEAD + inside + TAIL


def packed_object(inside):
    """The same object, hidden in a compressed object stream."""
    body = zlib.compress(b"3 0 <<" + inside + b">>")
    return (
        HEAD + b">>endobj\n4 0 obj<</Type/ObjStm/N 1/Filter/FlateDecode>>stream\n" + body + b"\nendstream endobj" + TAIL
    )


def picture(kind="PNG", size=(30, 20)):
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def flood(width, height):
    """A PNG whose head says so many pixels; some forty bytes."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def office(extra=None, *, kind="word", document=b"<w:document/>"):
    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml" if kind == "word" else "xl/workbook.xml": document}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (parts | (extra or {})).items():
            archive.writestr(name, data)
    return out.getvalue()


def relation(kind, target="http://127.0.0.1:9/x.dotm"):
    space = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return {
        "word/_rels/settings.xml.rels": (
            f'<Relationships><Relationship Id="r" Type="{space}/{kind}" Target="{target}" TargetMode="External"/>'
            "</Relationships>"
        ).encode()
    }


def locked():
    data = bytearray(office())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


REFUSED = {
    "网页改名 PDF": ("公示.pdf", b"<html><script>alert(1)</script>", "不是可接受"),
    "网页在前的 PDF": ("公示.pdf", b"<html>" + pdf(), "不是可接受"),
    "图片改名 PDF": ("公示.pdf", picture(), "扩展名不符"),
    "PDF 改名图片": ("照片.png", pdf(), "扩展名不符"),
    "双扩展名": ("公示.pdf.exe", pdf(), "扩展名不符"),
    "双扩展名，脚本": ("公示.pdf.js", b"alert(1)", "不是可接受"),
    "没有扩展名": ("公示", pdf(), "扩展名不符"),
    "程序": ("工具.exe", b"MZ\x90\0", "不是可接受"),
    "程序改名图片": ("照片.jpg", b"MZ\x90\0" + b"\0" * 60, "不是可接受"),
    "脚本": ("a.sh", b"#!/bin/sh\nrm -rf /", "不是可接受"),
    "SVG 脚本": ("标志.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "不是可接受"),
    "SVG 改名 PNG": ("标志.png", b"<svg onload=alert(1)>", "不是可接受"),
    "GIF 和脚本": ("图.gif", b"GIF89a/*" + b"\0" * 10 + b"*/=1;alert(1)", "不是可接受"),
    "GIF 改名 JPG": ("图.jpg", b"GIF89a" + b"\0" * 20, "不是可接受"),
    "HTML 应用": ("a.hta", b"<hta:application>", "不是可接受"),
    "快捷方式": ("a.lnk", b"L\0\0\0\x01\x14\x02\0", "不是可接受"),
    "病毒测试串": ("eicar.com", EICAR, "不是可接受"),
    "病毒测试串改名": ("eicar.pdf", EICAR, "不是可接受"),
    "空文件": ("空.pdf", b"", "空文件"),
    "压缩包": ("资料.zip", office(), "不是可接受"),
    "老格式": ("老.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "不是可接受"),
    "PDF 脚本": ("a.pdf", pdf(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "有脚本"),
    "PDF 脚本，换写法": ("a.pdf", pdf(b"/OpenAction<</S/J#61vaScript /J#53 (x)>>"), "有脚本"),
    "PDF 脚本，藏在对象流": ("a.pdf", packed_object(b"/S/JavaScript/JS(app.alert(1))"), "有脚本"),
    "PDF 启动程序": ("a.pdf", pdf(b"/OpenAction<</S/Launch/F(cmd.exe)>>"), "启动程序"),
    "PDF 附带文件": ("a.pdf", pdf(b"/Names<</EmbeddedFiles 9 0 R>>"), "附带的文件"),
    "PDF 附带文件，藏在对象流": ("a.pdf", packed_object(b"/Type/EmbeddedFile"), "附带的文件"),
    "PDF 多媒体": ("a.pdf", pdf(b"/Annots[<</Subtype/RichMedia>>]"), "多媒体"),
    "PDF 动态表单": ("a.pdf", pdf(b"/AcroForm<</XFA 8 0 R>>"), "动态表单"),
    "PDF 自动提交": ("a.pdf", pdf(b"/AA<</S/SubmitForm/F(http://127.0.0.1:9)>>"), "自动提交"),
    "PDF 指向别的文件": ("a.pdf", pdf(b"/A<</S/GoToR/F(x.pdf)>>"), "其他文件"),
    "PDF 加密": ("a.pdf", pdf(b"/Encrypt 5 0 R"), "加了密码"),
    "PDF 对象流炸弹": ("a.pdf", packed_object(b" " * 30_000_000), "解压后过大"),
    "像素洪水 PNG": ("图.png", flood(60_000, 60_000), "像素"),
    "像素洪水 PNG，六千万": ("图.png", flood(10_000, 6_000), "像素"),
    "截断的 JPG": ("图.jpg", picture("JPEG", (800, 600))[:900], "已损坏"),
    "截断的 PNG": ("图.png", picture("PNG", (800, 600))[:200], "已损坏"),
    "只有头的 PNG": ("图.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 32, "已损坏"),
    "只有头的 JPG": ("图.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 32, "已损坏"),
    "Word 宏": ("a.docx", office({"word/vbaProject.bin": b"x"}), "含有宏"),
    "Word 宏，换大小写": ("a.docx", office({"word/VBAPROJECT.BIN": b"x"}), "含有宏"),
    "Word 宏，只在类型里": ("a.docx", office({"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml"}), "含有宏"),
    "Word 内嵌程序": ("a.docx", office({"word/embeddings/oleObject1.bin": b"x"}), "内嵌"),
    "Word 控件": ("a.docx", office({"word/activeX/activeX1.bin": b"x"}), "含有宏"),
    "Word 外部模板": ("a.docx", office(relation("attachedTemplate")), "自动打开外部"),
    "Word 外部图片": ("a.docx", office(relation("image")), "自动打开外部"),
    "Word 动态数据交换": ("a.docx", office(document=b"<w:instrText>DDEAUTO c:\\cmd.exe</w:instrText>"), "DDE"),
    "Word 文档类型声明": ("a.docx", office(document=b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document/>'), "DOCTYPE"),
    "Word 加密": ("a.docx", locked(), "加了密码"),
    "Excel 宏表": ("a.xlsx", office({"xl/macrosheets/sheet1.xml": b"x"}, kind="excel"), "含有宏"),
    "Excel 外部链接": ("a.xlsx", office({"xl/externalLinks/externalLink1.xml": b"x"}, kind="excel"), "外部链接"),
    "内部文件名逃出目录": ("a.docx", office({"../../etc/passwd": b"x"}), "文件名不正常"),
    "Office 炸弹": ("a.docx", office({"word/media/x.bin": b"0" * (201 * 1024 * 1024)}), "解压后过大"),
    "Word 改名 Excel": ("a.xlsx", office(), "不是可接受"),
}  # fmt: skip

ACCEPTED = {
    "PDF，后面还有网页": ("a.pdf", pdf() + b"<html><script>alert(1)</script>"),
    "PDF，压缩的内容里碰巧有 /JS": ("a.pdf", pdf(b">>endobj 5 0 obj<<>>stream\n/JS /Launch\nendstream endobj<<")),
    "PDF，打开时显示第一页": ("a.pdf", pdf(b"/OpenAction[3 0 R /Fit]")),
    "JPG，后面还有压缩包": ("图.jpg", picture("JPEG") + office()),
    "Word，有超链接": ("a.docx", office(relation("hyperlink", "https://example.invalid/"))),
    "图片扩展名大写": ("图.JPG", picture("JPEG")),
}


def keep(cast, name, data):
    return Attachment.keep(SimpleUploadedFile(name, data), region=cast.county.region, by=cast.clerk)


def test_the_set_is_large_enough():
    assert len(REFUSED) >= 40


@pytest.mark.parametrize("kind", REFUSED)
def test_a_hostile_file_is_refused_in_words_and_leaves_nothing(cast, kind):
    name, data, words = REFUSED[kind]
    with pytest.raises(ValidationError, match=words):
        keep(cast, name, data)
    assert not Attachment.objects.filter(size=len(data)).exists()


@pytest.mark.parametrize("kind", ACCEPTED)
def test_a_harmless_twin_is_kept_and_served_as_a_download_in_a_sandbox(cast, as_user, kind):
    kept = keep(cast, *ACCEPTED[kind])
    response = as_user(cast.clerk).get(f"/files/{kept.pk}/")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Content-Type"] == kept.media_type
    assert kept.path.name == kept.sha256


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/实施方案.pdf", "实施方案.pdf"),
        ("C:\\用户\\实施方案.pdf", "实施方案.pdf"),
        ("实施\x00方案.pdf", "实施方案.pdf"),
        ("报告\u202efdp.exe.pdf", "报告fdp.exe.pdf"),
        ("\u200b零宽.pdf", "零宽.pdf"),
        ("", "未命名"),
        ("...", "未命名"),
    ],
)
def test_names_are_cleaned(sent, kept):
    assert clean_name(sent) == kept


def test_a_long_name_keeps_its_ending_and_fits_a_file_system():
    name = clean_name("电" * 300 + ".pdf")
    assert name.endswith(".pdf") and 250 <= len(name.encode()) <= 255


def test_a_hostile_file_on_a_form_is_named_at_its_field_and_nothing_typed_is_lost(cast, as_user):
    from tests import builders

    application = builders.inspecting_application(cast)
    hostile = SimpleUploadedFile("照片.jpg", REFUSED["截断的 JPG"][1], "image/jpeg")
    path = f"/onsite/applications/{application.pk}/"
    answer = as_user(cast.government).post(path, {"photo": hostile, "place": "演示地点三"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "已损坏或不完整" in page and "演示地点三" in page


def test_without_the_search_a_script_would_pass(cast, monkeypatch):
    """The control."""
    monkeypatch.setattr("portal.files.refuse_active", lambda kind, upload: None)
    assert keep(cast, *REFUSED["PDF 脚本"][:2]).kind == "pdf"
