"""The books: balanced, corrected only by reversal, and the balances of the board follow them in the database."""

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.db.utils import DatabaseError

from funds.models import Account, Balance, Leg, Posting, Receipt, Source
from portal import money
from tests import builders


def recounted():
    """{(county, account, source, fund line, month): balance} out of the legs themselves."""
    sums = {}
    for leg in Leg.objects.all():
        key = (leg.county_id, leg.account, leg.source, leg.fund_line_id, leg.day.replace(day=1))
        sums[key] = sums.get(key, 0) + leg.amount
    return sums


def kept():
    return {
        (b.county_id, b.account, b.source, b.fund_line_id, b.month): b.debit - b.credit for b in Balance.objects.all()
    }


def at_commit(cursor):
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_balances_follow_the_legs_and_a_reversal(cast):
    payment = builders.paid_payment(cast)
    assert kept() == recounted() and len(kept()) >= 3
    posting = Posting.of(Receipt.objects.get())
    posting.reverse(by=cast.finance, reason="文号登记错误")
    assert kept() == recounted()
    assert money.total(row["balance"] for row in payment.county.legs.trial_balance()) == 0
    assert posting.is_reversed and Leg.objects.of(cast.county, Account.SOURCE).balance() == 0


def test_a_posting_is_reversed_once_and_with_a_reason(cast):
    receipt = builders.story().receipt()
    posting = Posting.of(receipt)
    with pytest.raises(DatabaseError), transaction.atomic():
        posting.reverse(by=cast.finance, reason="")
    posting.reverse(by=cast.finance, reason="重复登记")
    with pytest.raises(DatabaseError), transaction.atomic():
        posting.reverse(by=cast.finance, reason="再冲一次")


def test_a_reversal_mirrors_what_it_reverses_and_legs_stay_in_their_county(cast):
    receipt = builders.story().receipt()
    posting = Posting.of(receipt)
    with pytest.raises(DatabaseError, match="逐行相抵"), transaction.atomic(), connection.cursor() as cursor:
        red = Posting.objects.create(county=cast.county, subject=receipt, words="冲销", reverses=posting, reason="试")
        where = {"posting": red, "county": cast.county, "source": Source.CENTRAL}
        Leg.objects.create(account=Account.SOURCE, amount=1, **where)
        Leg.objects.create(account=Account.TREASURY, amount=-1, **where)
        at_commit(cursor)
    with pytest.raises(DatabaseError, match="所在的示范县"), transaction.atomic():
        Leg.objects.create(
            posting=posting, county=cast.neighbour_county, account=Account.SPENT, source=Source.CENTRAL, amount=1
        )


def test_control_without_the_trigger_the_balances_stay_behind(cast):
    builders.story().receipt()
    with connection.cursor() as cursor:
        at_commit(cursor)
        cursor.execute("ALTER TABLE funds_leg DISABLE TRIGGER balances_follow")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    builders.story().receipt()
    assert kept() != recounted()
    assert Balance.objects.aggregate(n=Sum("legs"))["n"] < Leg.objects.count()
