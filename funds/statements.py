"""The questions of the books: 科目余额表 and 明细账, as of any day, out of the ledger only.

A booking keeps the day on which it was made, and nothing booked is ever changed: what stood in the books on a day of
the past is the sum of the legs up to that day, whatever was booked or reversed later.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum

from counties.models import County
from funds.models import Account, Balance, Leg, Source
from portal import money
from portal.money import ZERO

ACCOUNTS, SOURCES = dict(Account.choices), dict(Source.choices)


@dataclass(frozen=True)
class Period:
    """From the morning of `since` to the evening of `on`."""

    since: date
    on: date

    def __str__(self):
        return f"{self.since:%Y-%m-%d} 至 {self.on:%Y-%m-%d}"


# --- 科目余额表 ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One account of one county in a period; debit is positive."""

    county: County
    account: str
    source: str
    opening: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def closing(self):
        return self.opening + self.debit - self.credit

    @property
    def account_label(self):
        return ACCOUNTS[self.account]

    @property
    def source_label(self):
        return SOURCES[self.source]


def trial_balance(counties, period):
    """科目余额表：one line per county, account and source that ever moved; opening and closing add up to 0.00.

    Whole months are read from the balances, the days of the month that has begun from the legs.
    """
    first, last = period.since.replace(day=1), period.on.replace(day=1)
    months = Balance.objects.filter(county__in=counties, month__lt=last)
    days = Leg.objects.filter(county__in=counties)
    before = Q(day__gte=first, day__lt=period.since)
    within = Q(day__gte=last, day__lte=period.on)
    debit, credit = Q(amount__gt=0), Q(amount__lt=0)
    sums = {}
    for row in _by_account(
        months,
        debit_before=Sum("debit", filter=Q(month__lt=first)),
        credit_before=Sum("credit", filter=Q(month__lt=first)),
        debit_after=Sum("debit"),
        credit_after=Sum("credit"),
    ):
        _add(sums, row)
    for row in _by_account(
        days.filter(before | within),
        debit_before=Sum("amount", filter=before & debit),
        credit_before=-Sum("amount", filter=before & credit),
        debit_after=Sum("amount", filter=within & debit),
        credit_after=-Sum("amount", filter=within & credit),
    ):
        _add(sums, row)
    return _lines(sums)


def _by_account(rows, **sums):
    return rows.order_by().values_list("county", "account", "source").annotate(**sums)


def _add(sums, row):
    *key, debit_before, credit_before, debit_after, credit_after = row
    kept = sums.setdefault(tuple(key), [ZERO] * 4)
    for place, amount in enumerate((debit_before, credit_before, debit_after, credit_after)):
        kept[place] += amount or ZERO


def _lines(sums):
    counties = County.objects.select_related("region").in_bulk({county for county, _, _ in sums})
    lines = [
        Line(counties[county], account, source, debit0 - credit0, debit1 - debit0, credit1 - credit0)
        for (county, account, source), (debit0, credit0, debit1, credit1) in sums.items()
    ]
    places = {name: place for place, name in enumerate((*Source.values, *Account.values))}
    return sorted(lines, key=lambda line: (line.county.region.code, places[line.source], places[line.account]))


def total_of(lines):
    """合计 of a trial balance: the balances must come to 0.00."""
    names = ("opening", "debit", "credit", "closing")
    return {name: money.total(getattr(line, name) for line in lines) for name in names}


# --- 明细账 ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Entry:
    """One leg in a statement: what stood against it, and the balance after it."""

    leg: Leg
    balance: Decimal

    @property
    def counter(self):
        """对方科目：the accounts on the other side of the same voucher."""
        others = [leg for leg in self.leg.posting.legs.all() if (leg.amount > 0) != (self.leg.amount > 0)]
        return "、".join(dict.fromkeys(leg.get_account_display() for leg in others))

    @property
    def amount(self):
        """The balance without its sign: `side` says on which side it stands."""
        return abs(self.balance)

    @property
    def side(self):
        if not self.balance:
            return "平"
        return "借" if self.balance > 0 else "贷"


class Statement:
    """明细账：the legs that a filter leaves, in the order of booking, with what was carried forward."""

    def __init__(self, legs, period):
        self.period = period
        self.opening = legs.filter(day__lt=period.since).balance()
        self.legs = legs.filter(day__range=(period.since, period.on)).order_by("day", "pk")
        sums = self.legs.aggregate(
            debit=Sum("amount", filter=Q(amount__gt=0)), credit=-Sum("amount", filter=Q(amount__lt=0))
        )
        self.debit, self.credit = sums["debit"] or ZERO, sums["credit"] or ZERO

    @property
    def closing(self):
        return self.opening + self.debit - self.credit

    def entries(self, before=0, ids=None):
        """Every line, or those of one page: `ids` of its legs, and how many legs of the period stand before them."""
        legs = self._whole_legs()
        if ids is not None:  # the page is cut out of the ids: the joins are made for fifty legs, not for all
            legs = legs.filter(pk__in=list(ids))
        balance = self.opening + self._moved_in_the_first(before)
        entries = []
        for leg in legs:
            balance += leg.amount
            entries.append(Entry(leg, balance))
        return entries

    def ids(self):
        return self.legs.prefetch_related(None).values_list("pk", flat=True)

    def _moved_in_the_first(self, count):
        if not count:
            return ZERO
        return self.legs.all()[:count].aggregate(sum=Sum("amount"))["sum"] or ZERO

    def _whole_legs(self):
        """With everything that a line of the statement names, in three questions however many there are."""
        related = ("posting", "county__region", "fund_line", "agreement__project", "stage")
        return self.legs.select_related(*related).prefetch_related("posting__legs")


def of_agreement(agreement):
    """What was paid to the contractor under this agreement, whatever the source."""
    return Leg.objects.filter(agreement=agreement, account=Account.SPENT)
