"""工作方案的内容：chapters and quantified targets, the same in an application (申报) and in a plan (实施方案)."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from counties.models.lines import FundLine
from counties.sections import BY_KEY


class Section(models.Model):
    """One chapter. `revision` counts its savings: who saves over somebody else's later text is told, not obeyed."""

    key = models.CharField("章节", max_length=12, choices=[(key, chapter.title) for key, chapter in BY_KEY.items()])
    text = models.TextField("内容", max_length=20000, blank=True)
    revision = models.PositiveIntegerField("修改序号", default=0)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="修改人"
    )
    edited_at = models.DateTimeField("修改时间", null=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.get_key_display()

    @property
    def chapter(self):
        return BY_KEY[self.key]


class Target(models.Model):
    """目标：可量化、可考核（48号 四）: an indicator with its unit, where it stands and where it shall stand."""

    direction = models.CharField("支持方向", max_length=10, choices=FundLine.Direction)
    indicator = models.CharField("指标", max_length=60)
    unit = models.CharField("单位", max_length=10)
    base_year = models.PositiveSmallIntegerField("基年")
    base_value = models.DecimalField("基数", max_digits=14, decimal_places=2)
    target_year = models.PositiveSmallIntegerField("目标年")
    target_value = models.DecimalField("目标值", max_digits=14, decimal_places=2)

    class Meta:
        abstract = True
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="B_403_%(class)s_years_in_order",
                condition=Q(target_year__gte=F("base_year")),
                violation_error_message="目标年不能早于基年（规则 B-403）",
            )
        ]

    def __str__(self):
        return f"{self.indicator} {self.target_value.normalize():f} {self.unit}（{self.target_year}年）"

    def content(self):
        figures = {name: f"{getattr(self, name):.2f}" for name in ("base_value", "target_value")}
        return {n: getattr(self, n) for n in ("direction", "indicator", "unit", "base_year", "target_year")} | figures


@pghistory.track(obj_field=pghistory.ObjForeignKey(related_name="history"), model_name="PlanSectionHistory")
class PlanSection(Section):
    """实施方案的一章。`recorded_text` is the text of the last event: what was only autosaved since is still to be told."""

    plan = models.ForeignKey("Plan", models.CASCADE, related_name="sections")
    recorded_text = models.TextField("最近一次记入办理记录的内容", blank=True)

    class Meta:
        verbose_name = "方案章节"
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="one_section_per_chapter")]


@pghistory.track(obj_field=pghistory.ObjForeignKey(related_name="history"), model_name="PlanTargetHistory")
class PlanTarget(Target):
    """实施方案的一项量化目标。"""

    plan = models.ForeignKey("Plan", models.CASCADE, related_name="targets")

    class Meta(Target.Meta):
        verbose_name = "方案目标"
