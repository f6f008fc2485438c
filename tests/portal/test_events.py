"""Events: append-only, one SHA-256 chain per county, found when tampered with."""

import contextlib

import dj_database_url
import psycopg2
import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from portal.chain import heads, verify
from portal.models import Event, EventSeal
from tests import builders


def _seal():
    """What the database does at commit, now: these tests never commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_every_deed_is_sealed_into_the_chain_of_its_county(cast):
    _seal()
    before = EventSeal.objects.filter(chain="411725").count()
    builders.draft_plan(cast)
    _seal()
    seals = EventSeal.objects.filter(chain="411725").order_by("number")
    assert [seal.number for seal in seals] == list(range(1, seals.count() + 1))
    assert seals.count() > before
    assert verify() == []
    assert heads()["411725"] == (seals.last().number, seals.last().digest)


@pytest.mark.parametrize("table", ["portal_event", "portal_eventseal"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET {} = '411326'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_events_and_seals_cannot_be_changed_or_deleted(cast, table, deed):
    builders.draft_plan(cast)
    _seal()
    with pytest.raises(IntegrityError, match="只能追加"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(deed.format(table, "chain"))


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE portal_event SET words = ''",
        "DELETE FROM portal_event",
        "TRUNCATE portal_event",
        "ALTER TABLE portal_event DISABLE TRIGGER USER",
        "UPDATE funds_leg SET amount = 1",
        "DROP TRIGGER a_315_payment_gates ON funds_payment",
        "CREATE OR REPLACE FUNCTION portal_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ],
)
def test_the_portals_own_role_may_not_even_try(cast, deed):
    """The application connects as a role that owns no table and holds no UPDATE on the append-only ones."""
    portal = dj_database_url.parse(settings.DATABASE_URL)
    with (
        contextlib.closing(
            psycopg2.connect(
                host=portal["HOST"],
                port=portal["PORT"] or None,
                user=portal["USER"],
                password=portal["PASSWORD"],
                dbname=connection.settings_dict["NAME"],
            )
        ) as own,
        own.cursor() as cursor,
    ):
        cursor.execute("SELECT count(*) FROM portal_event")
        assert cursor.fetchone()[0] > 0
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute(deed)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE portal_event SET reason = '改写' WHERE id = {id}",
        "UPDATE portal_event SET at = at + interval '1 second' WHERE id = {id}",
        "UPDATE portal_event SET data = '{{\"x\": 1}}' WHERE id = {id}",
        "DELETE FROM portal_eventseal WHERE event_id = {id}; DELETE FROM portal_event WHERE id = {id}",
        "UPDATE portal_eventseal SET number = number + 1000 WHERE event_id = {id}",
    ],
)
def test_what_an_administrator_of_the_database_changes_is_found(cast, tampering):
    plan = builders.draft_plan(cast)
    _seal()
    assert verify() == []
    with connection.cursor() as cursor:
        for table in ("portal_event", "portal_eventseal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(tampering.format(id=Event.objects.about(plan).first().pk))
    assert verify() != []


def test_the_event_carries_office_reason_and_digest(cast):
    plan = builders.draft_plan(cast)
    plan.send(by=cast.clerk)
    event = Event.objects.about(plan).last()
    assert (event.by, event.office_name, event.target) == (cast.clerk, "确山县商务局", "countersign")
    assert event.digest == plan.digest()
