"""以前年度存量资金（48号 三）：received, arranged, what is left idle, and what the province takes back."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q, Sum
from django.urls import reverse

from accounts.access import in_scope
from counties.models import County
from funds.models.booked import Booked, BookedQuerySet, reversed_iff_complete
from funds.models.ledger import Account, Posting, Source
from funds.rules import stock as rules
from portal.money import ZERO, MoneyField, total
from portal.rules import enforce


class StockFundQuerySet(BookedQuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "county__region"))

    def sums(self):
        """Of what stands: received, arranged, idle, 元."""
        found = self.standing().aggregate(received=Sum("received"), arranged=Sum("arranged"))
        returned = StockReturn.objects.standing().filter(fund__in=self.standing().order_by())
        sums = {name: value or ZERO for name, value in found.items()}
        sums["returned"] = returned.aggregate(sum=Sum("amount"))["sum"] or ZERO
        return sums | {"left": sums["received"] - sums["arranged"] - sums["returned"]}


class StockFund(Booked):
    """One county's money of one earlier year. Only what was never arranged is booked: it lies in the account."""

    BEFORE_REGISTER = [rules.of_an_earlier_year, rules.arranged_within_received]
    BEFORE_REVERSE = [*Booked.BEFORE_REVERSE, rules.nothing_of_it_taken_back]
    SHOWN = [rules.idle_money_goes_back]
    REVERSE_VERB = "stock.register"
    TREASURY_SOURCE = Source.STOCK.value

    county = models.ForeignKey(County, models.PROTECT, related_name="stock_funds", verbose_name="示范县")
    year = models.PositiveSmallIntegerField("下达年度")
    received = MoneyField("已下达（元）")
    arranged = MoneyField("已安排使用（元）", default=ZERO)
    note = models.CharField("备注", max_length=500, blank=True)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = StockFundQuerySet.as_manager()

    class Meta:
        verbose_name = "存量资金"
        ordering = ["county__region__code", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "year"],
                condition=Q(reversed_on=None),
                name="B_306_one_stock_row_per_year",
                violation_error_message="该年度的存量资金已经登记；有误的请先冲销",
            ),
            models.CheckConstraint(
                name="B_306_arranged_within_received",
                condition=Q(received__gt=0, arranged__gte=0, arranged__lte=F("received")),
                violation_error_message="已安排使用的金额不能超过已下达的金额（规则 B-306）",
            ),
            reversed_iff_complete("stock_reversed_iff_complete"),
        ]

    def __str__(self):
        return f"{self.county} {self.year} 年存量资金"

    def get_absolute_url(self):
        return f"{reverse('stock-list')}?county={self.county_id}"

    @property
    def amount(self):
        """未安排使用，元。"""
        return self.received - self.arranged

    def balance(self):
        """Not arranged and not taken back yet, 元."""
        return self.amount - total(taken.amount for taken in self.returns.all() if not taken.reversed_on)

    @classmethod
    @transaction.atomic
    def register(cls, county, *, by, **fields):
        """登记一个年度的存量资金。"""
        county.hold()
        fund = cls(county=county, registered_by=by, **fields)
        enforce(cls.BEFORE_REGISTER, fund)
        fund.save()
        if fund.amount:
            legs = [
                (Account.TREASURY, Source.STOCK, fund.amount, {}),
                (Account.SOURCE, Source.STOCK, -fund.amount, {}),
            ]
            Posting.book(county, fund, f"{fund.year} 年存量资金未安排部分", legs, by=by)
        fund.record(f"登记 {fund.year} 年存量资金：未安排使用 {fund.amount} 元", by=by)
        return fund


class StockReturnQuerySet(BookedQuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "fund__county__region"))


class StockReturn(Booked):
    """省级收回：what was not arranged goes back to the province."""

    BEFORE_TAKE = [rules.within_what_lies_idle]
    REVERSE_VERB = "stock.take_back"

    fund = models.ForeignKey(StockFund, models.PROTECT, related_name="returns", verbose_name="存量资金")
    doc_no = models.CharField("收回文号", max_length=60)
    returned_on = models.DateField("收回日期")
    amount = MoneyField("金额（元）")
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = StockReturnQuerySet.as_manager()

    class Meta:
        verbose_name = "存量资金收回"
        ordering = ["returned_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="stock_return_positive",
                condition=Q(amount__gt=0),
                violation_error_message="收回金额须大于零",
            ),
            reversed_iff_complete("stock_return_reversed_iff_complete"),
        ]

    def __str__(self):
        return f"{self.doc_no} 收回 {self.amount} 元"

    def get_absolute_url(self):
        return self.fund.get_absolute_url()

    @property
    def county(self):
        return self.fund.county

    @classmethod
    @transaction.atomic
    def take_back(cls, fund, *, by, **fields):
        """省级统一收回：借 已上缴省级，贷 财政专账存款（存量）。"""
        fund.county.hold()
        fund.hold()
        taken = cls(fund=fund, registered_by=by, **fields)
        enforce(cls.BEFORE_TAKE, taken)
        taken.save()
        legs = [
            (Account.RETURNED, Source.STOCK, taken.amount, {}),
            (Account.TREASURY, Source.STOCK, -taken.amount, {}),
        ]
        Posting.book(fund.county, taken, f"收回 {fund.year} 年存量资金 {taken.doc_no}", legs, by=by)
        taken.record(f"收回 {fund.year} 年存量资金 {taken.amount} 元", by=by)
        return taken
