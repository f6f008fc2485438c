"""资金看板：what a province, a city or a county asks about its money, as of any day.

What arrived, was paid, left outside the rules or came back is read from the ledger; what was arranged, contracted,
accepted and publicised from the days of the records. A past day reads the same for ever: every question here is asked
“as of the end of this day”. Amounts in 元.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import DecimalField, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from acceptance.models import Application
from counties.models import FundLine, Plan
from funds.models import Account, Balance, Leg, Payment, Source
from notices.models import Notice
from portal import clock, money
from portal.models import Event
from portal.money import ZERO
from projects.models import Agreement, SupplementAgreement

MONEY = DecimalField(max_digits=18, decimal_places=2)


class Cell(NamedTuple):
    """Where an amount stands in the ledger."""

    county: int
    account: str
    source: str
    direction: str | None = None


def end_of(day):
    """The moment from which on things happened after this day."""
    return clock.midnight(day + timedelta(days=1))


# --- the ledger, as of a day --------------------------------------------------------------------------------------------
def ledger_as_of(county_ids, day) -> dict[Cell, Decimal]:
    """Balance of every account of these counties at the end of the day, debit positive: the closed months out of the
    roll-up, the month that had begun out of its legs."""
    sums = defaultdict(lambda: ZERO)
    for part in (_closed_months(county_ids, day), _begun_month(county_ids, day)):
        for row in part:
            sums[Cell(row["county"], row["account"], row["source"], row["fund_line__direction"])] += row["sum"]
    return sums


def _closed_months(county_ids, day):
    months = Q(month__lte=day) if day >= clock.today() else Q(month__lt=day.replace(day=1))
    return _grouped(Balance.objects.filter(months, county__in=county_ids), Sum(F("debit") - F("credit")))


def _begun_month(county_ids, day):
    if day >= clock.today():  # nothing is booked ahead: the roll-up of this month is the month until now
        return []
    return _grouped(Leg.objects.filter(county__in=county_ids, day__range=(day.replace(day=1), day)), Sum("amount"))


def _grouped(rows, amount):
    return rows.order_by().values("county", "account", "source", "fund_line__direction").annotate(sum=amount)


# --- the records, as of a day -------------------------------------------------------------------------------------------
def lines_in_force(day):
    """资金安排：the fund lines of the plan that was in force at the end of the day."""
    recorded = Plan.objects.filter(county=OuterRef("plan__county"), recorded_at__lt=end_of(day)).order_by("-version")
    return FundLine.objects.filter(plan=Subquery(recorded.values("pk")[:1])).annotate(amount=F("central_amount"))


def contracts(day):
    """Agreements signed by that day and not terminated before, with the central money they had then."""
    later = SupplementAgreement.objects.filter(
        agreement=OuterRef("pk"), status=SupplementAgreement.Status.SIGNED, signed_on__gt=day
    ).order_by("signed_on", "pk")
    before = Cast(KeyTextTransform("central_amount", KeyTextTransform("terms", "before")), MONEY)
    return (
        Agreement.objects.filter(signed_on__lte=day)
        .exclude(terminated_on__lte=day)
        .annotate(amount=Coalesce(Subquery(later.values(was=before)[:1]), F("central_amount"), output_field=MONEY))
    )


def accepted(day):
    """Applications concluded 合格 by that day and not taken back before its end."""
    taken_back = Event.objects.filter(
        content_type=ContentType.objects.get_for_model(Application),
        object_id=OuterRef("pk"),
        target__in=Application.REVERSED,
        at__lt=end_of(day),
    )
    passed = Application.objects.filter(conclusion=Application.Conclusion.PASSED, concluded_at__lt=end_of(day))
    return passed.filter(~Exists(taken_back)).annotate(amount=Coalesce(F("approved_amount"), ZERO, output_field=MONEY))


def publicised(day):
    """…whose result was publicised and came to an end without objection by that day."""
    return accepted(day).filter(notice__status=Notice.Status.CLEAR, notice__closed_at__lt=end_of(day))


def waiting(day):
    """…and whose stage was not paid by that day: the money that contractors wait for (A-317)."""
    paid = Payment.objects.filter(stage=OuterRef("stage"), paid_on__lte=day).exclude(returned_on__lte=day)
    return publicised(day).filter(~Exists(paid))


# --- one county on one day ----------------------------------------------------------------------------------------------
@dataclass
class Sums:
    """What one county, one direction or all of them together show, in 元."""

    allotted: Decimal = ZERO
    received: Decimal = ZERO
    arranged: Decimal = ZERO
    contracted: Decimal = ZERO
    accepted: Decimal = ZERO
    publicised: Decimal = ZERO
    paid: Decimal = ZERO
    irregular: Decimal = ZERO
    recalled: Decimal = ZERO
    receivable: Decimal = ZERO
    returned: Decimal = ZERO
    treasury: Decimal = ZERO
    promised: Decimal = ZERO
    matching: Decimal = ZERO
    matching_paid: Decimal = ZERO
    private: Decimal = ZERO
    waiting: Decimal = ZERO
    waiting_count: int = 0
    slow_count: int = 0
    longest: int = 0  # days since 合格 of what waits longest

    def add(self, name, amount):
        setattr(self, name, getattr(self, name) + amount)

    @property
    def recovered(self):
        return self.recalled - self.receivable

    @property
    def rate(self):
        """执行率 for display: paid ÷ received, percent."""
        return money.percent(self.paid, self.received)

    @property
    def idle(self):
        """闲置：in the special account, and no agreement will take it."""
        owed = max(self.contracted - self.paid, ZERO)
        return max(self.treasury - owed, ZERO)

    @property
    def matching_gap(self):
        return max(self.promised - self.matching, ZERO)

    @property
    def leverage(self):
        """社会资金 ÷ 中央资金 paid, percent."""
        return money.percent(self.private, self.paid)

    def executes(self, least) -> bool:
        """Has it paid out at least this share (Decimal, 0.9 = 90 %) of what it received? Exactly, not as printed."""
        return bool(self.received) and not money.share_below(self.paid, self.received, least)


@dataclass
class Row:
    county: object
    sums: Sums = field(default_factory=Sums)
    directions: dict = field(default_factory=dict)  # direction → Sums

    @property
    def executes(self):
        return self.sums.executes(self.county.batch.second_apply_rate)


@dataclass
class Board:
    """The money of some counties at the end of one day."""

    day: date
    rows: list[Row]
    total: Sums
    directions: dict  # direction → Sums of all counties


IN_LEDGER = {  # account and source → (name of the sum, sign)
    (Account.SOURCE, Source.CENTRAL): ("received", -1),
    (Account.SPENT, Source.CENTRAL): ("paid", 1),
    (Account.IRREGULAR, Source.CENTRAL): ("irregular", 1),
    (Account.RECALLED, Source.CENTRAL): ("recalled", -1),
    (Account.RECEIVABLE, Source.CENTRAL): ("receivable", 1),
    (Account.RETURNED, Source.CENTRAL): ("returned", 1),
    (Account.TREASURY, Source.CENTRAL): ("treasury", 1),
    (Account.SOURCE, Source.MATCHING): ("matching", -1),
    (Account.SPENT, Source.MATCHING): ("matching_paid", 1),
    (Account.SPENT, Source.PRIVATE): ("private", 1),
}
OF_RECORDS = (  # name of the sum, question, path to the county, path to the direction
    ("arranged", lines_in_force, "plan__county", "direction"),
    ("contracted", contracts, "project__county", "project__fund_line__direction"),
    ("accepted", accepted, "project__county", "project__fund_line__direction"),
    ("publicised", publicised, "project__county", "project__fund_line__direction"),
)


def board(counties, day) -> Board:
    """`counties`: a QuerySet of County with region and batch. Seven questions, however many counties."""
    rows = {county.pk: Row(county, directions=_per_direction()) for county in counties}
    total, directions = Sums(), _per_direction()
    for row in rows.values():
        for name, amount in (("allotted", row.county.central_total), ("promised", row.county.matching_promised)):
            row.sums.add(name, amount)
            total.add(name, amount)

    def book(county, direction, name, amount):
        for sums in (rows[county].sums, total):
            sums.add(name, amount)
        if direction:
            for sums in (rows[county].directions[direction], directions[direction]):
                sums.add(name, amount)

    for cell, amount in ledger_as_of(list(rows), day).items():
        if (place := (cell.account, cell.source)) in IN_LEDGER:
            name, sign = IN_LEDGER[place]
            book(cell.county, cell.direction, name, sign * amount)
    for name, question, county, direction in OF_RECORDS:
        grouped = question(day).filter(**{f"{county}__in": list(rows)}).order_by().values_list(county, direction)
        for where, towards, amount in grouped.annotate(sum=Sum("amount")):
            book(where, towards, name, amount)
    _add_waiting(rows, total, directions, day)
    return Board(day, list(rows.values()), total, directions)


def _per_direction():
    return {direction: Sums() for direction in FundLine.Direction.values}


def _add_waiting(rows, total, directions, day):
    left = waiting(day).filter(project__county__in=list(rows))
    asked = ("project__county", "project__fund_line__direction", "concluded_at", "amount")
    for county, direction, concluded_at, amount in left.values_list(*asked):
        days = (day - clock.day_of(concluded_at)).days
        slow = days > rows[county].county.batch.payment_slow_days
        for sums in (rows[county].sums, rows[county].directions[direction], total, directions[direction]):
            sums.add("waiting", amount)
            sums.waiting_count += 1
            sums.slow_count += slow
            sums.longest = max(sums.longest, days)


class Share(NamedTuple):
    """One direction for the shape {% shares %}."""

    key: str
    label: str
    part: Decimal
    whole: Decimal
    floor: Decimal | None


def shares(row) -> list[Share]:
    """What the plan in force on that day arranges, by direction, against the floors of the batch (A-204, A-207, A-209)."""
    batch, whole = row.county.batch, row.sums.arranged
    floors = {
        "logistics": batch.min_logistics_share,
        "produce": batch.min_produce_share,
        "goods": batch.min_goods_share,
    }
    return [
        Share(direction, FundLine.Direction(direction).label, sums.arranged, whole, floors.get(direction))
        for direction, sums in row.directions.items()
    ]


ORDERS = {
    "region": ("行政区划", lambda row: row.county.region.code),
    "rate": ("执行率从低到高", lambda row: (row.sums.rate, row.county.region.code)),
    "longest": ("等待拨付最久", lambda row: (-row.sums.longest, row.county.region.code)),
    "idle": ("闲置资金最多", lambda row: (-row.sums.idle, row.county.region.code)),
}
