"""manage.py demo: reference data, demonstration people and three counties on their way; the clock stands in 2020."""

from datetime import date

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import demo, reference
from accounts.models import User
from counties import reference as counties_reference
from counties.models import County, Plan
from disclosure.demonstration import Story
from portal import clock, training, workdays
from reporting.sweeps import open_reports

FIRST_DAY = date(2020, 9, 1)
DESIGNATED_ON = date(2020, 7, 22)
CONTRACTORS = 6  # two for each demonstration plan
QUESHAN, XICHUAN, LUYI = "411725", "411326", "411628"


class Command(BaseCommand):
    help = "装入基础数据、演示账号和演示县（可重复执行，已有的不动）"

    def handle(self, *args, **options):
        if settings.PRODUCTION:
            raise CommandError("正式环境不装入演示数据")
        with transaction.atomic():
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
        if fresh:
            training.start_at(FIRST_DAY)
        if not Plan.objects.exists():
            self._tell_stories()

    def _tell_stories(self):
        """确山 has a draft; 鹿邑 (省直管) waits for its government; 淅川's first stage is being publicised."""
        Story(QUESHAN, today=date(2020, 8, 31), contractor_number=1).draft()
        luyi = Story(LUYI, today=date(2020, 8, 28), contractor_number=5)
        plan = luyi.draft()
        luyi.send(plan)
        luyi.opinions(plan, "county")
        xichuan = Story(XICHUAN, today=DESIGNATED_ON, contractor_number=3)
        project = xichuan.selected_project(xichuan.recorded_plan())
        xichuan.receipt()
        xichuan.passed_application(xichuan.underway_project(project))
        with clock.pinned(FIRST_DAY):
            open_reports(FIRST_DAY)
