"""审批限额：proposed by one, in force when another agrees; the amount keeps to it at the step of that person."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from funds.models import ApprovalLimit, Payment
from portal import clock
from portal.models import Event
from portal.rules import Refused
from tests import builders

CONFIRMED = {"password_again": "demo-2020"}


@pytest.fixture
def reviewer(cast):
    return builders.story().person("finance-review")


def limit_for(cast, person, verb, amount, *, agreed_by=None):
    limit = ApprovalLimit.propose(
        cast.county.region, by=cast.government, person=person, verb=verb, amount=amount, why="内控要求（演示）"
    )
    if agreed_by:
        limit.agree(by=agreed_by)
    return limit


def test_P_071_the_one_who_pays_keeps_to_the_limit_that_is_in_force(cast, reviewer):
    payment = builders.payable_payment(cast)
    limit = limit_for(cast, cast.finance, "payment.pay", payment.amount - 1)
    assert not Payment.BEFORE_PAY[-1](payment)  # nobody acts yet, and what is only proposed limits nobody
    limit.agree(by=reviewer)
    with pytest.raises(Refused, match="P-071"):
        payment.pay(by=cast.finance, voucher_no="1")
    with pytest.raises(IntegrityError, match="P-071"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(
            status="paid", paid_on=clock.today(), paid_by=cast.finance, voucher_no="1", payee_account="6"
        )
    builders.go_to(builders.workdays_after(clock.today()))
    limit_for(cast, cast.finance, "payment.pay", payment.amount, agreed_by=reviewer)
    payment.pay(by=cast.finance, voucher_no="1")
    assert payment.status == Payment.Status.PAID
    limit.refresh_from_db()
    assert (limit.status, limit.until) == ("ended", clock.today())


@pytest.mark.parametrize(("who", "verb", "deed"), [("reviewer", "payment.finance", "finance_review"),
                                                   ("government", "payment.approve", "approve")])  # fmt: skip
def test_P_071_each_step_has_its_own_limit(cast, reviewer, who, verb, deed):
    application = builders.clear_application(cast)
    payment = builders.story().requested_payment(application)
    payment.commerce_review(by=cast.clerk)
    if deed == "approve":
        payment.finance_review(by=reviewer)
    person = reviewer if who == "reviewer" else cast.government
    limit = ApprovalLimit.propose(
        cast.county.region, by=cast.finance, person=person, verb=verb, amount=Decimal("0.01"), why="演示"
    )
    agreeing = cast.government if who == "reviewer" else reviewer
    limit.agree(by=agreeing)
    with pytest.raises(Refused, match="P-071"):
        getattr(payment, deed)(by=person)
    ApprovalLimit.propose(cast.county.region, by=cast.finance, person=person, verb=verb, amount=None, why="演示").agree(
        by=agreeing
    )
    getattr(payment, deed)(by=person)


def test_P_072_neither_the_proposer_nor_the_limited_person_agrees(cast, reviewer):
    limit = limit_for(cast, cast.finance, "payment.pay", 1)
    for person in (cast.government, cast.finance):
        with pytest.raises(Refused, match="P-072"):
            limit.agree(by=person)
        with pytest.raises(IntegrityError, match="p_072"), transaction.atomic():
            ApprovalLimit.objects.filter(pk=limit.pk).update(status="in_force", agreed_by=person, since=clock.today())
    limit.agree(by=reviewer)
    assert ApprovalLimit.objects.in_force(cast.county.region, cast.finance, "payment.pay") == limit


def test_P_073_P_074_only_for_those_who_do_the_step_and_one_at_a_time(cast):
    with pytest.raises(Refused, match="P-073"):
        limit_for(cast, cast.finance, "payment.approve", 1)
    limit_for(cast, cast.finance, "payment.pay", 1)
    with pytest.raises(Refused, match="P-074"):
        limit_for(cast, cast.finance, "payment.pay", 2)


def test_a_limit_is_never_changed_or_deleted(cast, reviewer):
    limit = limit_for(cast, cast.finance, "payment.pay", 1, agreed_by=reviewer)
    for change in ({"amount": 2}, {"person": cast.government}, {"since": None}, {"agreed_by": cast.clerk}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApprovalLimit.objects.filter(pk=limit.pk).update(**change)
    with pytest.raises(IntegrityError, match="不能修改或删除"), transaction.atomic():
        limit.delete()


def test_the_pages_propose_agree_and_decline(cast, reviewer, as_user):
    page = reverse("approval-limits", args=[cast.county.pk])
    form = {"person": cast.finance.pk, "verb": "payment.pay", "amount": "100,000", "why": "演示"}
    propose = reverse("approval-limit-propose", args=[cast.county.pk])
    assert as_user(cast.government).post(propose, form).url == page
    limit = ApprovalLimit.objects.get()
    agree = reverse("approval-limit-agree", args=[limit.pk])
    assert "您是这一限额的提出人" in as_user(cast.government).get(agree).content.decode()
    assert as_user(cast.government).post(agree, CONFIRMED).status_code == 409
    assert "请同意审批限额" in as_user(reviewer).get(reverse("desk")).content.decode()
    wrong = as_user(reviewer).post(agree, {"password_again": "demo-2021"})
    assert wrong.status_code == 422 and "密码不正确" in wrong.content.decode()
    assert as_user(reviewer).post(agree, CONFIRMED).status_code == 302
    shown = as_user(cast.henan_finance).get(page).content.decode()
    assert "已生效" in shown and "100,000.00" in shown
    assert Event.objects.about(limit).get(target="in_force").data["confirmed"] is True
    as_user(cast.government).post(propose, form | {"amount": "", "why": "取消"})
    second = ApprovalLimit.objects.waiting().get()
    decline = reverse("approval-limit-decline", args=[second.pk])
    assert as_user(reviewer).post(decline, {"reason": "仍需限额"}).status_code == 302
    assert ApprovalLimit.objects.in_force(cast.county.region, cast.finance, "payment.pay") == limit
