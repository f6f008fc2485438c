"""R-02: every movement is two legs and the books balance after each, against a model of the ledger in plain Python.

Push: about 2,000 movements in sequences that Hypothesis invents; `NIGHT=1`: 100,000.
"""

import os
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts.models import Region
from counties.models import FundLine
from funds.models import Account, Balance, Leg, Posting, Source
from tests.funds import moves

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("transactions")]

NIGHT = bool(os.environ.get("NIGHT"))
SEQUENCES, STEPS = (2_500, 40) if NIGHT else (50, 40)
CENTS = st.integers(1, 10**12).map(lambda n: Decimal(n) / 100)
MOVEMENTS = {  # what the ledger says happened → the accounts that it touches (debit, credit)
    "received": (Account.TREASURY, Account.SOURCE),
    "paid": (Account.SPENT, Account.TREASURY),
    "outside the rules": (Account.IRREGULAR, Account.TREASURY),
    "to come back": (Account.RECEIVABLE, Account.RECALLED),
    "came back": (Account.TREASURY, Account.RECEIVABLE),
    "returned": (Account.RETURNED, Account.TREASURY),
}


class Books(RuleBasedStateMachine):
    """The ledger of two counties beside {(county, account, source, line): (debit, credit)} in memory."""

    world = None
    movements = 0

    def __init__(self):
        super().__init__()
        self.model, self.legs_of, self.reversed = {}, {}, set()
        self.mark = transaction.savepoint()
        self.before = self._sums()
        self.subjects = iter(list(Region.objects.order_by("pk")))  # one posting each; no rule of the funds knows them

    def teardown(self):
        transaction.savepoint_rollback(self.mark)

    def _post(self, county, legs):
        posting = Posting.objects.create(county=county, subject=next(self.subjects), words="演示")
        posting._add([Leg(account=a, source=s, amount=n, fund_line=line) for a, s, n, line in legs])
        self.legs_of[posting.pk] = (county, legs)
        self._remember(county, legs)

    def _remember(self, county, legs):
        for account, source, amount, line in legs:
            key = (county.pk, account, source, line.pk if line else None)
            debit, credit = self.model.get(key, (Decimal(0), Decimal(0)))
            self.model[key] = (debit + max(amount, 0), credit - min(amount, 0))
        Books.movements += 1

    def _sums(self):
        sums = {}
        for row in Balance.objects.all():
            key = (row.county_id, row.account, row.source, row.fund_line_id)
            debit, credit = sums.get(key, (Decimal(0), Decimal(0)))
            sums[key] = (debit + row.debit, credit + row.credit)
        return sums

    @rule(
        what=st.sampled_from(sorted(MOVEMENTS)),
        where=st.booleans(),
        source=st.sampled_from(Source.values),
        amount=CENTS,
        on_a_line=st.booleans(),
    )
    def move(self, what, where, source, amount, on_a_line):
        county = self.world.counties[where]
        debit, credit = MOVEMENTS[what]
        line = self.world.line if on_a_line else None
        self._post(county, [(debit, source, amount, line), (credit, source, -amount, None)])

    @rule(amounts=st.lists(CENTS, min_size=2, max_size=5), source=st.sampled_from(Source.values))
    def split(self, amounts, source):
        """One receipt over several accounts: more legs than two."""
        legs = [(Account.TREASURY, source, amount, None) for amount in amounts]
        self._post(self.world.counties[0], [*legs, (Account.SOURCE, source, -sum(amounts), None)])

    @rule(which=st.integers(0, 10**6))
    def reverse(self, which):
        open_ones = [pk for pk in self.legs_of if pk not in self.reversed]
        if open_ones:
            pk = open_ones[which % len(open_ones)]
            Posting.objects.get(pk=pk).reverse(by=self.world.by, reason="演示冲销")
            self.reversed.add(pk)
            county, legs = self.legs_of[pk]
            self._remember(county, [(a, s, -n, line) for a, s, n, line in legs])

    @invariant()
    def balanced_and_as_the_model_says(self):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what a commit asks
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute("SELECT coalesce(sum(amount), 0) FROM funds_leg")
            assert cursor.fetchone() == (0,)
        expected = dict(self.before)
        for key, (debit, credit) in self.model.items():
            was = expected.get(key, (Decimal(0), Decimal(0)))
            expected[key] = (was[0] + debit, was[1] + credit)
        assert self._sums() == expected
        for county in self.world.counties:
            assert sum(debit - credit for (pk, *_), (debit, credit) in expected.items() if pk == county.pk) == 0


@pytest.fixture
def two_counties(ready):
    ready.counties = [ready.cast.county, ready.cast.neighbour_county]
    ready.line, ready.by = FundLine.objects.first(), ready.cast.finance
    return ready


def _run(world, sequences):
    Books.world, Books.movements = world, 0
    chosen = settings(
        max_examples=sequences,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Books, settings=chosen)
    assert moves.books_wrong() == []


def test_R_02_the_books_balance_after_every_movement(two_counties):
    _run(two_counties, SEQUENCES)
    moves.say(f"R-02: {Books.movements} movements, the books balanced after each")
    assert Books.movements > SEQUENCES * STEPS / 5


def test_R_02_control_a_balance_that_does_not_follow_is_found(two_counties):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE funds_leg DISABLE TRIGGER balances_follow")
    with pytest.raises(AssertionError):
        _run(two_counties, 20)


@pytest.mark.parametrize(
    "tampering",
    [
        "DELETE FROM funds_leg WHERE id = (SELECT min(id) FROM funds_leg)",
        "UPDATE funds_leg SET amount = amount + 0.01 WHERE id = (SELECT min(id) FROM funds_leg)",
        "UPDATE funds_leg SET account = 'returned' WHERE id = (SELECT min(id) FROM funds_leg)",
        "UPDATE funds_balance SET debit = debit + 0.01 WHERE id = (SELECT min(id) FROM funds_balance)",
        "UPDATE funds_payment SET amount = amount - 0.01 WHERE status = 'paid'",
    ],
)
def test_R_02_control_one_leg_altered_behind_the_guards_is_found(ready, tampering):
    moves.pay(ready.payment.pk, ready.cast.finance)
    assert moves.books_wrong() == []
    with moves.resting("funds_leg", "funds_payment") as cursor:
        cursor.execute(tampering)
    assert moves.books_wrong()


@pytest.mark.parametrize(
    ("words", "amounts"), [("借贷不平", (1, -2)), ("借贷不平", (1,)), ("一借一贷", ()), ("借贷不平", ("0.01", "-0.02"))]
)
def test_R_02_an_unbalanced_posting_is_refused_at_commit(ready, words, amounts):
    accounts = (Account.TREASURY, Account.SOURCE)
    legs = [(account, Source.CENTRAL, Decimal(n), {}) for account, n in zip(accounts, amounts, strict=False)]
    with pytest.raises(IntegrityError, match=f"{words}|一借一贷"), transaction.atomic():
        Posting.book(ready.cast.county, ready.cast.county, "不平", legs)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
