"""追回（domain/dictionary.md E30）：what was decided to come back, what came back, what went up to the province."""

from datetime import timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.urls import reverse

from accounts.access import in_scope
from accounts.models import User
from counties.models import County
from funds.models.ledger import Account, Leg, Posting, Source
from funds.models.payment import Payment
from funds.rules import recovery as rules
from portal import clock
from portal.flow import Flow
from portal.models import Attachment, Counter
from portal.money import ZERO, MoneyField, total
from portal.outbox import tell
from portal.rules import breaches, enforce, upholds
from projects.models import Agreement
from projects.models.contractor import is_member

PLACE = ("fund_line", "agreement", "stage")


class RecoveryQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "county__region") | Q(is_member(user, "agreement__project__contractor")))

    def open(self):
        return self.filter(status=Recovery.Status.OPEN)

    def overdue(self, today):
        return self.open().filter(due_on__lt=today)


class Recovery(Flow):
    """一次追回：of a whole county (after its revocation), of one agreement, or of one payment."""

    class Status(models.TextChoices):
        OPEN = "open", "追回中"
        CLOSED = "closed", "追回完毕"

    open_after_revocation = True

    BEFORE_OPEN = [rules.by_a_numbered_decision, rules.within_what_was_paid]
    BEFORE_CLOSE = [rules.nothing_left_to_recover]
    RECORDS = [rules.money_comes_back]

    no = models.CharField("追回编号", max_length=20, unique=True)
    county = models.ForeignKey(County, models.PROTECT, related_name="recoveries", verbose_name="示范县")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="recoveries", verbose_name="协议")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="recoveries", verbose_name="拨付")
    status = models.CharField("状态", max_length=8, choices=Status, default=Status.OPEN)
    ground = models.CharField("追回原因", max_length=500)
    amount = MoneyField("应追回金额（元）")
    treasury_then = MoneyField("决定时财政专账结余（元）", default=0)
    doc_no = models.CharField("决定文号", max_length=60)
    decided_on = models.DateField("决定日期")
    due_on = models.DateField("追回期限")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    closed_on = models.DateField("追回完毕日期", null=True)

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        verbose_name = "追回"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="recovery_amount_not_negative",
                condition=Q(amount__gte=0, treasury_then__gte=0),
                violation_error_message="应追回金额不能为负",
            ),
            models.CheckConstraint(
                name="recovery_due_after_its_decision",
                condition=Q(due_on__gte=F("decided_on")),
                violation_error_message="追回期限不能早于决定日期",
            ),
            models.CheckConstraint(
                name="recovery_closed_iff_dated",
                condition=Q(status="open", closed_on=None) | Q(status="closed", closed_on__isnull=False),
                violation_error_message="追回完毕须有日期",
            ),
        ]

    def __str__(self):
        return f"{self.no} {self.what}"

    def get_absolute_url(self):
        return reverse("recovery-detail", args=[self.pk])

    @property
    def what(self):
        if self.payment_id:
            return self.payment.no
        return self.agreement.no if self.agreement_id else f"{self.county}全部中央专项资金"

    @property
    def is_of_county(self):
        return self.agreement_id is None

    # --- sums, out of the ledger ------------------------------------------------------------------------------------

    def legs(self):
        """Every leg of this recovery: its decision, what came back, what went up, and their reversals."""
        kinds = ContentType.objects.get_for_models(Recovery, RecoveryReceipt)
        mine = Q(posting__content_type=kinds[Recovery], posting__object_id=self.pk)
        receipts = Q(posting__content_type=kinds[RecoveryReceipt], posting__object_id__in=self.receipts.values("pk"))
        return Leg.objects.filter(mine | receipts)

    @property
    def left(self):
        """尚未追回（元）。"""
        return self.legs().filter(account=Account.RECEIVABLE).balance()

    def payments(self):
        """The payments that this recovery is about: those whose stages it recalled."""
        stages = self.legs().filter(account=Account.RECALLED).values("stage")
        return Payment.objects.filter(stage__in=stages).paid().select_related("project", "stage")

    def decided_rows(self):
        """(agreement, stage, amount) of the decision, as the notice lists them."""
        legs = Leg.objects.about(self).filter(account=Account.RECEIVABLE).select_related("agreement", "stage")
        for leg in legs.order_by("pk"):
            yield leg.agreement.no if leg.agreement else "—", str(leg.stage or "—"), f"{leg.amount:.2f}"

    def left_of(self, payment):
        return self.legs().filter(account=Account.RECEIVABLE, stage=payment.stage_id).balance()

    def handed_over(self):
        return self.legs().filter(account=Account.RETURNED).balance()

    def in_treasury(self):
        return Leg.objects.of(self.county, Account.TREASURY).balance()

    def to_hand_over(self):
        """A revoked county hands up everything; else only what came back under this decision."""
        there = self.in_treasury()
        return there if self.is_of_county else min(there, self.amount - self.left - self.handed_over())

    def missing_before_close(self):
        return breaches(self.BEFORE_CLOSE, self)

    # --- deeds ------------------------------------------------------------------------------------------------------

    @classmethod
    @upholds("A-328")
    @transaction.atomic
    def open(cls, county, *, by, ground, doc_no, decided_on, amount=None, agreement=None, payment=None):
        """决定追回并记账：借 应追回资金，贷 追回冲减。`amount` in 元; None: everything that was paid and not recalled."""
        county.hold()  # recoveries and payments of one county one after the other
        agreement = payment.agreement if payment else agreement
        parts = recallable(county, agreement, payment)
        recovery = cls(
            no=f"ZH{clock.today():%Y}{Counter.take(f'recovery:{clock.today():%Y}'):04d}",
            county=county,
            agreement=agreement,
            payment=payment,
            ground=ground,
            doc_no=doc_no,
            decided_on=decided_on,
            due_on=decided_on + timedelta(days=county.batch.recovery_days),
            amount=total(part for _, part in parts) if amount is None else amount,
            opened_by=by,
        )
        if recovery.is_of_county:
            recovery.treasury_then = recovery.in_treasury()
        recovery.parts = parts
        enforce(cls.BEFORE_OPEN, recovery)
        recovery.save()
        recovery._book_decision(by)
        words = f"决定追回 {recovery.amount} 元：{recovery.what}"
        recovery.record(words, by=by, target=recovery.status, reason=ground)
        recovery._tell(f"请在 {recovery.due_on} 前追回 {recovery.amount} 元：{recovery.what}", "opened")
        return recovery

    def _book_decision(self, by):
        legs = []
        for where, part in allocated(self.parts, self.amount):
            legs += [
                (Account.RECEIVABLE, Source.CENTRAL, part, where),
                (Account.RECALLED, Source.CENTRAL, -part, where),
            ]
        if legs:
            Posting.book(self.county, self, f"追回决定 {self.doc_no}", legs, by=by)

    def _tell(self, words, step):
        people = list(User.objects.serving(self.region, "finance", "government"))
        if self.agreement_id:
            people += self.agreement.project.contractor.members.all()
        tell(people, words, key=f"recovery:{self.pk}:{step}", text=self.ground, link=self.get_absolute_url())

    @transaction.atomic
    def receive(self, *, by, amount, paid_on, payer, voucher_no, payment=None, file=None):
        """登记退回财政专账的资金并记账：借 财政专账存款，贷 应追回资金。"""
        receipt = self._register(
            "back",
            by=by,
            amount=amount,
            paid_on=paid_on,
            payer=payer,
            voucher_no=voucher_no,
            payment=payment,
            file=file,
        )
        of = self.legs().filter(account=Account.RECEIVABLE)
        if payment:
            of = of.filter(stage=payment.stage_id)
        legs = [(Account.TREASURY, Source.CENTRAL, amount, {})]
        legs += [(Account.RECEIVABLE, Source.CENTRAL, -part, where) for where, part in allocated(by_place(of), amount)]
        Posting.book(self.county, receipt, f"{payer}退回 {self.no}", legs, by=by)
        self.record(f"{payer}退回 {amount} 元", by=by, data={"voucher_no": voucher_no})
        return receipt

    @transaction.atomic
    def hand_over(self, *, by, amount, paid_on, voucher_no, payer="", file=None):
        """上缴省级并记账：借 已上缴省级，贷 财政专账存款。"""
        payer = payer or f"{self.county}财政局"
        receipt = self._register(
            "handed", by=by, amount=amount, paid_on=paid_on, payer=payer, voucher_no=voucher_no, file=file
        )
        legs = [(Account.RETURNED, Source.CENTRAL, amount, {}), (Account.TREASURY, Source.CENTRAL, -amount, {})]
        Posting.book(self.county, receipt, f"上缴省级 {self.no}", legs, by=by)
        self.record(f"上缴省级 {amount} 元", by=by, data={"voucher_no": voucher_no})
        return receipt

    def _register(self, kind, *, by, **fields):
        self.county.hold()
        self.hold()
        receipt = RecoveryReceipt(recovery=self, kind=kind, registered_by=by, **fields)
        enforce(RecoveryReceipt.BEFORE_REGISTER, receipt)
        receipt.save()
        return receipt

    @transaction.atomic
    def close(self, *, by):
        """追回完毕：应追回余额为 0.00；整县追回的，财政专账余额也为 0.00。"""
        self.county.hold()
        self.hold()
        enforce(self.BEFORE_CLOSE, self)
        self.move(self.Status.OPEN, self.Status.CLOSED, by=by, words="追回完毕", closed_on=clock.today())
        self._tell(f"追回完毕：{self}", "closed")


class RecoveryReceiptQuerySet(models.QuerySet):
    def with_reversal(self):
        """`reversed`: was this registration taken back in the ledger?"""
        kind = ContentType.objects.get_for_model(RecoveryReceipt)
        red = Posting.objects.filter(content_type=kind, object_id=OuterRef("pk"), reverses__isnull=False)
        return self.annotate(reversed=Exists(red))


class RecoveryReceipt(models.Model):
    """一笔退款或者上缴。Never changed; a wrong one is reversed in the ledger and registered anew."""

    class Kind(models.TextChoices):
        BACK = "back", "退回财政专账"
        HANDED = "handed", "上缴省级"

    append_only = True

    BEFORE_REGISTER = [
        rules.received_while_open,
        rules.within_what_is_still_owed,
        rules.treasury_covers_the_hand_over,
    ]
    BEFORE_REVERSE = [rules.reversal_leaves_no_debt]

    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="receipts", verbose_name="追回")
    kind = models.CharField("性质", max_length=8, choices=Kind)
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="+", verbose_name="退的是哪笔拨付")
    paid_on = models.DateField("日期")
    payer = models.CharField("交款人", max_length=100)
    voucher_no = models.CharField("凭证号", max_length=60)
    amount = MoneyField("金额（元）")
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+", verbose_name="凭证扫描件")
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")

    objects = RecoveryReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "追回到账"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="recovery_receipt_amount_positive",
                condition=Q(amount__gt=0),
                violation_error_message="退款、上缴金额须大于零",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.amount} 元（{self.voucher_no}）"

    def get_absolute_url(self):
        return self.recovery.get_absolute_url()

    @property
    def is_handed_over(self):
        return self.kind == self.Kind.HANDED

    @property
    def is_reversed(self):
        posting = Posting.of(self)
        return posting is not None and posting.is_reversed

    @transaction.atomic
    def reverse(self, *, by, reason):
        """红字冲销一笔登记错的退款或上缴。"""
        self.recovery.county.hold()
        self.recovery.hold()
        enforce(self.BEFORE_REVERSE, self)
        Posting.of(self).reverse(by=by, reason=reason)
        self.recovery.record(f"冲销：{self}", by=by, reason=reason)


def by_place(legs):
    """[({fund_line_id, agreement_id, stage_id}, amount)] of what stands on these legs, places with 0.00 left out."""
    rows = legs.values(*PLACE).annotate(sum=Sum("amount")).order_by(*PLACE)
    return [({f"{name}_id": row[name] for name in PLACE}, row["sum"]) for row in rows if row["sum"]]


def recallable(county, agreement=None, payment=None):
    """What was paid, or left outside the rules, and is not recalled yet: central money, by place."""
    accounts = (Account.SPENT, Account.IRREGULAR, Account.RECALLED)
    legs = Leg.objects.filter(county=county, source=Source.CENTRAL, account__in=accounts)
    if payment:
        legs = legs.filter(stage=payment.stage_id)
    elif agreement:
        legs = legs.filter(agreement=agreement)
    return by_place(legs)


def allocated(parts, amount):
    """`amount` spread over the parts in their order, each filled before the next."""
    for where, part in parts:
        share = min(part, amount)
        if share > ZERO:
            amount -= share
            yield where, share


def recovered_words(payment, legs):
    """已追回 / 部分追回 / 应追回 of a payment, derived from the legs of its stage (domain/states.md 3.8); "" when none."""
    mine = [leg for leg in legs if leg.stage_id == payment.stage_id]
    recalled = -total(leg.amount for leg in mine if leg.account == Account.RECALLED)
    left = total(leg.amount for leg in mine if leg.account == Account.RECEIVABLE)
    if not recalled:
        return ""
    if left == recalled:
        return "应追回"
    return "已追回" if not left and recalled >= payment.amount else "部分追回"
