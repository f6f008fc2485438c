"""Every URL × every role: 200/302 yours, 404 not yours, 403 not your job (tests/<room>/access.py holds the rows).

A URL without a row fails here, so does a row for a URL that is gone.
"""

import importlib

import pytest
from django.urls import get_resolver

from tests.conftest import ACTORS
from tests.world import visiting, world  # noqa: F401

pytestmark = pytest.mark.xdist_group("access")  # one worker builds the world, once

ROOMS = [
    "portal",
    "accounts",
    "notices",
    "counties",
    "projects",
    "acceptance",
    "funds",
    "reporting",
    "supervision",
    "disclosure",
]
# Django's own admin site is one door with one lock; tests/portal/test_admin.py tries it.
EXCEPT = {"admin"}


def all_rows():
    rows = []
    for room in ROOMS:
        rows += importlib.import_module(f"tests.{room}.access").ROWS
    return rows


def url_names(resolver=None):
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            if pattern.namespace not in EXCEPT:
                yield from url_names(pattern)
        else:
            yield pattern.name


CASES = [
    pytest.param(name, make, method, data, actor, status, id=f"{name}-{method}-{actor}-{status}")
    for name, make, method, data, answers in all_rows()
    for actor, status in answers.items()
]


def test_every_url_has_a_name_and_a_row():
    names = set(url_names())
    assert None not in names
    assert names == {row[0] for row in all_rows()}


def test_every_actor_of_a_row_exists():
    assert {actor for row in all_rows() for actor in row[4]} <= {"anonymous", *ACTORS}


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "make", "method", "data", "actor", "status"), CASES)
def test_who_may_do_what(world, client, django_db_blocker, name, make, method, data, actor, status):
    with visiting(world, client, django_db_blocker, actor) as address:
        url = address(name, make)
        response = getattr(client, method.lower())(url, data or {})
    assert response.status_code == status, f"{actor} {method} {url}: {response.status_code} instead of {status}"


@pytest.mark.django_db
def test_a_row_with_the_wrong_answer_is_found(world, client, django_db_blocker):
    """The control: the table must be able to fail."""
    with pytest.raises(AssertionError, match="instead of"):
        test_who_may_do_what(world, client, django_db_blocker, "healthz", lambda w: [], "get", None, "anonymous", 404)
