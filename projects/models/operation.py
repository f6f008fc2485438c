"""后期运营：month by month after the acceptance, whether what was built is alive (25号 四（三）)."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from portal import clock
from projects.models.project import Project


class Operation(models.Model):
    """完工项目一个月的运营情况：正常、停业、关闭（A-425）。"""

    class State(models.TextChoices):
        NORMAL = "normal", "正常"
        SUSPENDED = "suspended", "停业"
        CLOSED = "closed", "关闭"

    project = models.ForeignKey(Project, models.PROTECT, related_name="operations", verbose_name="项目")
    month = models.DateField("月份", help_text="该月第一天")
    state = models.CharField("运营情况", max_length=10, choices=State)
    note = models.CharField("说明", max_length=300, blank=True)
    reported_at = models.DateTimeField("登记时间")
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")

    class Meta:
        verbose_name = "后期运营"
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "month"],
                name="A_425_one_operation_row_per_month",
                violation_error_message="该月的运营情况已经登记",
            ),
            models.CheckConstraint(
                name="A_425_month_is_first_day",
                condition=Q(month__day=1),
                violation_error_message="月份须为该月第一天",
            ),
            models.CheckConstraint(
                name="A_425_standstill_is_explained",
                condition=Q(state="normal") | ~Q(note=""),
                violation_error_message="停业、关闭须说明情况（规则 A-425）",
            ),
        ]

    def __str__(self):
        return f"{self.project.name} {self.month:%Y-%m} {self.get_state_display()}"

    @property
    def status_tone(self):
        return "good" if self.state == self.State.NORMAL else "bad"

    @classmethod
    @transaction.atomic
    def note_month(cls, project, *, by, month, state, note=""):
        """登记一个月的运营情况；每月一次。"""
        project.hold()
        row = cls.objects.create(
            project=project, month=month, state=state, note=note, reported_at=clock.now(), reported_by=by
        )
        words = f"{month:%Y年%-m月}运营情况：{row.get_state_display()}"
        project.record(words, by=by, reason=note, data={"month": month, "state": state})
        return row
