"""拨付公示（A-302）：project, contractor and amount one to one, before the money goes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from counties.models import Batch
from funds.models import Payment
from notices.models import Notice
from portal import clock
from portal.rules import Kind, Refused, breaches
from reporting.desk import waiting_for
from tests import builders

SITE = "https://queshan.example.invalid/gongshi/"


@pytest.fixture
def payment(cast):
    return builders.approved_payment(cast)


def pay_by_sql(payment, by):
    Payment.objects.filter(pk=payment.pk).update(
        status="paid", paid_on=clock.today(), paid_by=by, voucher_no="1", payee_account="6"
    )


def titles(person):
    return [task.title for task in waiting_for(person, clock.today())]


def test_A_302_nothing_is_paid_before_its_own_notice_is_over(cast, payment):
    with pytest.raises(Refused, match="拨付尚未公示.*A-302p"):
        payment.pay(by=cast.finance, voucher_no="1")
    with pytest.raises(IntegrityError, match="A-302p"), transaction.atomic():
        pay_by_sql(payment, cast.finance)
    notice = payment.publish(by=cast.government, site_url=SITE)
    assert notice.facts["项目"] == payment.project.name
    assert notice.facts["承办单位"] == payment.project.contractor.name
    assert notice.facts["拨付金额"] == f"{payment.amount} 元"
    assert notice.workdays == cast.county.batch.payment_notice_workdays == 5
    builders.go_to(notice.ends_on)
    with pytest.raises(Refused, match="拨付公示期至.*A-302p"):
        payment.pay(by=cast.finance, voucher_no="1")
    with pytest.raises(IntegrityError, match="A-302p"), transaction.atomic():
        pay_by_sql(payment, cast.finance)
    builders.go_to(notice.ends_on + timedelta(days=1))
    payment.pay(by=cast.finance, voucher_no="1")
    assert payment.status == "paid"


def test_A_302_an_open_objection_stops_the_payment(cast, payment):
    notice = payment.publish(by=cast.government, site_url=SITE)
    objection = notice.object(name="", phone="", text="金额与协议不符（演示）")
    builders.go_to(notice.ends_on + timedelta(days=1))
    for refused in (Refused, IntegrityError):
        with pytest.raises(refused, match="A-302p"), transaction.atomic():
            if refused is Refused:
                payment.pay(by=cast.finance, voucher_no="1")
            pay_by_sql(payment, cast.finance)
    objection.answer(by=cast.government, outcome="not_upheld", reply="金额与协议一致")
    payment.pay(by=cast.finance, voucher_no="1")


def test_A_302_an_upheld_objection_asks_for_a_new_notice(cast, payment):
    notice = payment.publish(by=cast.government, site_url=SITE)
    notice.object(name="", phone="", text="承办单位名称写错").answer(
        by=cast.government, outcome="upheld", reply="属实，更正后重新公示"
    )
    payment.refresh_from_db()
    with pytest.raises(Refused, match="异议成立.*A-302p"):
        payment.pay(by=cast.finance, voucher_no="1")
    again = payment.publish(by=cast.government, site_url=SITE)
    assert again != notice
    with pytest.raises(Refused, match="P-001"):
        payment.publish(by=cast.government, site_url=SITE)


def test_the_notice_of_another_payment_opens_no_gate(cast, payment):
    Batch.objects.update(payment_notice_workdays=5)
    other = Notice.objects.get(pk=payment.application.notice_id)  # over, clear, and about the acceptance
    Payment.objects.filter(pk=payment.pk).update(notice=other)
    with pytest.raises(IntegrityError, match="A-302p"), transaction.atomic():
        pay_by_sql(payment, cast.finance)


def test_P_062_without_working_days_the_step_does_not_exist(cast, payment, as_user):
    Batch.objects.update(payment_notice_workdays=0)
    payment = Payment.objects.get(pk=payment.pk)
    assert not payment.wants_notice
    with pytest.raises(Refused, match="P-062"):
        payment.publish(by=cast.government, site_url=SITE)
    assert "公示拨付" not in as_user(cast.government).get(payment.get_absolute_url()).content.decode()
    payment.refresh_from_db()
    payment.pay(by=cast.finance, voucher_no="1")
    assert payment.status == "paid"


def test_a_refused_payment_takes_its_running_notice_down(cast, payment):
    notice = payment.publish(by=cast.government, site_url=SITE)
    payment.reject(by=cast.finance, reason="账户有误")
    notice.refresh_from_db()
    assert notice.status == "withdrawn"


def test_the_desk_follows_the_notice(cast, payment):
    assert any(title.startswith("公示拨付") for title in titles(cast.government))
    assert not any(payment.no in title for title in titles(cast.finance))
    s = builders.story()
    notice = payment.publish(by=cast.government, site_url=SITE)
    assert not any(title.startswith("公示拨付") for title in titles(cast.government))
    assert not any(payment.no in title for title in titles(cast.finance))
    s.over(notice)
    builders.go_to(s.today)
    assert any(title == f"支付：{payment}" for title in titles(cast.finance))


def test_the_public_reads_the_notice_and_finds_it_in_the_column(cast, payment, as_user, client):
    page = reverse("payment-publish", args=[payment.pk])
    shown = as_user(cast.government).get(page).content.decode()
    assert str(payment.amount) in shown and "F-16" in shown
    assert as_user(cast.government).post(page, {"site_url": SITE}).status_code == 302
    payment.refresh_from_db()
    client.logout()
    public = client.get(reverse("public-notice", args=[payment.notice_id])).content.decode()
    assert payment.project.contractor.name in public and payment.agreement.account_no not in public
    column = client.get(reverse("public-county", args=[cast.county.region.code])).content.decode()
    assert reverse("public-notice", args=[payment.notice_id]) in column


def test_A_302_what_stays_unpublished_too_long_is_shown_in_days(cast, payment):
    def told():
        return [b for b in breaches(Payment.BEFORE_PAY, Payment.objects.get(pk=payment.pk)) if b.rule.id == "A-302"]

    assert told() == []
    builders.go_to(payment.approved_on + timedelta(days=45))
    (breach,) = told()
    assert breach.kind is Kind.RECORD and "没有公开" in breach.wrong
    payment.publish(by=cast.government, site_url=SITE)
    assert told() == []


def test_A_317_the_days_since_the_acceptance_are_shown(cast, payment):
    builders.go_to(clock.day_of(payment.application.concluded_at) + timedelta(days=31))
    (told,) = [b for b in payment.missing_before_pay() if b.rule.id == "A-317"]
    assert told.kind is Kind.RECORD and "31 天" in told.wrong
