"""退票：the bank sends the money back; the posting is reversed and the stage may be asked for again."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import User
from accounts.sync import sync_roles
from funds.models import Leg, Payment, Posting
from portal import clock
from portal.rules import Refused
from tests import builders


@pytest.fixture
def payment(cast):
    return builders.paid_payment(cast)


@pytest.fixture
def second(cast):
    """Another person of the finance bureau of the county."""
    user = User.objects.create(username="queshan-finance-2", office=cast.finance.office, position=cast.finance.position)
    sync_roles(clock.today())
    return User.objects.get(pk=user.pk)


def settle():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_a_returned_payment_is_reversed_and_asked_for_again(cast, payment, second):
    before = Leg.objects.of(payment.county, "treasury").balance()
    payment.bounce(by=second, reason="户名与账号不符", bank_no="退-1")
    settle()
    assert (payment.status, payment.return_no, payment.paid_by) == ("returned", "退-1", cast.finance)
    assert Posting.of(payment).is_reversed
    assert Leg.objects.of(payment.county, "treasury").balance() == before + payment.amount
    assert Leg.objects.of(payment.county, "spent").balance() == 0
    assert payment not in Payment.objects.public() and payment.amount not in [
        ceiling.paid for ceiling in payment.ceilings()
    ]
    again = builders.story().paid_payment(payment.application)
    assert again.status == "paid" and again.stage == payment.stage
    settle()


def test_P_002_who_paid_does_not_register_the_return(cast, payment):
    with pytest.raises(Refused, match="P-002"):
        payment.bounce(by=cast.finance, reason="户名不符")


def test_what_is_booked_does_not_come_back_this_way(cast, payment, second):
    payment.book(by=cast.contractor, account_voucher_no="记-1", books_separately=True)
    with pytest.raises(Refused, match="P-001"):
        payment.bounce(by=second, reason="户名不符")


def test_A_333_booking_needs_the_declaration_the_voucher_and_a_day_that_can_be(cast, payment):
    with pytest.raises(Refused, match="请声明.*A-333d.*记账凭证号"):
        payment.book(by=cast.contractor, account_voucher_no=" ", books_separately=False)
    early = payment.paid_on.replace(year=2019)
    with pytest.raises(Refused, match="早于.*P-063"):
        payment.book(by=cast.contractor, account_voucher_no="1", books_separately=True, booked_on=early)
    payment.book(by=cast.contractor, account_voucher_no="记-1", books_separately=True)
    assert payment.books_separately and payment.booked_on == clock.today()


def test_the_database_lets_paid_money_go_back_only_with_its_reversal(cast, payment, second):
    settle()
    returned = {"status": "returned", "returned_on": clock.today(), "returned_by": second, "return_reason": "退"}
    here = Payment.objects.filter(pk=payment.pk)
    with pytest.raises(IntegrityError, match="冲销原分录"), transaction.atomic():
        here.update(**returned)
        settle()
    for wrong in ({"amount": 1}, {"returned_by": cast.finance}):
        with pytest.raises(IntegrityError), transaction.atomic():
            here.update(**returned | wrong)
    with pytest.raises(IntegrityError, match="不能改回"), transaction.atomic():
        here.update(status="approved", paid_on=None, paid_by=None, voucher_no="")
    payment.bounce(by=second, reason="户名不符")
    for statement in ("UPDATE funds_payment SET return_reason = '别的'", "DELETE FROM funds_payment"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_page_of_the_return(cast, payment, second, as_user):
    client = as_user(second)
    assert "登记退票" in client.get(payment.get_absolute_url()).content.decode()
    page = reverse("payment-bounce", args=[payment.pk])
    assert client.post(page, {"reason": " "}).status_code == 422
    assert client.post(page, {"reason": "账号已销户", "bank_no": "退-9"}).status_code == 302
    shown = as_user(cast.contractor).get(payment.get_absolute_url()).content.decode()
    assert "账号已销户" in shown and "已退回" in shown
    offered = as_user(cast.contractor).get(reverse("payment-list")).content.decode()
    assert reverse("payment-request", args=[payment.application_id]) in offered
