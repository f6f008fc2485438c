"""批次：every number that a notice may change stands on the batch, and changes openly."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from counties.models import Batch
from portal.models import Event
from portal.rules import Refused
from tests import builders
from tests.counties.test_plan_rules import lines_of


@pytest.fixture
def batch(cast):
    return cast.county.batch


def test_every_change_has_a_reason_and_leaves_old_and_new_P_080(batch, cast):
    with pytest.raises(Refused, match="P-080"):
        batch.edit(by=cast.henan_commerce, reason=" ", quota_large=3)
    batch.edit(by=cast.henan_commerce, reason="豫财贸〔2021〕1号", quota_large=3, quota_small=1)
    event = Event.objects.about(batch).get()
    assert event.chain == "410000" and event.reason == "豫财贸〔2021〕1号"
    assert event.data == {"quota_large": [2, 3]}
    assert batch.edit(by=cast.henan_commerce, reason="", quota_large=3) == {}


def test_A_001_the_document_of_a_designation_is_not_emptied(batch, cast):
    for nothing in ({"doc_no": ""}, {"doc_date": None}):
        with pytest.raises(Refused, match="A-001"):
            batch.edit(by=cast.henan_commerce, reason="清空", **nothing)
    batch.refresh_from_db()
    assert batch.edit(by=cast.henan_commerce, reason="更正日期", doc_date=date(2020, 7, 22))


def test_the_next_year_is_a_copy_with_its_own_dates_P_081(batch, cast):
    batch.edit(by=cast.henan_commerce, reason="从严", logistics_share_is_hard=True, n_prealloc=11)
    identity = {"label": "第八批", "plan_filing_deadline": date(2021, 9, 30)}
    fresh = batch.copy(by=cast.henan_commerce, year=2021, **identity)
    assert (fresh.n_prealloc, fresh.logistics_share_is_hard, fresh.doc_no) == (11, True, "")
    with pytest.raises(Refused, match="P-081"):
        batch.copy(by=cast.henan_commerce, year=2020, **identity)


def test_A_204_a_batch_may_make_a_share_binding_so_that_no_reason_excuses_it(batch, cast):
    lines = lines_of(500, 700, 500, 300)
    plan = builders.draft_plan(cast, lines)
    batch.edit(by=cast.henan_commerce, reason="省级参数（G-07）", logistics_share_is_hard=True)
    with pytest.raises(Refused, match="硬性要求"):
        type(plan).objects.get(pk=plan.pk).send(by=cast.clerk, reason="物流已有基础")
    batch.edit(by=cast.henan_commerce, reason="恢复", logistics_share_is_hard=False)
    type(plan).objects.get(pk=plan.pk).send(by=cast.clerk, reason="物流已有基础")


def test_A_207_A_209_the_other_two_shares_may_be_binding_too(batch, cast):
    plan = builders.draft_plan(cast, lines_of(1400, 300, 100, 200))
    flags = {"produce_share_is_hard": True, "goods_share_is_hard": True}
    batch.edit(by=cast.henan_commerce, reason="省级参数（G-07）", **flags)
    fresh = type(plan).objects.get(pk=plan.pk)
    assert [b.rule.id for b in fresh.missing_before_send() if b.kind == "硬性"] == ["A-207", "A-209"]


@pytest.mark.parametrize(
    "nonsense",
    [
        {"min_logistics_share": Decimal("0.9")},
        {"poverty_denominator": 0},
        {"cap_ratio": Decimal("0.5")},
        {"ministry_deadline": date(2020, 5, 1)},
        {"publicity_workdays": 1},
    ],
)
def test_the_database_refuses_numbers_that_make_no_sense(batch, nonsense):
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(**nonsense)
