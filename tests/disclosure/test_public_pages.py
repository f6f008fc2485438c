"""公开专栏：what a stranger with a phone sees, and what nobody outside ever sees."""

import pytest
from django.urls import reverse

from disclosure import limits
from notices.models import Objection
from tests.builders import draft_plan, go_to, paid_payment, passed_application, story

WORDS = "设备数量与公示不符（演示）"
WHO, PHONE = "演示村民", "0000-00001"


def text(response):
    return response.content.decode()


def county_page(client, cast):
    return text(client.get(reverse("public-county", args=[cast.county.region.code])))


@pytest.fixture
def notice(cast):
    return passed_application(cast).notice


def object_to(client, notice, **fields):
    return client.post(reverse("objection-create", args=[notice.pk]), {"text": WORDS} | fields)


def test_A_444_the_column_shows_what_is_public_and_says_what_is_missing(cast, client):
    payment = paid_payment(cast)
    page = county_page(client, cast)
    for words in (payment.project.name, payment.project.contractor.name, "资金管理办法", "尚未公开", "投诉举报电话"):
        assert words in page
    assert "160" in page  # 万元 paid
    project = text(client.get(reverse("public-project", args=[cast.county.region.code, payment.project.no])))
    assert payment.stage.name in project and payment.agreement.account_no not in project


def test_a_draft_is_nobodys_business(cast, client):
    plan = draft_plan(cast)
    line = plan.lines.first().name
    for url in (reverse("home"), reverse("public-county", args=[cast.county.region.code])):
        assert line not in text(client.get(url))
    assert client.get(reverse("public-plan", args=[cast.county.region.code, 1])).status_code == 404
    assert client.get(reverse("public-file", args=[plan.plan_file_id])).status_code == 404


def test_a_file_is_public_from_the_day_of_its_notice_and_comes_as_a_download(cast, client):
    s = story()
    plan = s.draft()
    s.send(plan)
    s.opinions(plan, "county")
    s.approve(plan)
    response = client.get(reverse("public-file", args=[plan.plan_file_id]))
    assert response.status_code == 200 and "attachment" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff" and "sandbox" in response["Content-Security-Policy"]


def test_anybody_may_object_gets_a_receipt_and_learns_the_answer(cast, client, notice):
    receipt = client.get(object_to(client, notice, name=WHO, phone=PHONE).url)
    objection = Objection.objects.get()
    assert objection.receipt_no in text(receipt) and objection.lookup_code in text(receipt)
    assert objection.lookup_code not in text(client.get(receipt.wsgi_request.path))  # shown once only
    look = {"receipt_no": objection.receipt_no, "lookup_code": objection.lookup_code}
    assert "待答复" in text(client.post(reverse("objection-lookup"), look))
    wrong = client.post(reverse("objection-lookup"), look | {"lookup_code": "00000000"})
    assert wrong.status_code == 422 and "不正确" in text(wrong)
    objection.answer(by=cast.government, outcome="not_upheld", reply="经复核，设备齐全（演示）")
    public = text(client.get(reverse("public-notice", args=[notice.pk])))
    assert "经复核，设备齐全" in public
    for secret in (WHO, PHONE, WORDS, objection.lookup_code):
        assert secret not in public


def test_an_objection_without_words_is_sent_back_with_what_was_typed(client, notice):
    response = object_to(client, notice, text="", name=WHO, phone=PHONE)
    assert response.status_code == 422 and "请填写“异议内容”" in text(response)
    assert WHO in text(response) and PHONE in text(response)
    assert not Objection.objects.exists()


def test_no_objection_after_the_last_day(client, notice):
    go_to(notice.ends_on.replace(day=notice.ends_on.day + 1))
    response = object_to(client, notice)
    assert response.status_code == 409 and "不再受理异议" in text(response)
    assert not Objection.objects.exists()


def test_one_address_cannot_flood_a_county_with_objections(client, notice):
    for _ in range(limits.OBJECTIONS_AN_HOUR):
        assert object_to(client, notice).status_code == 302
    assert object_to(client, notice).status_code == 429
    assert Objection.objects.count() == limits.OBJECTIONS_AN_HOUR


def test_a_notice_that_was_altered_behind_the_portal_says_so(client, notice):
    assert "与公示开始时一致" in text(client.get(reverse("public-notice", args=[notice.pk])))
    type(notice).objects.filter(pk=notice.pk).update(body="改过的内容")
    assert "与公示开始时不一致" in text(client.get(reverse("public-notice", args=[notice.pk])))


def test_the_rules_page_names_every_rule_with_its_clause(db, client):
    page = text(client.get(reverse("rule-list")))
    assert page.count('id="A-314"') == 1 and "25号 三（二）" in page
    assert page.count('id="') > 200


def test_A_302_a_payment_is_public_the_moment_it_is_made(cast, client):
    payment = paid_payment(cast)
    for url in (reverse("public-payment-list"), reverse("public-county", args=[cast.county.region.code])):
        page = text(client.get(url))
        assert payment.project.contractor.name in page, url
    assert payment.voucher_no not in page
