"""清单：every rule of a list, open or shut, for pages that show what is fulfilled as well as what is missing."""

from dataclasses import dataclass

from portal.rules import Breach, Rule

# What each item of the qualification is called, and which part of the contractor's page holds its papers.
ITEMS = {
    "A-123": ("独立法人资格", "identity"),
    "A-124": ("业务资质", "licences"),
    "A-125": ("单位类型和实力", "identity"),
    "A-126": ("业务经验、拓展和投融资能力", "evidence"),
    "A-127": ("供应链经营经验", "evidence"),
    "A-128": ("站点管理运营能力", "evidence"),
    "A-129": ("财务管理制度", "evidence"),
    "A-130": ("商业诚信", "checks"),
    "A-131": ("信用等级评价", "ratings"),
}


@dataclass(frozen=True)
class Gate:
    """One rule and what it found; green when it found nothing."""

    rule: Rule
    breaches: tuple[Breach, ...]

    @property
    def ok(self):
        return not self.breaches

    @property
    def name(self):
        return ITEMS.get(self.rule.id, ("", ""))[0]

    @property
    def evidence(self):
        """A green row says what is in order; a red one says it in its own words."""
        return self.name if self.ok else ""

    @property
    def anchor(self):
        return ITEMS.get(self.rule.id, ("", ""))[1]

    @property
    def wrong(self):
        return "；".join(str(breach.wrong) for breach in self.breaches)


def checklist(rules, subject, today=None) -> list[Gate]:
    return [Gate(rule, tuple(rule(subject, today))) for rule in rules]
