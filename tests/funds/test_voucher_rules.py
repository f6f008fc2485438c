"""凭证和用途：what stands behind a request, what it may not be, and that it stays as it was handed in."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from disclosure.demonstration import pdf
from funds.models import Payment, PaymentVoucher
from portal import clock
from portal.models import Attachment
from portal.rules import Refused
from reporting.desk import waiting_for
from tests import builders

AMOUNT = 1_600_000


@pytest.fixture
def application(cast):
    return builders.clear_application(cast)


def ask(application, by, **changes):
    reason = changes.pop("reason", "")
    return Payment.request(application, by=by, reason=reason, **builders.papers(AMOUNT, **changes))


def scanned(payment, by):
    scan = Attachment.keep(pdf("发票.pdf"), region=payment.region, by=by)
    payment.keep_scans({voucher.pk: scan for voucher in payment.vouchers.all()}, by=by)
    return payment


@pytest.mark.parametrize("entry", ["N1", "N2", "N3", "N4", "N5", "N6"])
def test_A_303_no_voucher_of_the_negative_list(cast, application, entry):
    with pytest.raises(Refused, match=f"负面清单：{entry}.*A-303p"):
        ask(application, cast.contractor, category=entry)
    assert ask(application, cast.contractor).status == "requested"


def test_A_303_the_database_takes_no_voucher_of_the_negative_list(cast):
    payment = builders.requested_payment(cast)
    values = {"payment": payment, "kind": "receipt", "issued_on": payment.requested_on, "seller": "甲", "content": "乙"}
    with pytest.raises(IntegrityError, match="A_303"), transaction.atomic():
        PaymentVoucher.objects.create(category="N5", amount=1, **values)


def test_A_303_suspicious_words_need_a_reason_at_the_request_and_at_the_review(cast, application):
    words = {"invoice_content": "驻点人员工资结算系统"}
    with pytest.raises(Refused, match="工资.*N5.*A-303w"):
        ask(application, cast.contractor, **words)
    payment = ask(application, cast.contractor, reason="软件名称，不是发放工资", **words)
    event = payment.events.get()
    assert event.excused == ["A-303w"] and event.reason == "软件名称，不是发放工资"
    scanned(payment, cast.contractor)
    with pytest.raises(Refused, match="A-303w"):
        payment.commerce_review(by=cast.clerk)
    payment.commerce_review(by=cast.clerk, reason="已核对合同")
    assert payment.events.latest("pk").excused == ["A-303w"]


def test_a_suspicious_word_brings_a_field_for_the_reason_to_the_reviewer(cast, application, as_user):
    payment = ask(application, cast.contractor, reason="系统名称", invoice_content="差旅管理软件")
    scanned(payment, cast.contractor)
    page = as_user(cast.clerk).get(payment.get_absolute_url()).content.decode()
    assert 'name="reason"' in page and "需说明理由" in page
    as_user(cast.clerk).post(reverse("payment-commerce", args=[payment.pk]), {"reason": "属于软件采购"})
    payment.refresh_from_db()
    assert payment.status == "commerce"


def test_A_315_the_invoices_cover_the_amount(cast, application):
    papers = builders.papers(AMOUNT)
    papers["vouchers"][0]["amount"] = AMOUNT - 1
    with pytest.raises(Refused, match="少于申请.*A-315v"):
        Payment.request(application, by=cast.contractor, **papers)
    with pytest.raises(Refused, match="没有登记发票或收据"):
        Payment.request(application, by=cast.contractor, **papers | {"vouchers": []})
    contract = papers["vouchers"][0] | {"kind": "contract", "invoice_no": "", "amount": AMOUNT}
    with pytest.raises(Refused, match="没有登记发票或收据"):
        Payment.request(application, by=cast.contractor, **papers | {"vouchers": [contract]})
    receipt = contract | {"kind": "receipt"}
    assert Payment.request(application, by=cast.contractor, **papers | {"vouchers": [receipt]}).pk


def test_P_061_the_objects_add_up_to_the_amount(cast, application):
    papers = builders.papers(AMOUNT)
    with pytest.raises(Refused, match="没有写明资金用途.*P-061"):
        Payment.request(application, by=cast.contractor, **papers | {"objects": []})
    papers["objects"][0]["amount"] = 1
    with pytest.raises(Refused, match="不一致.*P-061"):
        Payment.request(application, by=cast.contractor, **papers)


def test_P_064_nothing_is_reviewed_before_every_voucher_is_scanned(cast, application):
    payment = ask(application, cast.contractor)
    with pytest.raises(Refused, match="还没有上传扫描件.*P-064"):
        payment.commerce_review(by=cast.clerk)
    scanned(payment, cast.contractor)
    payment.commerce_review(by=cast.clerk)
    assert payment.status == "commerce"
    with pytest.raises(Refused, match="P-001"):
        payment.keep_scans({}, by=cast.contractor)


def test_what_was_handed_in_is_neither_changed_nor_added_to_nor_deleted(cast):
    payment = builders.approved_payment(cast)
    for statement in (
        "UPDATE funds_paymentvoucher SET amount = amount + 1",
        "UPDATE funds_paymentvoucher SET file_id = NULL",
        "UPDATE funds_paymentvoucher SET is_live = false",
        "UPDATE funds_paymentobject SET place = '别处'",
        "DELETE FROM funds_paymentvoucher",
        "DELETE FROM funds_paymentobject",
        "INSERT INTO funds_paymentobject (payment_id, content, place, amount, is_live)"
        " SELECT payment_id, content, place, amount, is_live FROM funds_paymentobject",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert payment.vouchers.get().amount == payment.amount


def test_a_wrong_row_keeps_everything_that_was_typed(cast, application, as_user):
    page = reverse("payment-request", args=[application.pk])
    typed = {"amount": "1600000", "purpose": "logistics", "statement": "第一阶段"}
    for prefix in ("vouchers", "items"):
        typed |= {f"{prefix}-TOTAL_FORMS": "1", f"{prefix}-INITIAL_FORMS": "0"}
    typed |= {"vouchers-0-kind": "invoice", "vouchers-0-seller": "演示销售方甲", "vouchers-0-amount": "12,34"}
    typed |= {"items-0-content": "分拣线一条", "items-0-place": "演示路1号", "items-0-amount": "1600000"}
    client = as_user(cast.contractor)
    for more in ({}, {"add_voucher": "1"}, {"add_item": "1"}):
        response = client.post(page, typed | more)
        text = response.content.decode()
        assert response.status_code == (200 if more else 422)
        for words in ("演示销售方甲", "12,34", "分拣线一条", "第一阶段"):
            assert words in text, words
    assert "请填写发票号码" in client.post(page, typed).content.decode()
    assert not Payment.objects.exists()


def test_a_scan_that_was_taken_stays_whatever_is_wrong_with_the_next(cast, application, as_user):
    papers = builders.papers(AMOUNT)
    papers["vouchers"].append(papers["vouchers"][0] | {"invoice_no": "90000002"})
    payment = Payment.request(application, by=cast.contractor, **papers)
    first, second = payment.vouchers.all()
    page, client = reverse("payment-scans", args=[payment.pk]), as_user(cast.contractor)
    assert client.post(page, {f"scan-{first.pk}": pdf("一.pdf")}).status_code == 302
    bad = SimpleUploadedFile("二.pdf", b"no pdf at all")
    assert client.post(page, {f"scan-{second.pk}": bad}).status_code == 422
    shown = client.get(page).content.decode()
    assert "90000002" in shown and f"scan-{first.pk}" not in shown
    assert payment.vouchers.get(pk=first.pk).file.name == "一.pdf"
    assert "一.pdf" in as_user(cast.clerk).get(payment.get_absolute_url()).content.decode()


def test_the_page_asks_a_fixed_number_of_questions_at_every_step(cast, as_user, django_assert_max_num_queries):
    payment = builders.requested_payment(cast)
    for deed, person in ((None, None), ("commerce_review", cast.clerk), ("finance_review", cast.finance)):
        if deed:
            getattr(payment, deed)(by=person)
        for reader in (cast.clerk, cast.finance, cast.contractor, cast.henan_finance):
            client = as_user(reader)
            client.get(payment.get_absolute_url())
            with django_assert_max_num_queries(20 + 2):  # two of them are the savepoint of the test itself
                client.get(payment.get_absolute_url())


def test_the_desk_of_the_contractor_asks_for_the_scans(cast, application):
    payment = ask(application, cast.contractor)
    wanted = f"上传凭证扫描件：{payment}"
    assert wanted in [task.title for task in waiting_for(cast.contractor, clock.today())]
    scanned(payment, cast.contractor)
    assert wanted not in [task.title for task in waiting_for(cast.contractor, clock.today())]
    assert f"审核拨付：{payment}" in [task.title for task in waiting_for(cast.clerk, clock.today())]
