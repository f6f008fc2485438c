"""R-01: payments at the same moment never exceed what is allowed: through the verb, past the verb, through the door.

Push sizes; `NIGHT=1` takes 64 clients × 50 attempts × 100 projects past the verb and 16 × 25 × 20 through it.
"""

import os
import random
import threading
import time
from contextvars import copy_context
from decimal import Decimal
from itertools import count

import psycopg2
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections

from funds.models import Payment
from portal import clock
from portal.rules import Refused
from tests.conftest import gather_cast
from tests.funds import moves
from tests.funds.crowds import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("transactions")]

NIGHT = bool(os.environ.get("NIGHT"))
# clients × attempts × projects
PAST_THE_VERB = (64, 50, 100) if NIGHT else (16, 25, 20)
THROUGH_THE_VERB = (16, 25, 20) if NIGHT else (16, 25, 2)
FITTING = 10  # of 25 payments of an agreement
PAY = """
UPDATE funds_payment SET status = 'paid', paid_on = %(day)s, paid_by_id = %(by)s, voucher_no = 'x', payee_account = '6'
    WHERE id = %(payment)s AND status = 'approved' RETURNING county_id, stage_id, amount;
"""
BOOK = """
WITH posting AS (
    INSERT INTO funds_posting (county_id, content_type_id, object_id, words, at, reason)
        VALUES (%(county)s, %(kind)s, %(payment)s, '拨付', now(), '') RETURNING id)
INSERT INTO funds_leg (posting_id, county_id, account, source, stage_id, day, amount)
    SELECT id, %(county)s, 'spent', 'central', %(stage)s, %(day)s, %(amount)s FROM posting
    UNION ALL SELECT id, %(county)s, 'treasury', 'central', NULL, %(day)s, -%(amount)s FROM posting;
"""
LEFT = """
SELECT agreement.central_amount - coalesce(sum(payment.amount) FILTER (WHERE payment.status IN ('paid', 'booked')), 0)
    FROM funds_payment payment JOIN projects_stage stage ON stage.id = payment.stage_id
    JOIN projects_agreement agreement ON agreement.id = stage.agreement_id
    WHERE agreement.id = (SELECT s.agreement_id FROM projects_stage s JOIN funds_payment p ON p.stage_id = s.id
        WHERE p.id = %(payment)s)
    GROUP BY agreement.id;
"""


class Careless:
    """Somebody who writes with the rights of the portal but without its lock, after a look or without: an import, a
    shell. `gap`: seconds between looking and writing."""

    def __init__(self, kind, by, day, looks, gap=0.0):
        self.known = {"kind": kind, "by": by, "day": day}
        self.looks, self.gap = looks, gap
        where = connection.settings_dict
        self.line = psycopg2.connect(host=where["HOST"], user=where["USER"], dbname=where["NAME"])
        with self.line.cursor() as cursor:
            cursor.execute("SET ROLE portal_app")
        self.line.commit()

    def pay(self, payment):
        """True when the payment was made and committed; False when it was refused or done already."""
        here = {**self.known, "payment": payment}
        try:
            with self.line, self.line.cursor() as cursor:
                if self.looks and not self._seems_to_fit(cursor, here):
                    return False
                cursor.execute(PAY, here)
                if not (paid := cursor.fetchone()):
                    return False
                cursor.execute(BOOK, {**here, **dict(zip(("county", "stage", "amount"), paid, strict=True))})
            return True
        except psycopg2.errors.CheckViolation:
            return False

    def _seems_to_fit(self, cursor, here):
        cursor.execute(LEFT, here)
        left = cursor.fetchone()[0]
        time.sleep(self.gap)
        return left >= moves.EACH


def _try_all(clients, attempts, projects, deed_of):
    """Each client tries `attempts` payments of each project, all clients at the same project, in an order of its own.

    Returns (attempts made, how many succeeded, seconds).
    """
    together, made, errors = threading.Barrier(clients), [], []

    def work(n):
        try:
            deed, chance = deed_of(), random.Random(n)
            for payments in projects:
                order = [payments[k % len(payments)] for k in range(attempts)]
                chance.shuffle(order)
                together.wait(60)
                made.extend([deed(payment) for payment in order])
        except Exception as error:
            errors.append(error)
            together.abort()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=copy_context().run, args=(work, n)) for n in range(clients)]
    began = time.perf_counter()
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not errors, errors[:3]
    return len(made), sum(made), time.perf_counter() - began


@pytest.fixture
def first():
    """One approved payment made by hand, in a county that has received all its money."""
    return moves.approved(gather_cast())


def _careless(first, gap=0.0, look=False):
    """Every second of the crowd looks before it writes (everybody with look=True)."""
    kind, by, number = ContentType.objects.get_for_model(Payment).pk, first.finance_by_id, count()
    day = clock.today()
    return lambda: Careless(kind, by, day, look or next(number) % 2 == 0, gap).pay


def test_R_01_the_database_alone_lets_no_careless_crowd_overspend(first):
    clients, attempts, number = PAST_THE_VERB
    projects = moves.crowd(first, number, attempts, FITTING)
    made, done, seconds = _try_all(clients, attempts, projects, _careless(first))
    _say("past the verb", made, done, seconds)
    assert made == clients * attempts * number
    assert moves.overspent() == {} and moves.books_wrong() == []
    assert moves.paid_total() == number * FITTING * moves.EACH == done * moves.EACH


def test_R_01_control_without_the_guard_the_same_crowd_overspends(first):
    projects = moves.crowd(first, 5, 25, FITTING)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE funds_payment DISABLE TRIGGER USER")
    try:
        _, done, _ = _try_all(16, 25, projects, _careless(first, gap=0.002, look=True))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE funds_payment ENABLE TRIGGER USER")
    _say(f"control: {len(moves.overspent())} of 5 projects overspent", 16 * 25 * 5, done, 1)
    assert moves.overspent()


def test_R_01_through_the_verb_every_agreement_is_paid_to_the_yuan_and_no_further(first):
    clients, attempts, number = THROUGH_THE_VERB
    projects = moves.crowd(first, number, attempts, FITTING)

    def deed_of():
        def deed(payment):
            try:
                moves.pay(payment, moves.payer())
            except Refused:
                return False
            return True

        return deed

    made, done, seconds = _try_all(clients, attempts, projects, deed_of)
    _say("through the verb", made, done, seconds)
    assert moves.overspent() == {} and moves.books_wrong() == []
    assert moves.paid_total() == number * FITTING * moves.EACH == done * moves.EACH


def test_R_01_the_treasury_of_a_county_is_paid_out_to_the_last_yuan_and_no_further(first):
    """Ten agreements, each with room enough; the special account has money for seven payments of fifty."""
    projects = moves.crowd(first, 10, 5, fitting=100)
    received = moves.treasury(first.county)
    moves.leave_in_treasury(first.county, 7 * moves.EACH)
    assert received > moves.treasury(first.county) == 7 * moves.EACH
    _, done, _ = _try_all(16, 5, projects, _careless(first))
    assert done == 7 and moves.treasury(first.county) == Decimal(0) and moves.books_wrong() == []


@pytest.fixture
def crowded_stage(first):
    """Twelve approved payments of half the stage, as a careless import could leave them: unique key taken away."""
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_payment_per_stage")
    yield moves.on_one_stage(first, 12)
    with connection.cursor() as cursor:
        for table in ("funds_paymentvoucher", "funds_paymentobject", "funds_payment"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"DELETE FROM {table}")
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute(
            "CREATE UNIQUE INDEX one_payment_per_stage ON funds_payment (stage_id)"
            " WHERE NOT (status IN ('rejected', 'returned'))"
        )


def test_A_315_twelve_payments_against_one_stage_never_exceed_it(first, crowded_stage):
    results = at_once([lambda pk=pk: moves.pay(pk, moves.payer()) for pk in crowded_stage])
    assert results.count(None) == 2 and all(isinstance(error, Refused) for error in results if error)
    assert moves.paid_total() == first.stage.amount


def test_A_315_the_trigger_alone_holds_when_the_code_forgets_the_lock(first, crowded_stage):
    careless = _careless(first)
    at_once([lambda pk=pk: careless()(pk) for pk in crowded_stage])
    assert moves.paid_total() == first.stage.amount


def _say(what, made, done, seconds):
    moves.say(f"R-01 {what}: {made} attempts, {done} paid, {seconds:.1f} s, {made / seconds:.0f} attempts/s")
