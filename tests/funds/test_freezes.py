"""冻结：no step of a payment while one stands; lifted by another person of the same or a higher level, with a reason."""

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from funds.models import Freeze, Payment
from portal import clock
from portal.rules import Refused
from tests import builders


@pytest.mark.parametrize("what", ["payment", "project", "county"])
def test_P_042_nothing_moves_while_money_is_frozen(cast, what):
    payment = builders.payable_payment(cast)
    scope = {} if what == "county" else {what: payment if what == "payment" else payment.project}
    freeze = Freeze.place(cast.county, by=cast.zhumadian_commerce, reason="涉嫌挪用，正在核查", **scope)
    with pytest.raises(Refused, match="P-042"):
        payment.pay(by=cast.finance, voucher_no="1")
    freeze.lift(by=cast.henan_commerce, reason="核查无误")
    payment.pay(by=cast.finance, voucher_no="1")
    assert payment.status == Payment.Status.PAID


def test_P_042_the_database_does_not_pay_frozen_money_either(cast):
    payment = builders.payable_payment(cast)
    Freeze.place(cast.county, by=None, reason="限期整改", project=payment.project)
    with pytest.raises(DatabaseError, match="P-042"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(
            status="paid", paid_on=clock.today(), paid_by=cast.finance, voucher_no="1", payee_account="6"
        )


def test_P_042u_lifted_by_another_person_of_its_level_or_above_and_once(cast):
    freeze = Freeze.place(cast.county, by=cast.zhumadian_commerce, reason="核查")
    for person in (cast.zhumadian_commerce, cast.finance, cast.contractor, cast.auditor):
        with pytest.raises(Refused, match="P-042u"):
            freeze.lift(by=person, reason="可以了")
    freeze.lift(by=cast.henan_commerce, reason="核查无误")
    with pytest.raises(Refused, match="已于"):
        freeze.lift(by=cast.henan_commerce, reason="再来一次")
    with pytest.raises(DatabaseError, match="不能修改"), transaction.atomic():
        Freeze.objects.filter(pk=freeze.pk).update(reason="没有这回事")
