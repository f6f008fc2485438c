"""manage.py reference: working days, regions, the batch of 2020 and its 13 counties. Idempotent; no demonstration."""

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts import reference
from accounts.models import Region
from counties import reference as counties_reference
from counties.models import County
from portal import workdays


class Command(BaseCommand):
    help = "装入基础数据：工作日、行政区划、2020 年批次和 13 个示范县（可重复执行，已有的不动）"

    @transaction.atomic
    def handle(self, *args, **options):
        workdays.load_official()
        codes = reference.load()
        counties_reference.load(codes, demonstration=False)
        self.stdout.write(f"{Region.objects.count()} 个地区，{County.objects.count()} 个示范县")
