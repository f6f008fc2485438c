"""资金的页面：request, the chain of steps, the check before paying, the ledger."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from counties.models import Batch
from disclosure.demonstration import pdf
from funds.models import Payment, Receipt
from portal import clock
from portal.rules import Refused
from tests.builders import clear_application, go_to, paid_payment, papers, passed_application, payable_payment, story

CONFIRMED = {"password_again": "demo-2020"}
RECEIPT = {
    "source": "central",
    "kind": "formal",
    "doc_no": "豫财贸〔2020〕40号",
    "doc_date": "2020-08-20",
    "arrived_on": "2020-08-31",
    "amount": "20,000,000.00",
}


def typed(**fields):
    """The request form as a contractor fills it: one invoice, one object over the amount."""
    asked = papers(fields.get("amount", "1600000"))
    filled = {"amount": asked["amount"], "purpose": "logistics"}
    for prefix, rows in (("vouchers", asked["vouchers"]), ("items", asked["objects"])):
        filled |= {f"{prefix}-TOTAL_FORMS": "1", f"{prefix}-INITIAL_FORMS": "0"}
        filled |= {f"{prefix}-0-{name}": str(value) for name, value in rows[0].items()}
    return filled | fields


def url(name, record):
    return reverse(name, args=[record.pk])


def text(response):
    return response.content.decode()


@pytest.fixture
def application(cast):
    return clear_application(cast)


@pytest.fixture
def payment(cast):
    return payable_payment(cast)


def test_the_whole_chain_by_its_buttons(cast, application, as_user):
    page = text(as_user(cast.contractor).get(url("payment-request", application)))
    assert 'value="1600000.00"' in page and "人民币壹佰陆拾万元整" in page
    response = as_user(cast.contractor).post(url("payment-request", application), typed(amount="1600000"))
    payment = Payment.objects.get()
    assert response.url == url("payment-scans", payment)
    voucher = payment.vouchers.get()
    assert "041002000999 90000001" in text(as_user(cast.contractor).get(response.url))
    assert as_user(cast.contractor).post(response.url, {f"scan-{voucher.pk}": pdf("发票.pdf")}).status_code == 302
    reviewer = story().person("finance-review")
    steps = [
        (cast.clerk, "payment-commerce", "商务局审核同意"),
        (reviewer, "payment-finance", "财政局审核同意"),
        (cast.government, "payment-approve", "审批同意"),
    ]
    for person, name, button in steps:
        assert button in text(as_user(person).get(payment.get_absolute_url()))
        assert as_user(person).post(url(name, payment), CONFIRMED).status_code == 302
    assert "公示拨付" in text(as_user(cast.government).get(payment.get_absolute_url()))
    site = {"site_url": "https://example.invalid/gongshi/"}
    assert as_user(cast.government).post(url("payment-publish", payment), site).status_code == 302
    payment.refresh_from_db()
    go_to(payment.notice.ends_on + timedelta(days=1))
    check = text(as_user(cast.finance).get(url("payment-pay", payment)))
    assert "人民币壹佰陆拾万元整" in check and "1,600,000.00 元" in check and payment.agreement.account_no in check
    as_user(cast.finance).post(url("payment-pay", payment), {"voucher_no": "国库-0001"} | CONFIRMED)
    booked = {"booked_on": str(clock.today()), "account_voucher_no": "记-7"}
    response = as_user(cast.contractor).post(url("payment-book", payment), booked)
    assert response.status_code == 422 and "按资金性质分别核算" in text(response)
    as_user(cast.contractor).post(url("payment-book", payment), booked | {"books_separately": "on"})
    payment.refresh_from_db()
    assert (payment.status, payment.voucher_no, payment.account_voucher_no) == ("booked", "国库-0001", "记-7")
    page = text(as_user(cast.auditor).get(payment.get_absolute_url()))
    assert "国库-0001" in page and "财政专账存款" in page and "确山县财政局" in page


def test_A_314_the_check_page_shows_the_shut_gate_and_no_button(cast, as_user):
    application = passed_application(cast)
    s = story()
    s.receipt()
    payment = s.approved_payment(application)
    page = text(as_user(cast.finance).get(url("payment-pay", payment)))
    assert "验收结果公示期至" in page and "确认已支付" not in page
    response = as_user(cast.finance).post(url("payment-pay", payment), {"voucher_no": "1"} | CONFIRMED)
    assert response.status_code == 409 and "A-314" in text(response) and "25号 三（二）" in text(response)
    payment.refresh_from_db()
    assert payment.status == "approved"


def test_only_the_step_that_is_due_has_a_button(cast, payment, as_user):
    assert "核对并办理支付" in text(as_user(cast.finance).get(payment.get_absolute_url()))
    for person in (cast.clerk, cast.government, cast.contractor, cast.henan_finance, cast.auditor):
        page = text(as_user(person).get(payment.get_absolute_url()))
        assert "核对并办理支付" not in page and "不予拨付的原因" not in page and "县财政局支付" in page


def test_the_account_is_whole_only_for_those_who_pay_and_are_paid(cast, payment, as_user):
    number = payment.agreement.account_no
    for person in (cast.finance, cast.contractor):
        assert number in text(as_user(person).get(payment.get_absolute_url()))
    for person in (cast.clerk, cast.government, cast.henan_finance, cast.evaluator, cast.auditor):
        page = text(as_user(person).get(payment.get_absolute_url()))
        assert number not in page and f"****{number[-4:]}" in page


def test_a_rejection_needs_a_reason_and_keeps_what_was_typed(cast, payment, as_user):
    client = as_user(cast.finance)
    response = client.post(url("payment-reject", payment), {"reason": " "})
    assert response.status_code == 422 and "不予拨付的原因" in text(response)
    long = "缺发票" * 700
    response = client.post(url("payment-reject", payment), {"reason": long})
    assert response.status_code == 422 and long in text(response)
    assert client.post(url("payment-reject", payment), {"reason": "发票抬头不符"}).status_code == 302
    page = text(as_user(cast.contractor).get(payment.get_absolute_url()))
    assert "发票抬头不符" in page


@pytest.mark.parametrize("amount", ["", "-1", "0", "12,34", "3万", "1.005", "9" * 30, "\x00", "abc"])
def test_a_bad_amount_is_explained_and_kept(cast, application, as_user, amount):
    response = as_user(cast.contractor).post(
        url("payment-request", application), typed(amount=amount, statement="第一阶段已完成")
    )
    assert response.status_code == 422 and "第一阶段已完成" in text(response)
    assert not Payment.objects.exists()


def test_P_040_asking_for_more_than_was_approved_names_the_rule(cast, application, as_user):
    response = as_user(cast.contractor).post(url("payment-request", application), typed(amount="1600000.01"))
    assert response.status_code == 409 and "P-040" in text(response)


def test_a_voucher_number_is_needed_and_a_weird_one_is_no_crash(cast, payment, as_user):
    for voucher in ("", "x" * 61, "1\x002"):
        response = as_user(cast.finance).post(url("payment-pay", payment), {"voucher_no": voucher} | CONFIRMED)
        assert response.status_code == 422
    payment.refresh_from_db()
    assert payment.status == "approved"


def test_the_list_offers_what_may_be_asked_for_and_filters(cast, application, as_user):
    listed = text(as_user(cast.contractor).get(reverse("payment-list")))
    assert url("payment-request", application) in listed and "各县资金" not in listed
    assert url("payment-request", application) not in text(as_user(cast.clerk).get(reverse("payment-list")))
    payment = story().approved_payment(application)
    client = as_user(cast.henan_finance)
    assert payment.no in text(client.get(reverse("payment-list"), {"status": "approved"}))
    assert payment.no not in text(client.get(reverse("payment-list"), {"status": "paid"}))
    assert client.get(reverse("payment-list"), {"status": "\x00", "page": "x", "county_page": "-9"}).status_code == 200


def test_pages_ask_a_fixed_number_of_questions(cast, as_user, django_assert_max_num_queries):
    payment = paid_payment(cast)
    for person in (cast.finance, cast.henan_finance, cast.contractor):
        client = as_user(person)
        client.get(reverse("payment-list"))
        with django_assert_max_num_queries(15):
            client.get(reverse("payment-list"))
        with django_assert_max_num_queries(20):
            client.get(payment.get_absolute_url())
    client = as_user(cast.henan_finance)
    with django_assert_max_num_queries(15):
        client.get(url("ledger-detail", cast.county))


def test_the_check_page_asks_a_fixed_number_of_questions(cast, payment, as_user, django_assert_max_num_queries):
    client = as_user(cast.finance)
    client.get(url("payment-pay", payment))
    with django_assert_max_num_queries(20):
        client.get(url("payment-pay", payment))


# --- 资金下达、总账 ------------------------------------------------------------------------------------------------
def test_a_receipt_is_registered_and_booked_at_once(cast, as_user):
    response = as_user(cast.henan_finance).post(url("receipt-create", cast.county), RECEIPT)
    assert response.url == url("ledger-detail", cast.county)
    page = text(as_user(cast.finance).get(response.url))
    assert "豫财贸〔2020〕40号" in page and "20,000,000.00 元" in page


def test_a_document_is_registered_once_and_what_was_typed_stays(cast, as_user):
    client = as_user(cast.finance)
    client.post(url("receipt-create", cast.county), RECEIPT)
    response = client.post(url("receipt-create", cast.county), RECEIPT | {"amount": "5"})
    assert (
        response.status_code == 422 and "该文号的资金下达已经登记" in text(response) and 'value="5"' in text(response)
    )
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "0"),
        ("amount", "1e5"),
        ("arrived_on", "2020-09-02"),
        ("arrived_on", "2020-13-01"),
        ("doc_date", "\x00"),
        ("doc_no", ""),
        ("doc_no", "x" * 61),
        ("doc_no", "a\x00b"),
        ("source", "gift"),
    ],
)
def test_a_bad_receipt_is_explained_and_books_nothing(cast, as_user, field, value):
    response = as_user(cast.finance).post(url("receipt-create", cast.county), RECEIPT | {field: value})
    assert response.status_code == 422 and "有 1 处需要改正" in text(response)
    assert not Receipt.objects.exists()


def test_the_ledger_balances_to_nothing_and_runs(cast, as_user):
    payment = paid_payment(cast)
    response = as_user(cast.auditor).get(url("ledger-detail", cast.county))
    assert response.context["total"]["closing"] == 0
    treasury = [line.closing for line in response.context["lines"] if line.account == "treasury"]
    assert treasury == [cast.county.central_total - payment.amount]
    assert payment.no in text(response)


def test_an_empty_ledger_says_what_will_be_here(cast, as_user):
    go_to(story().today)
    assert "每一笔自动记入总账" in text(as_user(cast.finance).get(url("ledger-detail", cast.county)))


def test_a_number_too_large_for_the_database_is_not_found(cast, as_user):
    client = as_user(cast.finance)
    for name in ("payment-detail", "payment-request", "ledger-detail"):
        assert client.get(reverse(name, args=[10**30])).status_code == 404


# --- every door ----------------------------------------------------------------------------------------------------
def test_A_314_no_door_pays_before_the_notice_is_over_and_answered(cast, as_user):
    """Page, the same form again, a stale page, the admin, the verb in a shell, a bulk update: all refuse with A-314."""
    Batch.objects.update(payment_notice_workdays=0)  # without a notice of its own this gate is the last
    application = passed_application(cast)
    s = story()
    s.receipt()
    payment = s.approved_payment(application)
    client, pay = as_user(cast.finance), url("payment-pay", payment)

    key = "0b9c9d0e-5d0f-4f7e-9a55-0d5bd6c1f001"
    for _ in range(2):  # the page, and its form sent again with the same key
        response = client.post(pay, {"voucher_no": "1", "request_key": key} | CONFIRMED)
        assert response.status_code == 409 and "A-314" in text(response)

    go_to(application.notice.ends_on + timedelta(days=1))  # a page opened now shows every gate open …
    assert "确认已支付" in text(client.get(pay))
    go_to(application.notice.ends_on)  # … but somebody objected on the last day
    application.notice.object(name="", phone="", text="数量不符（演示）")
    go_to(application.notice.ends_on + timedelta(days=1))
    response = client.post(pay, {"voucher_no": "1"} | CONFIRMED)
    assert response.status_code == 409 and "A-314" in text(response)

    admin = as_user(cast.henan_admin)
    assert admin.post(f"/admin/funds/payment/{payment.pk}/change/", {"status": "paid"}).status_code == 403
    with pytest.raises(Refused, match="A-314"):
        Payment.objects.get(pk=payment.pk).pay(by=cast.finance, voucher_no="1")
    with pytest.raises(IntegrityError, match="A-314"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(
            status="paid", paid_on=clock.today(), paid_by=cast.finance, voucher_no="1", payee_account="6"
        )
    payment.refresh_from_db()
    assert (payment.status, payment.voucher_no) == ("approved", "")
