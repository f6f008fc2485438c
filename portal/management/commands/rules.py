"""manage.py rules [--missing] [--json]: the catalogue with the state of each rule."""

import json
from collections import Counter

from django.core.management.base import BaseCommand

from portal.catalogue import ENFORCED_CLASSES, entries


class Command(BaseCommand):
    help = "规则目录及其落实情况：由什么执行、哪些测试点名"

    def add_arguments(self, parser):
        parser.add_argument("--missing", action="store_true", help="只列尚未落实或没有测试的硬性、原则性规则")
        parser.add_argument("--json", action="store_true", help="JSON 列表")

    def handle(self, *args, missing, json: bool, **options):
        rules = [
            entry
            for entry in entries()
            if not missing or (entry.rule_class in ENFORCED_CLASSES and entry.state != "working")
        ]
        if json:
            self.stdout.write(_json(rules))
            return
        for entry in rules:
            self.stdout.write(f"{entry.id}  {entry.rule_class:6}  {entry.state:10}  {entry.clause}  {entry.words}")
            for what in entry.implemented:
                self.stdout.write(f"        {what}")
            for test in entry.tested:
                self.stdout.write(f"        tested by {test}")
        counts = Counter((entry.rule_class, entry.state) for entry in rules)
        self.stdout.write("；".join(f"{kind} {state}: {n}" for (kind, state), n in sorted(counts.items())))


def _json(rules):
    return json.dumps([entry.as_dict() for entry in rules], ensure_ascii=False, indent=1)
