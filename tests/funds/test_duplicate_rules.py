"""重复支持（A-305、G-24）：one invoice, one station, one asset for one payment, anywhere in the programme."""

import pytest
from django.db import IntegrityError, connection, transaction

from funds.models import Payment, PaymentVoucher
from funds.rules import voucher as rules
from portal import clock
from portal.rules import Refused
from projects.models import Asset, Station
from tests import builders

AMOUNT = 1_600_000


@pytest.fixture
def two(cast):
    """A paid first stage, and the second stage of the same project, ready to be asked for."""
    first = builders.paid_payment(cast)
    s = builders.story()
    second = s.clear_application(first.project, stage_no=2)
    builders.go_to(s.today)
    second.refresh_from_db()
    return first, second


def ask(application, by, reason="", **changes):
    papers = builders.papers(application.approved_amount, **changes)
    return Payment.request(application, by=by, reason=reason, **papers)


def test_A_305_one_invoice_supports_one_payment(cast, two):
    first, second = two
    used = first.vouchers.get()
    same = {"invoice_code": used.invoice_code, "no": used.invoice_no}
    with pytest.raises(Refused, match=f"已用于{first.no}.*A-305i"):
        ask(second, cast.contractor, **same)
    assert ask(second, cast.contractor, no="77777777").status == "requested"


def test_A_305_the_database_takes_an_invoice_once(cast, two):
    first, second = two
    payment = ask(second, cast.contractor, no="77777777")
    used = first.vouchers.get()
    copy = PaymentVoucher(payment=payment, kind="invoice", invoice_code=used.invoice_code, invoice_no=used.invoice_no,
                          issued_on=used.issued_on, seller="甲", content="乙", category="other", amount=1)  # fmt: skip
    with pytest.raises(IntegrityError, match="A_305_invoice"), transaction.atomic():
        copy.save()


def test_A_305_an_invoice_twice_in_one_request(cast):
    application = builders.clear_application(cast)
    papers = builders.papers(AMOUNT)
    papers["vouchers"] *= 2
    with pytest.raises(Refused, match="登记了两次.*A-305i"):
        Payment.request(application, by=cast.contractor, **papers)


def test_A_305_a_refused_payment_gives_its_invoice_and_its_objects_free(cast):
    payment = builders.requested_payment(cast)
    used = payment.vouchers.get()
    asset = Asset.objects.filter(project=payment.project).first()
    payment.reject(by=cast.clerk, reason="发票抬头不符")
    assert not payment.vouchers.get().is_live and not payment.items.get().is_live
    same = {"invoice_code": used.invoice_code, "no": used.invoice_no}
    assert ask(payment.application, cast.contractor, asset=asset, **same).status == "requested"


@pytest.mark.parametrize("what", ["asset", "station"])
def test_A_305_one_station_and_one_asset_are_supported_by_one_payment(cast, what):
    application = builders.clear_application(cast)
    thing = (Asset if what == "asset" else Station).objects.filter(project=application.project).first()
    first = ask(application, cast.contractor, no="1", **{what: thing})
    s = builders.story()
    second = s.clear_application(first.project, stage_no=2)
    builders.go_to(s.today)
    with pytest.raises(Refused, match=f"已由{first.no}支持.*A-305o"):
        ask(second, cast.contractor, no="2", **{what: thing})
    payment = ask(second, cast.contractor, no="2")
    with (
        pytest.raises(IntegrityError, match=f"A_305_{what}"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):  # as the owner, behind the guard that keeps the row
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE funds_paymentobject DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE funds_paymentobject SET {what}_id = %s WHERE payment_id = %s", [thing.pk, payment.pk])


def test_A_305_the_same_content_at_the_same_place_in_the_same_year_needs_a_reason(cast, two):
    first, second = two
    used = first.items.get()
    alike = {"content": f" {used.content}。", "place": used.place}
    with pytest.raises(Refused, match=f"{first.no}的用途相同.*A-305e"):
        ask(second, cast.contractor, no="2", **alike)
    payment = ask(second, cast.contractor, no="2", reason="同一场地的第二批设备", **alike)
    event = payment.events.get()
    assert event.excused == ["A-305e"] and event.reason == "同一场地的第二批设备"


def test_A_305_another_year_is_not_alike(cast, two):
    first, second = two
    builders.go_to(clock.today().replace(year=2021))
    used = first.items.get()
    assert ask(second, cast.contractor, no="2", content=used.content, place=used.place).status == "requested"


def test_A_305_another_payment_is_named_only_to_those_who_may_see_it(cast):
    payment = builders.requested_payment(cast)
    used = payment.vouchers.get()
    elsewhere = Payment(county=cast.neighbour_county, requested_by=cast.neighbour, requested_on=clock.today())
    elsewhere._write_down(
        [{"kind": "invoice", "invoice_code": used.invoice_code, "invoice_no": used.invoice_no}], objects=[]
    )
    (told,) = rules.invoice_supported_once(elsewhere)
    assert payment.no not in told.wrong and "另一示范县的一笔拨付" in told.wrong
    elsewhere.judge = cast.henan_finance
    assert payment.no in rules.invoice_supported_once(elsewhere)[0].wrong
