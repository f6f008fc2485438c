"""专款专用、分别核算：what the money is for, and whether earlier money was booked."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from funds.models import Payment
from portal import clock
from portal.rules import Kind, Refused
from tests import builders


def test_A_321_the_purpose_is_the_direction_of_the_line(cast):
    application = builders.clear_application(cast)
    with pytest.raises(Refused, match="A-321"):
        Payment.request(application, by=cast.contractor, amount=1, purpose="training")
    payment = builders.story().requested_payment(application)
    assert payment.purpose == application.project.fund_line.direction == "logistics"


def test_A_321_holds_at_the_payment_in_the_rule_and_in_the_database(cast):
    payment = builders.payable_payment(cast)
    Payment.objects.filter(pk=payment.pk).update(purpose="training")
    with pytest.raises(Refused, match="不得挪作他用"):
        payment.pay(by=cast.finance, voucher_no="1")
    with pytest.raises(IntegrityError, match="A-321"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(
            status="paid", paid_on=clock.today(), paid_by=cast.finance, voucher_no="1", payee_account="1"
        )
    Payment.objects.filter(pk=payment.pk).update(purpose="logistics")
    payment.pay(by=cast.finance, voucher_no="1")
    assert payment.status == "paid"


def test_A_333_money_not_booked_after_30_days_is_shown_and_stops_nothing(cast, as_user):
    first = builders.paid_payment(cast)
    s = builders.story()
    second = s.publicised_payment(s.clear_application(first.project, stage_no=2))
    builders.go_to(first.paid_on + timedelta(days=30))
    assert not [breach for breach in second.missing_before_pay() if breach.rule.id == "A-333"]
    builders.go_to(max(s.today, first.paid_on + timedelta(days=31)))
    second.refresh_from_db()
    (told,) = [breach for breach in second.missing_before_pay() if breach.rule.id == "A-333"]
    assert told.kind is Kind.RECORD and first.no in told.wrong
    assert first.no in as_user(cast.finance).get(second.get_absolute_url()).content.decode()
    second.pay(by=cast.finance, voucher_no="2")
    first.refresh_from_db()
    first.book(by=cast.contractor, account_voucher_no="记-1", books_separately=True)
    assert not [breach for breach in second.missing_before_pay() if breach.rule.id == "A-333"]
