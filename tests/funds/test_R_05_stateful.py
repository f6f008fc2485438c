"""R-05 and “no payment without the steps before it”: random deeds by random people, judged by an oracle that knows only
the events that happened; and every illegal edge of a payment's states, by every role.

Push: 500 sequences; `NIGHT=1`: 500 sequences of 50 steps.
"""

import os
from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from funds.models import Freeze, Payment, Receipt
from funds.rules import freeze as freeze_rules
from funds.rules import payment as payment_rules
from notices.models import Objection
from portal import clock
from portal.rules import Refused
from tests import builders
from tests.conftest import ACTORS
from tests.funds import moves

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("transactions")]

NIGHT = bool(os.environ.get("NIGHT"))
SEQUENCES, STEPS = (500, 50) if NIGHT else (500, 7)
PEOPLE = ("contractor", "clerk", "finance", "government", "henan_finance", "zhumadian_commerce")
FITTING, ROOM = 3, 4  # payments that fit under the agreement; payments that the treasury covers


class Oracle:
    """What may be paid, out of what happened: no rule of the portal is asked."""

    def __init__(self, acceptances, received):
        self.accepted = dict.fromkeys(acceptances, True)  # stage → passed, and its notice ended without objection
        self.objections, self.frozen, self.failed = set(), set(), set()
        self.paid, self.received, self.booked = {}, received, set()
        self.steps = {}  # payment → [(verb, person)]

    def allows(self, payment, amount, agreement_left):
        """Why this payment must not be made, in words; nothing when it may."""
        why = []
        why += ["steps"] if [verb for verb, _ in self.steps[payment.pk]][-1:] != ["approved"] else []
        why += ["acceptance"] if not self.accepted.get(payment.stage_id) else []
        why += ["objection"] if self.objections else []
        why += (
            ["frozen"] if self.frozen & {("county",), ("payment", payment.pk), ("project", payment.project_id)} else []
        )
        why += ["agreement"] if amount > agreement_left else []
        why += ["treasury"] if amount > self.received - sum(self.paid.values()) else []
        return why


class Money(RuleBasedStateMachine):
    """A county with one agreement of six stages: some requested, some reviewed, some approved; money for four of them."""

    world = None
    done = Counter()

    def __init__(self):
        super().__init__()
        self.mark = transaction.savepoint()
        builders.go_to(self.world.today)
        self.pks = list(self.world.pks)
        rows = Payment.objects.in_bulk(self.pks)
        self.oracle = Oracle([row.stage_id for row in rows.values()], self.world.received)
        for pk, status in zip(self.pks, self.world.stands, strict=True):
            self.oracle.steps[pk] = [(status, None)]
        self.freezes, self.found = {}, []

    def teardown(self):
        transaction.savepoint_rollback(self.mark)

    def person(self, name):
        return getattr(self.world.cast, name)

    def attempt(self, what, deed):
        """True when it was done; a refusal of rule or database is an answer, not a failure."""
        try:
            with transaction.atomic():
                deed()
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        except (Refused, IntegrityError):
            Money.done[f"{what} refused"] += 1
            return False
        Money.done[what] += 1
        return True

    def payment(self, which):
        return Payment.objects.get(pk=self.pks[which % len(self.pks)])

    which = st.integers(0, 5)
    who = st.sampled_from(PEOPLE)

    @rule(which=which, who=who, step=st.sampled_from(["commerce_review", "finance_review", "approve"]))
    def step(self, which, who, step):
        payment = self.payment(which)
        needed, made = {
            "commerce_review": ("requested", "commerce"),
            "finance_review": ("commerce", "finance"),
            "approve": ("finance", "approved"),
        }[step]
        if self.attempt(step, lambda: getattr(payment, step)(by=self.person(who))):
            assert self.oracle.steps[payment.pk][-1][0] == needed, f"{step} of what was not {needed}"
            self.oracle.steps[payment.pk].append((made, who))

    @rule(which=which, who=who)
    def pay(self, which, who):
        payment = self.payment(which)
        in_agreement = sum(self.oracle.paid.values())
        why = self.oracle.allows(payment, payment.amount, FITTING * moves.EACH - in_agreement)
        if self.attempt("pay", lambda: moves.pay(payment.pk, self.person(who))):
            assert not why, f"{payment.no} was paid against {why}"
            self.oracle.paid[payment.pk] = payment.amount
            self.oracle.steps[payment.pk].append(("paid", who))

    @rule(which=which)
    def book(self, which):
        payment = self.payment(which)
        if self.attempt("book", lambda: moves.book(payment.pk, self.person("contractor"))):
            assert payment.pk in self.oracle.paid and payment.pk not in self.oracle.booked
            self.oracle.booked.add(payment.pk)

    @rule(which=which, who=who)
    def reject(self, which, who):
        payment = self.payment(which)
        if self.attempt("reject", lambda: payment.reject(by=self.person(who), reason="演示")):
            assert payment.pk not in self.oracle.paid
            self.oracle.steps[payment.pk].append(("rejected", who))

    @rule(which=which)
    def request_again(self, which):
        old = self.payment(which)
        made = []

        def deed():
            papers = builders.papers(old.amount, no=f"{90000000 + Payment.objects.count()}")
            made.append(Payment.request(old.application, by=self.person("contractor"), **papers))

        if self.attempt("request", deed):
            assert self.oracle.steps[old.pk][-1][0] == "rejected", "two payments of one stage"
            self.pks[self.pks.index(old.pk)] = made[0].pk
            self.oracle.steps[made[0].pk] = [("requested", "contractor")]

    @rule(what=st.sampled_from(["payment", "project", "county"]), which=which)
    def freeze(self, what, which):
        payment = self.payment(which)
        scope = {"payment": {"payment": payment}, "project": {"project": payment.project}, "county": {}}[what]
        key = {"payment": ("payment", payment.pk), "project": ("project", payment.project_id), "county": ("county",)}[
            what
        ]
        if key not in self.freezes and self.attempt("freeze", lambda: self.freezes.update({key: self._placed(scope)})):
            self.oracle.frozen.add(key)

    def _placed(self, scope):
        return Freeze.place(self.world.county, by=self.person("zhumadian_commerce"), reason="核查", **scope)

    @rule(which=which, who=st.sampled_from(["clerk", "henan_finance", "zhumadian_commerce"]))
    def lift(self, which, who):
        for key, freeze in list(self.freezes.items())[: which % 2 + 1]:
            if self.attempt("lift", lambda freeze=freeze: freeze.lift(by=self.person(who), reason="无误")):
                assert who == "henan_finance", f"lifted by {who}"
                self.oracle.frozen.discard(key)
                del self.freezes[key]

    @rule(which=which)
    def acceptance_reopened(self, which):
        """A spot check fails: the acceptance does not stand any more (as acceptance/models/spotcheck.py leaves it)."""
        payment = self.payment(which)
        if payment.application.status == "passed":
            type(payment.application).objects.filter(pk=payment.application_id).update(status="reopened")
            self.oracle.accepted[payment.stage_id] = False

    @rule()
    def objection(self):
        """To the notice that all stages share here: it ran on, somebody objects, nobody has answered."""
        notice = self.world.notice
        if not notice.objections.filter(answered_at=None).exists():
            day = clock.now()
            notice.objections.create(receipt_no=f"YY{Objection.objects.count()}", lookup_code="1", text="异议",
                                     filed_at=day, due_on=day.date())  # fmt: skip
            self.oracle.objections.add(notice.pk)

    @rule()
    def answer(self):
        for open_one in self.world.notice.objections.filter(answered_at=None):
            by = self.person("government")
            if self.attempt("answer", lambda o=open_one, by=by: o.answer(by=by, outcome="not_upheld", reply="不成立")):
                self.oracle.objections.clear()

    @rule(amount=st.integers(1, 2))
    def receipt(self, amount):
        money, number = amount * moves.EACH, 1000 + Receipt.objects.count()
        day = clock.today()
        fields = {"doc_no": f"演财〔2020〕{number}号", "doc_date": day, "arrived_on": day, "amount": money}
        if self.attempt("receipt", lambda: Receipt.register(self.world.county, by=self.person("finance"), **fields)):
            self.oracle.received += money

    @rule(which=which)
    def paid_by_hand(self, which):
        """Past the verb, with a posting as it should be: the database must judge alike."""
        payment = self.payment(which)
        in_agreement = sum(self.oracle.paid.values())
        why = self.oracle.allows(payment, payment.amount, FITTING * moves.EACH - in_agreement)
        why = [word for word in why if word != "steps"]  # which step comes next is the verb's to know
        if payment.pk not in self.oracle.paid and self.attempt(
            "by hand", lambda: moves.make_by_hand(payment, self.person("finance"))
        ):
            assert not why, f"{payment.no} was paid by hand against {why}"
            self.oracle.paid[payment.pk] = payment.amount
            self.oracle.steps[payment.pk].append(("paid", "hand"))

    @invariant()
    def nothing_is_wrong(self):
        sums = moves.account_sums(self.world.county)
        spent = sum(self.oracle.paid.values()) + self.world.spent_before
        assert sum(sums.values()) == 0
        assert sums.get("spent", Decimal(0)) == spent
        assert sums["treasury"] == self.oracle.received - sum(self.oracle.paid.values())
        assert sums["treasury"] >= 0 and spent - self.world.spent_before <= FITTING * moves.EACH


@pytest.fixture
def county_at_work(ready):
    """Six payments of 1 000 元 in different steps, three fit under their agreement, the treasury has money for four."""
    (ready.pks,) = moves.crowd(ready.payment, 1, 6, fitting=FITTING)
    ready.county, ready.notice = ready.cast.county, ready.payment.application.notice
    ready.stands = ["approved", "approved", "approved", "approved", "finance", "requested"]
    for pk, status in zip(ready.pks, ready.stands, strict=True):
        Payment.objects.filter(pk=pk).update(status=status)
    moves.leave_in_treasury(ready.county, ROOM * moves.EACH)
    ready.received, ready.spent_before = ROOM * moves.EACH, Decimal(0)
    return ready


def _run(world, sequences=SEQUENCES):
    Money.world, Money.done = world, Counter()
    chosen = settings(
        max_examples=sequences,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Money, settings=chosen)


def test_R_05_no_sequence_of_deeds_pays_past_a_gate_or_above_a_ceiling(county_at_work):
    _run(county_at_work)
    done = dict(sorted(Money.done.items()))
    moves.say(f"R-05: {SEQUENCES} sequences, {sum(done.values())} deeds: {done}")
    assert all(done.get(word) for word in ("pay", "pay refused", "by hand refused", "freeze", "receipt", "reject"))


GUARDS = {  # rule taken out of the verb, its trigger resting → what the oracle has to find
    "acceptance": (payment_rules.acceptance_passed, "a_315_payment_gates"),
    "ceilings": (payment_rules.within_the_four_ceilings, "a_315_payment_gates"),
    "freeze": (freeze_rules.not_frozen, "p_042_not_frozen"),
}


@pytest.mark.parametrize("guard", GUARDS)
def test_R_05_control_a_guard_that_is_gone_is_found_within_500_sequences(county_at_work, monkeypatch, guard):
    gone, trigger = GUARDS[guard]
    monkeypatch.setattr(Payment, "BEFORE_PAY", [rule for rule in Payment.BEFORE_PAY if rule is not gone])
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE funds_payment DISABLE TRIGGER {trigger}")
    with pytest.raises(AssertionError):
        _run(county_at_work)


# --- every illegal edge -------------------------------------------------------------------------------------------------

DEEDS = {  # address → the status in which it is the next step, and whose step it is
    "commerce": ("requested", "clerk"),
    "finance": ("commerce", "finance"),
    "approve": ("finance", "government"),
    "pay": ("approved", "finance"),
    "book": ("paid", "contractor"),
}
FIELDS = {"pay": moves.pay_fields, "book": moves.book_fields, "approve": lambda: moves.CONFIRMED}
STATES = ("requested", "commerce", "finance", "approved", "paid", "booked", "rejected")


def test_R_05_every_illegal_edge_by_every_role_is_refused(ready):
    """7 states × 6 deeds × 15 people: done only where the step is the next one and the person the one whose step it is."""
    tried, wrong = 0, []
    for state in STATES:
        with transaction.atomic():
            pk = moves.standing(ready.payment, state, ready.cast)
            for actor in ACTORS:
                client = Client()
                client.force_login(getattr(ready.cast, actor))
                for deed, (wanted, whose) in DEEDS.items():
                    tried += 1
                    with transaction.atomic():
                        fields = FIELDS.get(deed, dict)()
                        answer = client.post(f"/payments/{pk}/{deed}/", fields)
                        now = Payment.objects.get(pk=pk).status
                        legal = state == wanted and actor == whose
                        if (now != state) != legal or (not legal and answer.status_code not in (403, 404, 409)):
                            wrong.append((state, deed, actor, answer.status_code, now))
                        transaction.set_rollback(True)
                tried += 1
                with transaction.atomic():
                    client.post(f"/payments/{pk}/reject/", {"reason": "演示"})
                    now = Payment.objects.get(pk=pk).status
                    steps = {wanted: whose for wanted, whose in DEEDS.values() if wanted != "paid"}
                    if (now == "rejected" and state != "rejected") != (steps.get(state) == actor):
                        wrong.append((state, "reject", actor, now))
                    transaction.set_rollback(True)
            transaction.set_rollback(True)
    assert wrong == [] and tried == len(STATES) * len(ACTORS) * 6
