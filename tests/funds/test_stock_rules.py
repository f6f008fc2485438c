"""Money of 2018 and earlier that was never arranged goes back to the province (B-306)."""

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from funds.models import Account, Leg, Source, StockFund, StockReturn
from portal.rules import Refused, breaches
from tests import builders
from tests.funds.money import WAN, stock


def take(cast, fund, wan):
    return StockReturn.take_back(
        fund, by=cast.henan_finance, doc_no="演财〔2020〕收回1号", returned_on=builders.clock.today(), amount=wan * WAN
    )


def test_B_306_only_years_before_count_and_arranged_stays_within_received(cast):
    with pytest.raises(Refused, match="B-306y"):
        stock(cast, year=2019)
    with pytest.raises(Refused, match="B-306a"):
        stock(cast, received=100, arranged=101)
    fund = stock(cast)
    assert fund.balance() == 180 * WAN
    assert Leg.objects.of(cast.county, Account.TREASURY, Source.STOCK).balance() == 180 * WAN


def test_B_306_what_lies_idle_is_shown_until_it_is_taken_back(cast):
    fund = stock(cast)
    assert [b.rule.id for b in breaches(StockFund.SHOWN, fund)] == ["B-306"]
    take(cast, fund, 180)
    assert not breaches(StockFund.SHOWN, fund)
    assert Leg.objects.of(cast.county, Account.TREASURY, Source.STOCK).balance() == 0
    assert Leg.objects.of(cast.county, Account.RETURNED, Source.STOCK).balance() == 180 * WAN
    assert StockFund.objects.sums() == {
        "received": 500 * WAN, "arranged": 320 * WAN, "returned": 180 * WAN, "left": 0,
    }  # fmt: skip


def test_P_057_no_more_is_taken_back_than_lies_idle(cast):
    fund = stock(cast)
    with pytest.raises(Refused, match="P-057"):
        take(cast, fund, 181)
    taken = take(cast, fund, 100)
    with pytest.raises(DatabaseError, match="P-057"), transaction.atomic():
        StockReturn.objects.create(
            fund=fund, registered_by=cast.henan_finance, doc_no="x", returned_on="2020-09-01", amount=81 * WAN
        )
    with pytest.raises(Refused, match="P-057r"):
        fund.reverse(by=cast.henan_finance, reason="年度有误")
    taken.reverse(by=cast.henan_commerce, reason="文号有误")
    fund.reverse(by=cast.henan_finance, reason="年度有误")
    again = stock(cast, received=400)
    assert StockFund.objects.standing().get() == again and again.balance() == 80 * WAN
