"""Money sent and money arrived: within the allotment, within the document, never for a county that gets none."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from counties.models import County
from funds.models import Account, AppropriationRow, Leg, Payment, Posting, Receipt, Source
from portal import money as yuan
from portal.models import Event
from portal.rules import Refused, breaches
from tests import builders
from tests.funds import moves
from tests.funds.money import WAN, issued


def register(cast, wan, **fields):
    values = {"doc_no": "演财贸〔2020〕40号", "doc_date": date(2020, 9, 1), "arrived_on": builders.clock.today()}
    return Receipt.register(cast.county, by=cast.finance, amount=wan * WAN, **(values | fields))


def _stands(county, status):
    """The standing alone, as its owner would write it: here the receipts are tried, not the way to the standing."""
    with moves.resting("counties_county"):
        limit = date(2020, 12, 31) if status == "rectifying" else None
        County.objects.filter(pk=county.pk).update(status=status, rectify_by=limit)


@pytest.mark.parametrize("status", ["rectifying", "hearing", "revoked"])
def test_A_345_a_county_that_must_rectify_gets_no_further_money(cast, status):
    row = issued(cast, [(cast.county, 500)]).rows.get()
    register(cast, 100)
    _stands(cast.county, status)
    with pytest.raises(Refused, match="A-345"):
        register(cast, 100)
    with pytest.raises(Refused, match="A-345"):
        issued(cast, [(cast.neighbour_county, 1), (cast.county, 1)], doc_no="演财贸〔2020〕41号")
    assert row.left() == 400 * WAN and AppropriationRow.objects.count() == 1


def test_A_345_the_database_refuses_as_well(cast):
    document = issued(cast, [(cast.county, 500)])
    for county in (cast.county, cast.neighbour_county):
        _stands(county, "rectifying")
    values = {"doc_no": "x", "doc_date": date(2020, 9, 1), "arrived_on": date(2020, 9, 1), "amount": 1}
    with pytest.raises(DatabaseError, match="A-345"), transaction.atomic():
        Receipt.objects.create(county=cast.county, **values)
    with pytest.raises(DatabaseError, match="A-345"), transaction.atomic():
        AppropriationRow.objects.create(appropriation=document, county=cast.neighbour_county, amount=1)


def test_P_052_all_documents_together_stay_within_the_allotment(cast):
    assert cast.county.central_total == 2000 * WAN
    issued(cast, [(cast.county, 1500)], kind="advance")
    with pytest.raises(Refused, match="P-052"):
        issued(cast, [(cast.county, 501)], doc_no="演财贸〔2020〕41号", kind="tail")
    second = issued(cast, [(cast.county, 500)], doc_no="演财贸〔2020〕41号", kind="tail")
    with pytest.raises(DatabaseError, match="P-052"), transaction.atomic():
        other = issued(cast, [(cast.neighbour_county, 1)], doc_no="演财贸〔2020〕42号")
        AppropriationRow.objects.create(appropriation=other, county=cast.county, amount=1)
    second.withdraw(by=cast.henan_finance, reason="文号登记错误")
    issued(cast, [(cast.county, 500)], doc_no="演财贸〔2020〕41号")
    issued(cast, [(cast.county, 9000)], doc_no="演财贸〔2020〕43号", source="stock")  # stock money is no part of it


def test_P_052n_without_an_allotment_it_only_informs(cast):
    County.objects.filter(pk=cast.county.pk).update(central_total=0)
    cast.county.refresh_from_db()
    row = issued(cast, [(cast.county, 1500)]).rows.get()
    assert "尚未核定" in str(breaches(AppropriationRow.SHOWN, row)[-1])


def test_P_053_no_more_arrives_than_was_issued(cast):
    row = issued(cast, [(cast.county, 500)]).rows.get()
    first = register(cast, 300)
    assert first.row == row and first.year == 2020 and first.treasury_account
    with pytest.raises(Refused, match="P-053"):
        register(cast, 201)
    register(cast, 200)
    assert not AppropriationRow.objects.to_arrive().exists()
    with pytest.raises(DatabaseError, match="P-053"), transaction.atomic():
        Receipt.objects.create(
            county=cast.county,
            row=row,
            doc_no="y",
            doc_date=row.appropriation.doc_date,
            arrived_on="2020-09-01",
            amount=1,
        )


def test_P_052w_a_document_is_withdrawn_only_before_it_arrived(cast):
    document = issued(cast, [(cast.county, 500)])
    receipt = register(cast, 500)
    with pytest.raises(Refused, match="P-052w"):
        document.withdraw(by=cast.henan_finance, reason="有误")
    receipt.reverse(by=cast.henan_finance, reason="到账登记有误")
    document.withdraw(by=cast.henan_finance, reason="有误")
    with pytest.raises(Refused, match="P-052w"):
        document.withdraw(by=cast.henan_finance, reason="有误")


def test_money_registered_before_its_document_finds_its_row(cast):
    receipt = register(cast, 500)
    assert receipt.row is None
    row = issued(cast, [(cast.county, 500)]).rows.get()
    receipt.refresh_from_db()
    assert receipt.row == row and row.left() == 0


def test_P_055_a_receipt_is_reversed_once_by_somebody_else_and_registered_again(cast):
    receipt = register(cast, 500)
    with pytest.raises(Refused, match="P-055"):
        receipt.reverse(by=cast.finance, reason="金额错误")
    receipt.reverse(by=cast.henan_finance, reason="金额错误")
    assert Posting.of(receipt).is_reversed and Leg.objects.of(cast.county, Account.TREASURY).balance() == 0
    with pytest.raises(Refused, match="P-055"):
        receipt.reverse(by=cast.henan_finance, reason="再来一次")
    again = register(cast, 600)
    assert list(Receipt.objects.public().filter(county=cast.county)) == [again]
    assert Event.objects.about(receipt).last().reason == "金额错误"
    with pytest.raises(DatabaseError, match="不能修改"), transaction.atomic():
        Receipt.objects.filter(pk=again.pk).update(amount=1)


def test_P_056_money_that_was_spent_cannot_be_reversed(cast):
    payment = builders.paid_payment(cast)
    receipt = Receipt.objects.get()
    with pytest.raises(Refused, match="P-056"):
        receipt.reverse(by=cast.henan_finance, reason="金额错误")
    with pytest.raises(DatabaseError, match="P-056"), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(
            reversed_on="2020-12-01", reversed_by=cast.henan_finance, reversed_reason="试"
        )
    assert payment.status == Payment.Status.PAID


def test_B_509_a_row_without_targets_is_shown_until_they_are_broken_down(cast):
    row = issued(cast, [(cast.county, 500)]).rows.get()
    assert [b.rule.id for b in breaches(AppropriationRow.SHOWN, row)] == ["B-509"]
    targets = [{"indicator": "行政村快递通达率", "unit": "%", "target": "100"}]
    row.break_down(by=cast.henan_finance, targets=targets)
    row.break_down(by=cast.henan_finance, targets=targets)
    row = AppropriationRow.objects.get()
    assert not breaches(AppropriationRow.SHOWN, row) and row.targets.count() == 1
    assert Event.objects.about(row).last().data["before"] == targets


def test_the_case_of_qinghai_eleven_counties_in_one_document(cast):
    """11 counties × 1500 万元 = 16500 万元 in one document."""
    counties = list(County.objects.all()[:11])
    assert len(counties) == 11
    document = issued(cast, [(county, 1500) for county in counties], doc_no="演财建字〔2018〕1号")
    assert yuan.total(row.amount for row in document.rows.all()) == 16500 * WAN
    for county in counties:
        Receipt.register(
            county, by=cast.henan_finance, doc_no=document.doc_no, doc_date=document.doc_date,
            arrived_on=builders.clock.today(), amount=1500 * WAN,
        )  # fmt: skip
    received = Leg.objects.filter(account=Account.SOURCE, source=Source.CENTRAL).balance()
    assert received == -16500 * WAN and not AppropriationRow.objects.to_arrive().exists()


def test_control_without_the_trigger_the_database_takes_the_money(cast):
    _stands(cast.county, "rectifying")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE funds_receipt DISABLE TRIGGER a_345_p_053_receipt_gates")
    Receipt.objects.create(
        county=cast.county, doc_no="x", doc_date=date(2020, 9, 1), arrived_on=date(2020, 9, 1), amount=1
    )
