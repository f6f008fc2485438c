"""manage.py verify_events: recompute every county's event chain and print its head."""

from django.core.management.base import BaseCommand, CommandError

from portal.chain import heads, verify


class Command(BaseCommand):
    help = "核验事件链：逐县重算 SHA-256，打印链头；有任何一条不符即报错"

    def handle(self, *args, **options):
        if wrong := verify():
            raise CommandError("；".join(wrong[:20]))
        for chain, (number, digest) in heads().items():
            self.stdout.write(f"{chain}  {number}  {digest}")
