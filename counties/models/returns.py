"""退回意见：which parts a bureau returns and why, and what the county answers to each."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from counties.sections import CHAPTERS
from portal import clock

PARTS = {"plan_file": "《实施方案》", "fund_file": "《项目资金安排方案》", "paper": "其他报送材料"}


def returnable_parts(plan):
    """(key, words) of everything that a bureau can return: documents, chapters, fund lines by number."""
    documents = [(f"document:{key}", words) for key, words in PARTS.items()]
    chapters = [(f"chapter:{chapter.key}", chapter.title) for chapter in CHAPTERS]
    lines = [(f"line:{line.no}", f"第 {line.no} 行 {line.name}") for line in plan.lines.all()]
    return [("文件", documents), ("章节", chapters), ("资金安排", lines)]


class ReturnPointQuerySet(models.QuerySet):
    def unanswered(self):
        return self.filter(answered_at=None)


class ReturnPoint(models.Model):
    """One part returned, with its reason; the county answers it in words before it sends the plan again."""

    review = models.ForeignKey("Review", models.CASCADE, related_name="points", verbose_name="部门意见")
    part = models.CharField("退回内容", max_length=30)
    label = models.CharField("退回内容（文字）", max_length=150)
    reason = models.TextField("退回理由", max_length=2000)
    answer = models.TextField("办理情况", max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="答复人"
    )
    answered_at = models.DateTimeField("答复时间", null=True)

    objects = ReturnPointQuerySet.as_manager()

    class Meta:
        verbose_name = "退回意见"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="A_111_return_point_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="退回的每一处都须写明理由（规则 A-111）",
            ),
            models.CheckConstraint(
                name="return_point_answered_iff_dated",
                condition=Q(answer="", answered_at=None, answered_by=None)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                violation_error_message="答复退回意见须写明办理情况",
            ),
        ]

    def __str__(self):
        return f"{self.label}：{self.reason}"

    def write_answer(self, words, *, by):
        """Written by `Plan.answer_points`, which holds the plan."""
        self.answer, self.answered_by, self.answered_at = words, by, clock.now()
        self.save(update_fields=["answer", "answered_by", "answered_at"])
