"""The rule catalogue (206 entries, data/rules.csv) and, for each entry, what enforces it and which tests name it.

Both columns are derived: from the registered rule functions, the deeds marked with `upholds`, the constraints and
triggers that carry the id in their name or words, the permissions of accounts/roles.py, and the test files' syntax.
"""

import ast
import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.conf import settings

from portal.rules import CATALOGUE, UPHELD

SOURCE = Path(__file__).parent / "data/rules.csv"
ID = re.compile(r"\b([ABC])[-_](\d{3})(?!\d)", re.IGNORECASE)
SAME_AS = re.compile(r"=\s*([ABC]-\d{3})")
ENFORCED_CLASSES = ("HARD", "SOFT")


@dataclass(frozen=True)
class Entry:
    id: str
    document: str
    section: str
    clause: str
    words: str
    who: str
    rule_class: str
    behaviour: str
    same_as: str | None
    implemented: tuple[str, ...]
    tested: tuple[str, ...]

    @property
    def state(self):
        if self.rule_class not in ENFORCED_CLASSES:
            return "not enforced by software"
        return "working" if self.implemented and self.tested else "untested" if self.implemented else "missing"

    def as_dict(self):
        return {
            "id": self.id,
            "class": self.rule_class,
            "document": self.document,
            "clause": self.clause,
            "rule": self.words,
            "same_as": self.same_as,
            "implemented": list(self.implemented) or None,
            "tested": list(self.tested),
        }


@cache
def entries() -> list[Entry]:
    """All entries in the order of the documents."""
    enforced, tested = enforcers(), tests_by_rule()
    found = []
    with SOURCE.open(encoding="utf-8-sig") as rows:
        for row in csv.DictReader(rows):
            same = next(
                filter(None, (SAME_AS.search(row[c]) for c in ("rule", "system_behaviour", "data_needed"))), None
            )
            same_as = same.group(1) if same and same.group(1) != row["id"] else None
            own = enforced.get(row["id"], ())
            found.append(
                Entry(
                    id=row["id"],
                    document=row["document"],
                    section=row["section"],
                    clause=row["clause"],
                    words=row["rule"],
                    who=row["who"],
                    rule_class=row["class"],
                    behaviour=row["system_behaviour"],
                    same_as=same_as,
                    implemented=tuple(own or enforced.get(same_as, ())),
                    tested=tuple(tested.get(row["id"], ()) or tested.get(same_as, ())),
                )
            )
    return found


def enforcers() -> dict[str, list[str]]:
    """Rule id → what enforces it, each as “kind: name”."""
    found = {}
    for id, rule in CATALOGUE.items():
        _add(found, id, f"rule: {rule.check.__module__}.{rule.check.__qualname__}")
    for id, deeds in UPHELD.items():
        for deed in deeds:
            _add(found, id, f"flow: {deed}")
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            _add_all(found, constraint.name, f"constraint: {constraint.name}")
    for path, name, words in _triggers():
        _add_all(found, words, f"trigger: {path}:{name}")
    for verb, (_, ids) in import_module("accounts.roles").VERBS.items():
        for id in ids:
            _add(found, id, f"permission: {verb}")
    return found


def _triggers():
    """(migration, trigger, its name and the words of its function) out of the plain SQL of the guards."""
    for path in sorted(settings.BASE_DIR.glob("*/migrations/*.py")):
        text = path.read_text(encoding="utf-8")
        for name, function in re.findall(r"CREATE (?:CONSTRAINT )?TRIGGER (\w+).*?EXECUTE FUNCTION (\w+)", text, re.S):
            body = re.search(rf"CREATE FUNCTION {function}\(.*?\$\$(.*?)\$\$", text, re.S)
            yield path.parent.parent.name, name, f"{name} {body.group(1) if body else ''}"


@cache
def tests_by_rule() -> dict[str, list[str]]:
    """Rule id → the test functions that name it (in their name or their text); empty where tests are not installed."""
    found = {}
    for path in sorted((settings.BASE_DIR / "tests").rglob("test_*.py")):
        if path.name == "test_catalogue.py":  # it speaks of rules, it does not try them
            continue
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                text = ast.get_source_segment(source, node) + "".join(
                    ast.get_source_segment(source, mark) for mark in node.decorator_list
                )
                _add_all(found, text, f"{path.relative_to(settings.BASE_DIR)}::{node.name}")
    return found


def _add_all(found, text, what):
    for id in {f"{letter.upper()}-{number}" for letter, number in ID.findall(text.replace("test_", ""))}:
        _add(found, id, what)


def _add(found, id, what):
    id = re.sub(r"[a-z]$", "", id)  # A-303k is a part of A-303
    if what not in found.setdefault(id, []):
        found[id].append(what)
