"""审批限额：how much one person may review, approve or pay at once; set by two others, kept for ever."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse

from accounts.access import in_scope
from accounts.models import Region, User
from funds.rules import limit as rules
from portal import clock
from portal.flow import Flow
from portal.money import MoneyField
from portal.outbox import tell
from portal.rules import enforce


class ApprovalLimitQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user))

    def waiting(self):
        return self.filter(status=ApprovalLimit.Status.PROPOSED)

    def in_force(self, region, person, verb):
        """The limit of this person at this step in this region, or None."""
        here = self.filter(region=region, person=person, verb=verb)
        return here.filter(status=ApprovalLimit.Status.IN_FORCE).first()


class ApprovalLimit(Flow):
    """提出 → 生效 → 终止；a new limit that is agreed ends the one before it. `amount` None: no limit any more."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "待同意"
        IN_FORCE = "in_force", "已生效"
        ENDED = "ended", "已终止"
        DECLINED = "declined", "不予同意"

    class Verb(models.TextChoices):
        FINANCE = "payment.finance", "财政审核"
        APPROVE = "payment.approve", "县政府审批"
        PAY = "payment.pay", "支付"

    STEPS = {"finance": Verb.FINANCE, "approved": Verb.APPROVE, "paid": Verb.PAY}  # step of a payment → verb
    BEFORE_PROPOSE = [rules.person_does_this_step_here, rules.no_other_proposal_waits]
    BEFORE_AGREE = [rules.agreed_by_a_second_person]
    agreeing_by = None

    region = models.ForeignKey(Region, models.PROTECT, related_name="approval_limits", verbose_name="县")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="approval_limits", verbose_name="限定的人"
    )
    verb = models.CharField("环节", max_length=20, choices=Verb)
    amount = MoneyField("单笔限额（元）", null=True, blank=True)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PROPOSED)
    why = models.CharField("理由", max_length=500)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人")
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="同意人"
    )
    since = models.DateField("生效日期", null=True)
    until = models.DateField("终止日期", null=True)

    objects = ApprovalLimitQuerySet.as_manager()

    class Meta:
        verbose_name = "审批限额"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "person", "verb"],
                condition=Q(status="in_force"),
                name="one_limit_in_force",
                violation_error_message="同一人同一环节只有一项生效的限额",
            ),
            models.UniqueConstraint(
                fields=["region", "person", "verb"],
                condition=Q(status="proposed"),
                name="p_074_one_limit_proposed",
                violation_error_message="同一人同一环节同时只有一项待同意的限额",
            ),
            models.CheckConstraint(
                name="p_072_limit_agreed_by_another",
                condition=Q(agreed_by=None) | (~Q(agreed_by=F("proposed_by")) & ~Q(agreed_by=F("person"))),
                violation_error_message="限额的同意人不得是提出人，也不得是被限定的本人（规则 P-072）",
            ),
            models.CheckConstraint(
                name="limit_in_force_iff_agreed",
                condition=Q(status__in=["in_force", "ended"], agreed_by__isnull=False, since__isnull=False)
                | Q(status__in=["proposed", "declined"], agreed_by=None, since=None),
                violation_error_message="生效的限额须有同意人和生效日期",
            ),
            models.CheckConstraint(
                name="limit_ended_iff_dated",
                condition=Q(status="ended", until__isnull=False) | (~Q(status="ended") & Q(until=None)),
                violation_error_message="终止的限额须有终止日期",
            ),
            models.CheckConstraint(
                name="limit_positive",
                condition=Q(amount=None) | Q(amount__gt=0),
                violation_error_message="限额须大于零",
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.get_verb_display()}限额"

    def get_absolute_url(self):
        """The limits of its county; a region may be designated again, the latest counts."""
        county = self.region.designations.order_by("-pk").first()
        return reverse("approval-limits", args=[county.pk])

    def missing_before_agree(self, by):
        self.agreeing_by = by
        return [breach for rule in self.BEFORE_AGREE for breach in rule(self)]

    @classmethod
    @transaction.atomic
    def propose(cls, region, *, by, person, verb, amount, why):
        """提出限额；`amount` None proposes that there be no limit any more. In force only when a second person agrees."""
        limit = cls(region=region, person=person, verb=verb, amount=amount, why=why, proposed_by=by)
        enforce(cls.BEFORE_PROPOSE, limit)
        limit.save()
        limit.record(f"提出{limit}：{limit.in_words}", by=by, target=limit.status, reason=why)
        others = User.objects.serving(region, "government", "finance").exclude(pk__in=[by.pk, person.pk])
        tell(
            others,
            f"请同意审批限额：{limit}",
            key=f"limit:{limit.pk}:proposed",
            link=reverse("approval-limit-agree", args=[limit.pk]),
        )
        return limit

    @transaction.atomic
    def agree(self, *, by, confirmed=False):
        """另一人同意，限额生效；the limit before it ends on the same day."""
        self.hold()
        self.agreeing_by = by
        enforce(self.BEFORE_AGREE, self)
        today = clock.today()
        if earlier := type(self).objects.in_force(self.region, self.person, self.verb):
            words = f"由新的限额代替：{self.in_words}"
            earlier.move(self.Status.IN_FORCE, self.Status.ENDED, by=by, words=words, until=today)
        self.move(
            self.Status.PROPOSED,
            self.Status.IN_FORCE,
            by=by,
            words=f"同意{self}：{self.in_words}",
            data={"confirmed": confirmed},
            agreed_by=by,
            since=today,
        )

    @transaction.atomic
    def decline(self, *, by, reason):
        """不予同意（提出人也可以这样撤回）。"""
        self.move(self.Status.PROPOSED, self.Status.DECLINED, by=by, words=f"不予同意{self}", reason=reason)

    @property
    def in_words(self):
        return "不设限额" if self.amount is None else f"单笔不超过 {self.amount} 元"
