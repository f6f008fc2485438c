"""manage.py demo: reference data, demonstration people and three counties on their way; the clock stands in 2020."""

from datetime import date

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import demo, reference
from accounts.models import Region, User
from counties import reference as counties_reference
from counties.models import County, Round
from disclosure.demonstration import Story
from disclosure.round_story import RoundStory
from disclosure.training_story import hold_training
from portal import clock, training, workdays
from reporting.sweeps import open_reports

FIRST_DAY = date(2020, 9, 1)
ROUND_OPENS_ON = date(2020, 5, 20)
DESIGNATED_ON = date(2020, 7, 22)
CONTRACTORS = 6  # two for each demonstration plan
QUESHAN, XICHUAN, LUYI, QIXIAN = "411725", "411326", "411628", "410622"


class Command(BaseCommand):
    help = "装入基础数据、演示账号和演示县（可重复执行，已有的不动）"

    def add_arguments(self, parser):
        parser.add_argument(
            "--from-application", action="store_true", help="从申报轮次开始（2020-05-20），只用于全新安装"
        )

    def handle(self, *args, from_application=False, **options):
        if settings.PRODUCTION:
            raise CommandError("正式环境不装入演示数据")
        if from_application and County.objects.exists():
            raise CommandError("已经有示范县，不能再从申报开始；请在全新安装上使用 --from-application")
        with transaction.atomic():
            if from_application or (Round.objects.exists() and not County.objects.exists()):
                self._load_the_round()
            else:
                self._load()
        self.stdout.write(f"演示数据就绪，当前演练日期 {clock.today()}")

    def _load(self):
        workdays.load_official()
        codes = reference.load()
        fresh = not County.objects.exists()
        with clock.pinned(DESIGNATED_ON) if fresh else clock.steady():
            counties_reference.load(codes, demonstration=True)
            demo.load_people(codes, CONTRACTORS, clock.today())
            for county in County.objects.filter(liaisons=None).select_related("region"):
                user = User.objects.get(username=f"{county.region.pinyin}-liaison")
                county.appoint_liaison(by=user, name="演示联络员", post="县商务局", phone="0000-00000", user=user)
        if fresh:  # never on top of counties that were designated by walking the round
            training.start_at(FIRST_DAY)
            self._tell_stories()

    def _load_the_round(self):
        """The round is open; 确山 writes its application, 淇县's is with its city. Nobody is designated yet."""
        workdays.load_official()
        codes = reference.load()
        fresh = not Round.objects.exists()
        with clock.pinned(ROUND_OPENS_ON) if fresh else clock.steady():
            demo.load_people(codes, CONTRACTORS, clock.today())
        if not fresh:
            return
        training.start_at(ROUND_OPENS_ON)
        story = RoundStory(ROUND_OPENS_ON)
        round = story.open()
        story.submitted(round, Region.objects.get(code=QIXIAN))
        draft = story.draft(round, Region.objects.get(code=QUESHAN))
        clerk = story.officer(draft.region, "commerce")
        with story.day():
            for section in draft.sections.filter(key__in=["facts", "industry", "ecommerce"]):
                text = f"{draft.region.name}{section.chapter.title}（演示）。"
                draft.write(section.key, text, revision=section.revision, by=clerk)

    def _tell_stories(self):
        """确山 has a draft; 鹿邑 (省直管) waits for its government; 淅川's first stage is being publicised."""
        Story(QUESHAN, today=date(2020, 8, 31), contractor_number=1).draft()
        luyi = Story(LUYI, today=date(2020, 8, 28), contractor_number=5)
        plan = luyi.draft()
        luyi.send(plan)
        luyi.opinions(plan, "county")
        xichuan = Story(XICHUAN, today=DESIGNATED_ON, contractor_number=3)
        plan = xichuan.recorded_plan()
        recorded_on = xichuan.today
        project = xichuan.selected_project(plan)
        xichuan.receipt()
        xichuan.underway_project(project)
        xichuan.today = recorded_on  # the training project goes its way beside the first one
        hold_training(xichuan, xichuan.underway_project(xichuan.selected_project(plan, line_no=6)))
        xichuan.today = date(2020, 8, 27)  # so that the notice of the result runs until 3 September
        xichuan.passed_application(project)
        with clock.pinned(FIRST_DAY):
            open_reports(FIRST_DAY)
