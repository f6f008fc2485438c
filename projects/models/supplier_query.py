"""质疑、投诉：what a supplier raises against a procurement. While one is open, the procurement is suspended."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q

from accounts.access import in_scope
from accounts.models import Office, User
from portal import clock, workdays
from portal.flow import Recorded
from portal.models import Attachment
from portal.outbox import tell
from portal.rules import STILL_THERE, Breach, Refused, enforce
from projects.models.package import Package
from projects.models.procurement import Procurement
from projects.rules import procurement as rules


class SupplierQueryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Offices only: who raises a query is told to the county, not to the supplier that won."""
        return self.filter(in_scope(user, "procurement__county__region"))

    def open(self):
        return self.filter(answered_on=None)


class SupplierQuery(Recorded):
    """供应商质疑（采购人答复）、投诉（财政部门处理）：收到 → 答复（成立 / 不成立）。"""

    class Kind(models.TextChoices):
        QUERY = "query", "质疑"
        COMPLAINT = "complaint", "投诉"

    class Outcome(models.TextChoices):
        UPHELD = "upheld", "成立"
        NOT_UPHELD = "not_upheld", "不成立"

    class Consequence(models.TextChoices):
        KEEP = "keep", "不改变成交结果，继续采购活动"
        REOPEN = "reopen", "成交结果无效，重新评审"
        REDO = "redo", "采购条件须更正，退回拟定、重新公示"
        FAIL = "fail", "废标（终止），另行重新采购"

    ANSWER_WORKDAYS = {
        Kind.QUERY: rules.QUERY_ANSWER_WORKDAYS,
        Kind.COMPLAINT: rules.COMPLAINT_ANSWER_WORKDAYS,
    }
    BEFORE_ANSWER = [rules.complaints_are_decided_by_finance]

    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="queries", verbose_name="采购")
    package = models.ForeignKey(
        Package, models.PROTECT, null=True, blank=True, related_name="queries", verbose_name="涉及标段"
    )
    kind = models.CharField("类别", max_length=10, choices=Kind, default=Kind.QUERY)
    supplier = models.CharField("提出的供应商", max_length=100)
    received_on = models.DateField("收到日期")
    text = models.TextField("质疑、投诉事项")
    file = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="质疑函（投诉书）"
    )
    due_on = models.DateField("答复期限")
    outcome = models.CharField("处理结果", max_length=12, choices=Outcome, blank=True)
    consequence = models.CharField("对采购活动的处理", max_length=10, choices=Consequence, blank=True)
    answer_text = models.TextField("答复内容", blank=True)
    answered_on = models.DateField("答复日期", null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="答复人"
    )

    objects = SupplierQueryQuerySet.as_manager()

    class Meta:
        verbose_name = "质疑投诉"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="A_122_query_answered_iff_complete",
                condition=Q(answered_on=None, answered_by=None, outcome="", consequence="", answer_text="")
                | (
                    Q(answered_on__isnull=False, answered_by__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(consequence="")
                    & ~Q(answer_text="")
                ),
                violation_error_message="答复质疑、投诉须同时写明结果、处理、内容和答复人（规则 A-122）",
            ),
            models.CheckConstraint(
                name="query_dates_in_order",
                condition=Q(answered_on=None) | Q(answered_on__gte=F("received_on")),
                violation_error_message="答复日期不能早于收到日期",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}（{self.procurement}）"

    def get_absolute_url(self):
        return f"{self.procurement.get_absolute_url()}#queries"

    @property
    def county(self):
        return self.procurement.county

    @property
    def status(self):
        return self.outcome or "open"

    def get_status_display(self):
        return self.get_outcome_display() or "待答复，采购暂停"

    @property
    def status_tone(self):
        return {"upheld": "bad", "not_upheld": "good"}.get(self.outcome, "waiting")

    @property
    def decided_by_finance(self):
        office = self.answered_by.office if self.answered_by_id else None
        return office is not None and office.bureau == Office.Bureau.FINANCE

    @classmethod
    @transaction.atomic
    def register(cls, procurement, *, by, **fields):
        """登记收到的质疑或投诉；答复之前，涉及的采购活动暂停（A-122q）。"""
        procurement.hold()
        if procurement.status in (procurement.Status.DRAFT, procurement.Status.CONDITIONS):
            words = "采购尚未开始；对条件公示的意见请作为公示异议办理"
            raise Refused(Breach(STILL_THERE, words))
        packages = list(procurement.packages.all())
        query = cls(procurement=procurement, **fields)
        if len(packages) == 1:
            query.package = packages[0]
        query.due_on = workdays.add_workdays(query.received_on, cls.ANSWER_WORKDAYS[query.kind])
        query.save()
        data = {"received_on": query.received_on, "package": query.package and query.package.no}
        query.record(f"收到{query.get_kind_display()}，采购活动暂停", by=by, data=data)
        bureaus = ["finance"] if query.kind == cls.Kind.COMPLAINT else ["commerce", "finance"]
        for bureau in bureaus:
            people = User.objects.serving(procurement.region, bureau)
            tell(people, f"请答复{query}", key=f"query:{query.pk}:{bureau}", link=query.get_absolute_url())
        return query

    @transaction.atomic
    def answer(self, *, by, outcome, answer_text, consequence):
        """答复：不成立的继续采购；成立的按其影响继续、重新评审、退回更正或废标。"""
        self.procurement.hold()
        self.hold()
        if self.answered_on:
            raise Refused(Breach(STILL_THERE, "已经答复，请刷新页面查看"))
        self.outcome, self.answer_text, self.answered_by = outcome, answer_text, by
        self.consequence = consequence if outcome == self.Outcome.UPHELD else self.Consequence.KEEP
        self.answered_on = clock.today()
        enforce(self.BEFORE_ANSWER, self)
        self.save(update_fields=["outcome", "answer_text", "answered_by", "consequence", "answered_on"])
        words = f"答复{self.get_kind_display()}：{self.get_outcome_display()}，{self.get_consequence_display()}"
        self.record(words, by=by, reason=answer_text)
        self._carry_out(by, f"{self.get_kind_display()}成立：{answer_text}"[:2000])

    def _carry_out(self, by, reason):
        procurement = self.procurement
        if self.consequence == self.Consequence.REDO:
            procurement.back_to_draft(by=by, reason=reason)
        elif self.consequence == self.Consequence.FAIL:
            procurement.abandon(by=by, reason=reason, package=self.package)
        elif self.consequence == self.Consequence.REOPEN:
            self._reopen(by, reason)

    def _reopen(self, by, reason):
        packages = [self.package] if self.package_id else list(self.procurement.packages.filter(status="awarded"))
        for package in packages:
            package.reopen(by=by, reason=reason)
        self.procurement.settle(by=by)
