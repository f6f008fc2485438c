"""县（市）申报：what an application must hold, who sends it, until when (35号, 48号)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Region
from counties.models import Batch, CityOpinion, County, CountyApplication
from counties.sections import BY_KEY
from portal.models import Event
from portal.rules import Refused
from tests.counties.round_cast import on, region, round_story

QUESHAN, LUYI, YONGCHENG = "411725", "411628", "411481"


@pytest.fixture
def story(cast):
    return round_story()


@pytest.fixture
def round(story):
    return story.open()


@pytest.fixture
def complete(story, round):
    """确山's application with every paper, not sent yet."""
    application = story.draft(round, region(QUESHAN))
    story.complete(application)
    application.refresh_from_db()
    return application


def ids(application):
    return {breach.rule.id.rstrip("s") for breach in application.missing_before_submit()}


def test_an_empty_draft_is_told_everything_at_once(story, round):
    application = story.draft(round, region(QUESHAN))
    with pytest.raises(Refused) as refusal:
        story.submit(application, reason="来不及")
    assert {breach.rule.id for breach in refusal.value.breaches} == {
        "C-502", "C-503", "C-505", "B-708a", "C-506", "C-507", "B-403",
    }  # fmt: skip


def test_a_complete_application_goes_to_the_city(story, complete):
    assert complete.missing_before_submit() == []
    story.submit(complete)
    assert complete.status == "city_review" and complete.opinions.count() == 3
    assert Event.objects.about(complete).last().target == "city_review"


def test_B_401_a_district_may_apply_only_as_a_poverty_county(story, round):
    district = region("410102")
    clerk = story.officer(story.province, "commerce")
    with pytest.raises(Refused, match="市辖区"):
        CountyApplication.begin(round, district, by=clerk)
    Region.objects.filter(pk=district.pk).update(poverty="national")
    assert CountyApplication.begin(round, region("410102"), by=clerk).status == "draft"
    with pytest.raises(Refused, match="B-401"):
        CountyApplication.begin(round, region("410100"), by=clerk)


def test_C_201_only_the_government_of_the_county_itself_submits(story, complete, cast):
    for person in (cast.clerk, cast.finance, story.officer(region(LUYI), "government")):
        with pytest.raises(Refused, match="C-201"):
            complete.submit(by=person)
    complete.submit(by=cast.government)
    assert complete.submitted_by == cast.government


def test_C_202_C_303_a_county_goes_through_its_city_and_a_direct_one_straight_to_the_province(story, round, complete):
    story.submit(complete)
    assert complete.status == "city_review"
    direct = story.submitted(round, region(YONGCHENG))
    assert direct.is_direct and direct.status == "recommended" and not direct.opinions.exists()
    direct.accept(by=story.officer(story.province, "commerce"))
    assert direct.status == "accepted"


def test_C_401_the_round_is_open_until_midnight_of_its_last_day(story, complete):
    on(story, date(2020, 5, 28))
    with pytest.raises(Refused, match="C-401"):
        story.submit(complete, reason="晚了一天")
    on(story, date(2020, 5, 27))
    story.submit(complete)
    with pytest.raises(Refused, match="已锁定"):
        complete.edit(by=story.officer(complete.region, "commerce"), doc_no="确政〔2020〕9号")
    with pytest.raises(IntegrityError, match="C-401"), transaction.atomic():
        CountyApplication.objects.filter(pk=complete.pk).update(doc_no="改")
    with pytest.raises(IntegrityError, match="C-401"), transaction.atomic():
        complete.targets.all().delete()


@pytest.mark.parametrize(
    ("rule", "keys"),
    [
        ("C-503", ["facts", "industry", "ecommerce"]),  # B-706 asks the same three
        ("C-505", ["market", "brand", "standard", "quality"]),
        ("B-708a", ["training", "logistics", "finance"]),
        ("C-506", ["mechanism"]),  # B-709 asks the same
        ("C-507", ["poverty", "supervision"]),
    ],
)
def test_every_chapter_that_the_clauses_demand_is_written(story, complete, rule, keys):
    """C-503, C-505, C-506, C-507; B-706, B-708, B-709."""
    for key in keys:
        section = complete.sections.get(key=key)
        complete.write(key, "  ", revision=section.revision, by=story.officer(complete.region, "commerce"))
        fresh = CountyApplication.objects.get(pk=complete.pk)
        wrong = [breach for breach in fresh.missing_before_submit() if breach.rule.id == rule]
        assert any(BY_KEY[key].title in breach.wrong for breach in wrong)
        assert {breach.rule.id for breach in fresh.missing_before_submit()} == {rule}


def test_C_502_the_governments_document_with_its_number(story, complete):
    clerk = story.officer(complete.region, "commerce")
    complete.edit(by=clerk, doc_no="确政[2020]08号")
    assert ids(complete) == {"C-502"}
    complete.edit(by=clerk, doc_no="确政〔2020〕8号", document=None)
    assert ids(complete) == {"C-502"}


def test_B_403_B_702_one_numeric_target_for_each_direction(story, complete):
    complete.targets.filter(direction="training").delete()
    assert ids(complete) == {"B-403"}
    with pytest.raises(Refused, match="农村电子商务培训体系”还没有可量化、可考核的目标"):
        story.submit(complete, reason="以后补")


def test_C_504_B_707_a_county_supported_before_sums_up_its_earlier_work(story, complete):
    """C-504 and B-707 demand the same chapter."""
    story.second_time(complete, [(2018, 1500, 1400)])
    assert ids(complete) == set()
    section = complete.sections.get(key="earlier")
    complete.write("earlier", "", revision=section.revision, by=story.officer(complete.region, "commerce"))
    assert ids(CountyApplication.objects.get(pk=complete.pk)) == {"C-504"}


@pytest.mark.parametrize(
    ("paid", "passes"), [("1350.00", True), ("1349.99", False), ("1332.78", False), ("1500.00", True)]
)
def test_C_103_B_405_ninety_percent_is_compared_exactly(story, complete, paid, passes):
    """1349.99 ÷ 1500 is shown as 90.00 % and is below it (C-103, B-405)."""
    story.second_time(complete, [(2018, 1500, paid)])
    assert ("C-103" in ids(complete)) is not passes
    assert (Fraction(Decimal(paid)) >= Fraction(1350)) is passes
    if not passes:
        with pytest.raises(Refused, match="C-103"):
            story.submit(complete, reason="接近90%")


def test_C_103_money_of_2019_is_left_out_on_both_sides(story, complete):
    story.second_time(complete, [(2018, 1500, 1350), (2019, 500, 0)])
    assert "C-103" not in ids(complete)
    story.second_time(complete, [(2018, 1500, 1300), (2019, 500, 500)])
    assert "C-103" in ids(complete)  # 1800 ÷ 2000 would have been 90 %
    story.second_time(complete, [(2019, 500, 500)])
    assert "C-103" in ids(complete)


def test_C_103_a_county_designated_before_cannot_hide_it(story, complete):
    earlier = Batch.objects.create(year=2018, label="第五批", plan_filing_deadline=date(2018, 9, 30))
    County.objects.create(batch=earlier, region=complete.region)
    assert ids(complete) == {"C-103"}
    story.second_time(complete, [(2018, 1500, 1400)])
    assert ids(complete) == set()


def test_C_104_C_203_basically_complete_asks_for_a_reason(story, complete):
    """C-104, C-203: 基本 is nine in ten unless the batch says otherwise (G-26)."""
    story.second_time(complete, [(2018, 1500, 1400)], planned=10, accepted=9)
    assert ids(complete) == set()
    complete.edit(by=story.officer(complete.region, "commerce"), projects_accepted=8)
    assert ids(complete) == {"C-104"}
    with pytest.raises(Refused, match="C-104"):
        story.submit(complete)
    story.submit(complete, reason="两个项目正在验收，6月底办结")
    assert Event.objects.about(complete).filter(target="city_review").get().excused == ["C-104"]


def test_C_508_both_certificates_when_supported_before(story, complete):
    story.second_time(complete, [(2018, 1500, 1400)], papers=False)
    with pytest.raises(Refused) as refusal:
        story.submit(complete, reason="后补")
    assert [b.rule.id for b in refusal.value.breaches] == ["C-508", "C-508"]


def test_one_bureau_that_returns_returns_the_whole_application(story, complete, cast):
    story.submit(complete)
    opinion = complete.opinions_now().get(bureau="finance")
    opinion.send_back(by=cast.zhumadian_finance, opinion="拨付数据请核对")
    complete.refresh_from_db()
    assert complete.status == "returned" and complete.turn == 2
    story.submit(complete)
    assert CityOpinion.objects.filter(application=complete).count() == 6
    with pytest.raises(Refused, match="P-001"):
        opinion.agree(by=cast.zhumadian_finance)


def test_C_501_the_province_receives_only_what_the_city_recommended(story, complete):
    story.submit(complete)
    province = story.officer(story.province, "commerce")
    with pytest.raises(Refused, match="C-501"):
        complete.accept(by=province)
    story.opinions(complete)
    report = story.recommend(complete.round, complete.region.parent, [complete])
    complete.refresh_from_db()
    complete.accept(by=province)
    assert complete.recommendation == report and complete.status == "accepted"
    with pytest.raises(IntegrityError, match="C_501"), transaction.atomic():
        CountyApplication.objects.filter(pk=complete.pk).update(recommendation=None)


def test_two_people_writing_one_chapter_do_not_overwrite_each_other(story, complete, cast):
    section = complete.sections.get(key="facts")
    complete.write("facts", "第一稿", revision=section.revision, by=cast.clerk)
    with pytest.raises(Refused, match="刚刚被他人修改"):
        complete.write("facts", "第二稿", revision=section.revision, by=cast.poverty)
