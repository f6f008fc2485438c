"""manage.py person NAME --region 411725 --bureau commerce: an office (when it is new) and one person of it.

How the first people of an install come into it; the password is printed once and has to be changed.
"""

import secrets

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Office, Position, Region, User
from accounts.roles import ROLES
from accounts.sync import sync_roles
from portal import clock


class Command(BaseCommand):
    help = "开通一个账号；单位不存在时一并建立"

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--region", required=True, help="单位所在地区的行政区划代码，如 411725")
        parser.add_argument("--level", choices=Office.Level.values, help="缺省与地区的级别相同")
        parser.add_argument("--bureau", choices=Office.Bureau.values, required=True)
        parser.add_argument("--office", required=True, help="单位名称")
        parser.add_argument("--post", required=True, help="岗位名称，如“县商务局经办”")
        parser.add_argument("--position", choices=Position.values, default=Position.OFFICER)

    @transaction.atomic
    def handle(self, *args, username, region, level, bureau, office, post, position, **options):
        place = Region.objects.filter(code=region).first()
        if place is None:
            raise CommandError(f"没有行政区划代码 {region}；请先运行 manage.py reference")
        if User.objects.filter(username=username).exists():
            raise CommandError(f"用户名 {username} 已经存在")
        level = level or place.level
        if f"{level}.{bureau}.{position}" not in ROLES:
            raise CommandError(f"没有 {level}.{bureau}.{position} 这个岗位，岗位表见 accounts/roles.py")
        password = secrets.token_urlsafe(12)
        person = User.objects.create_user(
            username, password=password, display_name=post, office=self._office(office, place, level, bureau)
        )
        person.position, person.is_staff = position, bureau == Office.Bureau.ADMIN
        person.save(update_fields=["position", "is_staff"])
        sync_roles(clock.today())
        self.stdout.write(f"{username} {password}（{person.role_name}，只显示这一次）")

    def _office(self, name, region, level, bureau):
        office = Office.opened(name, region, level, bureau)
        if (office.region_id, office.level, office.bureau) != (region.pk, level, bureau):
            raise CommandError(f"单位“{name}”已经存在，但地区、级别或条线不同")
        return office
