"""manage.py spotcheck verify CC20200001: repeat a draw from its seed and its population."""

from django.core.management.base import BaseCommand, CommandError

from acceptance.models import SpotCheck


class Command(BaseCommand):
    help = "重复一次抽查的抽取：由总体和种子重新算出样本，一致则打印“一致”，否则指出哪一行不符"

    def add_arguments(self, parser):
        parser.add_argument("deed", choices=["verify"], help="verify：核验")
        parser.add_argument("no", help="抽查编号，例如 CC20200001，或其序号")

    def handle(self, *args, deed, no, **options):
        found = SpotCheck.objects.select_related("fixed_by")
        found = found.filter(no=no) if not no.isdecimal() else found.filter(pk=int(no))
        if not (check := found.first()):
            raise CommandError(f"没有编号为 {no} 的抽查")
        if wrong := check.verify():
            raise CommandError(f"{check.no} 不一致：{'；'.join(wrong)}")
        drawn = check.items.values_list("row__ordinal", flat=True)
        self.stdout.write(
            f"{check.no} 一致（equal）：总体 {check.rows.count()} 行，样本第 {'、'.join(map(str, drawn))} 行"
        )
