"""清单：every rule of a list, open or shut, for pages that show what is fulfilled as well as what is missing."""

from dataclasses import dataclass

from portal.rules import Breach, Rule


@dataclass(frozen=True)
class Gate:
    """One rule and what it found; green when it found nothing."""

    rule: Rule
    breaches: tuple[Breach, ...]

    @property
    def ok(self):
        return not self.breaches

    @property
    def wrong(self):
        return "；".join(str(breach.wrong) for breach in self.breaches)


def checklist(rules, subject, today=None) -> list[Gate]:
    return [Gate(rule, tuple(rule(subject, today))) for rule in rules]
