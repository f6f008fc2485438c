"""What the tests of the books start from: paid stages, reversals, money that left outside the rules, random states."""

from datetime import timedelta

from funds.models import Account, Posting, Source
from tests import builders


def irregular(county, amount, *, by, subject, **where):
    """Money that left outside the rules, booked as the ledger keeps it."""
    legs = [(Account.IRREGULAR, Source.CENTRAL, amount, where), (Account.TREASURY, Source.CENTRAL, -amount, {})]
    return Posting.book(county, subject, "违规支出（演示）", legs, by=by)


def on_the_next_day():
    builders.go_to(builders.clock.today() + timedelta(days=1))
