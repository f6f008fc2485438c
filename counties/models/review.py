"""部门意见：three bureaus of a level, three rows (25号 一（二）)."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from accounts.access import in_scope
from accounts.models import Office
from counties.rules import plan as rules
from portal import clock, workdays
from portal.flow import Flow
from portal.models import Counter
from portal.rules import STILL_THERE, Breach, Refused, different_people, enforce


class Bureau(models.TextChoices):
    COMMERCE = "commerce", "商务"
    FINANCE = "finance", "财政"
    POVERTY = "poverty", "扶贫"


class ReviewQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "plan__county__region"))

    def awaiting_receipt(self):
        """Provincial departments that owe a receipt of a plan filed."""
        here = self.filter(status=Review.Status.PENDING, level=Office.Level.PROVINCE, plan__status="filed")
        return here.filter(round=models.F("plan__round"))

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
        SILENT = "silent", "逾期未答复，视为收到"
        REJECTED = "rejected", "不予认可"

    GIVEN = (Status.AGREED, Status.SILENT)

    ASKING = {"county": "countersign", "city": "city_review", "province": "filed"}  # level → status of the plan
    WORDS = {"county": "会签", "city": "审核", "province": "备案回执"}
    VERBS = {"county": "plan.countersign", "city": "plan.review", "province": "plan.record"}

    plan = models.ForeignKey("Plan", models.CASCADE, related_name="reviews")
    level = models.CharField("层级", max_length=10, choices=Office.Level)
    bureau = models.CharField("部门", max_length=10, choices=Bureau)
    round = models.PositiveSmallIntegerField("轮次", default=1)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PENDING)
    opinion = models.TextField("意见", blank=True)
    consents = models.JSONField("逐项同意的例外", default=list, blank=True, help_text="规则编号")
    receipt_no = models.CharField("回执编号", max_length=40, blank=True)
    correct_by = models.DateField("补正期限", null=True, blank=True)
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
                | Q(status="silent", level="province", decided_at__isnull=False, decided_by=None)
                | (~Q(status__in=["pending", "silent"]) & Q(decided_at__isnull=False, decided_by__isnull=False)),
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

    @property
    def names_parts(self):
        """City and province return by parts; the bureaus of one county talk to each other across the corridor."""
        return self.level != Office.Level.COUNTY

    def exceptions_to_consent(self):
        """Every exception that the city agrees to one by one (25号 二：原则上)."""
        return self.plan.exceptions() if self.level == Office.Level.CITY else []

    def receipt_due(self):
        """(day by which a receipt is due, last day before silence counts as receipt) of a filed plan (G-19)."""
        filing = self.plan.filings.filter(round=self.round).first() if self.level == Office.Level.PROVINCE else None
        if filing is None:
            return None, None
        batch = self.plan.county.batch
        return (
            workdays.add_workdays(filing.filed_on, batch.receipt_workdays),
            workdays.add_workdays(filing.filed_on, batch.receipt_silence_workdays),
        )

    @transaction.atomic
    def agree(self, *, by, opinion="", consents=(), receipt_no=""):
        """同意（县会签、市审核）或回执（省备案）。The city agrees to each exception by its own tick."""
        self.plan.hold()
        asked = self.exceptions_to_consent()
        missing = [breach for breach in asked if breach.rule.id not in consents]
        if missing:
            raise Refused(*[Breach(b.rule, f"同意方案须逐项同意其例外，尚未勾选：{b.wrong}") for b in missing])
        extra = {"consents": sorted(breach.rule.id for breach in asked)}
        if self.level == Office.Level.PROVINCE:
            extra["receipt_no"] = receipt_no.strip() or self._next_receipt_no()
        self._decide(self.Status.AGREED, by=by, opinion=opinion, **extra)
        self._carry_on(by=by)

    @transaction.atomic
    def send_back(self, *, by, opinion, points=()):
        """退回：one bureau's return sends the whole plan back, part by part with its reasons (G-32).

        `points`: rows of part, label and reason. The province asks for 补正 within the working days of the batch.
        """
        if self.names_parts:
            enforce([rules.return_names_its_parts], points)
        extra = {}
        if self.level == Office.Level.PROVINCE:
            limit = self.plan.county.batch.correction_workdays
            extra = {"correct_by": workdays.add_workdays(clock.today(), limit), "receipt_no": self._next_receipt_no()}
        self._decide(self.Status.RETURNED, by=by, opinion=opinion, data={"points": list(points)}, **extra)
        for point in points:
            self.points.create(**point)
        self.plan._return([self.ASKING[self.level]], by=by, reason=opinion, words=f"{self}退回")

    @transaction.atomic
    def reject(self, *, by, opinion):
        """不予认可（仅限变更）：one department of the province refuses the change; the version in force stays."""
        if self.level != Office.Level.PROVINCE or not self.plan.is_change:
            raise Refused(Breach(STILL_THERE, "首版方案只办理备案回执或退回补正，不作不予认可"))
        self._decide(self.Status.REJECTED, by=by, opinion=opinion)
        self.plan.rejected_by_the_province(by=by, reason=opinion, words=f"{self}：不予认可")

    @transaction.atomic
    def receive_silently(self, today):
        """Silence after ten working days counts as receipt (G-19): recorded by the system, visible as such."""
        self.plan.hold()
        self.hold()
        _, last = self.receipt_due()
        if self.status != self.Status.PENDING or self.plan.status != self.ASKING[self.level] or today <= last:
            return
        if self.round != self.plan.round:
            return
        self.move(
            self.Status.PENDING,
            self.Status.SILENT,
            by=None,
            words=f"{self}：逾期未答复，视为收到",
            decided_at=clock.now(),
            receipt_no=self._next_receipt_no(),
        )
        self._carry_on(by=None)

    def _carry_on(self, *, by):
        if not self.plan.opinions_missing(self.level):
            self.plan.reviewed(self.level, by=by)

    def _next_receipt_no(self):
        year = clock.today().year
        return f"HZ{year}{Counter.take(f'filing-receipt:{year}'):05d}"

    def _decide(self, target, *, by, opinion, data=None, **extra):
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
            data=data or ({"consents": extra["consents"]} if extra.get("consents") else None),
            **extra,
        )
