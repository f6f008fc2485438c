"""履约考核（A-424）：the county scores a contractor per project and year; later selections see it."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from accounts.access import in_scope
from portal import clock
from portal.flow import Recorded
from portal.models import Attachment
from portal.rules import STILL_THERE, Breach, Refused, upholds
from projects.models.contractor import Contractor, is_member
from projects.models.project import Project


class AssessmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The county's own and those above; the contractor itself. (All offices read them on the contractor's page.)"""
        return self.filter(in_scope(user, "project__county__region") | Q(is_member(user, "contractor")))

    def current(self):
        return self.filter(withdrawn_at=None)


class Assessment(Recorded):
    """履约考核：0 至 100 分，写明理由。One that was wrong is withdrawn with a reason and scored anew."""

    GRADES = ((90, "优秀"), (80, "良好"), (60, "合格"), (0, "不合格"))

    project = models.ForeignKey(Project, models.PROTECT, related_name="assessments", verbose_name="项目")
    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="assessments", verbose_name="承办单位")
    year = models.PositiveSmallIntegerField("考核年度")
    score = models.PositiveSmallIntegerField("得分（0—100）")
    reasons = models.TextField("考核情况和理由", max_length=2000)
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, verbose_name="考核材料")
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="考核人")
    assessed_on = models.DateField("考核日期")
    withdrawn_at = models.DateTimeField("撤回时间", null=True)
    withdrawn_reason = models.TextField("撤回理由", blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = "履约考核"
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "year"],
                condition=Q(withdrawn_at=None),
                name="A_424_one_assessment_per_project_and_year",
                violation_error_message="该项目本年度已有履约考核；有误的请先撤回（规则 A-424）",
            ),
            models.CheckConstraint(
                name="A_424_score_within_a_hundred",
                condition=Q(score__lte=100),
                violation_error_message="得分在 0 至 100 之间（规则 A-424）",
            ),
            models.CheckConstraint(
                name="assessment_withdrawn_with_a_reason",
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""),
                violation_error_message="撤回考核须写明理由",
            ),
        ]

    def __str__(self):
        return f"“{self.project.name}”{self.year} 年度履约考核 {self.score} 分（{self.grade}）"

    @property
    def county(self):
        return self.project.county

    @property
    def grade(self):
        return next(words for least, words in self.GRADES if self.score >= least)

    @property
    def tone(self):
        return "good" if self.score >= 80 else "waiting" if self.score >= 60 else "bad"

    @classmethod
    @upholds("A-424", "B-607")
    @transaction.atomic
    def make(cls, project, *, by, **fields):
        """县商务局按项目、按年度考核承办单位履约能力，不仅看建设，更看后期运营和扶贫实效（25号 四（三））。"""
        project.hold()
        assessment = cls.objects.create(
            project=project, contractor=project.contractor, assessed_by=by, assessed_on=clock.today(), **fields
        )
        assessment.record(str(assessment)[:200], by=by)
        return assessment

    @transaction.atomic
    def withdraw(self, *, by, reason):
        """撤回有误的考核；原记录和理由保留。"""
        self.hold()
        if self.withdrawn_at:
            raise Refused(Breach(STILL_THERE, "这份履约考核已经撤回"))
        self.withdrawn_at, self.withdrawn_reason = clock.now(), reason
        self.save(update_fields=["withdrawn_at", "withdrawn_reason"])
        self.record(f"撤回：{self}"[:200], by=by, reason=reason)
