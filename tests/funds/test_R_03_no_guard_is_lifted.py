"""R-03: the portal, signed in to the database as it always is, has no way to lift a guard (a file of its own: other files
hold open transactions, and some of these statements take their lock before they are refused)."""

import contextlib

import dj_database_url
import psycopg2
import pytest
from django.conf import settings
from django.db import connection

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("transactions")]


@pytest.fixture(scope="module")
def own_line(django_db_setup, django_db_blocker):
    """A connection as the portal makes it: the role is who signed in, not a role that was put on."""
    portal = dj_database_url.parse(settings.DATABASE_URL)
    with django_db_blocker.unblock():
        name = connection.settings_dict["NAME"]
    own = psycopg2.connect(
        host=portal["HOST"], port=portal["PORT"] or None, user=portal["USER"], password=portal["PASSWORD"], dbname=name
    )
    own.autocommit = True
    own.cursor().execute("SET lock_timeout = '5s'")
    with contextlib.closing(own):
        yield own


@pytest.mark.parametrize(
    "deed",
    [
        "ALTER TABLE funds_payment DISABLE TRIGGER USER",
        "ALTER TABLE funds_payment DISABLE TRIGGER ALL",
        "ALTER TABLE funds_leg DROP CONSTRAINT leg_amount_not_zero",
        "ALTER TABLE funds_leg ALTER COLUMN amount TYPE float8",
        "DROP TABLE funds_leg",
        "DROP TRIGGER posting_balances ON funds_leg",
        "DROP TRIGGER balances_follow ON funds_leg",
        "DROP FUNCTION funds_payment_gates() CASCADE",
        "CREATE TRIGGER mine BEFORE INSERT ON funds_leg FOR EACH ROW EXECUTE FUNCTION portal_append_only()",
        "CREATE RULE mine AS ON INSERT TO funds_leg DO INSTEAD NOTHING",
        "CREATE TABLE public.mine (id int)",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA mine",
        "CREATE TEMPORARY TABLE acceptance_application (id bigint, status text)",
        "CREATE OR REPLACE FUNCTION funds_payment_gates() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "ALTER FUNCTION funds_payment_gates() RESET search_path",
        "SET session_replication_role = replica",
        "SET ROLE portal_owner",
        "ALTER ROLE portal_app SUPERUSER",
        "CREATE ROLE mine",
        "COPY funds_leg TO PROGRAM 'true'",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'x', now())",
        "DELETE FROM django_migrations",
    ],
)
def test_R_03_the_portal_lifts_no_guard(own_line, deed):
    with own_line.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(deed)
