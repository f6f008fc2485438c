"""Bad input of each kind, on every form that anybody may send: a clear answer in Chinese, never a failure of ours.

Forms and people come from the access table; the fields from the page itself.
"""

import re

import pytest
from django.core.exceptions import SuspiciousOperation
from django.urls import get_resolver

from tests.test_access import all_rows
from tests.world import visiting, world  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("access")]

REFUSALS = {403, 404, 405}
NASTY = {
    "nothing": "",
    "a null byte": "\x00",
    "a wall of text": "长" * 30_000,
    "markup": "<script>alert(1)</script>",
    "no number": "１２，３４",
    "infinity": "1e999",
    "below zero": "-1",
    "far too large": "9" * 40,
    "no such day": "2020-02-30",
    "half a surrogate": "\ud800",
}

FORMS = [
    pytest.param(name, make, data or {}, actor, id=f"{name}-{actor}")
    for name, make, method, data, answers in all_rows()
    if method.upper() == "POST"
    for actor in [next((actor for actor, status in answers.items() if status in (409, 422)), None)]
    if actor
]
FIELD = re.compile(r'<(?:input|select|textarea)\b[^>]*?\bname="([^"]+)"', re.S)


def fields_of(client, url, data):
    """Names of the fields of the form at this address (a deed without a page of its own: those of the access row)."""
    page = client.get(url)
    found = FIELD.findall(page.content.decode()) if page.status_code == 200 else []
    return {name for name in found if name not in ("csrfmiddlewaretoken", "request_key")} | set(data)


@pytest.mark.parametrize(("name", "make", "data", "actor"), FORMS)
def test_nasty_input_is_answered_not_suffered(world, client, django_db_blocker, name, make, data, actor):
    with visiting(world, client, django_db_blocker, actor) as address:
        url = address(name, make)
        fields = fields_of(client, url, data)
        for what, value in NASTY.items():
            typed = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
            response = client.post(url, dict.fromkeys(fields, typed))
            assert response.status_code < 500, what
            if response.status_code == 422:
                assert re.search(r"处需要改正|不正确", response.content.decode()), f"{what}: no error summary"


def names_a_record(name):
    """Does the address of this page hold the key of a record?"""
    (_, parameters), *_ = get_resolver().reverse_dict.getlist(name)[0][0]
    return bool(parameters)


@pytest.mark.parametrize("name", sorted({row[0] for row in all_rows() if names_a_record(row[0])}))
def test_an_address_that_no_record_can_have_is_not_found(world, client, django_db_blocker, name):
    make = next(row[1] for row in all_rows() if row[0] == name)
    with visiting(world, client, django_db_blocker, "henan_admin") as address:
        *before, last = make(world)
        nowhere = 10**30 if isinstance(last, int) else "nowhere"
        url = address(name, lambda w: [*before, nowhere])
        assert client.get(url).status_code in REFUSALS


def test_a_form_that_fails_is_found(world, client, django_db_blocker, monkeypatch):
    """The control: a view that breaks on input must turn this red."""
    from counties.views import counties

    def broken(request, pk):
        raise SuspiciousOperation if not request.POST else ZeroDivisionError

    monkeypatch.setattr(counties, "CountyForm", broken)
    with pytest.raises((ZeroDivisionError, TypeError)):
        row = next(row for row in all_rows() if row[0] == "county-edit")
        test_nasty_input_is_answered_not_suffered(
            world, client, django_db_blocker, "county-edit", row[1], {"complaint_email": "x"}, "clerk"
        )
