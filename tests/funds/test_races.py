"""People who act at the same moment: real threads, real PostgreSQL, and a control that must fail without the lock."""

import contextvars
import threading
import time
from decimal import Decimal

import pytest
from django.db import close_old_connections, connection, connections, models

from counties.models import Batch, Plan, Review
from funds.models import Payment
from portal.flow import Flow
from portal.rules import Refused
from tests import builders
from tests.conftest import gather_cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("transactions")]


def at_once(deeds):
    """Run all deeds behind one barrier, each in its own connection; returns what each raised (or None)."""
    gate, results = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(n, deed):
        try:
            close_old_connections()
            gate.wait()
            deed()
        except Exception as error:
            results[n] = error
        finally:
            connections.close_all()

    here = [contextvars.copy_context() for _ in deeds]
    threads = [threading.Thread(target=here[n].run, args=(run, n, deed)) for n, deed in enumerate(deeds)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return results


def _three_bureaus(rounds):
    """How many plans out of `rounds` stay stuck after three bureaus agree at the same moment."""
    cast = gather_cast()
    s = builders.story()
    plan = s.draft()
    people = {bureau: s.person(bureau) for bureau in ("commerce", "finance", "poverty")}
    stuck = 0
    for n in range(1, rounds + 1):
        Plan.objects.filter(pk=plan.pk).update(status="countersign", round=n)
        reviews = [Review.objects.create(plan=plan, level="county", bureau=b, round=n) for b in people]
        deeds = [
            lambda pk=review.pk, b=review.bureau: Review.objects.get(pk=pk).agree(by=people[b]) for review in reviews
        ]
        assert at_once(deeds) == [None, None, None]
        plan.refresh_from_db()
        stuck += plan.status == "countersign"
    assert cast.county.pk == plan.county_id
    return stuck


def test_A_111_three_bureaus_may_agree_at_the_same_moment():
    assert _three_bureaus(rounds=15) == 0


def test_control_without_the_lock_plans_stay_stuck(monkeypatch):
    monkeypatch.setattr(Flow, "hold", lambda self: self.refresh_from_db() or self)
    assert _three_bureaus(rounds=25) > 0


def _fifty_payers(payers=16):
    """All try to pay the same approved payment; returns the sum that was paid and how many succeeded."""
    cast = gather_cast()
    payment = builders.payable_payment(cast)
    deeds = [
        lambda n=n: Payment.objects.get(pk=payment.pk).pay(by=cast.finance, voucher_no=f"凭证{n}")
        for n in range(payers)
    ]
    results = at_once(deeds)
    return payment, results


def test_A_315_many_payers_pay_a_stage_exactly_once():
    payment, results = _fifty_payers()
    assert results.count(None) == 1
    assert all(isinstance(error, Refused) for error in results if error)
    assert Payment.objects.paid().total() == payment.stage.amount


class _TwoPaymentsOnOneStage:
    """Many approved payments against one stage, as a careless import could leave them: unique key taken away."""

    def __init__(self, count):
        self.cast = gather_cast()
        Batch.objects.update(payment_notice_workdays=0)
        first = builders.approved_payment(self.cast)
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX IF EXISTS one_payment_per_stage")
        self.stage = first.stage
        self.payments = [first]
        for n in range(count - 1):
            copy = Payment.objects.get(pk=first.pk)
            copy.pk, copy.no = None, f"BF-{n}"
            copy.amount = self.stage.amount / 2
            copy.save()
            self.payments.append(copy)
        Payment.objects.filter(pk=first.pk).update(amount=self.stage.amount / 2)

    def restore(self):
        with connection.cursor() as cursor:
            for table in ("funds_paymentvoucher", "funds_paymentobject", "funds_payment"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                cursor.execute(f"DELETE FROM {table}")
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute(
                "CREATE UNIQUE INDEX one_payment_per_stage ON funds_payment (stage_id)"
                " WHERE NOT (status IN ('rejected', 'returned'))"
            )


def _pay_naively(payment_pk, by):
    """Check, then write, without a lock and without the trigger: what the wall is there for."""
    from portal import clock

    payment = Payment.objects.get(pk=payment_pk)
    if any(payment.amount > ceiling.left for ceiling in payment.ceilings()):
        raise Refused()
    time.sleep(0.2)  # the gap between looking and writing, wide enough for a busy machine
    Payment.objects.filter(pk=payment_pk).update(
        status="paid", paid_on=clock.today(), paid_by=by, voucher_no=str(payment_pk), payee_account="6"
    )


@pytest.fixture
def crowded_stage():
    stage = _TwoPaymentsOnOneStage(12)
    yield stage
    stage.restore()


def test_A_315_twelve_payments_against_one_stage_never_exceed_it(crowded_stage):
    by = crowded_stage.cast.finance
    deeds = [lambda pk=p.pk: Payment.objects.get(pk=pk).pay(by=by, voucher_no=str(pk)) for p in crowded_stage.payments]
    results = at_once(deeds)
    assert results.count(None) == 2
    assert Payment.objects.paid().total() == crowded_stage.stage.amount


def test_A_315_the_trigger_alone_holds_when_the_code_forgets_the_lock(crowded_stage):
    by = crowded_stage.cast.finance
    at_once([lambda pk=p.pk: _pay_naively(pk, by) for p in crowded_stage.payments])
    assert Payment.objects.paid().total() <= crowded_stage.stage.amount


def test_control_without_lock_and_trigger_the_stage_is_overspent(crowded_stage):
    by = crowded_stage.cast.finance
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE funds_payment DISABLE TRIGGER USER")
    at_once([lambda pk=p.pk: _pay_naively(pk, by) for p in crowded_stage.payments])
    assert Payment.objects.paid().aggregate(models.Sum("amount"))["amount__sum"] > crowded_stage.stage.amount
    assert Decimal(crowded_stage.stage.amount) > 0
