"""资金下达与拨付：no door pays before its gate, no race exceeds a ceiling (domain/states.md 3.8)."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.urls import reverse

from acceptance.models import Application
from accounts.access import in_scope
from accounts.models import User
from counties.models import County, FundLine
from counties.rules.change import untouched_by_an_open_change
from funds.models.judged import Judged
from funds.models.ledger import Account, Posting, Source
from funds.models.voucher import PaymentObject, PaymentVoucher
from funds.rules import booking, separation
from funds.rules import payment as rules
from funds.rules import voucher as vouchers
from funds.rules.freeze import not_frozen
from funds.rules.limit import within_the_limit_of_the_person
from funds.rules.standing import consent_while_rectifying, county_keeps_its_standing
from notices.models import Notice
from portal import clock
from portal.models import Attachment, Counter
from portal.money import ZERO, MoneyField
from portal.outbox import tell
from portal.rules import STILL_THERE, Breach, Refused, breaches, different_people, enforce, upholds
from projects.models import Project, Stage
from projects.models.contractor import is_member


class PaymentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "county__region") | Q(is_member(user, "project__contractor")))

    def paid(self):
        return self.filter(status__in=Payment.SPENT)

    def public(self):
        """Use of the money is disclosed (A-302): every payment made."""
        return self.paid()

    def disclosed(self):
        """What the public may read: payments made, and those whose own notice has begun."""
        return self.filter(Q(status__in=Payment.SPENT) | Q(notice__isnull=False))

    def live(self):
        """On their way or made: neither refused nor sent back by the bank."""
        return self.exclude(status__in=Payment.OVER)

    def total(self):
        return self.aggregate(sum=Sum("amount"))["sum"] or ZERO


class Payment(Judged):
    """向承办单位拨付：申请 → 商务审核 → 财政审核 → 县政府审批 → 拨付公示 → 已拨付 → 已入账；退票的冲销、另行申请。"""

    class Status(models.TextChoices):
        REQUESTED = "requested", "待商务审核"
        COMMERCE = "commerce", "待财政审核"
        FINANCE = "finance", "待县政府审批"
        APPROVED = "approved", "待支付"
        PAID = "paid", "已拨付"
        BOOKED = "booked", "已入账"
        REJECTED = "rejected", "不予拨付"
        RETURNED = "returned", "已退回"

    SPENT = (Status.PAID, Status.BOOKED)
    OPEN = (Status.REQUESTED, Status.COMMERCE, Status.FINANCE, Status.APPROVED)
    OVER = (Status.REJECTED, Status.RETURNED)  # the stage may be asked for again

    WHAT_IT_PAYS = [  # the same at the request and at the review
        vouchers.vouchers_cover_the_amount,
        vouchers.objects_add_up,
        vouchers.vouchers_off_the_negative_list,
        vouchers.no_suspicious_words_in_what_is_paid,
    ]
    ONCE = [vouchers.invoice_supported_once, vouchers.station_and_asset_supported_once]  # unique keys of the database
    NOT_TWICE = [*ONCE, vouchers.nothing_alike_in_the_same_year]
    BEFORE_REQUEST = [
        rules.acceptance_passed,
        rules.no_failed_spot_check,
        rules.within_the_approved_amount,
        rules.spent_on_the_direction_of_its_line,
        rules.earlier_money_is_booked,
        *WHAT_IT_PAYS,
        *NOT_TWICE,
        not_frozen,
        county_keeps_its_standing,
    ]
    BEFORE_STEP = [
        rules.no_failed_spot_check,
        not_frozen,
        county_keeps_its_standing,
        separation.different_people,
        within_the_limit_of_the_person,
    ]
    BEFORE_REVIEW = [vouchers.vouchers_are_scanned, *WHAT_IT_PAYS, *NOT_TWICE]
    BEFORE_PUBLISH = [
        rules.notice_is_asked_for,
        rules.acceptance_passed,
        rules.publicised_without_objection,
        *BEFORE_STEP,
    ]
    BEFORE_BOOK = [
        booking.declares_separate_accounts,
        booking.booked_after_it_was_paid,
        separation.different_people,
    ]
    BEFORE_PAY = [
        rules.acceptance_passed,
        rules.no_failed_spot_check,
        rules.publicised_without_objection,
        rules.payment_publicised,
        rules.within_the_approved_amount,
        rules.within_the_four_ceilings,
        rules.final_stage_needs_the_whole_project,
        rules.to_the_account_of_the_agreement,
        rules.spent_on_the_direction_of_its_line,
        rules.earlier_money_is_booked,
        rules.paid_soon_after_acceptance,
        rules.disclosed_in_time,
        untouched_by_an_open_change,
        not_frozen,
        county_keeps_its_standing,
        consent_while_rectifying,
        separation.different_people,
        separation.reviewer_does_not_pay,
        within_the_limit_of_the_person,
    ]
    OF_THE_PERSON = (
        separation.different_people,
        separation.reviewer_does_not_pay,
        within_the_limit_of_the_person,
    )
    STEP_OF = dict(zip((*OPEN, *SPENT), separation.STEPS, strict=True))  # status → the step that led there

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
    requested_on = models.DateField("申请日期", default=clock.today)
    approved_on = models.DateField("审批日期", null=True)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+", verbose_name="拨付公示")
    booked_on = models.DateField("入账日期", null=True)
    books_separately = models.BooleanField("按资金性质分别核算", default=False)
    account_voucher_no = models.CharField("记账凭证号", max_length=60, blank=True)
    account_voucher = models.ForeignKey(
        Attachment, models.PROTECT, null=True, related_name="+", verbose_name="记账凭证扫描件"
    )
    returned_on = models.DateField("退票日期", null=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    return_reason = models.CharField("退票原因", max_length=500, blank=True)
    return_no = models.CharField("银行退票号", max_length=60, blank=True)

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
                condition=~Q(status__in=["rejected", "returned"]),
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
                    Q(status__in=["paid", "booked", "returned"], paid_on__isnull=False, paid_by__isnull=False)
                    & ~Q(voucher_no="")
                    & ~Q(payee_account="")
                )
                | (~Q(status__in=["paid", "booked", "returned"]) & Q(paid_on=None, paid_by=None, voucher_no="")),
                violation_error_message="已拨付的资金须有拨付日期、支付人、凭证号和收款账号",
            ),
            models.CheckConstraint(
                name="payment_returned_iff_complete",
                condition=(
                    Q(status="returned", returned_on__isnull=False, returned_by__isnull=False) & ~Q(return_reason="")
                )
                | (~Q(status="returned") & Q(returned_on=None, returned_by=None, return_reason="", return_no="")),
                violation_error_message="已退回的拨付须有退票日期、经办人和原因",
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

    # --- questions -------------------------------------------------------------------------------------------------
    def missing_before_pay(self):
        return breaches(self.BEFORE_PAY, self)

    def missing_before_publish(self):
        return breaches(self.BEFORE_PUBLISH, self) + Notice.missing_before_start(self.county)

    @property
    def wants_notice(self):
        """审批之后、支付之前须公示（批次规定的工作日为 0 的，没有这一步）；公示被撤下的，重新公示。"""
        over = (Notice.Status.UPHELD, Notice.Status.WITHDRAWN)
        asked = self.status == self.Status.APPROVED and self.county.batch.payment_notice_workdays > 0
        return asked and (self.notice is None or self.notice.status in over)

    # --- deeds -----------------------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def request(cls, application, *, by, amount, statement="", purpose="", vouchers=(), objects=(), reason=""):
        """承办单位申请拨付已验收合格的阶段，附凭证和用途明细。

        `purpose`: what it is for; the direction of the line when not stated. `vouchers`, `objects`: rows of
        PaymentVoucher and PaymentObject. `reason` excuses words that only look like the negative list or a duplicate.
        """
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
            requested_on=today,
        )
        payment._write_down(vouchers, objects)
        excused = enforce(cls.BEFORE_REQUEST, payment, reason=reason)
        payment.save()
        PaymentVoucher.objects.bulk_create(payment.stated_vouchers())
        PaymentObject.objects.bulk_create(payment.stated_objects())
        payment.record(
            f"申请拨付 {amount} 元",
            by=by,
            target=payment.status,
            reason=reason if excused else "",
            excused=excused,
            data={
                "vouchers": [f"{voucher} {voucher.amount}" for voucher in payment.stated_vouchers()],
                "objects": [f"{item} {item.amount}" for item in payment.stated_objects()],
            },
        )
        payment._tell("请审核拨付申请", "commerce")
        return payment

    @transaction.atomic
    def keep_scans(self, scans, *, by):
        """凭证扫描件：`scans` voucher pk → Attachment, once for each voucher, until the review."""
        self.hold()
        self._read_again()
        if self.status != self.Status.REQUESTED:
            raise Refused(Breach(STILL_THERE, f"当前为“{self.get_status_display()}”，扫描件在县商务局审核之前上传"))
        kept = []
        for voucher in self.stated_vouchers():
            if voucher.pk in scans and voucher.file_id is None:
                voucher.file = scans[voucher.pk]
                voucher.save(update_fields=["file"])
                kept.append(f"{voucher} {voucher.file.sha256}")
        if kept:
            self.record(f"上传 {len(kept)} 张凭证的扫描件", by=by, data={"files": kept})

    @transaction.atomic
    def commerce_review(self, *, by, reason=""):
        """县商务局审核：凭证、负面清单、重复支持。`reason`: why what looks forbidden or double is not."""
        self.hold()
        self._read_again()
        self.judge = by
        self._step(
            "commerce",
            self.Status.REQUESTED,
            self.Status.COMMERCE,
            by=by,
            words="县商务局审核同意",
            rules=[*self.BEFORE_REVIEW, *self.BEFORE_STEP],
            reason=reason,
        )
        self._tell("请审核拨付", "finance")

    @transaction.atomic
    def finance_review(self, *, by):
        """县财政局审核：四个上限、专账、专款专用。"""
        self._step("finance", self.Status.COMMERCE, self.Status.FINANCE, by=by, words="县财政局审核同意")
        self._tell("请审批拨付", "government")

    @transaction.atomic
    def approve(self, *, by, confirmed=False):
        """县政府审批。`confirmed`: the person typed the password again."""
        self._step(
            "approved",
            self.Status.FINANCE,
            self.Status.APPROVED,
            by=by,
            words="县政府审批同意",
            data={"confirmed": confirmed},
            approved_on=clock.today(),
        )
        self._tell("请公示拨付" if self.wants_notice else "可以支付", "government" if self.wants_notice else "finance")

    @upholds("A-302")
    @transaction.atomic
    def publish(self, *, by, site_url):
        """县政府公示拨付：项目、承办单位、金额一一对应；期满无异议后支付。"""
        self.hold()
        enforce(self.BEFORE_PUBLISH, self)
        if not self.wants_notice:
            raise Refused(Breach(STILL_THERE, "只有县政府审批同意、尚未公示的拨付可以公示，请刷新页面"))
        notice = Notice.start(
            self,
            Notice.Kind.PAYMENT,
            by=by,
            title=f"{self.project.name}{self.stage}资金拨付公示",
            body=f"拟将{self.project.name}{self.stage}中央财政资金 {self.amount} 元拨付{self.project.contractor}。",
            facts={
                "项目": self.project.name,
                "承办单位": self.project.contractor.name,
                "阶段": str(self.stage),
                "拨付金额": f"{self.amount} 元",
                "验收结论": f"{self.application.result_words}（{self.application.no}）",
            },
            site_url=site_url,
            contact=self.county,
            workdays_long=self.county.batch.payment_notice_workdays,
        )
        Payment.objects.filter(pk=self.pk).update(notice=notice)
        self.refresh_from_db()
        self.record("公示拨付", by=by, data={"notice": notice.pk})
        return notice

    def notice_ended(self, notice):
        self.record("拨付公示期满无异议，可以支付", by=None)
        self._tell("公示无异议，可以支付", "finance", key=f"payment:{self.pk}:clear:{notice.pk}")

    def notice_upheld(self, notice, *, by):
        """异议成立：不支付；查明后重新公示，或者不予拨付。"""
        self.hold()
        self.record("拨付公示异议成立，暂停支付", by=by, reason=notice.title)

    @transaction.atomic
    def reject(self, *, by, reason):
        """不予拨付：at any step before the payment, with its reason; the stage can be requested again."""
        self.move(self.OPEN, self.Status.REJECTED, by=by, words="不予拨付", reason=reason)
        if self.notice and self.notice.status == Notice.Status.RUNNING:
            self.notice.withdraw(by=by, reason=f"不予拨付：{reason}")
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
    def bounce(self, *, by, reason, bank_no=""):
        """退票：银行退回的款项，入账之前冲销原分录；该阶段可以另行申请。由支付人以外的财政人员办理。"""
        self.county.hold()
        self.hold()
        different_people(by, self.paid_by, words="退票由支付人以外的财政人员登记，以便核对")
        self.move(
            self.Status.PAID,
            self.Status.RETURNED,
            by=by,
            words=f"银行退票 {self.amount} 元，冲销原分录",
            reason=reason,
            returned_on=clock.today(),
            returned_by=by,
            return_reason=reason,
            return_no=bank_no,
        )
        Posting.of(self).reverse(by=by, reason=reason)
        members, link = self.project.contractor.members.all(), self.get_absolute_url()
        words = f"款项被银行退回，请核对收款账户后重新申请：{self}"
        tell(members, words, key=f"payment:{self.pk}:returned", text=reason, link=link)

    @transaction.atomic
    def book(self, *, by, account_voucher_no, books_separately, booked_on=None, file=None):
        """承办单位登记入账，声明按资金性质分别核算（25号 三（四））。"""
        self.hold()
        self.about_to("booked", by)
        self.booked_on = booked_on or clock.today()
        self.books_separately, self.account_voucher_no = books_separately, account_voucher_no
        enforce(self.BEFORE_BOOK, self)
        self.move(
            self.Status.PAID,
            self.Status.BOOKED,
            by=by,
            words="承办单位入账，按资金性质分别核算",
            booked_on=self.booked_on,
            books_separately=books_separately,
            account_voucher_no=account_voucher_no,
            account_voucher=file,
        )

    def _step(self, step, source, target, *, by, words, rules=BEFORE_STEP, reason="", data=None, **stamps):
        self.hold()
        self.about_to(step, by)
        excused = enforce(rules, self, reason=reason)
        reason, stamps = reason if excused else "", stamps | {f"{step}_by": by}
        self.move(source, target, by=by, words=words, reason=reason, excused=excused, data=data, **stamps)

    def _tell(self, words, bureau, *, key=""):
        people, key = User.objects.serving(self.county.region, bureau), key or f"payment:{self.pk}:{self.status}"
        tell(people, f"{words}：{self}", key=key, link=self.get_absolute_url())


def requestable(applications):
    """合格、公示无异议、该阶段尚无在办或已拨付资金的验收申请：what a contractor may ask the money for now."""
    live = Payment.objects.live().filter(stage=OuterRef("stage"))
    return applications.passed().filter(~Exists(live), notice__status=Notice.Status.CLEAR)
