"""部门意见：three bureaus of a level, three rows (25号 一（二）)."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from accounts.access import in_scope
from accounts.models import Office
from portal import clock
from portal.flow import Flow
from portal.rules import STILL_THERE, Breach, Refused, different_people


class Bureau(models.TextChoices):
    COMMERCE = "commerce", "商务"
    FINANCE = "finance", "财政"
    POVERTY = "poverty", "扶贫"


class ReviewQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "plan__county__region"))

    def waiting_for(self, user):
        """Opinions that this person's bureau owes now."""
        if not user.office_id:
            return self.none()
        here = self.filter(status=Review.Status.PENDING, level=user.office.level, bureau=user.office.bureau)
        acting = Exists(user.scopes.filter(can_act=True, region=OuterRef("plan__county__region")))
        return here.filter(acting, round=models.F("plan__round"), plan__status__in=Review.ASKING.values())


class Review(Flow):
    """One bureau's opinion on one plan in one round. The third agreement carries the plan forward."""

    class Status(models.TextChoices):
        PENDING = "pending", "待办"
        AGREED = "agreed", "同意"
        RETURNED = "returned", "退回"

    ASKING = {"county": "countersign", "city": "city_review", "province": "filed"}  # level → status of the plan
    WORDS = {"county": "会签", "city": "审核", "province": "备案回执"}
    VERBS = {"county": "plan.countersign", "city": "plan.review", "province": "plan.record"}

    plan = models.ForeignKey("Plan", models.CASCADE, related_name="reviews")
    level = models.CharField("层级", max_length=10, choices=Office.Level)
    bureau = models.CharField("部门", max_length=10, choices=Bureau)
    round = models.PositiveSmallIntegerField("轮次", default=1)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PENDING)
    opinion = models.TextField("意见", blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="经办人")
    decided_at = models.DateTimeField("时间", null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "部门意见"
        constraints = [
            models.UniqueConstraint(fields=["plan", "round", "level", "bureau"], name="A_111_one_review_per_bureau"),
            models.CheckConstraint(
                name="review_decided_iff_dated",
                condition=Q(status="pending", decided_at=None, decided_by=None)
                | (~Q(status="pending") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                violation_error_message="部门意见须同时有经办人和时间",
            ),
        ]

    def __str__(self):
        return f"{self.get_level_display()}{self.get_bureau_display()}部门{self.WORDS[self.level]}"

    def get_absolute_url(self):
        return self.plan.get_absolute_url()

    @property
    def region(self):
        return self.plan.region

    @property
    def verb(self):
        return self.VERBS[self.level]

    def admits(self, user):
        """Only the bureau that is asked may answer, and only where it may act."""
        asked = user.office_id and (user.office.level, user.office.bureau) == (self.level, self.bureau)
        return bool(asked) and self.region.admits(user)

    @transaction.atomic
    def agree(self, *, by, opinion=""):
        """同意（县会签、市审核）或回执（省备案）。"""
        self._decide(self.Status.AGREED, by=by, opinion=opinion)
        if not self.plan.opinions_missing(self.level):
            self.plan.reviewed(self.level, by=by)

    @transaction.atomic
    def send_back(self, *, by, opinion):
        """退回：one bureau's return sends the whole plan back, with its reasons (G-32)."""
        self._decide(self.Status.RETURNED, by=by, opinion=opinion)
        self.plan._return([self.ASKING[self.level]], by=by, reason=opinion, words=f"{self}退回")

    def _decide(self, target, *, by, opinion):
        self.plan.hold()  # the three may come at the same moment: count them one after the other
        if self.plan.status != self.ASKING[self.level] or self.round != self.plan.round:
            raise Refused(Breach(STILL_THERE, f"方案当前为“{self.plan.get_status_display()}”，不在本部门办理环节"))
        if self.level != Office.Level.COUNTY:
            different_people(by, self.plan.drafted_by, words="起草人不能审核自己起草的方案")
        self.move(
            self.Status.PENDING,
            target,
            by=by,
            words=f"{self}：{target.label}",
            reason=opinion,
            opinion=opinion,
            decided_by=by,
            decided_at=clock.now(),
        )
