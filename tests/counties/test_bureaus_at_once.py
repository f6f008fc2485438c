"""Three bureaus that agree at the same moment: real threads, real PostgreSQL, and a control that fails without the lock."""

import pytest

from counties.models import Plan, Review
from portal.flow import Flow
from tests import builders
from tests.conftest import gather_cast
from tests.funds.crowds import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("transactions")]


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
