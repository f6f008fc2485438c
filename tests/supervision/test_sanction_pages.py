"""The pages of a revocation: who sees what next, what the desk says, what the public reads, what the paper says."""

from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from funds.models import Consent
from portal import clock
from reporting.desk import waiting_for
from supervision.models import Sanction
from tests import builders


def text(response):
    return response.content.decode()


def page(client, name, *args):
    return client.get(reverse(name, args=args))


def test_a_case_goes_its_way_page_by_page(cast, as_user):
    client = as_user(cast.henan_commerce)
    address = reverse("sanction-create", args=[cast.county.pk])
    sent = {"ground": "violation", "facts": "演示事实", "reference": "演示审计〔2020〕3号"}
    assert client.post(address, sent).status_code == 422  # no evidence
    assert client.post(address, sent | {"evidence": builders.pdf("审计.pdf")}).status_code == 302
    sanction = Sanction.objects.get()
    assert "尚未陈述申辩" in text(page(client, "sanction-detail", sanction.pk))
    assert any("陈述申辩" in task.title for task in waiting_for(cast.government, clock.today()))

    government = as_user(cast.government)
    statement = {"statement": "演示申辩", "files": builders.pdf("说明.pdf")}
    assert government.post(reverse("sanction-state", args=[sanction.pk]), statement).status_code == 302
    assert not any("陈述申辩" in task.title for task in waiting_for(cast.government, clock.today()))
    for post in ("commerce", "finance", "poverty"):
        person = User.objects.get(username=f"henan-{post}")
        assert any("提出意见" in task.title for task in waiting_for(person, clock.today()))
        as_user(person).post(reverse("sanction-opinion", args=[sanction.pk]), {"agrees": "yes", "words": "同意"})
        assert not any("提出意见" in task.title for task in waiting_for(person, clock.today()))

    decision = {"doc_no": "演示豫商体系〔2020〕99号", "decided_on": str(clock.today()), "scan": builders.pdf("决.pdf")}
    client = as_user(cast.henan_commerce)
    assert client.post(reverse("sanction-decide", args=[sanction.pk]), decision).status_code == 302
    shown = text(page(client, "sanction-detail", sanction.pk))
    assert "演示豫商体系〔2020〕99号" in shown and "登记移送" in shown
    assert "示范资格已取消" in text(client.get(cast.county.get_absolute_url()))


def test_the_public_page_of_a_revoked_county_remains_with_the_decision(cast, client):
    sanction = builders.decided_sanction(cast)
    shown = text(client.get(reverse("public-county", args=[cast.county.region.code])))
    assert "示范资格已经取消" in shown and sanction.doc_no in shown
    assert client.get(reverse("public-file", args=[sanction.scan_id])).status_code == 200


def test_nothing_of_a_case_not_upheld_is_public(cast, client):
    builders.dismissed_sanction(cast)
    assert "取消" not in text(client.get(reverse("public-county", args=[cast.county.region.code])))


@pytest.mark.parametrize(("kind", "words"), [("decision", "陈述申辩"), ("recovery", "应追回")])
def test_F_24_says_ground_amount_and_deadline(cast, as_user, kind, words):
    builders.paid_payment(cast)
    sanction = builders.decided_sanction(cast)
    response = page(as_user(cast.auditor), "sanction-paper", sanction.pk, kind)
    printed = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(response.content)).pages).replace("\n", "")
    assert words in printed and sanction.doc_no in printed


def test_overdue_recovery_waits_on_the_desk_of_finance(cast, as_user):
    builders.paid_payment(cast)
    recovery = builders.decided_sanction(cast).recovery
    tasks = [task for task in waiting_for(cast.finance, clock.today()) if recovery.no in task.title]
    assert [task.due.on for task in tasks] == [recovery.due_on]
    assert recovery.no in text(page(as_user(cast.finance), "recovery-list"))


def test_A_345c_the_city_consents_on_the_page(cast, as_user):
    payment = builders.approved_payment(cast)
    until = {"until": "2022-12-01", "reason": "资金使用慢（演示）"}
    assert as_user(cast.henan_commerce).post(reverse("county-rectify", args=[cast.county.pk]), until).status_code == 302
    client = as_user(cast.zhumadian_finance)
    assert "同意整改期间的拨付" in text(page(client, "payment-detail", payment.pk))
    client.post(reverse("payment-consent", args=[payment.pk]), {"words": "同意"})
    assert Consent.objects.get().given_by == cast.zhumadian_finance
    ended = as_user(cast.henan_commerce).post(reverse("county-rectified", args=[cast.county.pk]), {"reason": "到位"})
    assert ended.status_code == 302
