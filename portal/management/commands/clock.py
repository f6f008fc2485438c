"""manage.py clock [--to 2020-10-20]: show the clock; move it day by day, running each day's sweeps in order."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError

from portal import clock
from portal.training import move_to


class Command(BaseCommand):
    help = "显示或调整演练时钟；调整时逐日执行到期任务（正式环境拒绝）"

    def add_arguments(self, parser):
        parser.add_argument("--to", type=date.fromisoformat, metavar="YYYY-MM-DD", help="调整到这一天")

    def handle(self, *args, to, **options):
        if to:
            try:
                for job, day in move_to(to):
                    self.stdout.write(f"{day} {job}")
            except ValueError as error:
                raise CommandError(str(error)) from error
        self.stdout.write(f"当前日期：{clock.today()}")
