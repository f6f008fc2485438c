"""进展：how far the works are, with photographs (25号 四（二）)."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from portal import clock
from portal.money import MoneyField
from portal.rules import enforce
from projects.models.photo import Photo
from projects.models.project import Project
from projects.rules import life as rules


class Progress(models.Model):
    """进展报告：截至某日的形象进度、累计完成投资和照片。Written once; a later report corrects it."""

    BEFORE_REPORT = [rules.reported_while_building_and_in_order, rules.progress_never_falls]

    project = models.ForeignKey(Project, models.PROTECT, related_name="progress", verbose_name="项目")
    on = models.DateField("截至日期")
    percent = models.DecimalField("形象进度（%）", max_digits=5, decimal_places=2)
    text = models.TextField("进展情况")
    invested = MoneyField("累计完成投资（元）", null=True, blank=True)
    photos = models.ManyToManyField(Photo, blank=True, verbose_name="照片")
    reason = models.TextField("下降的原因", blank=True)
    reported_at = models.DateTimeField("报告时间")
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="报告人")

    class Meta:
        verbose_name = "进展报告"
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="progress_is_a_percentage",
                condition=Q(percent__range=(0, 100)),
                violation_error_message="形象进度须在 0 到 100 之间",
            ),
            models.CheckConstraint(
                name="progress_investment_not_negative",
                condition=Q(invested=None) | Q(invested__gte=0),
                violation_error_message="投资不能为负",
            ),
        ]

    def __str__(self):
        return f"{self.project.name} {self.on} {self.percent}%"

    @classmethod
    @transaction.atomic
    def report(cls, project, *, by, on, percent, text, invested=None, photos=(), reason=""):
        """报告进展；进度和累计投资不减少，确有减少的须说明原因（A-413p）。"""
        project.hold()
        progress = cls(project=project, on=on, percent=percent, text=text, invested=invested)
        excused = enforce(cls.BEFORE_REPORT, progress, reason=reason)
        progress.reason = reason if excused else ""
        progress.reported_at, progress.reported_by = clock.now(), by
        progress.save()
        progress.photos.add(*photos)
        data = {
            "percent": [project.progress_percent, percent],
            "invested": [project.actual_investment, project.actual_investment if invested is None else invested],
            "photos": [photo.file.sha256 for photo in photos],
        }
        project.progress_percent = percent
        if invested is not None:
            project.actual_investment = invested
        project.save(update_fields=["progress_percent", "actual_investment"])
        project.record(f"报告进展：{percent}%", by=by, reason=progress.reason, excused=excused, data=data)
        return progress
