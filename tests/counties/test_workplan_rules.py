"""实施方案的内容：chapters, targets, fund lines and their caps, as 48号 and 25号 demand them."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from counties.models import Batch, County, FundLine, Plan, PlanSection, PlanTarget
from disclosure.demonstration import LINES, TARGETS, WAN, fund_lines
from portal.models import Event
from portal.rules import Refused
from tests import builders


@pytest.fixture
def draft(cast):
    return builders.draft_plan(cast)


def refused_ids(plan, by, reason=""):
    with pytest.raises(Refused) as refusal:
        plan.send(by=by, reason=reason)
    return {breach.rule.id for breach in refusal.value.breaches}


def with_line(plan, by, number=0, **changes):
    """The lines as they stand, one of them changed."""
    rows = fund_lines()
    rows[number] |= changes
    plan.edit_lines(by=by, revision=plan.lines_revision, lines=rows)
    return plan


@pytest.mark.parametrize(
    ("key", "rule"),
    [("facts", "B-706"), ("industry", "B-706"), ("ecommerce", "B-706"), ("brand", "B-708"), ("standard", "B-708"),
     ("quality", "B-708"), ("training", "B-708"), ("logistics", "B-708"), ("finance", "B-708"), ("mechanism", "B-709")],
)  # fmt: skip
def test_B_706_B_708_B_709_a_chapter_left_empty_is_named(cast, draft, key, rule):
    section = draft.sections.get(key=key)
    draft.write_section(key, by=cast.clerk, revision=section.revision, text="  \n")
    assert refused_ids(draft, cast.clerk, reason="来不及写") == {rule}
    draft.write_section(key, by=cast.clerk, revision=section.revision + 1, text="已补写")
    draft.send(by=cast.clerk)


def test_B_707_only_a_county_supported_before_sums_up_its_earlier_work(cast, draft):
    assert not draft.was_supported_before
    County.objects.filter(pk=draft.county_id).update(supported_before=True)
    again = Plan.objects.get(pk=draft.pk)
    assert refused_ids(again, cast.clerk) == {"B-707"}
    again.write_section("earlier", by=cast.clerk, revision=0, text="前期工作总结（演示）")
    Plan.objects.get(pk=draft.pk).send(by=cast.clerk)


def test_B_707_a_designation_in_an_earlier_batch_counts_as_support(cast, draft):
    earlier = Batch.objects.create(
        year=2017, label="第四批", doc_no="演〔2017〕1号", doc_date="2017-07-01", plan_filing_deadline="2017-09-30"
    )
    County.objects.create(batch=earlier, region=draft.region)
    assert Plan.objects.get(pk=draft.pk).was_supported_before


def test_B_702_B_403_every_direction_has_a_quantified_target(cast, draft):
    draft.edit_targets(by=cast.clerk, revision=draft.targets_revision, targets=TARGETS[:3])
    with pytest.raises(Refused, match="农村电子商务培训体系.*B-702"):
        draft.send(by=cast.clerk, reason="培训不好量化")


def test_B_403_a_target_year_before_its_base_is_refused_by_the_database(cast, draft):
    with pytest.raises(IntegrityError, match="B_403"), transaction.atomic():
        PlanTarget.objects.create(plan=draft, **TARGETS[0] | {"target_year": 2018})
    PlanTarget.objects.create(plan=draft, **TARGETS[0] | {"target_year": 2019})


def test_A_103_chapters_and_targets_are_frozen_with_the_plan(cast):
    plan = builders.recorded_plan(cast)
    with pytest.raises(Refused, match="A-103"):
        plan.write_section("brand", by=cast.clerk, revision=1, text="悄悄改")
    for change in (
        lambda: PlanSection.objects.filter(plan=plan).update(text="悄悄改"),
        lambda: PlanTarget.objects.filter(plan=plan).update(target_value=1),
        lambda: plan.targets.first().delete(),
        lambda: PlanSection.objects.create(plan=plan, key="earlier", text="后补"),
        lambda: FundLine.objects.filter(plan=plan).update(cap_unit=1),
    ):
        with pytest.raises(IntegrityError, match="A-103"), transaction.atomic():
            change()
    assert plan.content_hash == plan.digest()


def test_A_104_a_change_starts_from_the_chapters_and_targets_in_force(cast):
    plan = builders.recorded_plan(cast)
    change = plan.begin_change(by=cast.clerk)
    assert change.content()["sections"] == plan.content()["sections"] != {}
    assert change.content()["targets"] == plan.content()["targets"] != []


# --- fund lines -------------------------------------------------------------------------------------------------------
def test_A_201_B_301_another_way_of_support_needs_a_reason(cast, draft):
    with_line(draft, cast.clerk, support="other")
    assert refused_ids(draft, cast.clerk) == {"A-201"}
    draft.send(by=cast.clerk, reason="直接投资建设更省")
    assert Event.objects.about(draft).last().excused == ["A-201"]


def test_A_206_new_hardware_says_why_what_exists_is_not_used(cast, draft):
    with_line(draft, cast.clerk, reuses_existing=False)
    assert refused_ids(draft, cast.clerk) == {"A-206"}
    with_line(draft, cast.clerk, reuses_existing=False, hardware_reuse_reason="县内没有可用的冷库")
    draft.send(by=cast.clerk)


def test_A_203_A_205_A_208_B_303_a_sub_category_belongs_to_its_direction(cast, draft):
    with_line(draft, cast.clerk, sub_category="logistics_joint")
    with pytest.raises(IntegrityError, match="A_203"), transaction.atomic():
        with_line(draft, cast.clerk, sub_category="produce_brand")


def test_A_305_the_same_thing_at_the_same_place_twice_needs_a_reason(cast, draft):
    with_line(draft, cast.clerk, 1, name=LINES[0][0], place="盘龙街道")
    assert not draft.missing_before_send()
    with_line(draft, cast.clerk, 1, name=LINES[0][0])
    assert refused_ids(draft, cast.clerk) == {"A-305"}


def test_B_608_more_stations_than_villages_or_a_vast_centre_needs_a_reason(cast, draft):
    stations = {"name": "村级站点", "unit_count": 200, "target_unit": "个"}
    with_line(draft, cast.clerk, 1, **stations)
    assert not draft.missing_before_send()  # how many villages there are is not known
    County.objects.filter(pk=draft.county_id).update(villages=180)
    plan = Plan.objects.get(pk=draft.pk)
    assert refused_ids(plan, cast.clerk) == {"B-608"}
    with_line(plan, cast.clerk, 3, name="县级公共服务中心", target_value=5001, target_unit="㎡")
    assert refused_ids(plan, cast.clerk) == {"B-608"}
    with_line(plan, cast.clerk, 3, name="县级公共服务中心", target_value=5000, target_unit="㎡")
    assert not plan.missing_before_send()


# 横县 2016: 17 stations, central money at most 85 万 in total, 80 % of the investment, 5 万 per station
HENGXIAN = {"name": "乡镇服务站", "central_amount": 85 * WAN, "matching_amount": Decimal("212500"),
            "cap_total": 85 * WAN, "cap_ratio": Decimal(80), "cap_unit": 5 * WAN, "unit_count": 17,
            "target_value": 17, "target_unit": "个"}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"cap_total": 85 * WAN - Decimal("0.01")}, "total_cap"),
        ({"matching_amount": Decimal("212499.99")}, "ratio_cap"),
        ({"unit_count": 16}, "unit_cap"),
        ({"unit_count": None}, "unit_cap"),
    ],
)
def test_A_101_the_caps_of_hengxian_hold_to_the_cent_by_rule_and_database(cast, draft, change, constraint):
    with_line(draft, cast.clerk, **HENGXIAN)
    assert not draft.lines.get(no=1).caps_exceeded()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        with_line(draft, cast.clerk, **HENGXIAN | change)
    assert FundLine(no=1, direction="logistics", **HENGXIAN | change).caps_exceeded()


def test_A_101_a_plan_beyond_its_own_caps_is_refused_by_the_rule_too(cast, draft):
    from counties.rules.workplan import within_its_own_caps

    class OfLines:
        lines = type("Lines", (), {"all": lambda self: [FundLine(no=1, **HENGXIAN | {"unit_count": 16})]})()

    assert "单价上限 5 万元 × 16 = 80 万元" in within_its_own_caps(OfLines)[0].wrong


def test_the_village_points_of_hengxian_and_the_totals_of_zhangshu_stand_as_they_were_published(cast, draft):
    points = {"name": "村级服务点", "central_amount": 120 * WAN, "matching_amount": 30 * WAN, "unit_count": 150,
              "cap_ratio": Decimal(80), "target_value": 150}  # fmt: skip
    with_line(draft, cast.clerk, **points)
    line = draft.lines.get(no=1)
    assert line.investment() == 150 * WAN and not line.caps_exceeded()
    totals = {"total_central": 1500 * WAN, "total_matching": 230 * WAN, "total_private": 580 * WAN}
    draft.edit(by=cast.clerk, revision=draft.revision, fields=totals)
    draft.refresh_from_db()
    assert draft.total_central + draft.total_matching + draft.total_private == 2310 * WAN


# --- saving by itself, and two people ------------------------------------------------------------------------------------
def edits(plan):
    return list(Event.objects.about(plan).filter(words__startswith="修改").order_by("pk"))


def test_autosaves_are_told_once_with_the_words_that_stood_before_the_first(cast, draft):
    before = len(edits(draft))
    old = draft.summary
    for words in ("甲", "甲乙", "甲乙丙"):
        draft.edit(by=cast.clerk, revision=draft.revision, fields={"summary": words}, autosave=True)
    assert len(edits(draft)) == before
    draft.edit(by=cast.clerk, revision=draft.revision, fields={"title": "新标题"})
    assert len(edits(draft)) == before + 1
    assert edits(draft)[-1].data["summary"] == [old, "甲乙丙"]
    draft.refresh_from_db()
    assert draft.unrecorded is None


def test_what_one_person_only_autosaved_is_told_as_theirs(cast, draft):
    draft.edit(by=cast.finance, revision=draft.revision, fields={"summary": "财政局写的"}, autosave=True)
    draft.edit(by=cast.clerk, revision=draft.revision, fields={"title": "商务局改的标题"})
    first, second = edits(draft)[-2:]
    assert (first.by, second.by) == (cast.finance, cast.clerk)
    assert "summary" in first.data and "summary" not in second.data


def test_nothing_is_untold_when_the_plan_leaves_the_desk(cast, draft):
    section = draft.sections.get(key="brand")
    draft.write_section("brand", by=cast.finance, revision=section.revision, text="自动保存的", autosave=True)
    draft.edit_lines(by=cast.clerk, revision=draft.lines_revision, lines=fund_lines(), autosave=True)
    draft.send(by=cast.clerk)
    assert any(event.data.get("chapter_brand", [None, None])[1] == "自动保存的" for event in edits(draft))
    draft.refresh_from_db()
    assert draft.unrecorded is None


def test_two_people_write_two_chapters_and_never_the_same_one_unseen(cast, draft):
    brand, quality = (draft.sections.get(key=key) for key in ("brand", "quality"))
    draft.write_section("brand", by=cast.clerk, revision=brand.revision, text="甲写品牌")
    draft.write_section("quality", by=cast.finance, revision=quality.revision, text="乙写品控")
    with pytest.raises(Refused, match="P-001"):
        draft.write_section("brand", by=cast.finance, revision=brand.revision, text="乙也写品牌")
    assert draft.sections.get(key="brand").text == "甲写品牌"


def test_rows_that_stay_keep_their_origin_when_the_table_is_written_anew(cast):
    plan = builders.recorded_plan(cast)
    change = plan.begin_change(by=cast.clerk)
    kept = change.lines.get(no=3)
    rows = [{"id": kept.pk} | fund_lines()[2], *fund_lines()[:2]]
    change.edit_lines(by=cast.clerk, revision=0, lines=rows)
    assert change.lines.get(no=1).origin == plan.lines.get(no=3)
    assert [line.origin_id for line in change.lines.filter(no__gt=1)] == [None, None]


@pytest.mark.parametrize("changes", [{"direction": "traffic"}, {"expense": "platform"}])
def test_B_303_B_305_the_table_takes_only_the_four_directions_and_no_negative_expense(draft, cast, changes):
    """The choices are the whole choice; who goes round the form meets the database."""
    with pytest.raises(IntegrityError, match="A_202|A_303|sub_category"), transaction.atomic():
        with_line(draft, cast.clerk, **changes)
    draft.refresh_from_db()
    with_line(draft, cast.clerk, name="县级仓储中心")
    assert draft.lines.filter(name="县级仓储中心").exists()
