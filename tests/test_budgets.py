"""Every page keeps its number of questions to the database: lists 15, details 20, public pages 10, whoever asks.

The pages and the people come from the access table, so a new page is measured from its first day on.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.test_access import all_rows
from tests.world import visiting, world  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("access")]

LIST, DETAIL, PUBLIC = 15, 20, 10
FEW = ("SAVEPOINT", "RELEASE SAVEPOINT")  # what the test's own transaction adds

PAGES = [
    pytest.param(name, make, actor, id=f"{name}-{actor}")
    for name, make, method, data, answers in all_rows()
    if method.upper() == "GET" and not data
    for actor, status in answers.items()
    if status == 200
]


EXPORTS = {"county-file": 60}  # whole files: a dozen questions for each version of the plan


def ceiling(name, actor):
    if name in EXPORTS:
        return EXPORTS[name]
    if actor == "anonymous":
        return PUBLIC
    return LIST if name.endswith("-list") else DETAIL


@pytest.mark.parametrize(("name", "make", "actor"), PAGES)
def test_a_page_asks_no_more_than_its_ceiling(world, client, django_db_blocker, name, make, actor):
    with visiting(world, client, django_db_blocker, actor) as address:
        url = address(name, make)
        client.get(url)  # content types and templates are read once per process
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(url)
    questions = [query["sql"] for query in asked if not query["sql"].startswith(FEW)]
    assert len(questions) <= ceiling(name, actor), "\n".join(question[:200] for question in questions)


def test_a_page_that_asks_too_much_is_found(world, client, django_db_blocker, monkeypatch):
    """The control."""
    monkeypatch.setitem(globals(), "LIST", 3)
    with pytest.raises(AssertionError, match="SELECT"):
        test_a_page_asks_no_more_than_its_ceiling(world, client, django_db_blocker, "plan-list", lambda w: [], "clerk")
