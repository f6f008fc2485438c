"""节点的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from dataclasses import dataclass

from portal.rules import Kind, rule

MILESTONE_WORKDAYS = 10  # domain/rules.md A-411: milestones within ten working days after the ledger row was opened


@dataclass(frozen=True)
class DatesMoved:
    """Days of a project that somebody wants to move: words for the day → (old, new)."""

    project: object
    days: dict


@rule("A-411m", "25号 四（二）：建立项目台账，明确责任人和进展时限")
def milestones_set(project):
    if not project.milestones.exists():
        return "项目还没有节点，请至少制定一个（名称和应完成日期）"
    return None


@rule("A-411r", "25号 四（二）：明确责任人和进展时限", Kind.SOFT)
def due_dates_move_with_a_reason(moved):
    """Before the start the days are planning; after it each move is a decision that is explained."""
    if not moved.project.started_on:
        return None
    return [
        f"项目已开工，调整“{words}”须说明理由：{old} → {new or '（空）'}"
        for words, (old, new) in moved.days.items()
        if old and old != new
    ]


@rule("A-413m", "25号 四（二）：做到方案落地、项目落实、农民受益、按期完成", Kind.SOFT)
def milestones_on_time(project, today):
    late = [milestone for milestone in project.milestones.all() if milestone.is_late(today)]
    return [f"节点“{milestone.name}”应于 {milestone.due_on} 完成，尚未完成" for milestone in late]


@rule("P-162", "系统：开工后节点不能删除，只能说明理由后调整日期（25号 四（二）：按期完成）")
def milestones_stay_after_the_start(project):
    if project.started_on:
        return "项目已开工，节点不能删除；确需调整的请修改日期并说明理由"
    return None
