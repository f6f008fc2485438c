"""What a policy rule is. The rules themselves live in <app>/rules.py, one function each."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from inspect import signature

from portal import clock

CATALOGUE: dict[str, "Rule"] = {}  # id -> Rule; printed on the public rules page, checked by tests/test_catalogue.py
UPHELD: dict[str, list[str]] = {}  # id -> deeds whose very structure keeps the rule (a step that cannot be skipped)


class Kind(StrEnum):
    HARD = "硬性"  # refuse
    SOFT = "原则"  # refuse unless a written reason is given
    RECORD = "提示"  # shown beforehand, never refuses


@dataclass(frozen=True)
class Rule:
    """One clause as one function: `check(subject)` or `check(subject, today)` says what is wrong, or nothing."""

    do_not_call_in_templates = True  # a template that names a rule wants its id and clause, not a judgement

    id: str
    clause: str
    kind: Kind
    check: Callable

    def __call__(self, subject, today=None) -> list["Breach"]:
        wants_today = "today" in signature(self.check).parameters
        wrong = self.check(subject, today or clock.today()) if wants_today else self.check(subject)
        found = wrong if isinstance(wrong, list) else [wrong]
        return [Breach(self, words) for words in found if words]


class Firm(str):
    """Words of a SOFT rule that no reason excuses here: a batch may make an “原则上” binding (G-07)."""


@dataclass(frozen=True)
class Breach:
    rule: Rule
    wrong: str

    @property
    def kind(self):
        return Kind.HARD if isinstance(self.wrong, Firm) else self.rule.kind

    def __str__(self):
        return f"{self.wrong}（依据：{self.rule.clause}；规则 {self.rule.id}）"


class Refused(Exception):
    """The deed is against policy. Carries every breach, so the page can list them all."""

    def __init__(self, *breaches):
        self.breaches = breaches
        super().__init__("；".join(str(breach) for breach in breaches))


def rule(id, clause, kind=Kind.HARD):
    """Register the decorated function as the rule `id` of the catalogue."""

    def register(check):
        assert id not in CATALOGUE, f"rule {id} is written twice"
        CATALOGUE[id] = Rule(id, clause, kind, check)
        return CATALOGUE[id]

    return register


def upholds(*ids):
    """Mark a deed whose structure keeps these rules: the step exists, and no other way leads past it."""

    def register(deed):
        for id in ids:
            UPHELD.setdefault(id, []).append(f"{deed.__module__}.{deed.__qualname__}")
        return deed

    return register


def breaches(rules, subject, today=None) -> list[Breach]:
    return [breach for rule in rules for breach in rule(subject, today)]


def enforce(rules, subject, *, reason="", today=None) -> list[str]:
    """Refuse with every breach at once; a written reason excuses the SOFT ones. Returns the ids excused."""
    return excuse(breaches(rules, subject, today), reason)


def excuse(found, reason) -> list[str]:
    """As `enforce`, for breaches found already (a deed that judges several subjects refuses once)."""
    excused = [breach for breach in found if breach.kind is Kind.SOFT] if reason.strip() else []
    standing = [breach for breach in found if breach not in excused and breach.rule.kind is not Kind.RECORD]
    if standing:
        raise Refused(*standing)
    return sorted({breach.rule.id for breach in excused})


# Rules of the system itself. They stand in no notice, but a refusal by them must be as clear.
STILL_THERE = Rule("P-001", "系统并发控制", Kind.HARD, lambda subject: None)
FOUR_EYES = Rule("P-002", "系统职责分离：起草、审核、审批不得为同一人", Kind.HARD, lambda subject: None)
KEPT_BY_DATABASE = Rule("P-003", "数据库完整性约束", Kind.HARD, lambda subject: None)
SAME_CONTENT = Rule("P-004", "系统防重复提交", Kind.HARD, lambda subject: None)
READ_ONLY = Rule(
    "P-082",
    "系统只读：示范资格取消后，除追回资金、移送和答复投诉、异议外，不再办理业务",
    Kind.HARD,
    lambda subject: None,
)
for system_rule in (STILL_THERE, FOUR_EYES, KEPT_BY_DATABASE, SAME_CONTENT, READ_ONLY):
    CATALOGUE[system_rule.id] = system_rule


def different_people(by, *others, words):
    """Refuse when the person acting now already acted in an earlier step (separation of duties)."""
    if by is not None and by.pk in {other.pk for other in others if other is not None}:
        raise Refused(Breach(FOUR_EYES, words))
