"""The pages of the county: column, telephone, account, liaison."""

import pytest
from django.urls import reverse

from counties.models import County
from portal.models import Event

GOOD = {
    "column_url": "https://www.queshan.example/dsjnc/",
    "complaint_phone": "0396-7022056",
    "complaint_email": "",
    "complaint_address": "确山县",
    "account_holder": "确山县财政局",
    "account_bank": "演示银行",
    "account_last4": "0001",
}


def url(name, county):
    return reverse(name, args=[county.pk])


def test_the_page_of_a_county_asks_at_most_twenty_questions(cast, as_user, django_assert_max_num_queries):
    client = as_user(cast.clerk)
    client.get(url("county-detail", cast.county))
    with django_assert_max_num_queries(20):
        page = client.get(url("county-detail", cast.county)).content.decode()
    assert "财政专账" in page and "演示联络员" in page and "0000-00000" not in page


def test_an_edit_leaves_old_and_new_in_an_event(cast, as_user):
    assert as_user(cast.clerk).post(url("county-edit", cast.county), GOOD).status_code == 302
    event = Event.objects.about(cast.county).last()
    assert event.words == "维护示范县信息" and event.data["complaint_phone"][1] == "0396-7022056"


@pytest.mark.parametrize(
    "field, value",
    [("column_url", "javascript:alert(1)"), ("complaint_phone", "没有"), ("complaint_phone", "\x00" * 9),
     ("complaint_email", "谁"), ("account_last4", "12345"), ("account_holder", "户" * 500)],
)  # fmt: skip
def test_bad_input_is_told_at_the_field_and_nothing_typed_is_lost(cast, as_user, field, value):
    typed = GOOD | {"complaint_address": "新写的地址"} | {field: value}
    answer = as_user(cast.clerk).post(url("county-edit", cast.county), typed)
    assert answer.status_code == 422
    assert "处需要改正" in answer.content.decode() and "新写的地址" in answer.content.decode()
    assert County.objects.get(pk=cast.county.pk).complaint_address != "新写的地址"


def test_A_453_there_is_one_liaison_the_new_one_ends_the_term_of_the_old(cast, as_user):
    client = as_user(cast.clerk)
    data = {"name": "李敏", "post": "县商务局", "phone": "0396-7022056", "user": cast.liaison.pk}
    assert client.post(url("liaison-appoint", cast.county), data).status_code == 302
    assert cast.county.liaison().name == "李敏"
    assert client.post(url("liaison-appoint", cast.county), data | {"user": cast.finance.pk}).status_code == 422


def test_the_neighbour_the_liaison_and_the_city_do_not_edit(cast, as_user):
    assert as_user(cast.neighbour).get(url("county-edit", cast.county)).status_code == 404
    assert as_user(cast.liaison).get(url("county-edit", cast.county)).status_code == 403
    assert as_user(cast.zhumadian_commerce).get(url("liaison-appoint", cast.county)).status_code == 403
