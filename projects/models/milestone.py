"""节点：what has to be done by when, done or late (25号 四（二）)."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from portal.models import Attachment
from portal.rules import STILL_THERE, Breach, Refused, enforce
from projects.models.project import Project
from projects.rules import milestone as rules


class Milestone(models.Model):
    """项目节点：名称、应完成日期；完成时写明日期并附凭证。Its deeds are events of the project."""

    BEFORE_DROP = [rules.milestones_stay_after_the_start]

    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones", verbose_name="项目")
    name = models.CharField("节点", max_length=80)
    due_on = models.DateField("应完成日期")
    done_on = models.DateField("完成日期", null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.CharField("完成情况", max_length=300, blank=True)
    evidence = models.ManyToManyField(Attachment, blank=True, verbose_name="凭证")

    class Meta:
        verbose_name = "项目节点"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"],
                name="A_411_one_milestone_per_name",
                violation_error_message="该项目已有同名的节点",
            ),
            models.CheckConstraint(
                name="A_411_milestone_done_iff_signed",
                condition=Q(done_on=None, done_by=None) | Q(done_on__isnull=False, done_by__isnull=False),
                violation_error_message="完成的节点须有完成日期和登记人（规则 A-411）",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return self.project.get_absolute_url()

    def is_late(self, today):
        return self.done_on is None and self.due_on < today

    @classmethod
    @transaction.atomic
    def plan(cls, project, *, by, name, due_on):
        """制定一个节点。"""
        project.hold()
        milestone = cls.objects.create(project=project, name=name, due_on=due_on)
        project.record(f"制定节点：{name}（{due_on}）", by=by, data={"name": name, "due_on": due_on})
        return milestone

    @transaction.atomic
    def edit(self, *, by, name, due_on, reason=""):
        """修改节点；开工后调整日期须说明理由，原日期和新日期都留在记录里（A-411r）。"""
        self._hold_undone()
        moved = rules.DatesMoved(self.project, {self.name: (self.due_on, due_on)})
        excused = enforce(Project.BEFORE_DATES_MOVE, moved, reason=reason)
        data = {"name": [self.name, name], "due_on": [self.due_on, due_on]}
        self.name, self.due_on = name, due_on
        self.save(update_fields=["name", "due_on"])
        self.project.record(f"调整节点：{name}", by=by, reason=reason, excused=excused, data=data)

    @transaction.atomic
    def finish(self, *, by, done_on, note="", evidence=()):
        """登记节点完成，附凭证。"""
        self._hold_undone()
        self.done_on, self.done_by, self.note = done_on, by, note
        self.save(update_fields=["done_on", "done_by", "note"])
        self.evidence.add(*evidence)
        words = f"节点完成：{self.name}" + ("（逾期）" if done_on > self.due_on else "")
        data = {"due_on": self.due_on, "done_on": done_on, "evidence": [file.sha256 for file in evidence]}
        self.project.record(words, by=by, reason=note, data=data)

    @transaction.atomic
    def drop(self, *, by):
        """删除节点；只在开工之前（P-162）。"""
        self._hold_undone()
        enforce(self.BEFORE_DROP, self.project)
        data = {"name": self.name, "due_on": self.due_on}
        self.delete()
        self.project.record(f"删除节点：{data['name']}", by=by, data=data)

    def _hold_undone(self):
        """Lock the project, read this row afresh; what is done stays as it was signed."""
        self.project.hold()
        self.refresh_from_db(fields=["name", "due_on", "done_on"])
        if self.done_on:
            raise Refused(Breach(STILL_THERE, f"节点“{self.name}”已于 {self.done_on} 完成，不能再修改"))
