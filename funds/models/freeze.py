"""资金冻结：while one stands, no step of a payment is done (domain/states.md 3.8: any → 冻结)."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from accounts.access import in_scope
from accounts.models import User
from counties.models import County
from funds.rules import freeze as rules
from portal import clock
from portal.flow import Recorded
from portal.outbox import tell
from portal.rules import breaches, enforce
from projects.models import Project
from projects.models.contractor import is_member


class FreezeQuerySet(models.QuerySet):
    def visible_to(self, user):
        mine = is_member(user, "project__contractor") | is_member(user, "payment__project__contractor")
        return self.filter(in_scope(user, "county__region") | Q(mine))

    def active(self):
        return self.filter(lifted_on=None)

    def on(self, payment):
        """What stops this payment: a freeze of itself, of its project, or of its whole county."""
        whole_county = Q(project=None, payment=None)
        mine = whole_county | Q(project=payment.project_id, payment=None) | Q(payment=payment.pk, payment__isnull=False)
        return self.active().filter(mine, county=payment.county_id)


class Freeze(Recorded):
    """One order to stop the money of a payment, a project or a county, until it is lifted with a reason."""

    status_tone = ""
    BEFORE_LIFT = [rules.lifted_by_the_level_that_froze]

    county = models.ForeignKey(County, models.PROTECT, related_name="freezes", verbose_name="示范县")
    project = models.ForeignKey(Project, models.PROTECT, null=True, related_name="freezes", verbose_name="项目")
    payment = models.ForeignKey("funds.Payment", models.PROTECT, null=True, related_name="freezes", verbose_name="拨付")
    reason = models.CharField("冻结原因", max_length=500)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    placed_on = models.DateField("冻结日期")
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    lifted_on = models.DateField("解冻日期", null=True)
    lifted_reason = models.CharField("解冻原因", max_length=500, blank=True)

    objects = FreezeQuerySet.as_manager()

    class Meta:
        verbose_name = "资金冻结"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="freeze_lifted_with_a_reason",
                condition=Q(lifted_on=None, lifted_reason="") | (Q(lifted_on__isnull=False) & ~Q(lifted_reason="")),
                violation_error_message="解冻须写明日期和原因",
            ),
            models.CheckConstraint(
                name="freeze_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="冻结须写明原因",
            ),
        ]

    def __str__(self):
        return f"{self.what} 冻结"

    def get_absolute_url(self):
        if self.payment_id:
            return self.payment.get_absolute_url()
        return self.project.get_absolute_url() if self.project_id else reverse("ledger-detail", args=[self.county_id])

    @property
    def what(self):
        """What is frozen, in words."""
        if self.payment_id:
            return self.payment.no
        return self.project.name if self.project_id else f"{self.county}全部资金"

    @property
    def in_words(self):
        """For the banner: what, since when, by whom (an office or the system), why."""
        who = self.placed_by.office_name if self.placed_by_id else "系统"
        since = f"{self.placed_on.year}年{self.placed_on.month}月{self.placed_on.day}日"
        return f"资金已冻结（{self.what}）：{who}于{since}冻结，原因：{self.reason}。解冻前不能办理拨付（规则 P-042）。"

    @property
    def status(self):
        return "lifted" if self.lifted_on else "standing"

    def get_status_display(self):
        return "已解冻" if self.lifted_on else "冻结中"

    @classmethod
    @transaction.atomic
    def place(cls, county, *, by, reason, project=None, payment=None, confirmed=False):
        """冻结：of one payment, of a project, or (neither given) of the whole county. `by=None`: the system."""
        freeze = cls.objects.create(
            county=county, project=project, payment=payment, reason=reason, placed_by=by, placed_on=clock.today()
        )
        freeze.record(f"冻结资金：{freeze.what}", by=by, reason=reason, data={"confirmed": confirmed})
        freeze._tell(f"资金已冻结：{freeze.what}", "placed", reason)
        return freeze

    @transaction.atomic
    def lift(self, *, by, reason, confirmed=False):
        """解冻，须写明原因。"""
        self.hold()
        self.lifting_by = by
        enforce(self.BEFORE_LIFT, self)
        self.lifted_by, self.lifted_on, self.lifted_reason = by, clock.today(), reason
        self.save(update_fields=["lifted_by", "lifted_on", "lifted_reason"])
        self.record(f"解除冻结：{self.what}", by=by, reason=reason, data={"confirmed": confirmed})
        self._tell(f"资金已解冻：{self.what}", "lifted", reason)

    def missing_before_lift(self, by):
        self.lifting_by = by
        return breaches(self.BEFORE_LIFT, self)

    def _tell(self, words, step, reason):
        """The county that pays, and the contractor whose money it is."""
        people = list(User.objects.serving(self.county.region, "government", "commerce", "finance"))
        if project := self.payment.project if self.payment_id else self.project:
            people += project.contractor.members.all()
        tell(people, words, key=f"freeze:{self.pk}:{step}", text=reason, link=self.get_absolute_url())
