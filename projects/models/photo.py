"""照片：the original as an attachment, a small preview made once, and when the camera says it was taken."""

from datetime import datetime
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from PIL import ExifTags, Image, ImageOps

from portal.models import Attachment

PREVIEW = (480, 480)  # pixels: sharp on a phone, some 30 KB
MOST_PIXELS = 60_000_000  # a telephone of today makes 50 million; more is a bomb, not a photograph
READ = {"png": "PNG", "jpeg": "JPEG"}


def opened(upload):
    """The picture, judged without unpacking it. Raises ValidationError in the clerk's words."""
    upload.seek(0)
    try:
        picture = Image.open(upload, formats=list(READ.values()))
        if picture.width * picture.height > MOST_PIXELS:
            raise ValidationError(f"照片“{upload.name}”有 {picture.width}×{picture.height} 像素，过大，请缩小后再上传")
        picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError(f"“{upload.name}”不是可以打开的照片（JPG、PNG）") from error
    finally:
        upload.seek(0)
    return picture


def taken_at(picture):
    """When the camera says it was taken; cameras may be wrong, so it is shown, never judged."""
    exif = picture.getexif()
    text = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    try:
        return datetime.strptime(str(text).strip(), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None


class Photo(models.Model):
    """现场照片。原件不变；预览另存，不带拍摄参数（位置等）。"""

    file = models.ForeignKey(Attachment, models.PROTECT, related_name="+", verbose_name="原件")
    taken_at = models.DateTimeField("拍摄时间（照片自带）", null=True)
    width = models.PositiveIntegerField("宽")
    height = models.PositiveIntegerField("高")

    class Meta:
        verbose_name = "照片"
        ordering = ["pk"]

    def __str__(self):
        return self.file.name

    @property
    def preview(self) -> Path:
        return self.file.path.with_suffix(".preview.jpg")

    @classmethod
    def keep(cls, upload, *, region, by):
        """Store an uploaded picture and its preview. Raises ValidationError for what is no picture."""
        picture = opened(upload)
        file = Attachment.keep(upload, region=region, by=by)
        moment = taken_at(picture)
        photo = cls(
            file=file,
            taken_at=moment and timezone.make_aware(moment),
            width=picture.width,
            height=picture.height,
        )
        photo.make_preview(picture)
        photo.save()
        return photo

    def make_preview(self, picture):
        if self.preview.exists():
            return
        small = ImageOps.exif_transpose(picture)
        small.thumbnail(PREVIEW)
        partial = self.preview.with_suffix(".part")
        small.convert("RGB").save(partial, "JPEG", quality=80)
        partial.replace(self.preview)
