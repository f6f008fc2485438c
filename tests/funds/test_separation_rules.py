"""R-06 四眼：no person does two steps of one payment that check each other, whatever office or post they hold by then."""

import random
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.sync import sync_person
from counties.models import Batch
from funds.models import Payment
from funds.rules import separation
from portal.models import Event
from portal.rules import Refused
from tests import builders

HISTORIES = 1_000
STEPS = ("requested", "commerce", "finance", "approved", "paid", "booked")
# What nobody may do alone, written down here a second time and not read from the rule.
FORBIDDEN = {
    frozenset(pair)
    for pair in [
        *[("requested", step) for step in ("commerce", "finance", "approved", "paid")],
        *[("commerce", step) for step in ("finance", "approved", "paid", "booked")],
        *[("finance", step) for step in ("approved", "booked")],
        *[("approved", step) for step in ("paid", "booked")],
        ("paid", "booked"),
    ]
}


class Person:
    """A person whose office changes while the payment is on its way: only the person counts."""

    def __init__(self, pk):
        self.pk = pk

    def __str__(self):
        return f"人员{self.pk}"


def history(chance, judge=separation.different_people):
    """One payment through its six steps: at each, people of a small office try until one is let through."""
    people = [Person(pk) for pk in range(1, 7)]
    payment, done = SimpleNamespace(so_far={}, acting=None), {}
    for step in STEPS:
        for person in chance.sample(people, len(people)):
            payment.acting = (step, person)
            if not judge(payment):
                payment.so_far[step] = {person.pk}
                done[step] = person.pk
                break
        else:
            return done  # nobody was left: better unpaid than paid by the wrong person
    return done


def self_approvals(done):
    return [
        (first, second)
        for first in done
        for second in done
        if frozenset((first, second)) in FORBIDDEN and done[first] == done[second]
    ]


def test_P_070_a_thousand_random_histories_and_no_self_approval():
    chance = random.Random(20200901)
    histories = [history(chance) for _ in range(HISTORIES)]
    assert not [done for done in histories if self_approvals(done)]
    assert sum(len(done) == len(STEPS) for done in histories) > HISTORIES / 2  # most of them do get through


def test_control_a_rule_that_lets_the_same_person_act_is_found():
    chance = random.Random(20200901)
    histories = [history(chance, judge=lambda payment: []) for _ in range(HISTORIES)]
    assert [done for done in histories if self_approvals(done)]


@pytest.fixture
def people(cast):
    return {
        "requested": cast.contractor,
        "commerce": cast.clerk,
        "finance": builders.story().person("finance-review"),
        "approved": cast.government,
        "paid": cast.finance,
        "booked": cast.contractor,
    }


DEEDS = {
    "commerce": lambda payment, by: payment.commerce_review(by=by),
    "finance": lambda payment, by: payment.finance_review(by=by),
    "approved": lambda payment, by: payment.approve(by=by),
    "paid": lambda payment, by: payment.pay(by=by, voucher_no="1", reason="演示：只有一名经办人"),
    "booked": lambda payment, by: payment.book(by=by, account_voucher_no="记-1", books_separately=True),
}


def test_P_070_random_histories_through_the_verbs(cast, people):
    """The deeds themselves, and offices that change between two steps."""
    application, chance = builders.clear_application(cast), random.Random(25)
    Batch.objects.update(payment_notice_workdays=0)  # the notice between approval and payment is nobody's step
    for _ in range(25):
        with transaction.atomic():
            payment = builders.story().requested_payment(application)
            done = {"requested": cast.contractor.pk}
            for step, deed in DEEDS.items():
                for person in chance.sample(list(set(people.values())), len(set(people.values()))):
                    person.office = chance.choice([cast.finance.office, cast.clerk.office, cast.government.office])
                    try:
                        with transaction.atomic():
                            deed(payment, person)
                        done[step] = person.pk
                        break
                    except Refused as refused:
                        assert "P-070" in str(refused)
                        payment.refresh_from_db()
            assert len(done) >= 5 and not self_approvals(done)
            transaction.set_rollback(True)


def test_P_070_a_transfer_in_the_middle_changes_nothing(cast):
    """The commerce reviewer moves to the finance bureau and then to the government: still one person."""
    application = builders.clear_application(cast)
    payment = builders.story().requested_payment(application)
    payment.commerce_review(by=cast.clerk)
    for office in (cast.finance.office, cast.government.office):
        cast.clerk.office = office
        cast.clerk.save(update_fields=["office"])
        sync_person(cast.clerk)
        moved = User.objects.get(pk=cast.clerk.pk)
        deed = payment.finance_review if office == cast.finance.office else payment.approve
        with pytest.raises(Refused, match="已办理本笔拨付的商务审核"):
            deed(by=moved)
        if office == cast.finance.office:
            payment.finance_review(by=cast.finance)


def test_P_070_the_events_remember_what_the_fields_do_not(cast):
    """Somebody who acted at a step and whose name was taken out of the field later is still known by the event."""
    payment = builders.payable_payment(cast)
    Payment.objects.filter(pk=payment.pk).update(commerce_by=None)
    payment.refresh_from_db()
    assert Event.objects.about(payment).filter(by=cast.clerk, target="commerce").exists()
    with pytest.raises(Refused, match="P-070"):
        payment.pay(by=cast.clerk, voucher_no="1")


def test_P_070s_the_reviewer_pays_only_with_a_written_reason(cast):
    payment = builders.payable_payment(cast)
    with pytest.raises(Refused, match="P-070s"):
        payment.pay(by=payment.finance_by, voucher_no="1")
    payment.pay(by=payment.finance_by, voucher_no="1", reason="县财政局只有一名经办人（演示）")
    event = Event.objects.about(payment).get(target="paid")
    assert event.excused == ["P-070s"] and "只有一名经办人" in event.reason


def test_P_070_whoever_checked_the_money_does_not_book_it(cast):
    payment = builders.paid_payment(cast)
    with pytest.raises(Refused, match="不能再办理登记入账"):
        payment.book(by=cast.finance, account_voucher_no="记-1", books_separately=True)
    payment.book(by=cast.contractor, account_voucher_no="记-1", books_separately=True)
    assert payment.status == Payment.Status.BOOKED


@pytest.mark.parametrize(
    ("field", "same_as"),
    [
        ("commerce_by", "requested_by"),
        ("finance_by", "requested_by"),
        ("approved_by", "requested_by"),
        ("finance_by", "commerce_by"),
        ("approved_by", "commerce_by"),
        ("approved_by", "finance_by"),
    ],
)
def test_P_070_the_database_keeps_the_persons_apart(cast, field, same_as):
    payment = builders.payable_payment(cast)
    with pytest.raises(IntegrityError, match="p_070_payment_persons_differ"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(**{field: getattr(payment, same_as)})


@pytest.mark.parametrize("who", ["requested_by", "commerce_by", "approved_by"])
def test_P_070_the_database_does_not_let_them_pay_either(cast, who):
    payment = builders.payable_payment(cast)
    paid = {"status": "paid", "paid_on": builders.clock.today(), "voucher_no": "x", "payee_account": "6"}
    with pytest.raises(IntegrityError, match="p_070_payment_persons_differ"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(**paid, paid_by=getattr(payment, who))


def test_P_070_the_page_says_so_before_the_click(cast, as_user):
    payment = builders.payable_payment(cast)
    page = as_user(payment.finance_by).get(f"/payments/{payment.pk}/pay/").content.decode()
    assert "P-070s" in page and "需说明理由" in page and 'name="reason"' in page and "确认已支付" in page
    page = as_user(cast.finance).get(f"/payments/{payment.pk}/pay/").content.decode()
    assert 'name="reason"' not in page and "确认已支付" in page
