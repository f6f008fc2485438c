"""What the county promised, what private money follows, and who may pay it."""

import pytest
from django.db import transaction
from django.db.models import Sum
from django.db.utils import DatabaseError

from counties.models import County
from funds.models import (
    Account,
    Freeze,
    Leg,
    Matching,
    MatchingFund,
    MatchingPayment,
    PrivateInvestment,
    Receipt,
    Source,
)
from funds.rules.matching import private_money_follows
from portal.rules import Kind, Refused, breaches
from tests import builders
from tests.funds.money import WAN, agreed, drafted_agreement, matching_arrived, matching_registered, private_recorded


@pytest.fixture
def agreement(cast):
    return agreed(cast, matching_amount=230, self_amount=580)


def test_A_307_the_gap_is_shown_and_never_refused(cast):
    County.objects.filter(pk=cast.county.pk).update(matching_promised=300 * WAN)
    cast.county.refresh_from_db()
    fund = matching_arrived(cast)
    matching = Matching(cast.county)
    (gap,) = breaches(Matching.SHOWN, matching)
    assert gap.rule.id == "A-307g" and gap.kind is Kind.RECORD and str(70 * WAN) in gap.wrong
    assert (matching.budgeted, matching.arrived, matching.left) == (230 * WAN, 230 * WAN, 230 * WAN)
    with pytest.raises(Refused, match="A-307e"):
        fund.arrive(by=cast.finance, arrived_on=builders.clock.today())
    matching_arrived(cast, 70, doc_no="演财〔2020〕配套2号")
    assert not breaches(Matching.SHOWN, Matching(cast.county))


def test_P_054_within_the_agreement_and_the_money_that_is_there(cast, agreement):
    with pytest.raises(Refused, match="P-054"):
        matching_registered(cast, agreement, 231)
    payment = matching_registered(cast, agreement, 200)
    with pytest.raises(Refused, match="P-054"):
        matching_registered(cast, agreement, 31)
    with pytest.raises(Refused, match="P-054t"):
        payment.pay(by=cast.finance, voucher_no="演示凭证-1")
    matching_arrived(cast)
    payment.pay(by=cast.finance, voucher_no="演示凭证-1")
    assert payment.payee_account == agreement.account_no
    assert Leg.objects.of(cast.county, Account.SPENT, Source.MATCHING).balance() == 200 * WAN
    assert Matching(cast.county).left == 30 * WAN


def test_P_054_the_database_refuses_as_well(cast, agreement):
    values = {"county": cast.county, "agreement": agreement, "registered_by": cast.clerk, "registered_on": "2020-09-01"}
    paid = {"paid_on": "2020-09-01", "paid_by": cast.finance, "voucher_no": "1", "payee_account": "1"}
    with pytest.raises(DatabaseError, match="P-054"), transaction.atomic():
        MatchingPayment.objects.create(amount=231 * WAN, note="x", **values)
    with pytest.raises(DatabaseError, match="配套资金存款"), transaction.atomic():
        MatchingPayment.objects.create(amount=1, note="x", **values, **paid)


def test_P_059_the_bureau_that_registers_does_not_pay(cast, agreement):
    matching_arrived(cast)
    payment = matching_registered(cast, agreement, 100)
    with pytest.raises(Refused, match="P-059"):
        payment.pay(by=cast.clerk, voucher_no="1")
    payment.pay(by=cast.finance, voucher_no="1")
    with pytest.raises(Refused, match="P-059"):
        payment.pay(by=cast.finance, voucher_no="2")
    with pytest.raises(Refused, match="P-055"):
        payment.reverse(by=cast.finance, reason="重复支付")
    payment.reverse(by=cast.henan_finance, reason="重复支付")
    assert Matching(cast.county).left == 230 * WAN


def test_P_042_a_freeze_stops_matching_money_as_well(cast, agreement):
    matching_arrived(cast)
    payment = matching_registered(cast, agreement, 100)
    freeze = Freeze.place(cast.county, by=cast.henan_finance, reason="演示核查", project=agreement.project)
    with pytest.raises(Refused, match="P-042m"):
        payment.pay(by=cast.finance, voucher_no="1")
    freeze.lift(by=cast.henan_commerce, reason="核查完毕")
    payment.pay(by=cast.finance, voucher_no="1")


def test_P_058_only_a_signed_agreement_takes_money(cast):
    draft = drafted_agreement(cast, matching_amount=230)
    with pytest.raises(Refused, match="P-058"):
        matching_registered(cast, draft, 1)
    with pytest.raises(Refused, match="P-058"):
        private_recorded(cast, draft, 1)
    s = builders.story()
    s.agree(draft)
    with s.day():
        draft.sign(by=cast.government)
    builders.go_to(s.today)
    assert matching_registered(cast, draft, 1) and private_recorded(cast, draft, 1)


def test_B_301_private_money_counts_when_the_county_confirmed_it(cast, agreement):
    investment = private_recorded(cast, agreement, 580)
    assert not Leg.objects.filter(source=Source.PRIVATE).exists()
    (shown,) = breaches([private_money_follows], agreement)
    assert shown.rule.id == "B-301" and shown.kind is Kind.RECORD
    with pytest.raises(Refused, match="P-059c"):
        investment.confirm(by=cast.contractor)
    investment.confirm(by=cast.clerk)
    agreement.refresh_from_db()
    assert not breaches([private_money_follows], agreement)
    with pytest.raises(Refused, match="P-059c"):
        investment.confirm(by=cast.clerk)
    assert Leg.objects.of(cast.county, Account.SPENT, Source.PRIVATE).balance() == 580 * WAN


def test_a_private_sum_can_be_sent_back_before_it_is_confirmed(cast, agreement):
    investment = private_recorded(cast, agreement, 10)
    investment.reverse(by=cast.clerk, reason="凭证与金额不符")
    assert not PrivateInvestment.objects.standing().exists()
    with pytest.raises(Refused, match="P-059c"):
        investment.confirm(by=cast.clerk)


def test_the_case_of_zhangshu_three_sources_make_2310(cast, agreement):
    """中央 1500 + 配套 230 + 社会资金 580 = 2310 万元, through the real deeds."""
    builders.story().receipt(1500 * WAN)
    matching_arrived(cast)
    private_recorded(cast, agreement, 580).confirm(by=cast.clerk)
    sums = Leg.objects.filter(county=cast.county, account=Account.SOURCE).values("source").annotate(n=-Sum("amount"))
    assert {row["source"]: row["n"] / WAN for row in sums.order_by()} == {
        "central": 1500, "matching": 230, "private": 580,
    }  # fmt: skip
    assert -Leg.objects.filter(county=cast.county, account=Account.SOURCE).balance() == 2310 * WAN
    assert Leg.objects.filter(county=cast.county).balance() == 0
    assert Receipt.objects.count() == MatchingFund.objects.count() == 1
