"""现场照片：taken on the spot of an acceptance or of a spot check, with time, place and digest."""

from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from acceptance.models.application import Application
from acceptance.models.spotcheck import SpotCheck, SpotCheckItem
from acceptance.rules import onsite as rules
from portal import clock
from portal.models import Attachment
from portal.rules import STILL_THERE, Breach, Refused, enforce


class OnSitePhoto(models.Model):
    """One photograph; it belongs to an application in acceptance, or to a case drawn for a spot check."""

    CLOCKS_DIFFER = timedelta(minutes=10)  # a telephone's clock may be this far ahead of ours
    BEFORE_TAKE = [rules.arrived_as_it_was_taken, rules.time_and_place_are_stated]

    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="onsite_photos")
    item = models.ForeignKey(SpotCheckItem, models.PROTECT, null=True, related_name="onsite_photos")
    file = models.ForeignKey(Attachment, models.PROTECT, related_name="+", verbose_name="照片")
    sha256 = models.CharField("设备上的摘要", max_length=64, blank=True, help_text="空：设备没有计算")
    taken_at = models.DateTimeField("拍摄时间")
    received_at = models.DateTimeField("收到时间")
    latitude = models.DecimalField("纬度", max_digits=9, decimal_places=6, null=True, help_text="°，WGS84")
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, help_text="°，WGS84")
    place = models.CharField("地点", max_length=120, blank=True)
    remark = models.CharField("说明", max_length=200, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="拍摄人")

    class Meta:
        verbose_name = "现场照片"
        ordering = ["taken_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="onsite_photo_of_one_matter",
                condition=Q(application__isnull=False, item=None) | Q(application=None, item__isnull=False),
                violation_error_message="现场照片属于一件验收或一件抽查",
            ),
            models.CheckConstraint(
                name="onsite_photo_on_the_globe",
                condition=Q(latitude=None, longitude=None) | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                violation_error_message="经纬度超出范围",
            ),
        ]

    def __str__(self):
        return f"{self.file.name} {self.taken_at:%Y-%m-%d %H:%M}"

    @staticmethod
    def is_open_for(matter) -> bool:
        """Photographs are taken while the acceptance is inspected, or until the result of the check is recorded."""
        if isinstance(matter, Application):
            return matter.status in Application.ON_THE_CLOCK
        return matter.status == SpotCheckItem.Status.PENDING and matter.spotcheck.status == SpotCheck.Status.DRAWN

    @classmethod
    def refuse_unless_open(cls, matter):
        if not cls.is_open_for(matter):
            raise Refused(Breach(STILL_THERE, f"当前为“{matter.get_status_display()}”，不能再上传现场照片"))

    @classmethod
    @transaction.atomic
    def take(cls, matter, *, by, file, sha256="", **stated):
        """Keep one photograph of an Application or a SpotCheckItem. `stated`: taken_at, place, remark, coordinates."""
        matter.hold()
        cls.refuse_unless_open(matter)
        of = {"application": matter} if isinstance(matter, Application) else {"item": matter}
        photo = cls(file=file, sha256=sha256, received_at=clock.now(), taken_by=by, **of, **stated)
        enforce(cls.BEFORE_TAKE, photo)
        photo.save()
        data = {"sha256": file.sha256, "taken_at": photo.taken_at, "place": photo.place}
        matter.record("上传现场照片", by=by, data=data)
        return photo
