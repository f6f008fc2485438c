"""申报轮次：the round of 2020 told again day by day, by the offices of the counties, cities and the province."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts import reference
from counties.models import Batch, County, CountyApplication
from notices.sweeps import close_notices
from portal.models import Event
from portal.rules import Refused
from tests.counties.round_cast import on, region, round_story, staff

WINNERS = [row["code"] for row in reference.rows("henan_county_level_2020.csv") if row["2020第七批示范县"] == "是"]


@pytest.fixture
def story(cast):
    return round_story()


# Besides the winners: one county of every other city, two more 省直管 ones, and two that their city left behind.
ALSO_APPLIED = ["410721", "410621", "411525", "410225", "410581", "411082", "410122"]
ALSO_APPLIED += ["410821", "411121", "411221", "411521", "410325", "411322"]
NOT_CHOSEN_BY_THEIR_CITY = ["410724"]


def test_the_round_of_2020_designates_exactly_the_13_counties_A_001_A_002(story):
    codes = [*WINNERS, *ALSO_APPLIED, *NOT_CHOSEN_BY_THEIR_CITY]
    regions = {code: region(code) for code in codes}
    staff(*regions.values(), *{r.parent for r in regions.values()})
    round = story.open()
    on(story, date(2020, 5, 22))
    applications = {code: story.submitted(round, regions[code]) for code in codes}
    on(story, date(2020, 5, 25))
    direct = [code for code in codes if applications[code].is_direct]
    assert set(direct) == {"411628", "411481", "411525", "410225"}
    for code in codes:
        if code not in direct:
            story.opinions(applications[code])
    on(story, date(2020, 5, 26))
    for city in {r.parent for r in regions.values()}:
        chosen = [
            a
            for code, a in applications.items()
            if a.region.parent_id == city.pk and code not in direct and code not in NOT_CHOSEN_BY_THEIR_CITY
        ]
        # 淇县 stands for 鹤壁 alone: its city has one place, 浚县 stays behind.
        if city.code == "410600":
            chosen = [a for a in chosen if a.region.code == "410622"]
        if chosen:
            story.recommend(round, city, chosen)
    province = story.officer(story.province, "commerce")
    on(story, date(2020, 5, 28))
    with pytest.raises(Refused, match="C-401"):
        CountyApplication.begin(round, region("411727"), by=province)
    round.close(by=None)
    left_behind = CountyApplication.objects.filter(round=round, status="not_recommended")
    assert {a.region.code for a in left_behind} == {"410621", "410724"}
    received = CountyApplication.objects.filter(round=round, status="recommended")
    for application in received:
        application.accept(by=province)
    for application in received.model.objects.filter(round=round, status="accepted"):
        place = WINNERS.index(application.region.code) if application.region.code in WINNERS else 30
        story.score(application, Decimal(95) - place)
    ranking = round.ranking()
    assert ranking.cap == 13 and len(ranking.chosen) == 13
    assert {a.region.code for a in ranking.chosen} == set(WINNERS)
    assert ranking.poverty_chosen == 5 and ranking.ratio_reached  # 5 × 3 ≥ 13, exactly (B-402)
    with pytest.raises(Refused, match="B-502"):
        round.rank(by=province, size=14, from_poverty=5)
    round.rank(by=province, size=13, from_poverty=5)
    on(story, date(2020, 5, 29))
    story.pack(round)
    round.send(by=province)
    on(story, date(2020, 7, 13))
    listed = list(round.on_the_list())
    round.publicise(
        by=province, site_url="https://hncom.example.invalid/1", confirmed=listed, confirmation="三部门核定13个县"
    )
    with pytest.raises(Refused, match="A-002"):
        round.designate(by=province, doc_no="豫商体系〔2020〕25号", doc_date=date(2020, 7, 21))
    on(story, round.notice.ends_on + timedelta(days=1))
    close_notices(story.today)
    on(story, date(2020, 7, 21))
    for bureau in ("commerce", "finance"):
        round.decide(by=story.officer(story.province, bureau))
    with pytest.raises(Refused, match="尚缺省扶贫办"):
        round.designate(by=province, doc_no="豫商体系〔2020〕25号", doc_date=date(2020, 7, 21))
    round.decide(by=story.officer(story.province, "poverty"))
    round.designate(by=province, doc_no="豫商体系〔2020〕25号", doc_date=date(2020, 7, 21))
    assert sorted(County.objects.values_list("region__code", flat=True)) == sorted(WINNERS)
    assert set(County.objects.values_list("status", flat=True)) == {"designated"}
    assert Batch.objects.get().doc_no == "豫商体系〔2020〕25号"
    moved = [event.target for event in Event.objects.about(round) if event.target]
    assert moved == ["draft", "open", "closed", "ranked", "sent", "publicised", "designated"]
