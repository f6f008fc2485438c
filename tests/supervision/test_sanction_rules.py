"""取消示范资格：proven, heard, decided by three departments in one document; then the money stands and comes back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from counties.models import County
from funds.models import Consent, Freeze, Payment, Recovery
from portal import clock, workdays
from portal.models import Attachment
from portal.rules import Refused, breaches
from supervision.models import Sanction
from tests import builders

DOC = "演示豫商体系〔2020〕99号"


def scan(cast):
    return Attachment.keep(builders.pdf("决定.pdf"), region=cast.county.region, by=cast.henan_commerce)


def decide(sanction, cast, **fields):
    values = {"doc_no": DOC, "decided_on": clock.today(), "scan": scan(cast)} | fields
    sanction.decide(by=cast.henan_commerce, **values)


def test_A_327_and_A_347_a_case_is_opened_on_proof_only(cast):
    for ground, rule in (("fraud", "A-327"), ("slow", "A-347"), ("violation", "A-347")):
        with pytest.raises(Refused, match=f"审计(.|\n)*证据(.|\n)*{rule}"):
            Sanction.open(cast.county, by=cast.henan_commerce, ground=ground, facts="演示", reference=" ", evidence=[])
    assert not Sanction.objects.exists()
    sanction = builders.opened_sanction(cast)
    cast.county.refresh_from_db()
    assert (sanction.status, cast.county.status) == ("hearing", "hearing")
    assert sanction.statement_due_on == workdays.add_workdays(clock.today(), cast.county.batch.hearing_workdays)
    assert cast.government.messages.filter(title__contains="陈述申辩").exists()
    assert cast.zhumadian_commerce.messages.filter(title__contains="陈述申辩").exists()


def test_P_089_one_case_at_a_time(cast):
    builders.opened_sanction(cast)
    with pytest.raises(Refused, match="P-089"):
        builders.opened_sanction(cast)


def test_P_088_the_county_states_its_case_once_and_in_time(cast):
    sanction = builders.opened_sanction(cast)
    sanction.state(by=cast.government, statement="演示申辩")
    with pytest.raises(Refused, match="P-088"):
        sanction.state(by=cast.government, statement="再次申辩")
    with pytest.raises(IntegrityError, match="A-327"), transaction.atomic():
        Sanction.objects.filter(pk=sanction.pk).update(statement="改写")
    late = builders.opened_sanction(cast, cast.neighbour_county)
    builders.go_to(late.statement_due_on + timedelta(days=1))
    with pytest.raises(Refused, match="P-088"):
        late.state(by=cast.neighbour, statement="太晚了")


def test_P_083_nobody_judges_before_the_county_was_heard(cast):
    sanction = builders.opened_sanction(cast)
    with pytest.raises(Refused, match="P-083"):
        sanction.give_opinion(by=cast.henan_finance, agrees=True, words="")
    with pytest.raises(Refused, match="P-083"):
        sanction.dismiss(by=cast.henan_commerce, reason="演示")
    builders.go_to(sanction.statement_due_on)
    with pytest.raises(Refused, match="P-083"):
        decide(sanction, cast)
    builders.go_to(sanction.statement_due_on + timedelta(days=1))  # the county stayed silent
    sanction.give_opinion(by=cast.henan_finance, agrees=True, words="同意")


def test_P_084_three_departments_agree_each_once(cast):
    sanction = builders.opened_sanction(cast)
    sanction.state(by=cast.government, statement="演示申辩")
    poverty = User.objects.get(username="henan-poverty")
    sanction.give_opinion(by=cast.henan_commerce, agrees=True, words="同意")
    sanction.give_opinion(by=cast.henan_finance, agrees=True, words="同意")
    with pytest.raises(Refused, match="已经提出意见"):
        sanction.give_opinion(by=cast.henan_finance, agrees=True, words="同意")
    with pytest.raises(Refused, match="省扶贫办尚未提出意见"):
        decide(sanction, cast)
    with transaction.atomic():
        sanction.give_opinion(by=poverty, agrees=False, words="证据不足")
        with pytest.raises(Refused, match="省扶贫办不同意取消"):
            decide(sanction, cast)
        transaction.set_rollback(True)
    sanction.give_opinion(by=poverty, agrees=True, words="同意")
    decide(sanction, cast)
    assert sanction.status == "decided"


def test_P_084_the_database_asks_for_three_departments_too(cast):
    sanction = builders.opened_sanction(cast)
    sanction.state(by=cast.government, statement="演示申辩")
    with pytest.raises(IntegrityError, match="P-084"), transaction.atomic():
        Sanction.objects.filter(pk=sanction.pk).update(
            status="decided", doc_no=DOC, decided_on=clock.today(), scan=scan(cast)
        )


def test_P_085_the_decision_is_a_numbered_and_dated_document(cast):
    sanction = builders.agreed_sanction(cast, builders.opened_sanction(cast))
    tomorrow = clock.today() + timedelta(days=1)
    for wrong in ({"doc_no": "会议纪要"}, {"decided_on": tomorrow}, {"scan": None}):
        with pytest.raises(Refused, match="P-085"):
            decide(sanction, cast, **wrong)
    assert not Recovery.objects.exists()


def test_A_327_the_decision_revokes_freezes_and_recovers(cast):
    payment = builders.paid_payment(cast)
    sanction = builders.decided_sanction(cast)
    county, recovery = County.objects.get(pk=cast.county.pk), sanction.recovery
    assert county.status == "revoked" and sanction.scan.is_public
    assert recovery.amount == payment.amount
    assert recovery.treasury_then == county.central_total - payment.amount
    assert Freeze.objects.active().filter(county=county, placed_by=None).exists()
    with pytest.raises(IntegrityError, match="A-327"), transaction.atomic():
        County.objects.filter(pk=county.pk).update(status="designated")
    with pytest.raises(IntegrityError, match="A-327"), transaction.atomic():
        Sanction.objects.filter(pk=sanction.pk).update(doc_no="")


def test_A_328c_a_revoked_county_is_done_when_all_is_back_and_handed_up(cast):
    payment = builders.paid_payment(cast)
    recovery = builders.decided_sanction(cast).recovery
    today = clock.today()
    recovery.receive(by=cast.finance, amount=payment.amount, paid_on=today, payer="演示承办单位", voucher_no="1")
    with pytest.raises(Refused, match="没有上缴省级"):
        recovery.close(by=cast.henan_finance)
    recovery.hand_over(by=cast.finance, amount=cast.county.central_total, paid_on=today, voucher_no="2")
    recovery.close(by=cast.henan_finance)
    rows = {row["account"]: row["balance"] for row in cast.county.legs.trial_balance()}
    assert rows["treasury"] == rows["receivable"] == 0 and sum(rows.values()) == 0
    assert rows["returned"] == cast.county.central_total
    builders.seal()


def test_A_327f_no_step_of_a_payment_while_the_county_is_heard(cast):
    payment = builders.approved_payment(cast)
    sanction = builders.opened_sanction(cast)
    payment = Payment.objects.get(pk=payment.pk)
    with pytest.raises(Refused, match="A-327f"):
        payment.pay(by=cast.finance, voucher_no="1")
    Freeze.objects.get(pk=sanction.freeze_id).lift(by=cast.henan_finance, reason="演示：误解冻")
    with pytest.raises(IntegrityError, match="A-327f"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(
            status="paid", paid_on=clock.today(), paid_by=cast.finance, voucher_no="1", payee_account="6"
        )


def test_not_upheld_the_county_goes_on_where_it_stood(cast):
    payment = builders.payable_payment(cast)
    sanction = builders.opened_sanction(cast)
    sanction.state(by=cast.government, statement="演示申辩")
    sanction.dismiss(by=cast.henan_commerce, reason="查明不属实（演示）")
    cast.county.refresh_from_db()
    assert (sanction.status, cast.county.status) == ("dismissed", "designated")
    payment = Payment.objects.get(pk=payment.pk)
    payment.pay(by=cast.finance, voucher_no="1")
    assert payment.status == "paid"


def test_A_329_the_transfer_is_recorded_and_asked_for(cast):
    sanction = builders.opened_sanction(cast)
    with pytest.raises(Refused, match="取消决定之后"):
        sanction.transfer(by=cast.henan_commerce, transferred_to="x", transferred_on=clock.today(), transfer_doc_no="x")
    decided = builders.decided_sanction(cast, cast.neighbour_county)
    assert [breach.rule.id for breach in breaches(Sanction.RECORDS, decided)] == ["A-329"]
    decided.transfer(
        by=cast.henan_commerce,
        transferred_to="演示监察机关",
        transferred_on=clock.today(),
        transfer_doc_no="演示移〔2020〕1号",
    )
    assert not breaches(Sanction.RECORDS, decided)


def test_A_345_while_rectifying_each_payment_needs_the_city(cast):
    payment = builders.payable_payment(cast)
    with pytest.raises(Refused, match="A-345d"):
        cast.county.order_rectification(by=cast.henan_commerce, reason="资金使用慢", until=clock.today())
    until = clock.today() + timedelta(days=30)
    cast.county.order_rectification(by=cast.henan_commerce, reason="资金使用慢（演示）", until=until)
    payment = Payment.objects.get(pk=payment.pk)
    with pytest.raises(Refused, match="A-345c"):
        payment.pay(by=cast.finance, voucher_no="1")
    with pytest.raises(IntegrityError, match="A-345c"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(
            status="paid", paid_on=clock.today(), paid_by=cast.finance, voucher_no="1", payee_account="6"
        )
    with pytest.raises(Refused, match="A-345e"):
        Consent.give(payment, by=cast.henan_commerce, words="同意")  # not a 省直管县: the city consents
    Consent.give(payment, by=cast.zhumadian_finance, words="同意")
    with pytest.raises(Refused, match="A-345e"):
        Consent.give(payment, by=cast.zhumadian_commerce, words="同意")
    payment.pay(by=cast.finance, voucher_no="1")
    assert payment.status == "paid"
    county = County.objects.get(pk=cast.county.pk)
    county.end_rectification(by=cast.henan_commerce, reason="整改到位（演示）")
    assert (county.status, county.rectify_by) == ("designated", None)


def test_P_082_a_revoked_county_can_only_be_read(cast):
    project = builders.underway_project(cast)
    builders.decided_sanction(cast)
    project.refresh_from_db()
    for deed in (
        lambda: County.objects.get(pk=cast.county.pk).edit(by=cast.clerk, complaint_phone="1"),
        lambda: project.record("演示", by=cast.contractor),
        lambda: Sanction.objects.get().county.order_rectification(
            by=cast.henan_commerce, reason="x", until=clock.today() + timedelta(days=9)
        ),
    ):
        with pytest.raises(Refused, match="P-082|P-001"), transaction.atomic():
            deed()
