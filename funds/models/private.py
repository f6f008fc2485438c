"""社会资金：what a contractor puts in itself, recorded by it, confirmed by the county's commerce bureau (48号 三)."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from accounts.access import in_scope
from accounts.models import User
from funds.models.booked import Booked, BookedQuerySet, reversed_iff_complete
from funds.models.ledger import Account, Posting, Source
from funds.rules import matching as rules
from portal import clock
from portal.files import Attachment
from portal.money import MoneyField
from portal.outbox import tell
from portal.rules import enforce
from projects.models import Agreement
from projects.models.contractor import is_member


class PrivateInvestmentQuerySet(BookedQuerySet):
    def visible_to(self, user):
        mine = Q(is_member(user, "agreement__project__contractor"))
        return self.filter(in_scope(user, "agreement__project__county__region") | mine)

    def confirmed(self):
        return self.standing().filter(confirmed_on__isnull=False)


class PrivateInvestment(Booked):
    """One sum of private money, with its evidence; booked when it is confirmed."""

    BEFORE_RECORD = [rules.of_a_signed_agreement]
    BEFORE_CONFIRM = [rules.of_a_signed_agreement, rules.confirmed_by_somebody_else]
    REVERSE_VERB = "private.confirm"
    STEP = ("confirmed_on", "待确认", "已确认")
    MAKERS = ("recorded_by_id", "confirmed_by_id")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="private_investments", verbose_name="协议")
    amount = MoneyField("金额（元）")
    invested_on = models.DateField("投入日期")
    evidence = models.ForeignKey(Attachment, models.PROTECT, related_name="+", verbose_name="凭证")
    note = models.CharField("用途说明", max_length=500)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False, verbose_name="确认人"
    )
    confirmed_on = models.DateField("确认日期", null=True, editable=False)

    objects = PrivateInvestmentQuerySet.as_manager()

    class Meta:
        verbose_name = "社会资金"
        ordering = ["invested_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="private_investment_positive",
                condition=Q(amount__gt=0),
                violation_error_message="投入金额须大于零",
            ),
            models.CheckConstraint(
                name="P_059_private_confirmed_by_another",
                condition=Q(confirmed_on=None, confirmed_by=None)
                | (
                    Q(confirmed_on__isnull=False, confirmed_by__isnull=False) & ~Q(confirmed_by=models.F("recorded_by"))
                ),
                violation_error_message="社会资金须由登记人以外的人确认（规则 P-059）",
            ),
            reversed_iff_complete("private_reversed_iff_complete"),
        ]

    def __str__(self):
        return f"{self.agreement.project.name} 社会资金 {self.amount} 元"

    def get_absolute_url(self):
        return reverse("private-list", args=[self.agreement.project_id])

    @property
    def county(self):
        return self.agreement.project.county

    @classmethod
    @transaction.atomic
    def put_in(cls, agreement, *, by, **fields):
        """承办单位登记投入的社会资金。"""
        investment = cls(agreement=agreement, recorded_by=by, **fields)
        enforce(cls.BEFORE_RECORD, investment)
        investment.save()
        investment.record(f"登记社会资金 {investment.amount} 元", by=by)
        people = User.objects.serving(investment.region, "commerce")
        words, link = f"请确认：{investment}", investment.get_absolute_url()
        tell(people, words, key=f"private:{investment.pk}", link=link)
        return investment

    @transaction.atomic
    def confirm(self, *, by):
        """县商务局确认并记账：借 已拨付承办单位，贷 资金来源（社会资金）。"""
        self.hold()
        self.confirming_by = by
        enforce(self.BEFORE_CONFIRM, self)
        self.confirmed_by, self.confirmed_on = by, clock.today()
        self.save(update_fields=["confirmed_by", "confirmed_on"])
        where = {"fund_line": self.agreement.project.fund_line, "agreement": self.agreement}
        legs = [
            (Account.SPENT, Source.PRIVATE, self.amount, where),
            (Account.SOURCE, Source.PRIVATE, -self.amount, {}),
        ]
        Posting.book(self.county, self, f"社会资金 {self.agreement.project.name}"[:200], legs, by=by)
        self.record(f"确认社会资金 {self.amount} 元", by=by)
