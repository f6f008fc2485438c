"""The same key gives the same answer; refusals become pages; nobody gets a 500 for a second click."""

import uuid

import pytest
from django.db import IntegrityError, connection

from counties.models import Plan
from portal.constraints import words_of
from portal.models import RequestKey
from tests import builders


def _begin(client, county, key, **more):
    return client.post(f"/counties/{county.pk}/plan/", {"request_key": key, **more})


@pytest.fixture
def clerk(as_user, cast):
    return as_user(cast.clerk)


def test_a_repeated_form_does_nothing_twice_and_goes_to_the_same_place(clerk, cast):
    key = str(uuid.uuid4())
    first, *others = [_begin(clerk, cast.county, key) for _ in range(5)]
    assert first.status_code == 302
    assert {response["Location"] for response in others} == {first["Location"]}
    assert Plan.objects.filter(county=cast.county).count() == 1


def test_P_004_the_same_key_with_other_content_is_409(clerk, cast):
    key = str(uuid.uuid4())
    _begin(clerk, cast.county, key)
    response = _begin(clerk, cast.county, key, extra="别的内容")
    assert response.status_code == 409
    assert "P-004" in response.content.decode()


def test_another_person_cannot_replay_my_key(clerk, cast, as_user):
    key = str(uuid.uuid4())
    _begin(clerk, cast.county, key)
    assert _begin(as_user(cast.finance), cast.county, key).status_code == 409


def test_a_refused_deed_leaves_its_key_free(clerk, cast):
    key = str(uuid.uuid4())
    plan = Plan.begin(cast.county, by=cast.clerk)
    for _ in range(2):
        response = clerk.post(f"/plans/{plan.pk}/send/", {"request_key": key})
        assert response.status_code == 409
    assert not RequestKey.objects.filter(pk=key).exists()


def test_without_the_unique_key_the_effect_is_doubled(clerk, cast):
    """The control: it is the table that prevents the second effect, not luck."""
    plan = builders.recorded_plan(cast)
    for key in (uuid.uuid4(), uuid.uuid4()):
        clerk.post(f"/plans/{plan.pk}/change/", {"request_key": str(key), "types": ["content"], "reason": "合并"})
    assert Plan.objects.filter(replaces=plan).count() == 1  # here another guard holds: one open plan per county
    keys = [str(uuid.uuid4()) for _ in range(2)]
    before = RequestKey.objects.count()
    for key in keys:
        clerk.post("/messages/read/", {"request_key": key})
    assert RequestKey.objects.count() == before + 2


def test_P_003_what_the_database_refuses_is_a_page_in_the_clerks_words(clerk, cast):
    with pytest.raises(IntegrityError) as error, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO counties_liaison (county_id, name, post, phone, since) VALUES (%s, 'x', 'x', 'x', now())",
            [cast.county.pk],
        )
    assert words_of(error.value) == "每县只能有一名在任信息联络员（规则 A-453）"


def test_P_003_a_defect_of_ours_is_not_dressed_as_a_refusal(cast):
    with pytest.raises(IntegrityError) as error, connection.cursor() as cursor:
        cursor.execute("INSERT INTO counties_liaison (county_id) VALUES (NULL)")
    assert words_of(error.value) == ""


def test_a_refusal_names_rule_and_clause_and_keeps_what_was_typed(clerk, cast):
    plan = Plan.begin(cast.county, by=cast.clerk)
    response = clerk.post(f"/plans/{plan.pk}/send/", {"reason": "我写的理由"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "A-101" in page and "25号 一（一）" in page


def test_a_refusal_for_htmx_is_a_fragment(clerk, cast):
    plan = Plan.begin(cast.county, by=cast.clerk)
    response = clerk.post(f"/plans/{plan.pk}/send/", headers={"HX-Request": "true"})
    assert response.status_code == 409
    assert "<html" not in response.content.decode()
    assert "HX-Request" in response["Vary"]
