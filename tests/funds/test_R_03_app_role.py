"""R-03 and “no money past its gates”: what the portal's own database role may not do, with its owner as the control.

Every table that is only added to × three verbs, every table that triggers keep × three verbs, every gate of a payment
past the verb, and every way of the role to lift a guard.
"""

import contextlib

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError

from counties.models import Batch
from funds.models import Freeze, Leg, Payment, Posting
from portal.management.commands.grants import append_only_tables, kept_by_database
from tests import builders
from tests.funds import moves

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("transactions")]

VERBS = {"UPDATE": "UPDATE {0} SET {1} = {1}", "DELETE": "DELETE FROM {0}", "TRUNCATE": "TRUNCATE {0} CASCADE"}
WRITES = VERBS | {"INSERT": "INSERT INTO {0} DEFAULT VALUES"}
APPEND_ONLY, KEPT = sorted(append_only_tables()), sorted(kept_by_database())
REFUSED = (ProgrammingError, IntegrityError)


@contextlib.contextmanager
def as_the_portal():
    """The portal's own role, in a savepoint that is rolled back: what it may do counts, not what it did."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE portal_app")
        yield cursor
        transaction.set_rollback(True)


def column_of(table):
    with connection.cursor() as cursor:
        return connection.introspection.get_table_description(cursor, table)[0].name


def at_commit(cursor):
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


# --- what is written once -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_R_03_what_is_written_once_is_not_changed_by_the_portal(db, table, verb):
    with pytest.raises(ProgrammingError, match="permission denied"), as_the_portal() as cursor:
        cursor.execute(VERBS[verb].format(table, column_of(table)))


@pytest.mark.parametrize("verb", WRITES)
@pytest.mark.parametrize("table", KEPT)
def test_R_03_what_triggers_keep_is_not_written_by_the_portal(db, table, verb):
    with pytest.raises(ProgrammingError, match="permission denied"), as_the_portal() as cursor:
        cursor.execute(WRITES[verb].format(table, column_of(table)))


def test_R_03_control_the_owner_whose_triggers_rest_can_do_all_of_it(ready):
    """So the portal must not be the owner: every statement that was refused above passes here, and is rolled back."""
    done = 0
    for table, verb in [(table, verb) for table in (*APPEND_ONLY, *KEPT) for verb in VERBS]:
        with transaction.atomic(), connection.cursor() as cursor:
            for other in APPEND_ONLY if verb == "TRUNCATE" else [table]:  # TRUNCATE reaches the tables that point here
                cursor.execute(f"ALTER TABLE {other} DISABLE TRIGGER USER")
            cursor.execute(VERBS[verb].format(table, column_of(table)))
            done += 1
            transaction.set_rollback(True)
    assert done == 3 * (len(APPEND_ONLY) + len(KEPT)) >= 27


# --- no way to lift a guard ---------------------------------------------------------------------------------------------


def test_R_03_every_guard_looks_in_public_first(db):
    """Else a temporary table of the same name would be asked instead of the real one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'"
            " AND NOT coalesce(proconfig @> ARRAY['search_path=public, pg_temp'], false)"
        )
        assert cursor.fetchall() == []


def test_R_03_control_a_guard_that_looks_anywhere_is_deceived_by_a_temporary_table(ready):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE acceptance_application SET status = 'reopened'")
        builders.seal()
        cursor.execute("CREATE TEMPORARY TABLE acceptance_application AS SELECT * FROM public.acceptance_application")
        cursor.execute("UPDATE pg_temp.acceptance_application SET status = 'passed'")
    with pytest.raises(IntegrityError, match="A-313"), transaction.atomic():
        _pay_by_hand(ready)
    with connection.cursor() as cursor:
        cursor.execute("ALTER FUNCTION funds_payment_gates() RESET search_path")
    assert _pay_by_hand(ready) == 1


# --- no money past its gates --------------------------------------------------------------------------------------------


def _pay_by_hand(ready):
    return Payment.objects.filter(pk=ready.payment.pk).update(**moves.paid_by_hand(ready.cast.finance))


def _lower(table, column, value, where="true"):
    def lower(ready):
        with moves.resting(table) as cursor:
            cursor.execute(f"UPDATE {table} SET {column} = {value} WHERE {where}")

    return lower


def _frozen(what=None, of=None):
    def freeze(ready):
        Freeze.place(ready.cast.county, by=None, reason="核查", **({what: of(ready.payment)} if what else {}))

    return freeze


def _failed_spot_check(ready):
    check = builders.drawn_spotcheck(ready.cast.zhumadian_commerce, size=1)
    with moves.resting("acceptance_spotcheckitem") as cursor:
        cursor.execute(
            "UPDATE acceptance_spotcheckitem SET status = 'failed', result = 'failed', findings = '不符', recorded_by_id = %s,"
            " recorded_at = now(), visited_on = now() WHERE spotcheck_id = %s",
            [ready.cast.zhumadian_commerce.pk, check.pk],
        )


def _open_objection(ready):
    notice = ready.payment.application.notice
    notice.objections.create(
        receipt_no="YY1", lookup_code="1", text="异议", filed_at=builders.clock.now(), due_on=builders.clock.today()
    )


GATES = {
    "no passed acceptance": (_lower("acceptance_application", "status", "'reopened'"), "A-313"),
    "acceptance of another stage": (
        _lower("funds_payment", "stage_id", "(SELECT max(id) FROM projects_stage)"),
        "A-313",
    ),
    "no publicity": (_lower("acceptance_application", "notice_id", "NULL"), "A-314"),
    "publicity still running": (
        _lower("notices_notice", "status = 'running', closed_at = NULL, ends_on", "'2030-01-01'"),
        "A-314",
    ),
    "publicity withdrawn": (_lower("notices_notice", "status", "'withdrawn'", "kind = 'acceptance'"), "A-314"),
    "objection not answered": (_open_objection, "A-314"),
    "above the stage": (_lower("projects_stage", "committed = 0, amount", "1"), "A-315"),
    "above the agreement": (_lower("projects_agreement", "central_amount", "1"), "A-315"),
    "above the fund line": (_lower("counties_fundline", "central_amount", "1"), "A-315"),
    "above what arrived": (_lower("funds_leg", "amount", "sign(amount)"), "A-315"),
    "above what is left in the account": (
        _lower("funds_leg", "amount", "1", "account = 'treasury'"),
        "A-315",
    ),
    "last stage of a project that is not finished": (_lower("projects_stage", "is_final", "true"), "A-316"),
    "another direction": (_lower("funds_payment", "purpose", "'training'"), "A-321"),
    "failed spot check": (_failed_spot_check, "A-149"),
    "no notice of its own": (_lower("funds_payment", "notice_id", "NULL"), "A-302p"),
    "its own notice still running": (
        _lower("notices_notice", "status = 'running', closed_at = NULL, ends_on", "'2030-01-01'", "kind = 'payment'"),
        "A-302p",
    ),
    "frozen payment": (_frozen("payment", lambda payment: payment), "P-042"),
    "frozen project": (_frozen("project", lambda payment: payment.project), "P-042"),
    "frozen county": (_frozen(), "P-042"),
}


OF_THIS_ROW = ("frozen payment", "no notice of its own", "its own notice still running")


@pytest.mark.parametrize("gate", GATES)
def test_R_03_no_money_past_a_gate_by_update_or_insert_of_the_portal(ready, gate):
    """As an update of the request and as a new row that says it is paid; the control: with the gate open both pass."""
    close, rule = GATES[gate]
    doors = [_pay_by_hand] if gate in OF_THIS_ROW else [_pay_by_hand, _insert_as_paid]
    for door in doors:
        with as_the_portal():
            assert door(ready) == 1
    close(ready)
    for door in doors:
        with pytest.raises(IntegrityError, match=rule), as_the_portal():
            door(ready)


def _insert_as_paid(ready):
    """A second row of the same stage in the place of the first, paid from the start."""
    Batch.objects.update(payment_notice_workdays=0)  # a row that is new has no notice of its own yet
    copy = Payment.objects.get(pk=ready.payment.pk)
    Payment.objects.filter(pk=copy.pk).update(status="rejected")
    copy.pk, copy.no = None, "BF-copy"
    for name, value in moves.paid_by_hand(ready.cast.finance).items():
        setattr(copy, name, value)
    return len(Payment.objects.bulk_create([copy]))


CEILINGS = {
    "the stage": "UPDATE projects_stage SET amount = amount + 1",
    "another stage of the agreement": "INSERT INTO projects_stage (agreement_id, no, name, trigger, deliverables, amount,"
    " committed, is_final) SELECT agreement_id, 9, 'x', 'x', 'x', 1, 0, false FROM projects_stage LIMIT 1",
    "the end of a stage": "DELETE FROM projects_stage",
    "which stage is the last": "UPDATE projects_stage SET is_final = NOT is_final",
    "the agreement": "UPDATE projects_agreement SET central_amount = central_amount + 1",
    "the fund line": "UPDATE counties_fundline SET central_amount = central_amount + 1",
    "what arrived": "UPDATE funds_receipt SET amount = amount + 1",
}


@pytest.mark.parametrize("ceiling", CEILINGS)
def test_R_03_the_portal_raises_no_ceiling_that_was_signed_or_filed(ready, ceiling):
    with pytest.raises(IntegrityError), as_the_portal() as cursor:
        cursor.execute(CEILINGS[ceiling])


# --- the payment and its booking say the same ---------------------------------------------------------------------------


def _legs(payment, amount=None, stage=None, account="spent"):
    amount = amount or payment.amount
    where = {"stage": stage or payment.stage, "agreement": payment.agreement}
    return [(account, "central", amount, where), ("treasury", "central", -amount, {})]


@pytest.mark.parametrize("wrong", ["nothing booked", "less", "another stage", "another account", "another payment"])
def test_paid_money_is_booked_money_at_commit(ready, wrong):
    payment, cast = ready.payment, ready.cast
    other = payment.agreement.stages.exclude(pk=payment.stage_id).first()
    legs = {
        "less": _legs(payment, payment.amount - 1),
        "another stage": _legs(payment, stage=other),
        "another account": _legs(payment, account="irregular"),
    }
    with pytest.raises(IntegrityError, match="须同时记账|须对应"), as_the_portal() as cursor:
        _pay_by_hand(ready)
        if wrong == "another payment":
            kind = ContentType.objects.get_for_model(Payment)
            posting = Posting.objects.create(county=cast.county, content_type=kind, object_id=0, words="别的")
            posting._add([Leg(account=a, source=s, amount=n, **where) for a, s, n, where in _legs(payment)])
        elif wrong in legs:
            Posting.book(cast.county, payment, "拨付", legs[wrong])
        at_commit(cursor)
    with as_the_portal() as cursor:  # the control: the same with the right legs
        _pay_by_hand(ready)
        Posting.book(cast.county, payment, "拨付", _legs(payment))
        at_commit(cursor)


def test_nothing_is_booked_for_a_payment_that_is_not_made(ready):
    payment, cast = ready.payment, ready.cast
    with pytest.raises(IntegrityError, match="须对应一笔已拨付"), as_the_portal() as cursor:
        Posting.book(cast.county, payment, "拨付", _legs(payment))
        at_commit(cursor)


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 1},
        {"status": "approved", "paid_on": None, "paid_by": None, "voucher_no": ""},
        {"status": "rejected", "paid_on": None, "paid_by": None, "voucher_no": ""},
        {"voucher_no": "别的凭证"},
        {"payee_account": "别的账号"},
        {"paid_on": "2020-01-01"},
    ],
)
def test_what_was_paid_stays_as_it_was_paid(ready, change):
    payment = ready.payment
    moves.pay(payment.pk, ready.cast.finance)
    with pytest.raises(IntegrityError, match="已拨付的"), as_the_portal():
        Payment.objects.filter(pk=payment.pk).update(**change)
    with pytest.raises(IntegrityError, match="不能删除"), as_the_portal() as cursor:
        cursor.execute("DELETE FROM funds_payment WHERE id = %s", [payment.pk])
