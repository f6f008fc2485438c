"""追回：what was paid comes back to the last cent, the books balance, and nothing can be recovered twice."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from funds.models import Account, Leg, Posting, Recovery, RecoveryReceipt, recovered_words
from portal import clock
from portal.rules import Kind, Refused
from tests import builders

DECISION = {"ground": "演示：抽查不通过", "doc_no": "演示确财〔2020〕5号"}


@pytest.fixture
def payment(cast):
    return builders.paid_payment(cast)


def opened(cast, payment, **fields):
    values = DECISION | {"decided_on": clock.today(), "payment": payment} | fields
    return Recovery.open(cast.county, by=cast.finance, **values)


def back(recovery, cast, amount, **fields):
    values = {"paid_on": clock.today(), "payer": "演示承办单位", "voucher_no": "T1"} | fields
    return recovery.receive(by=cast.finance, amount=amount, **values)


def balances(cast):
    return {row["account"]: row["balance"] for row in cast.county.legs.trial_balance() if row["source"] == "central"}


def test_A_328_everything_comes_back_and_the_books_balance(cast, payment):
    recovery = opened(cast, payment)
    assert recovery.amount == payment.amount == recovery.left
    legs = list(recovery.legs())
    assert {(leg.account, leg.agreement_id, leg.stage_id, leg.fund_line_id) for leg in legs} == {
        (account, payment.agreement.pk, payment.stage_id, payment.project.fund_line_id)
        for account in ("receivable", "recalled")
    }
    half = (payment.amount / 2).quantize(Decimal("0.01"))
    back(recovery, cast, half)
    assert recovered_words(payment, Leg.objects.filter(stage=payment.stage_id)) == "部分追回"
    with pytest.raises(Refused, match="A-328c"):
        recovery.close(by=cast.henan_finance)
    back(recovery, cast, payment.amount - half, payment=payment, voucher_no="T2")
    assert recovered_words(payment, Leg.objects.filter(stage=payment.stage_id)) == "已追回"
    recovery.hand_over(by=cast.finance, amount=payment.amount, paid_on=clock.today(), voucher_no="T3")
    recovery.close(by=cast.henan_finance)
    assert recovery.status == "closed" and recovery.left == 0
    now = balances(cast)
    assert now["spent"] == payment.amount == now["returned"] == -now["recalled"]
    assert now["receivable"] == 0 and sum(now.values()) == 0
    builders.seal()  # the database balances every posting at commit


def test_A_328m_nothing_is_recalled_twice(cast, payment):
    with pytest.raises(Refused, match="A-328m"):
        opened(cast, payment, amount=payment.amount + 1)
    opened(cast, payment, amount=Decimal("100.00"))
    rest = opened(cast, payment)
    assert rest.amount == payment.amount - 100
    with pytest.raises(Refused, match="没有已拨付而尚未追回的资金"):
        opened(cast, payment)


def test_A_328d_only_by_a_numbered_decision_of_the_past(cast, payment):
    for wrong in ({"doc_no": "口头通知"}, {"decided_on": clock.today() + timedelta(days=1)}):
        with pytest.raises(Refused, match="A-328d"):
            opened(cast, payment, **wrong)
    assert not Recovery.objects.exists()


def test_A_328b_no_more_comes_back_than_is_owed_in_rule_and_database(cast, payment):
    recovery = opened(cast, payment, amount=Decimal("100.00"))
    back(recovery, cast, Decimal("60.00"))
    with pytest.raises(Refused, match="A-328b"):
        back(recovery, cast, Decimal("40.01"))
    with pytest.raises(IntegrityError, match="A-328b"), transaction.atomic():
        RecoveryReceipt.objects.create(
            recovery=recovery, kind="back", amount=41, paid_on=clock.today(), payer="x", voucher_no="x",
            registered_by=cast.finance,
        )  # fmt: skip
    back(recovery, cast, Decimal("40.00"))
    assert recovery.left == 0


def test_A_328_overdue_money_is_shown_and_stops_nothing(cast, payment):
    recovery = opened(cast, payment)
    assert recovery.due_on == recovery.decided_on + timedelta(days=cast.county.batch.recovery_days)
    builders.go_to(recovery.due_on + timedelta(days=1))
    (rule,) = Recovery.RECORDS
    (told,) = rule(recovery)
    assert told.kind is Kind.RECORD and "尚有" in told.wrong
    assert list(Recovery.objects.overdue(clock.today())) == [recovery]


def test_A_347t_only_what_came_back_is_handed_up(cast, payment):
    recovery = opened(cast, payment, amount=Decimal("100.00"))
    with pytest.raises(Refused, match="A-347t"):
        recovery.hand_over(by=cast.finance, amount=Decimal("1.00"), paid_on=clock.today(), voucher_no="1")
    back(recovery, cast, Decimal("100.00"))
    with pytest.raises(Refused, match="A-347t"):
        recovery.hand_over(by=cast.finance, amount=Decimal("100.01"), paid_on=clock.today(), voucher_no="1")
    recovery.hand_over(by=cast.finance, amount=Decimal("100.00"), paid_on=clock.today(), voucher_no="1")
    assert recovery.handed_over() == 100 and recovery.to_hand_over() == 0


def test_P_086_nothing_is_registered_before_the_decision_or_after_the_end(cast, payment):
    recovery = opened(cast, payment, amount=Decimal("100.00"))
    with pytest.raises(Refused, match="P-086"):
        back(recovery, cast, Decimal("1.00"), paid_on=recovery.decided_on - timedelta(days=1))
    back(recovery, cast, Decimal("100.00"))
    recovery.close(by=cast.henan_finance)
    with pytest.raises(Refused, match="P-086"):
        back(recovery, cast, Decimal("1.00"))


def test_P_087_a_wrong_registration_is_reversed_once_and_registered_anew(cast, payment):
    recovery = opened(cast, payment, amount=Decimal("100.00"))
    receipt = back(recovery, cast, Decimal("100.00"))
    receipt.reverse(by=cast.finance, reason="金额登记错误")
    assert recovery.left == 100 and receipt.is_reversed
    with pytest.raises(Refused, match="P-087"):
        receipt.reverse(by=cast.finance, reason="再来一次")
    back(recovery, cast, Decimal("10.00"))
    with pytest.raises(DatabaseError), transaction.atomic():
        RecoveryReceipt.objects.filter(pk=receipt.pk).update(amount=1)
    assert Posting.objects.filter(reverses__isnull=False).count() == 1


def test_a_decision_to_recover_stands(cast, payment):
    recovery = opened(cast, payment, amount=Decimal("100.00"))
    with pytest.raises(IntegrityError, match="A-328"), transaction.atomic():
        Recovery.objects.filter(pk=recovery.pk).update(amount=1)
    with pytest.raises(IntegrityError, match="A-328"), transaction.atomic():
        recovery.delete()
    assert Leg.objects.of(cast.county, Account.RECEIVABLE).balance() == 100
