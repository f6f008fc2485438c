"""One county's records at every stage, for the tests that go through all pages (access, budgets, bad input)."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.urls import reverse

from disclosure.models import Complaint
from portal import clock
from projects.models import Contractor
from tests import builders
from tests.conftest import gather_cast
from tests.counties.round_cast import add_a_round
from tests.funds.money import add_money


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One county's records at every stage, made once; each request is rolled back."""
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
    w.session = builders.training_beside(payment.application.project.fund_line.plan)
    w.today = builders.clock.today()
    w.payment, w.application, w.project = payment, payment.application, payment.project
    w.agreement, w.stage = w.project.agreement, payment.stage
    w.notice = w.application.notice
    w.plan = w.project.fund_line.plan
    w.fund_line, w.procurement = w.project.fund_line, w.project.procurement
    w.query = builders.open_query(cast, w.procurement)
    w.contractor = Contractor.objects.get(members=cast.contractor)
    w.contractor_plan = w.project.contractor_plans.first()
    w.supplement = builders.supplement_under_way(cast, w.agreement)
    w.delivery = w.application.deliveries.get(level="city")
    w.review = w.plan.current_reviews("city").get(bureau="commerce")
    w.attachment = w.plan.plan_file
    w.objection = builders.passed_notice_with_objection(cast, w)
    w.spotcheck = builders.drawn_spotcheck(cast.zhumadian_commerce, size=2)
    w.spotcheck_item = w.spotcheck.items.get(application=w.application)
    w.complaint = Complaint.file(cast.county.region, text="演示举报")
    w.report = builders.owed_report(cast)
    w.freeze, w.limit, w.breach = builders.money_under_control(cast, w.session.project)
    w.message = cast.clerk.messages.first()
    add_money(w)
    w.recovery = builders.opened_recovery(cast, payment)
    w.recovery_receipt = w.recovery.receipts.get()
    w.sanction = builders.dismissed_sanction(cast)
    add_a_round(w)
    return w


@contextmanager
def visiting(world, client, django_db_blocker, actor):
    """`actor` at the portal on the world's day; whatever is done there is rolled back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        clock._pinned.set(clock.morning(world.today))
        if actor != "anonymous":
            client.force_login(getattr(world.cast, actor))
        yield lambda name, make: reverse(name, args=make(world))
        transaction.set_rollback(True)
