"""Before the designation: the batch of 2020 exists, nobody is designated, and offices as far as a test needs them."""

from datetime import date

from django.contrib.auth.hashers import make_password

from accounts import demo
from accounts.models import Office, Region
from accounts.sync import sync_office
from counties.models import Batch, CityRecommendation, County, CountyApplication, Liaison, Round
from disclosure.round_story import RoundStory
from portal import clock
from tests import builders

FIRST_DAY = date(2020, 5, 20)


def forget_the_designations():
    """Back to before 21 July 2020. The events stay, as they always do."""
    Liaison.objects.all().delete()
    County.objects.all()._raw_delete("default")
    Batch.objects.update(doc_no="", doc_date=None)


def staff(*regions):
    """Offices and people of regions that the demonstration does not staff."""
    password = make_password(None)
    for region in regions:
        level = region.level
        posts = demo.BUREAUS | ({"government": "人民政府"} if level == "county" else {})
        for bureau, words in posts.items():
            if not region.offices.filter(level=level, bureau=bureau).exists():
                office = Office.opened(f"{region.name}{words}（{region.code}）", region, level, bureau)
                demo._person(f"{region.code}-{bureau}", office, password)
                sync_office(office, clock.today())


def region(code):
    return Region.objects.select_related("parent__parent").get(code=code)


def round_story():
    forget_the_designations()
    builders.go_to(FIRST_DAY)
    return RoundStory(FIRST_DAY)


def on(story, day):
    story.today = day
    builders.go_to(day)


def add_a_round(w):
    """For the table of access: next year's round is open, 确山 has applied, its city has begun a report."""
    today = builders.clock.today()
    story, province = RoundStory(today), w.cast.henan_commerce
    w.batch = w.cast.county.batch
    batch = w.batch.copy(by=province, year=2021, label="第八批", plan_filing_deadline=date(2021, 9, 30))
    w.round = Round.begin(
        batch, by=province, title="演示申报轮次", notice_no="豫财贸〔2021〕1号", opens_on=today, closes_on=today
    )
    w.round.open(by=province)
    place = region(builders.QUESHAN)
    w.county_application = CountyApplication.begin(w.round, place, by=w.cast.clerk)
    story.complete(w.county_application)
    story.second_time(w.county_application, [(2018, 1500, 1400)])
    w.county_application.submit(by=w.cast.government)
    w.opinion = w.county_application.opinions.get(bureau="commerce")
    w.recommendation = CityRecommendation.begin(w.round, place.parent, by=w.cast.zhumadian_commerce)
