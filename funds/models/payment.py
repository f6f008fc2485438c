"""资金下达与拨付：no door pays before its gate, no race exceeds a ceiling (domain/states.md 3.8)."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.urls import reverse

from acceptance.models import Application
from accounts.access import in_scope
from accounts.models import User
from counties.models import County, FundLine
from counties.rules.change import untouched_by_an_open_change
from funds.models.freeze import Freeze
from funds.models.ledger import Account, Leg, Posting, Source
from funds.rules import payment as rules
from funds.rules import separation
from funds.rules.freeze import not_frozen
from funds.rules.limit import within_the_limit_of_the_person
from notices.models import Notice
from portal import clock
from portal.flow import Flow
from portal.models import Counter, Event
from portal.money import ZERO, MoneyField
from portal.outbox import tell
from portal.rules import Kind, breaches, enforce, upholds
from projects.models import Project, Stage
from projects.models.contractor import is_member


@dataclass(frozen=True)
class Ceiling:
    """One of the four ceilings of a payment, in 元."""

    label: str
    limit: Decimal
    paid: Decimal

    @property
    def left(self):
        return self.limit - self.paid


@dataclass(frozen=True)
class Gate:
    """One gate of a payment, green or red, with what is wrong."""

    rule: object
    wrong: str

    @property
    def ok(self):
        return not self.wrong

    @property
    def shuts(self):
        """Nothing opens it here: no reason that is given, no reading of a hint."""
        return bool(self.wrong) and self.rule.kind is Kind.HARD


class PaymentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "county__region") | Q(is_member(user, "project__contractor")))

    def paid(self):
        return self.filter(status__in=Payment.SPENT)

    def public(self):
        """Use of the money is disclosed (A-302): every payment made."""
        return self.paid()

    def total(self):
        return self.aggregate(sum=Sum("amount"))["sum"] or ZERO


class Payment(Flow):
    """向承办单位拨付：申请 → 商务审核 → 财政审核 → 县政府审批 → 已拨付 → 已入账。"""

    class Status(models.TextChoices):
        REQUESTED = "requested", "待商务审核"
        COMMERCE = "commerce", "待财政审核"
        FINANCE = "finance", "待县政府审批"
        APPROVED = "approved", "待支付"
        PAID = "paid", "已拨付"
        BOOKED = "booked", "已入账"
        REJECTED = "rejected", "不予拨付"

    SPENT = (Status.PAID, Status.BOOKED)
    OPEN = (Status.REQUESTED, Status.COMMERCE, Status.FINANCE, Status.APPROVED)

    BEFORE_REQUEST = [
        rules.acceptance_passed,
        rules.no_failed_spot_check,
        rules.within_the_approved_amount,
        rules.spent_on_the_direction_of_its_line,
        rules.earlier_money_is_booked,
        not_frozen,
    ]
    BEFORE_STEP = [
        rules.no_failed_spot_check,
        not_frozen,
        separation.different_people,
        within_the_limit_of_the_person,
    ]
    BEFORE_PAY = [
        rules.acceptance_passed,
        rules.no_failed_spot_check,
        rules.publicised_without_objection,
        rules.within_the_approved_amount,
        rules.within_the_four_ceilings,
        rules.final_stage_needs_the_whole_project,
        rules.to_the_account_of_the_agreement,
        rules.spent_on_the_direction_of_its_line,
        rules.earlier_money_is_booked,
        untouched_by_an_open_change,
        not_frozen,
        separation.different_people,
        separation.reviewer_does_not_pay,
        within_the_limit_of_the_person,
    ]
    OF_THE_PERSON = (
        separation.different_people,
        separation.reviewer_does_not_pay,
        within_the_limit_of_the_person,
    )
    BEFORE_BOOK = [separation.different_people]
    STEP_OF = dict(zip((*OPEN, *SPENT), separation.STEPS, strict=True))  # status → the step that led there
    acting = None  # (step, person): who is about to act; the rules about persons look here and at `so_far`
    so_far = {}

    no = models.CharField("拨付编号", max_length=20, unique=True)
    county = models.ForeignKey(County, models.PROTECT, related_name="payments", verbose_name="示范县")
    project = models.ForeignKey(Project, models.PROTECT, related_name="payments", verbose_name="项目")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="payments", verbose_name="阶段")
    application = models.ForeignKey(Application, models.PROTECT, related_name="payments", verbose_name="验收")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.REQUESTED)
    amount = MoneyField("金额（元）")
    purpose = models.CharField("用途（支持方向）", max_length=10, choices=FundLine.Direction, blank=True)
    statement = models.TextField("申请说明", blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    commerce_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    finance_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    paid_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    paid_on = models.DateField("拨付日期", null=True)
    voucher_no = models.CharField("支付凭证号", max_length=60, blank=True)
    payee = models.CharField("收款人", max_length=100, blank=True)
    payee_account = models.CharField("收款账号", max_length=40, blank=True)
    booked_on = models.DateField("入账日期", null=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = "资金拨付"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="p_070_payment_persons_differ",
                condition=~Q(commerce_by=F("requested_by"))
                & ~Q(finance_by=F("requested_by"))
                & ~Q(approved_by=F("requested_by"))
                & ~Q(paid_by=F("requested_by"))
                & ~Q(finance_by=F("commerce_by"))
                & ~Q(approved_by=F("commerce_by"))
                & ~Q(paid_by=F("commerce_by"))
                & ~Q(approved_by=F("finance_by"))
                & ~Q(paid_by=F("approved_by")),
                violation_error_message="同一笔拨付的申请、审核、审批、支付由不同的人办理（规则 P-070）",
            ),
            models.UniqueConstraint(
                fields=["stage"],
                condition=~Q(status="rejected"),
                name="one_payment_per_stage",
                violation_error_message="该阶段已有一笔在办或已拨付的资金（每阶段只拨付一次）",
            ),
            models.CheckConstraint(
                name="payment_amount_positive",
                condition=Q(amount__gt=0),
                violation_error_message="拨付金额须大于零",
            ),
            models.CheckConstraint(
                name="payment_paid_iff_complete",
                condition=(
                    Q(status__in=["paid", "booked"], paid_on__isnull=False, paid_by__isnull=False)
                    & ~Q(voucher_no="")
                    & ~Q(payee_account="")
                )
                | (~Q(status__in=["paid", "booked"]) & Q(paid_on=None, paid_by=None, voucher_no="")),
                violation_error_message="已拨付的资金须有拨付日期、支付人、凭证号和收款账号",
            ),
        ]

    def __str__(self):
        return f"{self.no} {self.project.name} {self.stage}"

    def get_absolute_url(self):
        return reverse("payment-detail", args=[self.pk])

    @property
    def agreement(self):
        agreement = self.stage.agreement
        agreement.project = self.project  # the same project, read already
        return agreement

    def admits(self, user):
        return self.project.admits(user)

    def ceilings(self):
        """四个上限：阶段、协议、资金安排、到账资金 (A-315)."""
        line = self.project.fund_line.in_force() or self.project.fund_line
        others = Payment.objects.paid().filter(county=self.county).exclude(pk=self.pk)
        paid = others.aggregate(
            of_stage=Sum("amount", filter=Q(stage=self.stage)),
            of_agreement=Sum("amount", filter=Q(stage__agreement=self.agreement)),
            of_line=Sum("amount", filter=Q(project__fund_line__in=line.lineage())),
        )
        received, in_treasury = Leg.objects.received_and_in_treasury(self.county)
        return [
            Ceiling("本阶段", self.stage.amount, paid["of_stage"] or ZERO),
            Ceiling("协议", self.agreement.central_amount, paid["of_agreement"] or ZERO),
            Ceiling("资金安排", line.central_amount, paid["of_line"] or ZERO),
            Ceiling("到账资金", received, received - in_treasury),  # what went out in whatever way is not there
        ]

    def gates(self, today=None):
        """Every gate of the payment, green or red, for the page."""
        asked = [rule for rule in self.BEFORE_PAY if self.acting or rule not in self.OF_THE_PERSON]
        return [Gate(rule, "；".join(breach.wrong for breach in rule(self, today))) for rule in asked]

    def standing_freezes(self):
        return Freeze.objects.on(self).select_related("placed_by__office", "payment", "project", "county__region")

    def people(self, events=None):
        """step → keys of the persons who did it, by the fields of the payment and by its events (written once)."""
        found = {step: {getattr(self, f"{step}_by_id", None)} - {None} for step in separation.STEPS}
        for event in Event.objects.about(self) if events is None else events:
            if event.target in self.STEP_OF and event.by_id:
                found[self.STEP_OF[event.target]].add(event.by_id)
        return found

    def about_to(self, step, person, events=None):
        """`person` is about to do `step`: from now on the rules about persons judge it. `events`: as read already."""
        self.acting, self.so_far = (step, person), self.people(events)

    def missing_before_pay(self):
        return breaches(self.BEFORE_PAY, self)

    # --- deeds -----------------------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def request(cls, application, *, by, amount, statement="", purpose=""):
        """承办单位申请拨付已验收合格的阶段。`purpose`: what it is for; the direction of the line when not stated."""
        application.hold()
        today = clock.today()
        payment = cls(
            no=f"BF{today:%Y}{Counter.take(f'payment:{today:%Y}'):05d}",
            county=application.county,
            project=application.project,
            stage=application.stage,
            application=application,
            amount=amount,
            statement=statement,
            purpose=purpose or application.project.fund_line.direction,
            requested_by=by,
        )
        enforce(cls.BEFORE_REQUEST, payment)
        payment.save()
        payment.record(f"申请拨付 {amount} 元", by=by, target=payment.status)
        payment._tell("请审核拨付申请", "commerce")
        return payment

    @transaction.atomic
    def commerce_review(self, *, by):
        """县商务局审核。"""
        self._step("commerce", self.Status.REQUESTED, self.Status.COMMERCE, by=by, words="县商务局审核同意")
        self._tell("请审核拨付", "finance")

    @transaction.atomic
    def finance_review(self, *, by):
        """县财政局审核：四个上限、专账、专款专用。"""
        self._step("finance", self.Status.COMMERCE, self.Status.FINANCE, by=by, words="县财政局审核同意")
        self._tell("请审批拨付", "government")

    @transaction.atomic
    def approve(self, *, by, confirmed=False):
        """县政府审批。`confirmed`: the person typed the password again."""
        confirmed = {"confirmed": confirmed}
        self._step("approved", self.Status.FINANCE, self.Status.APPROVED, by=by, words="县政府审批同意", data=confirmed)
        self._tell("可以支付", "finance")

    @transaction.atomic
    def reject(self, *, by, reason):
        """不予拨付：at any step before the payment, with its reason; the stage can be requested again."""
        self.move(self.OPEN, self.Status.REJECTED, by=by, words="不予拨付", reason=reason)
        members, link = self.project.contractor.members.all(), self.get_absolute_url()
        tell(members, f"不予拨付：{self}", key=f"payment:{self.pk}:rejected", text=reason, link=link)

    @upholds("A-302")
    @transaction.atomic
    def pay(self, *, by, voucher_no, reason="", confirmed=False):
        """财政部门支付：验收合格、公示无异议、四个上限，全部按库中现值判断（A-313～A-316）。

        What is paid is public from this moment on: the column shows every payment made, nobody has to publish it.
        """
        self.county.hold()  # all payments of one county one after the other: no two can pass the same ceiling
        self.hold()
        self.about_to("paid", by)
        excused = enforce(self.BEFORE_PAY, self, reason=reason)
        self.move(
            self.Status.APPROVED,
            self.Status.PAID,
            by=by,
            words=f"拨付 {self.amount} 元",
            reason=reason,
            excused=excused,
            data={"confirmed": confirmed},
            paid_by=by,
            paid_on=clock.today(),
            voucher_no=voucher_no,
            payee=self.agreement.account_holder,
            payee_account=self.agreement.account_no,
        )
        where = {"fund_line": self.project.fund_line, "agreement": self.agreement, "stage": self.stage}
        Posting.book(
            self.county,
            self,
            f"拨付 {self.no} {self.project.contractor.name}",
            [
                (Account.SPENT, Source.CENTRAL, self.amount, where),
                (Account.TREASURY, Source.CENTRAL, -self.amount, {}),
            ],
            by=by,
        )
        members, link = self.project.contractor.members.all(), self.get_absolute_url()
        tell(members, f"资金已拨付，请登记入账：{self}", key=f"payment:{self.pk}:paid", link=link)

    @transaction.atomic
    def book(self, *, by):
        """承办单位登记入账（25号 三（四））。"""
        self.hold()
        self.about_to("booked", by)
        enforce(self.BEFORE_BOOK, self)
        self.move(self.Status.PAID, self.Status.BOOKED, by=by, words="承办单位入账", booked_on=clock.today())

    def _step(self, step, source, target, *, by, words, data=None):
        self.hold()
        self.about_to(step, by)
        enforce(self.BEFORE_STEP, self)
        self.move(source, target, by=by, words=words, data=data, **{f"{step}_by": by})

    def _tell(self, words, bureau):
        people, key = User.objects.serving(self.county.region, bureau), f"payment:{self.pk}:{self.status}"
        tell(people, f"{words}：{self}", key=key, link=self.get_absolute_url())


def requestable(applications):
    """合格、公示无异议、该阶段尚无在办或已拨付资金的验收申请：what a contractor may ask the money for now."""
    live = Payment.objects.exclude(status=Payment.Status.REJECTED).filter(stage=OuterRef("stage"))
    return applications.passed().filter(~Exists(live), notice__status=Notice.Status.CLEAR)
