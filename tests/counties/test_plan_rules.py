"""实施方案：the notice's rules about drawing up, publicising, reviewing, filing and changing a plan."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from counties.models import County, Filing, FundLine, Plan, Review
from counties.rules.plan import _share_wrong
from disclosure.demonstration import LINES, WAN, fund_lines
from notices.models import Notice
from portal.models import Event, Message
from portal.money import share_below
from portal.rules import Refused
from tests import builders


def lines_of(logistics, produce, goods, training):
    """Fund lines of 万元 per direction."""
    kinds = zip(("logistics", "produce", "goods", "training"), (logistics, produce, goods, training), strict=True)
    return [(f"{kind}（演示）", kind, "service", "purchase", Decimal(str(wan)), "目标", 1, "个") for kind, wan in kinds]


def test_a_plan_goes_the_whole_way_and_leaves_its_trace(cast):
    plan = builders.recorded_plan(cast)
    assert plan.status == Plan.Status.RECORDED
    assert plan.content_hash == plan.digest()
    moved = [event.target for event in Event.objects.about(plan) if event.target]
    assert moved == [
        "draft",
        "countersign",
        "approval",
        "publicised",
        "city_review",
        "city_reviewed",
        "filed",
        "recorded",
    ]


def test_A_001_a_county_that_is_not_designated_cannot_begin_a_plan(cast):
    County.objects.filter(pk=cast.county.pk).update(status="hearing")
    cast.county.refresh_from_db()
    with pytest.raises(Refused, match="A-001"):
        Plan.begin(cast.county, by=cast.clerk)


def test_A_101_both_documents_and_lines_that_sum_to_the_total(cast):
    plan = Plan.begin(cast.county, by=cast.clerk)
    with pytest.raises(Refused) as refusal:
        plan.send(by=cast.clerk, reason="来不及")
    words = str(refusal.value)
    assert "尚未上传《实施方案》" in words and "尚未上传《项目资金安排方案》" in words and "资金安排明细为空" in words
    plan = builders.draft_plan_for_neighbour(cast)
    plan.edit(by=cast.neighbour, revision=plan.revision, fields={"total_central": plan.total_central + 1})
    with pytest.raises(Refused, match="A-101"):
        plan.send(by=cast.neighbour, reason="差一元")


def test_A_102_no_review_before_the_publicity_is_over(cast):
    plan = _publicised(cast)
    assert plan.notice.site_url
    assert not plan.current_reviews("city").exists()
    builders.go_to(plan.notice.ends_on)
    plan.notice.close(plan.notice.ends_on)
    plan.refresh_from_db()
    assert plan.status == Plan.Status.PUBLICISED
    Plan.objects.filter(pk=plan.pk).update(status="city_reviewed")
    with pytest.raises(Refused, match="A-102"):
        plan.file(by=cast.zhumadian_commerce, doc_no="驻商〔2020〕1号")


def test_A_102_a_plan_without_the_county_sites_address_is_not_publicised(cast):
    s = builders.story()
    plan = s.draft()
    s.send(plan)
    s.opinions(plan, "county")
    with pytest.raises(Refused, match="县政府官网.*P-010"):
        plan.approve(by=cast.government, site_url="")


def test_A_443_nothing_is_publicised_without_a_complaint_phone(cast):
    County.objects.update(complaint_phone="")
    s = builders.story()
    plan = s.draft()
    s.send(plan)
    s.opinions(plan, "county")
    plan = Plan.objects.get(pk=plan.pk)
    with pytest.raises(Refused, match="A-443"):
        plan.approve(by=cast.government, site_url="https://example.invalid/")
    with pytest.raises(IntegrityError, match="A_443"), transaction.atomic():
        Notice.objects.create(
            region=plan.region,
            kind="plan",
            subject=plan,
            title="x",
            body="x",
            workdays=5,
            status="running",
            starts_on=date(2020, 9, 1),
            ends_on=date(2020, 9, 8),
        )


def test_A_103_A_325_a_filed_plan_and_its_lines_cannot_change(cast):
    plan = builders.recorded_plan(cast)
    with pytest.raises(Refused, match="A-103"):
        plan.edit(by=cast.clerk, revision=plan.revision, fields={"summary": "悄悄改"})
    with pytest.raises(IntegrityError, match="A-103"), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(total_central=1)
    with pytest.raises(IntegrityError, match="A-103"), transaction.atomic():
        FundLine.objects.filter(plan=plan).update(central_amount=1)
    with pytest.raises(IntegrityError, match="A-325"), transaction.atomic():
        FundLine.objects.filter(plan=plan, no=1).delete()


def test_A_104_A_105_A_106_a_change_names_type_reason_and_decision(cast):
    plan = builders.recorded_plan(cast)
    change = plan.begin_change(by=cast.clerk)
    assert change.version == 2 and change.lines.count() == plan.lines.count()
    with pytest.raises(Refused) as refusal:
        change.send(by=cast.clerk, reason="有理由")
    assert {breach.rule.id for breach in refusal.value.breaches} == {"A-104", "A-105"}
    _fill_change(change, cast)
    change.send(by=cast.clerk)
    s = builders.story()
    s.opinions(change, "county")
    with pytest.raises(Refused, match="A-106"):
        change.approve(by=cast.government)


def test_A_104_a_plan_not_yet_filed_has_no_change(cast):
    plan = builders.draft_plan(cast)
    with pytest.raises(Refused, match="A-103"):
        plan.begin_change(by=cast.clerk)


def test_A_107_A_415_a_change_is_received_then_publicised_again_then_in_force(cast):
    plan = builders.recorded_plan(cast)
    change = plan.begin_change(by=cast.clerk)
    _fill_change(change, cast)
    s = builders.story()
    s.send(change)
    s.opinions(change, "county")
    s.approve(change, decision_file=plan.plan_file)
    assert change.status == Plan.Status.CITY_REVIEW
    s.opinions(change, "city")
    with pytest.raises(Refused, match="A-102"):
        Plan.objects.get(pk=change.pk)._take_effect(by=None)
    change.file(by=cast.zhumadian_commerce, doc_no="驻商〔2020〕13号")
    s.opinions(change, "province")
    assert change.status == Plan.Status.RECEIVED
    plan.refresh_from_db()
    assert plan.status == Plan.Status.RECORDED
    change.publicise_again(by=cast.government, site_url="https://example.invalid/2")
    with pytest.raises(Refused, match="A-107"):
        change._take_effect(by=None)
    s.over(change.notice)
    change.refresh_from_db(), plan.refresh_from_db()
    assert (plan.status, change.status) == (Plan.Status.REPLACED, Plan.Status.RECORDED)
    assert plan.lines.first().in_force() == change.lines.first()


def test_A_111_three_bureaus_and_one_return_sends_the_whole_plan_back(cast):
    plan = _publicised(cast)
    s = builders.story()
    s.over(plan.notice)
    plan.refresh_from_db()
    builders.go_to(s.today)
    reviews = {review.bureau: review for review in plan.current_reviews("city")}
    assert set(reviews) == {"commerce", "finance", "poverty"}
    reviews["commerce"].agree(by=cast.zhumadian_commerce)
    Plan.objects.filter(pk=plan.pk).update(status="city_reviewed")
    with pytest.raises(Refused, match="A-111.*|市级尚缺"):
        plan.file(by=cast.zhumadian_commerce, doc_no="驻商〔2020〕1号")
    Plan.objects.filter(pk=plan.pk).update(status="city_review")
    points = [{"part": "line:3", "label": "第 3 行", "reason": "目标不可考核"}]
    reviews["finance"].send_back(by=cast.zhumadian_finance, opinion="第三行目标不可考核", points=points)
    plan.refresh_from_db()
    assert (plan.status, plan.round) == (Plan.Status.RETURNED, 2)
    with pytest.raises(Refused, match="P-001"):
        reviews["poverty"].agree(by=s.person("poverty", "city"))


@pytest.mark.parametrize("doc_no", ["豫商体系[2020]025号", "驻商〔2020〕012号", "驻商【2020】1号", "第1号", ""])
def test_A_112_filing_needs_a_proper_document_number_and_makes_three_inbox_items(cast, doc_no):
    plan = _city_reviewed(cast)
    with pytest.raises(Refused, match="A-112"):
        plan.file(by=cast.zhumadian_commerce, doc_no=doc_no)
    plan.file(by=cast.zhumadian_commerce, doc_no="豫商体系〔2020〕25号")
    assert plan.current_reviews("province").count() == 3
    told = Message.objects.filter(title__startswith="请办理备案回执").values_list("recipient__username", flat=True)
    assert set(told) == {"henan-commerce", "henan-finance", "henan-poverty"}


def test_A_112_each_department_gives_its_own_receipt(cast):
    plan = _city_reviewed(cast)
    s = builders.story()
    s.file(plan)
    for review in plan.current_reviews("province"):
        plan.refresh_from_db()
        assert plan.status == Plan.Status.FILED
        review.agree(by=s.person(review.bureau, "province"))
    plan.refresh_from_db()
    assert plan.status == Plan.Status.RECORDED


def test_A_113_the_last_day_counts_and_the_day_after_needs_a_reason(cast):
    plan = _city_reviewed(cast)
    builders.go_to(date(2020, 10, 1))
    with pytest.raises(Refused, match="A-113"):
        plan.file(by=cast.zhumadian_commerce, doc_no="驻商〔2020〕1号")
    builders.go_to(date(2020, 9, 30))
    filing = plan.file(by=cast.zhumadian_commerce, doc_no="驻商〔2020〕1号")
    assert not filing.is_late


def test_A_113_a_late_filing_is_marked_with_its_reason(cast):
    plan = _city_reviewed(cast)
    builders.go_to(date(2020, 10, 9))
    filing = plan.file(by=cast.zhumadian_commerce, doc_no="驻商〔2020〕1号", reason="县级公示异议处理延后")
    assert filing.is_late and filing.late_reason
    assert Event.objects.about(plan).last().excused == ["A-113"]
    with pytest.raises(IntegrityError, match="A_113"), transaction.atomic():
        Filing.objects.update(late_reason="")


def test_A_114_a_province_direct_county_files_itself_without_the_city(cast):
    plan = builders.recorded_plan(cast, code=builders.LUYI)
    assert plan.filings.get().level == "county"
    assert not plan.current_reviews("city").exists()


def test_A_114_the_city_cannot_file_for_a_province_direct_county(cast):
    plan = _direct(cast)
    city = builders.story(builders.LUYI).person("commerce", "city")
    with pytest.raises(Refused, match="A-114"):
        plan.file(by=city, doc_no="周商〔2020〕1号")


def test_A_115_another_county_cannot_file_directly(cast):
    plan = _city_reviewed(cast)
    with pytest.raises(Refused, match="A-115"):
        plan.file(by=cast.government, doc_no="确政〔2020〕1号")


def test_A_202_a_line_without_a_direction_is_refused_by_rule_and_database(cast):
    plan = builders.draft_plan(cast)
    row = fund_lines(LINES[:1])[0] | {"direction": "", "name": "没有方向"}
    with pytest.raises(IntegrityError, match="A_202"), transaction.atomic():
        plan.edit(by=cast.clerk, revision=plan.revision, fields={}, lines=[row])
    from counties.rules.plan import every_line_has_a_direction

    line = FundLine(no=1, name="没有方向", direction="")
    assert "没有支持方向" in every_line_has_a_direction(_plan_of(line))[0].wrong


def test_A_303_a_category_on_the_negative_list_is_refused_by_rule_and_database(cast):
    plan = builders.draft_plan(cast)
    row = fund_lines(LINES[:1])[0] | {"expense": "N1"}
    with pytest.raises(IntegrityError, match="A_303"), transaction.atomic():
        plan.edit(by=cast.clerk, revision=plan.revision, fields={}, lines=[row])
    from counties.rules.plan import nothing_on_the_negative_list

    line = FundLine(no=1, name="交易平台", expense="N1", central_amount=1)
    assert "负面清单" in nothing_on_the_negative_list(_plan_of(line))[0].wrong


def test_A_303_suspicious_words_need_an_explanation(cast):
    plan = builders.draft_plan(cast, [("县域网络交易平台", *row[1:]) if n == 0 else row for n, row in enumerate(LINES)])
    with pytest.raises(Refused, match="A-303k"):
        plan.send(by=cast.clerk)
    plan.send(by=cast.clerk, reason="仅为公共服务平台的数据接口，不自建交易平台")
    assert plan.exception_reason


@pytest.mark.parametrize(
    ("wan", "broken"),
    [
        ((600, 600, 400, 400), set()),
        (("599.999999", 600, 400, "400.000001"), {"A-204"}),
        ((600, "599.999999", 400, "400.000001"), {"A-207"}),
        ((600, 600, "399.999999", "400.000001"), {"A-209"}),
        ((600, 600, 400, "400.01"), {"A-204", "A-207", "A-209"}),
    ],
)
def test_A_204_A_207_A_209_shares_are_exact_though_they_print_the_same(cast, wan, broken):
    plan = Plan(county=cast.county)
    amounts = dict(
        zip(("logistics", "produce", "goods", "training"), (Decimal(str(x)) * WAN for x in wan), strict=True)
    )
    plan.arranged = lambda direction=None: amounts[direction] if direction else sum(amounts.values())
    batch = cast.county.batch
    floors = {"A-204": ("logistics", batch.min_logistics_share), "A-207": ("produce", batch.min_produce_share),
              "A-209": ("goods", batch.min_goods_share)}  # fmt: skip
    assert {id for id, (direction, floor) in floors.items() if _share_wrong(plan, direction, floor)} == broken


def test_A_204_a_low_share_is_refused_and_passes_with_a_written_reason(cast):
    plan = builders.draft_plan(cast, lines_of(500, 700, 400, 400))
    with pytest.raises(Refused, match="A-204"):
        plan.send(by=cast.clerk)
    plan.send(by=cast.clerk, reason="已有省级物流园辐射本县")
    event = Event.objects.about(plan).last()
    assert event.excused == ["A-204"] and "物流园" in event.reason


@given(part=st.decimals(0, 10**8, places=2), whole=st.decimals(1, 10**8, places=2))
@settings(max_examples=300, deadline=None)
def test_a_share_is_compared_as_an_exact_fraction(part, whole):
    assert share_below(part, whole, Decimal("0.3")) == (part * 100 < 30 * whole)


def test_two_people_editing_never_overwrite_each_other(cast):
    plan = builders.draft_plan(cast)
    seen = plan.revision
    plan.edit(by=cast.clerk, revision=seen, fields={"summary": "甲的修改"})
    with pytest.raises(Refused, match="他人修改"):
        plan.edit(by=cast.finance, revision=seen, fields={"summary": "乙的修改"})
    assert Plan.objects.get(pk=plan.pk).summary == "甲的修改"


def test_a_drafting_edit_of_money_is_recorded_old_and_new(cast):
    plan = builders.draft_plan(cast)
    line = plan.lines.get(no=1)
    FundLine.objects.filter(pk=line.pk).update(central_amount=7)  # even behind the verb
    old, new = [row.central_amount for row in line.history.order_by("pgh_id")][-2:]
    assert (old, new) == (line.central_amount, Decimal(7))


def test_P_002_the_drafter_does_not_approve(cast):
    s = builders.story()
    plan = s.draft()
    s.send(plan)
    s.opinions(plan, "county")
    Plan.objects.filter(pk=plan.pk).update(drafted_by=cast.government)
    with pytest.raises(Refused, match="P-002"):
        Plan.objects.get(pk=plan.pk).approve(by=cast.government, site_url="https://example.invalid/")


def test_P_001_a_double_click_sends_once(cast):
    plan = builders.draft_plan(cast)
    stale = Plan.objects.get(pk=plan.pk)
    plan.send(by=cast.clerk)
    with pytest.raises(Refused, match="P-001"):
        stale.send(by=cast.clerk)
    assert Review.objects.filter(plan=plan).count() == 3


def test_what_is_judged_is_what_is_stored(cast):
    plan = builders.draft_plan(cast)
    open_in_my_browser = Plan.objects.get(pk=plan.pk)
    Plan.objects.filter(pk=plan.pk).update(fund_file=None)
    with pytest.raises(Refused, match="A-101"):
        open_in_my_browser.send(by=cast.clerk)


def _fill_change(change, cast):
    fields = {"change_types": ["content"], "change_reason": "配送线路随村组合并调整"}
    change.edit(by=cast.clerk, revision=change.revision, fields=fields)


def _publicised(cast):
    s = builders.story()
    plan = s.draft()
    s.send(plan)
    s.opinions(plan, "county")
    s.approve(plan)
    return plan


def _city_reviewed(cast):
    plan = _publicised(cast)
    s = builders.story()
    s.over(plan.notice)
    plan.refresh_from_db()
    s.opinions(plan, "city")
    builders.go_to(s.today)
    return plan


def _direct(cast):
    s = builders.story(builders.LUYI)
    plan = s.draft()
    s.send(plan)
    s.opinions(plan, "county")
    s.approve(plan)
    s.over(plan.notice)
    builders.go_to(s.today)
    plan.refresh_from_db()
    assert plan.status == Plan.Status.DIRECT
    return plan


class _plan_of:
    """A plan as a rule sees it, with lines that the database would never have let in."""

    def __init__(self, *lines):
        found = list(lines)
        self.lines = type("Lines", (), {"model": FundLine, "all": lambda self: found})()
