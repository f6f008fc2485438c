"""资格复核（domain/states.md 3.3）：the county's reviewer ticks item by item what 25号 一（三） asks of a contractor."""

from functools import cached_property

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from accounts.access import in_scope
from portal import clock
from portal.flow import Recorded
from portal.rules import CATALOGUE, STILL_THERE, Breach, Refused, breaches, excuse
from projects.checklist import checklist
from projects.models.contractor import Contractor, is_member
from projects.rules.contractor import QUALIFICATION, REVIEWED, performance_so_far
from projects.rules.qualification import FOR_THIS_WORK


class QualificationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "procurement__county__region") | Q(is_member(user, "contractor")))


class Qualification(Recorded):
    """One winner of one procurement, reviewed by the county's commerce or finance bureau."""

    procurement = models.ForeignKey("projects.Procurement", models.PROTECT, related_name="qualifications")
    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="qualifications", verbose_name="承办单位")
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="复核人"
    )
    reviewed_at = models.DateTimeField("复核时间", null=True)
    reason = models.TextField("放行理由", blank=True)
    concluded_at = models.DateTimeField("通过时间", null=True)

    objects = QualificationQuerySet.as_manager()

    class Meta:
        verbose_name = "资格复核"
        constraints = [
            models.UniqueConstraint(fields=["procurement", "contractor"], name="one_qualification_per_winner"),
        ]

    def __str__(self):
        return f"{self.contractor}资格复核（{self.procurement}）"

    def get_absolute_url(self):
        return reverse("qualification-review", args=[self.procurement_id, self.contractor_id])

    @property
    def county(self):
        return self.procurement.county

    @classmethod
    def of(cls, procurement, contractor):
        """The review of this winner, as far as it got; not stored before the first tick."""
        here = cls.objects.filter(procurement=procurement, contractor=contractor).select_related("reviewed_by")
        here = here.prefetch_related("items")
        found = here.first() or cls(procurement=procurement, contractor=contractor)
        found.procurement, found.contractor = procurement, contractor.with_what_the_rules_read()
        return found

    def noted(self):
        return list(self.items.all()) if self.pk else []

    def claims_epidemic_supply(self):
        """Was the winner preferred among equals as a supplier of epidemic goods (B-302)?"""
        return any(package.is_tied and package.favours_supplier for package in self.packages)

    def awaiting(self):
        """Its packages for which it is not confirmed as contractor yet."""
        return [package for package in self.packages if package.status == package.Status.AWARDED]

    @cached_property
    def packages(self):
        """What it won in this procurement."""
        won = self.procurement.packages.select_related("fund_line")
        return [package for package in won.all() if package.winner_id == self.contractor.pk]

    def missing(self):
        """What stands against this winner: what the system sees, and what the reviewer ticked as not fitting."""
        ticked = [
            Breach(CATALOGUE[item.rule_id], f"复核认定不符合：{item.remark}")
            for item in self.noted()
            if item.fits is False
        ]
        return breaches(QUALIFICATION, self.contractor) + ticked + breaches(FOR_THIS_WORK, self)

    def hints(self):
        """履约考核 of earlier projects: shown, never decisive (A-424)."""
        return performance_so_far(self.contractor)

    def rows(self):
        """Item by item: the rule, what the system sees, what the reviewer noted."""
        noted = {item.rule_id: item for item in self.noted()}
        return [(gate, noted.get(gate.rule.id)) for gate in checklist(REVIEWED, self.contractor)]

    @transaction.atomic
    def review(self, *, by, ticks):
        """逐项复核：`ticks` is rule id → (fits or None, remark). May be done in several sittings until concluded."""
        self._hold_or_open()
        if self.concluded_at:
            raise Refused(Breach(STILL_THERE, "资格复核已经作出结论，不能再改"))
        for rule_id, (fits, remark) in ticks.items():
            self.items.update_or_create(rule_id=rule_id, defaults={"fits": fits, "remark": remark})
        self.reviewed_by, self.reviewed_at = by, clock.now()
        self.save(update_fields=["reviewed_by", "reviewed_at"])
        data = {rule_id: [fits, remark] for rule_id, (fits, remark) in ticks.items()}
        self.record(f"逐项复核资格：{self.contractor}"[:200], by=by, data=data)
        return self

    @transaction.atomic
    def conclude(self, *, by, reason=""):
        """HARD 条件一项不符即不能通过；“原则”条件不符的须写明理由，理由随结论保存。Returns the ids excused."""
        if self.pk:
            self.hold()
        excused = excuse(self.missing(), reason)
        if not self.concluded_at:
            self.concluded_at, self.reason = clock.now(), reason
            self.save(update_fields=["concluded_at", "reason"])
            self.record(f"资格复核通过：{self.contractor}"[:200], by=by, reason=reason, excused=excused)
        return excused

    def _hold_or_open(self):
        """Two reviewers who tick first at the same moment share one record: the procurement's lock lets one pass."""
        self.procurement.hold()
        if not self.pk:
            known = type(self).objects.filter(procurement=self.procurement, contractor=self.contractor).first()
            if known is None:
                self.save()
            else:
                self.pk = known.pk
                self._state.adding = False
        self.hold()


class QualificationItem(models.Model):
    """One item of the review: fits or not, and the reviewer's remark."""

    qualification = models.ForeignKey(Qualification, models.CASCADE, related_name="items")
    rule_id = models.CharField("规则", max_length=10)
    fits = models.BooleanField("符合", null=True)
    remark = models.CharField("复核意见", max_length=500, blank=True)

    class Meta:
        verbose_name = "复核事项"
        ordering = ["rule_id"]
        constraints = [
            models.UniqueConstraint(fields=["qualification", "rule_id"], name="one_tick_per_item"),
            models.CheckConstraint(
                name="what_does_not_fit_is_explained",
                condition=~Q(fits=False) | ~Q(remark=""),
                violation_error_message="认定不符合的须写明原因",
            ),
        ]

    def __str__(self):
        return self.rule_id
