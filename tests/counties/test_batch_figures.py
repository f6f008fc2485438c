"""Every number of a batch stands on its page with its clause; the amount of a county is fixed by the province."""

import pytest
from django.urls import reverse

from counties.figures import GROUPS
from counties.models import Batch


def test_no_number_of_a_batch_is_without_a_clause():
    shown = {figure.field for _, figures in GROUPS for figure in figures}
    assert {field.name for field in Batch._meta.concrete_fields} - {"id"} == shown


def test_the_province_fixes_the_money_of_a_county_and_says_why(cast, as_user):
    url = reverse("county-allot", args=[cast.county.pk])
    client = as_user(cast.henan_finance)
    assert client.post(url, {"central_total": "15000000", "reason": ""}).status_code == 422
    client.post(url, {"central_total": "15000000", "villages": "180", "reason": "豫财贸〔2020〕40号（演示）"})
    cast.county.refresh_from_db()
    assert (cast.county.central_total, cast.county.villages) == (15_000_000, 180)
    event = cast.county.events.latest("pk")
    assert event.reason.startswith("豫财贸") and event.data["central_total"][1] == "15000000.00"
    assert as_user(cast.finance).post(url, {"central_total": "1", "reason": "x"}).status_code == 403


@pytest.mark.parametrize("amount", ["-1", "1e5", "9" * 30, "三千万"])
def test_a_bad_amount_is_explained(cast, as_user, amount):
    url = reverse("county-allot", args=[cast.county.pk])
    response = as_user(cast.henan_finance).post(url, {"central_total": amount, "reason": "x"})
    assert response.status_code == 422 and "有 1 处需要改正" in response.content.decode()
