"""The cast: 确山县 and the people around it. 淅川 is the neighbour who must see nothing; 鹿邑 is 省直管."""

from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db.backends.postgresql.operations import DatabaseOperations

from accounts import demo, reference
from accounts.models import Region, User
from counties import reference as counties_reference
from counties.models import County
from portal import clock, workdays
from portal.management.commands.grants import append_only_tables
from tests import builders

ACTORS = {
    "henan_commerce": "henan-commerce",
    "henan_finance": "henan-finance",
    "henan_admin": "henan-admin",
    "zhumadian_commerce": "zhumadian-commerce",
    "zhumadian_finance": "zhumadian-finance",
    "government": "queshan-government",
    "clerk": "queshan-commerce",
    "finance": "queshan-finance",
    "poverty": "queshan-poverty",
    "liaison": "queshan-liaison",
    "contractor": "contractor-1",
    "neighbour": "xichuan-commerce",
    "other_contractor": "contractor-2",
    "evaluator": "evaluator-1",
    "auditor": "auditor-1",
}


def _load_cast():
    workdays.load_official()
    codes = reference.load()
    counties_reference.load(codes, demonstration=True)
    demo.load_people(codes, 6, builders.START)
    for county in County.objects.select_related("region"):
        user = User.objects.get(username=f"{county.region.pinyin}-liaison")
        county.appoint_liaison(by=user, name="演示联络员", post="县商务局", phone="0000-00000", user=user)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The cast is loaded once per test database and committed; every test rolls its own deeds back."""
    with django_db_blocker.unblock(), clock.pinned(builders.START):
        call_command("grants", verbosity=0)
        _load_cast()


@pytest.fixture(autouse=True, scope="session")
def truncation_for_tests_only():
    """Append-only tables refuse TRUNCATE, with which transactional tests clean up; the owner suspends that for them."""
    flush = DatabaseOperations.execute_sql_flush

    def flush_all(self, sql_list):
        guarded = sorted(append_only_tables())
        off = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in guarded]
        on = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in guarded]
        return flush(self, [*off, *sql_list, *on])

    DatabaseOperations.execute_sql_flush = flush_all
    yield
    DatabaseOperations.execute_sql_flush = flush


@pytest.fixture(autouse=True)
def first_of_september_2020():
    """Every test starts on 2020-09-01, 9:00; builders move the clock on."""
    token = clock._pinned.set(clock.morning(builders.START))
    cache.clear()
    yield
    clock._pinned.reset(token)


@pytest.fixture
def cast(db):
    return gather_cast()


def gather_cast():
    if not Region.objects.exists():  # a transactional test has emptied the tables
        _load_cast()
    people = User.objects.select_related("office__region").in_bulk(ACTORS.values(), field_name="username")
    counties = {c.region.code: c for c in County.objects.select_related("region__parent__parent", "batch")}
    return SimpleNamespace(
        **{actor: people[username] for actor, username in ACTORS.items()},
        county=counties[builders.QUESHAN],
        neighbour_county=counties[builders.XICHUAN],
        direct_county=counties[builders.LUYI],
    )


@pytest.fixture
def as_user(client):
    """as_user(cast.clerk).get(…): the test client, signed in."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in
