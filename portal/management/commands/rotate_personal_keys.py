"""manage.py rotate_personal_keys: write every personal field under the first key of PERSONAL_DATA_KEY."""

from django.core.management.base import BaseCommand

from portal.secrets import write_anew


class Command(BaseCommand):
    help = "用 PERSONAL_DATA_KEY 的第一个密钥重新写入全部个人信息；完成后方可去掉旧密钥（可重复执行）"

    def handle(self, *args, **options):
        self.stdout.write(f"已重新写入 {write_anew()} 行个人信息")
