"""python manage.py serve: everything that `make run` starts, under one parent."""

from django.core.management.base import BaseCommand, CommandError

from portal import supervisor
from portal.embedded import Unavailable


class Command(BaseCommand):
    help = "启动平台：数据库、队列、网页、后台任务（the whole portal; Ctrl-C stops it）"
    requires_system_checks = []

    def handle(self, *args, **options):
        try:
            supervisor.serve()
        except Unavailable as error:
            raise CommandError(str(error)) from None
