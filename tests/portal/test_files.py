"""Uploads are judged by content, stored once, served as downloads only."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from disclosure.demonstration import pdf
from portal.models import Attachment

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


def _zip(entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.exe", b"MZ\x90\x00", "不是可接受的类型"),
        ("网页.pdf", b"<html><script>1</script>", "不是可接受的类型"),
        ("图.pdf", PNG, "扩展名不符"),
        ("图.svg", b"<svg onload=alert(1)>", "不是可接受的类型"),
        ("空.pdf", b"", "空文件"),
        ("坏.xlsx", b"PK\x03\x04broken", "已损坏"),
        ("宏.xlsx", _zip({"xl/workbook.xml": "", "xl/vbaProject.bin": "x"}), "含有宏"),
        ("压缩.zip", _zip({"a.txt": "x"}), "不是可接受的类型"),
        ("炸弹.xlsx", _zip({"xl/workbook.xml": b"0" * (201 * 1024 * 1024)}), "解压后过大"),
        ("老.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "不是可接受的类型"),
    ],
)
def test_what_is_not_accepted_is_refused_in_words(cast, name, data, words):
    with pytest.raises(ValidationError, match=words):
        Attachment.keep(SimpleUploadedFile(name, data), region=cast.county.region, by=cast.clerk)


def test_the_size_limit_is_stated(cast, settings):
    settings.MAX_ATTACHMENT_BYTES = 1024 * 1024
    with pytest.raises(ValidationError, match="超过 1 MB"):
        Attachment.keep(SimpleUploadedFile("a.pdf", b"%PDF-" + b"0" * 2**21), region=cast.county.region, by=cast.clerk)


def test_a_file_is_stored_under_its_digest_and_downloaded_only_by_those_who_see_the_region(cast, as_user):
    attachment = Attachment.keep(pdf("../../实施方案.pdf"), region=cast.county.region, by=cast.clerk)
    assert attachment.path.name == attachment.sha256 and attachment.name == "实施方案.pdf"
    response = as_user(cast.finance).get(f"/files/{attachment.pk}/")
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("sandbox")
    assert b"".join(response.streaming_content).startswith(b"%PDF-")
    assert as_user(cast.neighbour).get(f"/files/{attachment.pk}/").status_code == 404
    assert as_user(cast.other_contractor).get(f"/files/{attachment.pk}/").status_code == 404
