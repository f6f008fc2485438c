"""What may hide inside an accepted kind of file: scripts, programs, attached files, links that open by themselves.

What cannot be looked into (encrypted) is refused as well. The search is bounded: it reads names and object streams of a
PDF, the directory and the relations of an Office file, the head of a picture; it draws nothing and runs nothing. It is
no virus scanner (portal/scanner.py): a malformed file that only breaks one reader is not found here.
"""

import re
import zipfile
import zlib

from django.core.exceptions import ValidationError
from PIL import Image

MAX_PIXELS = 50_000_000  # a telephone takes 12 to 50 million; a picture of 10⁹ fits into a few kB and fills the memory
MAX_INFLATED = 20 * 1024 * 1024
MAX_PART = 4 * 1024 * 1024

# --- PDF -------------------------------------------------------------------------------------------------------------
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.S)
OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm\b.{0,400}?stream\r?\n(.*?)endstream", re.S)
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
PDF_ACTIVE = {
    b"JavaScript": "脚本",
    b"JS": "脚本",
    b"Launch": "启动程序的动作",
    b"EmbeddedFile": "附带的文件",
    b"EmbeddedFiles": "附带的文件",
    b"RichMedia": "多媒体",
    b"XFA": "动态表单",
    b"SubmitForm": "自动提交的表单",
    b"ImportData": "自动导入的数据",
    b"GoToR": "指向其他文件的动作",
    b"GoToE": "指向附带文件的动作",
}
NAMES = re.compile(rb"/(" + b"|".join(sorted(PDF_ACTIVE, key=len, reverse=True)) + rb")(?![A-Za-z0-9_.#-])")


def refuse_active(kind, upload):
    """Raises ValidationError in the clerk's words; the upload is left at its start."""
    upload.seek(0)
    try:
        if kind == "pdf":
            _judge_pdf(upload.read(), upload.name)
        elif kind in ("png", "jpeg"):
            _judge_picture(upload, kind)
        else:
            _judge_office(upload)
    finally:
        upload.seek(0)


def _judge_pdf(data, name):
    if re.search(rb"/Encrypt\b", data):
        raise ValidationError(f"文件“{name}”加了密码或权限限制，无法核查；请取消加密后再上传")
    shell = STREAM.sub(b" ", data)  # compressed bytes may spell anything by chance
    for text in (shell, *_object_streams(data)):
        text = ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text)
        if found := NAMES.search(text):
            words = PDF_ACTIVE[found[1]]
            raise ValidationError(f"文件“{name}”中有{words}，不予接收；请用“打印为 PDF”重新生成后上传")


def _object_streams(data):
    """Objects may be packed into compressed streams, where a plain search does not see them."""
    left = MAX_INFLATED
    for found in OBJECT_STREAM.finditer(data):
        inflater = zlib.decompressobj()
        try:
            text = inflater.decompress(found[1], left)
        except zlib.error:
            continue
        left -= len(text)
        yield text
        if left <= 0:
            raise ValidationError("PDF 解压后过大，不予接收；请用“打印为 PDF”重新生成后上传")


# --- pictures --------------------------------------------------------------------------------------------------------


def _judge_picture(upload, kind):
    too_large = f"图片“{upload.name}”像素过多（上限 {MAX_PIXELS // 1_000_000} 百万像素），请缩小后再上传"
    try:
        with Image.open(upload, formats=[kind.upper()]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValidationError(too_large)
            if kind == "jpeg":
                picture.draft("RGB", (picture.width // 8, picture.height // 8))  # an eighth is enough to judge it
                picture.load()
            else:
                picture.verify()
            if kind == "jpeg" and not _ends(upload):
                raise OSError("truncated")
    except ValidationError:
        raise
    except Image.DecompressionBombError as error:
        raise ValidationError(too_large) from error
    except Exception as error:  # Pillow raises a dozen kinds, depending on which byte is wrong
        raise ValidationError(f"图片“{upload.name}”已损坏或不完整，请重新拍摄或导出") from error


def _ends(upload):
    """The last scan has its end mark. Pillow is not asked: WeasyPrint tells it to forgive truncated pictures."""
    upload.seek(0)
    data = upload.read()
    return data.rfind(b"\xff\xd9") > data.rfind(b"\xff\xda")


# --- Office ----------------------------------------------------------------------------------------------------------
EXTERNAL = re.compile(rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.I)
HYPERLINK = re.compile(rb"/relationships/hyperlink[\"']", re.I)
DDE = re.compile(rb"\bDDE(AUTO)?\b")


def _judge_office(upload):
    name = upload.name
    with zipfile.ZipFile(upload) as archive:
        for entry in archive.infolist():
            low = entry.filename.lower()
            if entry.flag_bits & 1:
                raise ValidationError(f"文件“{name}”加了密码，无法核查；请去掉密码再上传")
            if low.startswith("/") or "\\" in low or ".." in low.split("/"):
                raise ValidationError(f"文件“{name}”内部的文件名不正常，不予接收")
            if "vbaproject" in low or "/activex/" in low or "macrosheets/" in low:
                raise ValidationError(f"文件“{name}”含有宏，不予接收；请另存为不含宏的文件")
            if "/embeddings/" in low or "oleobject" in low:
                raise ValidationError(f"文件“{name}”内嵌了其他文件或程序，不予接收；请删除内嵌对象后再上传")
            if "externallink" in low:
                raise ValidationError(f"文件“{name}”含有外部链接，不予接收；请断开链接后再上传")
            if low.endswith(".rels") or low in ("[content_types].xml", "word/document.xml"):
                _judge_part(archive, entry, name)


def _judge_part(archive, entry, name):
    try:
        with archive.open(entry) as part:
            text = part.read(MAX_PART)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise ValidationError(f"文件“{name}”已损坏，无法读取") from error
    if b"macroEnabled" in text:
        raise ValidationError(f"文件“{name}”含有宏，不予接收；请另存为不含宏的文件")
    if any(not HYPERLINK.search(found[0]) for found in EXTERNAL.finditer(text)):
        raise ValidationError(f"文件“{name}”会自动打开外部的模板或图片，不予接收；请断开链接后再上传")
    if entry.filename == "word/document.xml" and DDE.search(text):
        raise ValidationError(f"文件“{name}”含有动态数据交换（DDE），不予接收；请删除后再上传")
    if re.search(rb"<!DOCTYPE", text, re.I):
        raise ValidationError(f"文件“{name}”内含有文档类型声明（DOCTYPE），不予接收")
