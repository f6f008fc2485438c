"""起草任务：the parts of a plan as a list of tasks, each with its state, and what is missing with its clause."""

from dataclasses import dataclass, field

from django.urls import reverse

from counties import sections

FUND_RULES = {
    "A-101",
    "A-101c",
    "A-201",
    "A-202",
    "A-204",
    "A-206",
    "A-207",
    "A-209",
    "A-303",
    "A-303k",
    "A-305",
    "B-608",
}
CHANGE_RULES = {"A-104", "A-105"}
UPLOAD = "尚未上传"


@dataclass
class Task:
    title: str
    url: str
    begun: bool
    wanted: bool = True  # does a clause demand it of the plan?
    missing: list = field(default_factory=list)  # breaches
    note: str = ""

    @property
    def state(self):
        if not self.begun:
            return ("未开始", "neutral") if self.wanted else ("选填", "neutral")
        hard = [breach for breach in self.missing if breach.rule.kind == "硬性"]
        return ("进行中", "running") if hard else ("完成", "good")


@dataclass
class Group:
    title: str
    tasks: list

    @property
    def done(self):
        return sum(task.state[0] == "完成" for task in self.tasks)


def of(plan, breaches):
    """Every part that its authors write, out of the breaches found already."""
    documents = [breach for breach in breaches if breach.wrong.startswith(UPLOAD)]
    funds = [b for b in breaches if b.rule.id in FUND_RULES and b not in documents]
    edit = reverse("plan-edit", args=[plan.pk])
    basics = Task("基本信息、实施期、主要内容", edit, bool(plan.period_from or plan.summary))
    basics.missing = [breach for breach in breaches if breach.rule.id in CHANGE_RULES]
    money = Task("资金总额（中央、配套、社会资本）", f"{edit}#id_total_central", bool(plan.total_central))
    files = Task("《实施方案》和《项目资金安排方案》", f"{edit}#id_plan_upload", len(documents) < 2, missing=documents)
    lines = Task("资金安排明细", reverse("plan-lines", args=[plan.pk]), bool(plan.lines.all()), missing=funds)
    lines.note = f"{len(plan.lines.all())} 行"
    targets = Task("量化目标", reverse("plan-targets", args=[plan.pk]), bool(plan.targets.all()))
    targets.missing = [breach for breach in breaches if breach.rule.id == "B-702"]
    targets.note = f"{len(plan.targets.all())} 项"
    return [
        Group("方案和文件", [basics, money, files]),
        Group("资金和目标", [lines, targets]),
        Group("工作方案各章", _chapters(plan, breaches)),
    ]


def _chapters(plan, breaches):
    texts = {section.key: section.text.strip() for section in plan.sections.all()}
    by_rule = {}
    for breach in breaches:
        by_rule.setdefault(breach.rule.id, []).append(breach)
    found = []
    for chapter in sections.wanted(plan.was_supported_before):
        text = texts.get(chapter.key, "")
        missing = [b for id in chapter.rules for b in by_rule.get(id, []) if f"“{chapter.title}”" in b.wrong]
        url = reverse("plan-chapter", args=[plan.pk, chapter.key])
        demanded = any(id.startswith("B-") for id in chapter.rules)
        found.append(Task(chapter.title, url, bool(text), demanded, missing, f"{len(text)} 字" if text else ""))
    return found


def written(plan):
    """(chapter, text) in the order of the work plan, of those that say something."""
    texts = {section.key: section.text for section in plan.sections.all() if section.text.strip()}
    return [(chapter, texts[chapter.key]) for chapter in sections.CHAPTERS if chapter.key in texts]
