"""申报轮次和市推荐：quotas, signatures, scores, two rankings, the package, the list (35号, 48号, 25号)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from counties.models import Batch, CityRecommendation, CountyApplication
from counties.models.round import Ranking
from counties.sweeps import close_rounds
from portal.models import Event
from portal.rules import Refused
from tests.counties.round_cast import on, region, round_story, staff


@pytest.fixture
def story(cast):
    return round_story()


@pytest.fixture
def round(story):
    return story.open()


def reviewed(story, round, *codes):
    """Applications that the three bureaus of their city agreed to."""
    regions = [region(code) for code in codes]
    staff(*regions, *{r.parent for r in regions})
    applications = []
    for place in regions:
        application = story.submitted(round, place)
        story.opinions(application)
        applications.append(application)
    return applications


def test_C_301_third_recommendation_is_refused(story, round):
    """新乡 has eight counties: two places."""
    first, second, third = reviewed(story, round, "410721", "410724", "410727")
    city = region("410700")
    assert round.counties_of(city) == (7, 8) and round.quota_of(city) == 2
    story.recommend(round, city, [first, second])
    with pytest.raises(Refused, match="C-301"):
        story.recommend(round, city, [third])
    third.refresh_from_db()
    assert third.status == "city_reviewed"
    report = CityRecommendation.objects.get(round=round, region=city, status="filed")
    with pytest.raises(IntegrityError, match="C-301"), transaction.atomic():
        CountyApplication.objects.filter(pk=third.pk).update(status="recommended", recommendation=report)


def test_C_302_second_recommendation_is_refused(story, round):
    """鹤壁 has two counties: one place."""
    first, second = reviewed(story, round, "410622", "410621")
    city = region("410600")
    assert round.quota_of(city) == 1
    with pytest.raises(Refused, match="C-302"):
        story.recommend(round, city, [first, second])
    report = CityRecommendation.objects.get(round=round, region=city)
    report.edit(by=story.officer(city, "commerce"), chosen=[first])
    for bureau in ("commerce", "finance", "poverty"):
        report.sign(by=story.officer(city, bureau))
    report.file(by=story.officer(city, "commerce"))
    first.refresh_from_db()
    assert first.status == "recommended"


def test_C_303_a_direct_county_stands_outside_its_citys_quota(story, round):
    ningling, xiayi = reviewed(story, round, "411423", "411426")
    yongcheng = story.submitted(round, region("411481"))
    city = region("411400")
    story.recommend(round, city, [ningling, xiayi])
    assert round.quota_of(city) == 2 and yongcheng.status == "recommended"
    report = CityRecommendation.begin(round, city, by=story.officer(city, "commerce"))
    report.edit(by=story.officer(city, "commerce"), chosen=[yongcheng])
    assert "C-303" in {breach.rule.id for breach in report.missing_before_file()}


@pytest.mark.parametrize("code", ["410100", "410400"])
def test_C_301_C_302_only_two_cities_differ_by_how_counties_are_counted(story, round, code):
    city = region(code)
    assert round.counties_of(city) == (5, 6)
    assert round.quota_of(city) == 1
    round.batch.edit(by=story.officer(story.province, "commerce"), reason="省财政厅明确", quota_counts_direct=True)
    round.batch.refresh_from_db()
    assert round.quota_of(city) == 2


def test_C_304_three_signatures_under_exactly_this_text(story, round):
    (application,) = reviewed(story, round, "411725")
    city = application.region.parent
    clerk = story.officer(city, "commerce")
    report = story.recommendation(round, city, [application])
    report.sign(by=clerk)
    report.sign(by=story.officer(city, "finance"))
    with pytest.raises(Refused, match="尚缺市扶贫办"):
        report.file(by=clerk)
    report.edit(by=clerk, chosen=[application], opinion="改动一字")
    report.sign(by=story.officer(city, "poverty"))
    with pytest.raises(Refused, match="尚缺市商务局、财政局"):
        report.file(by=clerk)
    report.edit(by=clerk, chosen=[application], doc_no="驻商[2020]8号")
    with pytest.raises(Refused, match="C-304n"):
        report.sign(by=clerk)


def test_C_305_the_selection_method_was_public_before(story, round):
    (application,) = reviewed(story, round, "411725")
    city = application.region.parent
    clerk = story.officer(city, "commerce")
    report = story.recommendation(round, city, [application])
    report.edit(by=clerk, chosen=[application], method_public_on=date(2020, 5, 21))
    with pytest.raises(Refused, match="C-305"):
        report.sign(by=clerk)
    report.edit(by=clerk, chosen=[application], method_public_on=date(2020, 5, 20), method_file=None, method_url="")
    assert [b.rule.id for b in report.missing_before_sign()] == ["C-305", "C-305"]


def test_C_401_nothing_is_recommended_after_the_deadline(story, round):
    (application,) = reviewed(story, round, "411725")
    report = story.recommendation(round, application.region.parent, [application])
    draft = story.draft(round, region("411628"))
    with pytest.raises(Refused, match="C-401"):
        round.close(by=story.officer(story.province, "commerce"))
    on(story, date(2020, 5, 28))
    with pytest.raises(Refused, match="C-401"):
        report.sign(by=story.officer(report.region, "commerce"))
    close_rounds(story.today)
    for record in (round, application, draft):
        record.refresh_from_db()
    assert (round.status, application.status, draft.status) == ("closed", "not_recommended", "lapsed")
    with pytest.raises(IntegrityError, match="C-401"), transaction.atomic():
        CountyApplication.objects.filter(pk=draft.pk).update(status="city_review")


def test_C_401_a_window_that_differs_from_the_notice_needs_a_reason(story):
    round = story.begin(closes_on=date(2020, 6, 5))
    province = story.officer(story.province, "commerce")
    with pytest.raises(Refused, match="C-401"):
        round.open(by=province)
    round.edit(by=province, notice_no="豫财贸2020年35号")
    with pytest.raises(Refused, match="文号"):
        round.open(by=province, reason="通知印发较晚（G-27）")
    round.edit(by=province, notice_no="豫财贸〔2020〕35号", criteria=[{"title": "基础", "points": 90, "clause": ""}])
    with pytest.raises(Refused, match="B-503"):
        round.open(by=province, reason="通知印发较晚（G-27）")
    round.edit(by=province, criteria=[{"title": "基础", "points": 100, "clause": ""}])
    round.open(by=province, reason="通知印发较晚（G-27）")
    assert Event.objects.about(round).last().excused == ["C-401d"]


# --- scores and rankings --------------------------------------------------------------------------------------------
DIRECT = ["411628", "411481", "411525", "410225", "411729", "411381"]  # 固始, 兰考, 新蔡 are national poverty counties


@pytest.fixture
def closed(story, round):
    """Six 省直管县 applied, were received, the round is locked; nothing is scored."""
    regions = [region(code) for code in DIRECT]
    staff(*regions)
    for place in regions:
        story.submitted(round, place)
    on(story, date(2020, 5, 28))
    close_rounds(story.today)
    round.refresh_from_db()
    return round


def received(story, round, *, scores=None):
    province = story.officer(story.province, "commerce")
    for application in round.applications.filter(status="recommended"):
        application.accept(by=province)
        if scores:
            story.score(application, Decimal(scores[application.region.code]))
    return province


def test_B_503_nothing_is_ranked_without_all_three_departments_scores(story, closed):
    province = story.officer(story.province, "commerce")
    with pytest.raises(Refused, match="还没有受理"):
        closed.rank(by=province, size=3, from_poverty=1)
    received(story, closed)
    with pytest.raises(Refused, match="B-503"):
        closed.rank(by=province, size=3, from_poverty=1, reason="先排")
    application = closed.applications.first()
    with pytest.raises(Refused, match="满分"):
        application.score(by=province, bureau="commerce", points=[Decimal(26), 1, 1, 1, 1])
    with pytest.raises(Refused, match="每一项"):
        application.score(by=province, bureau="commerce", points=[1])


def test_B_503_two_lists_by_score_alone_and_fixed_afterwards(story, closed):
    scores = dict(zip(DIRECT, (90, 88, 70, 72, 60, 85), strict=True))
    province = received(story, closed, scores=scores)
    ranking = Ranking(closed, 3, 1)
    assert [a.region.code for a in ranking.overall] == sorted(scores, key=scores.get, reverse=True)
    assert [a.region.code for a in ranking.poverty] == ["410225", "411525", "411729"]
    closed.rank(by=province, size=3, from_poverty=1)
    places = dict(closed.applications.values_list("region__code", "place"))
    assert places["411628"] == 1 and places["410225"] == 4
    assert set(closed.list_codes()) == {"411628", "411481", "410225"}
    score = closed.applications.first().scores.first()
    with pytest.raises(IntegrityError, match="B-503"), transaction.atomic():
        type(score).objects.filter(pk=score.pk).update(points=0)
    with pytest.raises(Refused, match="不能评分"):
        closed.applications.first().score(by=province, bureau="commerce", points=[1, 1, 1, 1, 1])


def test_B_402_C_102_fewer_than_a_third_needs_a_reason_and_a_hard_batch_takes_none(story, closed):
    scores = dict(zip(DIRECT, (90, 88, 70, 72, 60, 85), strict=True))
    province = received(story, closed, scores=scores)
    assert Ranking(closed, 3, 0).poverty_chosen == 0 and not Ranking(closed, 3, 0).ratio_reached
    with pytest.raises(Refused) as refusal:
        closed.rank(by=province, size=3, from_poverty=0)
    assert {b.rule.id for b in refusal.value.breaches} == {"B-402", "C-102"}
    closed.batch.edit(by=province, reason="省级从严", poverty_ratio_is_hard=True)
    with pytest.raises(Refused, match="硬性"):
        closed.rank(by=province, size=3, from_poverty=0, reason="贫困县材料不足")
    closed.batch.edit(by=province, reason="恢复", poverty_ratio_is_hard=False)
    closed.refresh_from_db()
    closed.rank(by=province, size=3, from_poverty=0, reason="贫困县材料不足")
    assert Event.objects.about(closed).last().excused == ["B-402", "C-102"]


@pytest.mark.parametrize(("count", "needed"), [(13, 5), (15, 5), (12, 4)])
def test_B_402_a_third_is_rounded_up(cast, count, needed):
    assert cast.county.batch.poverty_needed(count) == needed


@pytest.mark.parametrize(("allocated", "cap"), [(8, 12), (9, 13), (10, 15)])
def test_B_502_the_cap_is_rounded_down(cast, allocated, cap):
    batch = Batch(n_prealloc=allocated)
    assert batch.cap == cap


def test_B_502_one_above_the_cap_is_refused(story, closed):
    scores = dict.fromkeys(DIRECT, 80)
    province = received(story, closed, scores=scores)
    closed.batch.edit(by=province, reason="部里通知", n_prealloc=3)
    assert closed.ranking().cap == 4
    with pytest.raises(Refused, match="B-502"):
        closed.rank(by=province, size=5, from_poverty=2, reason="多报一个")
    closed.rank(by=province, size=4, from_poverty=2)


# --- the package, the list ------------------------------------------------------------------------------------------
@pytest.fixture
def ranked(story, closed):
    province = received(story, closed, scores=dict.fromkeys(DIRECT, 80))
    closed.rank(by=province, size=6, from_poverty=2)
    return closed


def test_B_506_B_701_B_703_B_704_the_package_is_complete(story, ranked):
    province = story.officer(story.province, "commerce")
    with pytest.raises(Refused) as refusal:
        ranked.send(by=province)
    found = [b.rule.id for b in refusal.value.breaches]
    assert [found.count(id) for id in ("B-506", "B-701", "B-703", "B-704")] == [4, 8, 4, 4]
    story.pack(ranked)
    package = [key for key in ranked.package if key != "shortcomings"]
    ranked.pack(by=province, package=package)
    with pytest.raises(Refused, match="B-701"):
        ranked.send(by=province)
    ranked.pack(by=province, package=[*package, "shortcomings"])
    ranked.send(by=province)
    assert ranked.status == "sent"


def test_B_505_after_29_may_the_ministries_take_nothing(story, ranked):
    story.pack(ranked)
    on(story, date(2020, 5, 30))
    with pytest.raises(Refused, match="B-505"):
        ranked.send(by=story.officer(story.province, "commerce"))
    on(story, date(2020, 5, 29))
    ranked.send(by=story.officer(story.province, "commerce"))


def test_A_001_A_002_an_upheld_objection_takes_the_list_back(story, ranked):
    province = story.officer(story.province, "commerce")
    story.pack(ranked)
    ranked.send(by=province)
    listed = list(ranked.on_the_list())
    with pytest.raises(Refused, match="A-001"):
        ranked.publicise(by=province, site_url="https://a.example.invalid/", confirmed=[], confirmation="无")
    ranked.publicise(
        by=province, site_url="https://a.example.invalid/", confirmed=listed[:5], confirmation="部里核定5个"
    )
    assert ranked.applications.filter(status="not_listed").count() == 1
    with pytest.raises(Refused, match="A-002"):
        ranked.decide(by=province)
    objection = ranked.notice.object(name="", phone="", text="某县拨付率不实")
    objection.answer(by=province, outcome="upheld", reply="核实，予以更正")
    ranked.refresh_from_db()
    assert ranked.status == "sent"
    ranked.publicise(
        by=province, site_url="https://a.example.invalid/2", confirmed=listed[:4], confirmation="更正后4个"
    )
    assert len(ranked.list_codes()) == 4


def test_B_408_an_incentive_county_enters_without_applying_and_outside_the_cap(story, closed):
    province = received(story, closed, scores=dict.fromkeys(DIRECT, 80))
    included = closed.include(region("411082"), by=province, basis="国办通报（演示）")
    assert included.status == "shortlisted"
    assert len(closed.ranking().overall) == 6
    with pytest.raises(Refused, match="B-408"):
        closed.include(region("411082"), by=province, basis="重复")
