"""Uploaded files: judged by content, stored under their digest outside the web root, served privately as downloads."""

import hashlib
import os
import re
import zipfile
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q

from portal import clock
from portal.active import refuse_active

# First bytes → (kind, media type, endings allowed). Office files are zips that name their own kind inside.
SIGNATURES = [
    (b"%PDF-", "pdf", "application/pdf", {".pdf"}),
    (b"\x89PNG\r\n\x1a\n", "png", "image/png", {".png"}),
    (b"\xff\xd8\xff", "jpeg", "image/jpeg", {".jpg", ".jpeg"}),
]
OFFICE = {
    "word/document.xml": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xl/workbook.xml": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
ALLOWED = "PDF、PNG、JPG、DOCX、XLSX"
MAX_ZIP_ENTRIES, MAX_UNPACKED = 2000, 200 * 1024 * 1024


INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
MAX_NAME_BYTES = 255  # what file systems take


def clean_name(name) -> str:
    """The name without folders, control characters and marks that turn the reading direction (evil‮fdp.exe)."""
    name = INVISIBLE.sub("", name.replace("\\", "/").rpartition("/")[2]).strip(" .") or "未命名"
    stem, dot, ending = name.rpartition(".")
    while len(name.encode()) > MAX_NAME_BYTES:
        stem = stem[:-1]
        name = f"{stem}{dot}{ending[-20:]}"
    return name


def sniff(upload) -> tuple[str, str]:
    """(kind, media type) by content; what hides something active is refused (portal/active.py).

    Raises ValidationError in the clerk's words; the upload is left at its start.
    """
    kind, media_type = _kind_of(upload)
    refuse_active(kind, upload)
    return kind, media_type


def _kind_of(upload):
    upload.seek(0)
    head = upload.read(16)
    upload.seek(0)
    ending = Path(upload.name).suffix.lower()
    for signature, kind, media_type, endings in SIGNATURES:
        if head.startswith(signature):
            if ending not in endings:
                raise ValidationError(f"文件“{upload.name}”的内容是 {kind.upper()}，与扩展名不符，请改正后再上传")
            return kind, media_type
    if head.startswith(b"PK\x03\x04"):
        return _sniff_office(upload, ending)
    raise ValidationError(f"文件“{upload.name}”不是可接受的类型，请上传 {ALLOWED}")


def _sniff_office(upload, ending):
    try:
        with zipfile.ZipFile(upload) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise ValidationError(f"文件“{upload.name}”已损坏，无法读取") from error
    finally:
        upload.seek(0)
    if len(entries) > MAX_ZIP_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise ValidationError(f"文件“{upload.name}”解压后过大，不予接收")
    names = {entry.filename for entry in entries}
    if any("vbaProject" in name for name in names):
        raise ValidationError(f"文件“{upload.name}”含有宏，不予接收；请另存为不含宏的文件")
    for marker, (kind, media_type) in OFFICE.items():
        if marker in names and ending == f".{kind}":
            return kind, media_type
    raise ValidationError(f"文件“{upload.name}”不是可接受的类型，请上传 {ALLOWED}")


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Own uploads, and those of regions the user may see, but private ones only through the page of their record.
        Published ones are reached through their public page."""
        in_region = Q(Exists(user.scopes.filter(region=OuterRef("region"))), is_private=False)
        return self.filter(Q(uploaded_by=user) | in_region)

    def public(self):
        return self.filter(is_public=True)


class Attachment(models.Model):
    """附件：原件连同 SHA-256 摘要、上传人、时间保存，不可替换（新文件是新附件）。"""

    region = models.ForeignKey("accounts.Region", models.PROTECT, verbose_name="所属地区")
    name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField("字节")
    kind = models.CharField("类型", max_length=10)
    media_type = models.CharField(max_length=100)
    is_public = models.BooleanField("已公开", default=False)
    is_private = models.BooleanField("含个人信息，只从所属记录打开", default=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间", default=clock.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "附件"

    def __str__(self):
        return self.name

    @property
    def path(self) -> Path:
        return settings.MEDIA_ROOT / self.sha256[:2] / self.sha256

    @classmethod
    def keep(cls, upload, *, region, by, is_private=False):
        """Store an uploaded file. Raises ValidationError for a type, size or content that is not accepted."""
        if upload.size > settings.MAX_ATTACHMENT_BYTES:
            raise ValidationError(f"文件“{upload.name}”超过 {settings.MAX_ATTACHMENT_BYTES // 1024 // 1024} MB")
        if not upload.size:
            raise ValidationError(f"文件“{upload.name}”是空文件")
        kind, media_type = sniff(upload)
        data = upload.read()
        attachment = cls(
            region=region,
            name=clean_name(upload.name),
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
            kind=kind,
            media_type=media_type,
            is_private=is_private,
            uploaded_by=by,
        )
        _write_once(attachment.path, data)
        attachment.save()
        return attachment

    @classmethod
    def keep_all(cls, uploads, *, region, by):
        """Several uploads of one form, each kept by itself."""
        return [cls.keep(upload, region=region, by=by) for upload in uploads]

    def publish(self):
        """The record that carries this file was publicised: from now on the public may read it."""
        if not self.is_public:
            self.is_public = True
            self.save(update_fields=["is_public"])


def _write_once(path: Path, data: bytes):
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.part")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
