"""Every URL × every role: 200/302 yours, 404 not yours, 403 not your job (tests/<room>/access.py holds the rows).

A URL without a row fails here, so does a row for a URL that is gone.
"""

import importlib
from types import SimpleNamespace

import pytest
from django.urls import get_resolver, reverse

from projects.models import Contractor
from tests import builders
from tests.conftest import ACTORS, gather_cast
from tests.counties.round_cast import add_a_round

pytestmark = pytest.mark.xdist_group("access")  # one worker builds the world, once

ROOMS = ["portal", "accounts", "notices", "counties", "projects", "acceptance", "funds", "reporting", "disclosure"]
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


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One county's records at every stage, made once; each request is rolled back."""
    from django.db import transaction

    from portal import clock

    with django_db_blocker.unblock():
        token = clock._pinned.set(clock.morning(builders.START))
        with transaction.atomic():
            yield build_world()
            transaction.set_rollback(True)
        clock._pinned.reset(token)


def build_world():
    cast = gather_cast()
    w = SimpleNamespace(cast=cast, county=cast.county)
    payment = builders.paid_payment(cast)
    w.today = builders.clock.today()
    w.payment, w.application, w.project = payment, payment.application, payment.project
    w.agreement, w.stage = w.project.agreement, payment.stage
    w.notice = w.application.notice
    w.plan = w.project.fund_line.plan
    w.fund_line, w.procurement = w.project.fund_line, w.project.procurement
    w.contractor = Contractor.objects.get(members=cast.contractor)
    w.contractor_plan = w.project.contractor_plans.first()
    w.delivery = w.application.deliveries.get(level="city")
    w.review = w.plan.current_reviews("city").get(bureau="commerce")
    w.attachment = w.plan.plan_file
    w.objection = builders.passed_notice_with_objection(cast, w)
    w.report = builders.owed_report(cast)
    w.message = cast.clerk.messages.first()
    add_a_round(w)
    return w


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "make", "method", "data", "actor", "status"), CASES)
def test_who_may_do_what(world, client, django_db_blocker, name, make, method, data, actor, status):
    from django.db import transaction

    from portal import clock

    with django_db_blocker.unblock(), transaction.atomic():
        clock._pinned.set(clock.morning(world.today))
        if actor != "anonymous":
            client.force_login(getattr(world.cast, actor))
        url = reverse(name, args=make(world))
        response = getattr(client, method.lower())(url, data or {})
        transaction.set_rollback(True)
    assert response.status_code == status, f"{actor} {method} {url}: {response.status_code} instead of {status}"


@pytest.mark.django_db
def test_a_row_with_the_wrong_answer_is_found(world, client, django_db_blocker):
    """The control: the table must be able to fail."""
    with pytest.raises(AssertionError, match="instead of"):
        test_who_may_do_what(world, client, django_db_blocker, "healthz", lambda w: [], "get", None, "anonymous", 404)
