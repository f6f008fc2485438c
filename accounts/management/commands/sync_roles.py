"""manage.py sync_roles: the table accounts/roles.py and every office's regions, written to the database. Idempotent."""

from django.core.management.base import BaseCommand

from accounts.models import Office, Scope
from accounts.roles import ROLES
from accounts.sync import sync_roles
from portal import clock


class Command(BaseCommand):
    help = "把岗位权限表和各单位的管辖范围写入数据库（可重复执行）"

    def handle(self, *args, **options):
        sync_roles(clock.today())
        self.stdout.write(f"{len(ROLES)} 个岗位，{Office.objects.count()} 个单位，{Scope.objects.count()} 条管辖范围")
