"""python manage.py recount: the balances of the ledger against its legs; exit 1 where they differ."""

import sys

from django.core.management.base import BaseCommand

from funds.sweeps import differences


class Command(BaseCommand):
    help = "核对科目余额与分录：不符的逐处列出，并以 1 退出（compare the roll-up with the legs）"

    def handle(self, *args, **options):
        wrong = differences()
        for county, account, source, line, month, kept, counted in wrong:
            self.stdout.write(
                f"县 {county} {account}/{source} 资金安排 {line} {month:%Y-%m}：余额 {kept}，分录 {counted}"
            )
        if wrong:
            sys.exit(1)
        self.stdout.write("科目余额与分录相符")
