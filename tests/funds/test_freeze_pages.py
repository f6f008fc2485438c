"""冻结的页面：who freezes and lifts, and what everybody sees meanwhile."""

import pytest
from django.urls import reverse

from funds.models import Freeze, Payment
from portal.models import Event
from tests import builders

RIGHT = {"password_again": "demo-2020"}


@pytest.fixture
def payment(cast):
    return builders.approved_payment(cast)


def place_at(county):
    return reverse("freeze-place", args=[county.pk])


def test_P_042_one_payment_is_frozen_shown_to_all_and_released(cast, payment, as_user):
    city = as_user(cast.zhumadian_commerce)
    listed = reverse("freeze-list", args=[cast.county.pk])
    assert f"?payment={payment.pk}" in city.get(payment.get_absolute_url()).content.decode()
    assert f"new/?payment={payment.pk}" in city.get(f"{listed}?payment={payment.pk}").content.decode()
    form = {"payment": payment.pk, "reason": "涉嫌挪用，正在核查（演示）"}
    assert city.post(place_at(cast.county), form | RIGHT).url == listed
    freeze = Freeze.objects.get()
    assert (freeze.payment, freeze.project, freeze.placed_by) == (payment, None, cast.zhumadian_commerce)
    assert Event.objects.about(freeze).get().data == {"confirmed": True}
    for person in (cast.contractor, cast.finance, cast.henan_finance, cast.auditor):
        page = as_user(person).get(payment.get_absolute_url()).content.decode()
        assert "驻马店市商务局于2020年" in page and "涉嫌挪用，正在核查（演示）" in page, person
    assert cast.contractor.messages.filter(title__contains="资金已冻结").exists()
    refused = as_user(cast.finance).post(reverse("payment-pay", args=[payment.pk]), {"voucher_no": "1"} | RIGHT)
    assert refused.status_code == 409 and "P-042" in refused.content.decode()
    lift = reverse("freeze-lift", args=[freeze.pk])
    assert "P-042u" in city.get(lift).content.decode()
    assert city.post(lift, {"reason": "可以了"} | RIGHT).status_code == 409
    assert as_user(cast.finance).post(lift, {"reason": "可以了"} | RIGHT).status_code == 409  # not of its level
    assert as_user(cast.henan_commerce).post(lift, {"reason": "核查无误"} | RIGHT).url == listed
    page = as_user(cast.contractor).get(payment.get_absolute_url()).content.decode()
    assert "资金已冻结" not in page
    assert "核查无误" in as_user(cast.finance).get(listed).content.decode()


def test_P_042_the_whole_county_is_frozen_by_its_own_people(cast, payment, as_user):
    as_user(cast.government).post(place_at(cast.county), {"reason": "专账核对（演示）"} | RIGHT)
    ledger = as_user(cast.auditor).get(reverse("ledger-detail", args=[cast.county.pk])).content.decode()
    assert "确山县人民政府于2020年" in ledger and "专账核对（演示）" in ledger
    page = as_user(cast.finance).get(reverse("payment-pay", args=[payment.pk])).content.decode()
    assert "确认已支付" not in page and "P-042" in page


def test_a_project_or_a_payment_not_both_and_only_of_this_county(cast, payment, as_user):
    client = as_user(cast.henan_commerce)
    both = {"payment": payment.pk, "project": payment.project_id, "reason": "核查"}
    assert "只选一项" in client.post(place_at(cast.county), both | RIGHT).content.decode()
    foreign = {"project": payment.project_id, "reason": "核查"}
    assert client.post(place_at(cast.neighbour_county), foreign | RIGHT).status_code == 422
    assert client.post(place_at(cast.county), foreign | RIGHT).status_code == 302
    assert Freeze.objects.get().project == payment.project


def test_A_149f_a_failed_spot_check_stands_in_the_same_banner(cast, as_user):
    application = builders.clear_application(cast)
    payment = builders.story().approved_payment(application)
    item = builders.drawn_spotcheck(cast.zhumadian_commerce).items.get()
    found = {"result": "failed", "findings": "设备不符（演示）", "visited_on": builders.clock.today()}
    item.conclude(by=cast.zhumadian_commerce, **found)
    page = as_user(cast.contractor).get(payment.get_absolute_url()).content.decode()
    assert page.count("抽查不通过，本阶段资金冻结") >= 2  # the banner and the gate
    assert Payment.objects.get(pk=payment.pk).status == "approved"
