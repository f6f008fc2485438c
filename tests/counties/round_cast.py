"""Before the designation: the batch of 2020 exists, nobody is designated, and offices as far as a test needs them."""

from datetime import date

from django.contrib.auth.hashers import make_password

from accounts import demo
from accounts.models import Region
from accounts.sync import sync_office
from counties.models import Batch, County, Liaison
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
                office = demo._office(f"{region.name}{words}（{region.code}）", region, level, bureau)
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
