"""四个文件核对（25号 三（三）)：实施方案、资金安排方案、协议、承办单位建设方案 say the same (A-324).

One comparison for everybody: the page shows its rows, the rules refuse by what stands in `wrong` and `wrong_in_plan`.
"""

import re
from dataclasses import dataclass, field

from portal.money import total

SPLIT = re.compile(r"[\n；;]+")
NOTHING_BOUGHT = re.compile(r"^(不购置设备|没有设备|无设备|无)。?$")


@dataclass
class Row:
    """One fact as the four documents have it; `wrong`: not explained in the agreement; `explained`: by what."""

    label: str
    values: tuple
    wrong: list = field(default_factory=list)
    wrong_in_plan: list = field(default_factory=list)
    explained: list = field(default_factory=list)

    @property
    def refused(self):
        return [*self.wrong, *self.wrong_in_plan]


def compared(agreement, plan=None):
    """Rows of the four documents; without a contractor's plan its column is empty."""
    first = agreement.project.fund_line
    line = first.in_force() or first
    change = filed_change(first, line)
    rows = [
        _central(agreement, first, line, plan),
        _matching(agreement, first, line),
        _own(agreement, first, line),
        _bought(agreement, first, line),
        _equipment(agreement, first, line, plan),
        _time(agreement, first, line, plan),
    ]
    for row in rows:
        if change and row.values[0] != row.values[1]:
            row.explained.insert(0, change)
    return rows


def _yuan(*amounts):
    return tuple("" if amount is None else f"{amount:,.2f}" for amount in amounts)


def filed_change(first, line):
    """The filed change by which the line in force differs from the one that the project began with, in words."""
    if line.pk == first.pk:
        return ""
    plan = line.plan
    received = f"，{plan.received_at:%Y-%m-%d} 省收备" if plan.received_at else ""
    return f"方案变更（第 {plan.version} 版{received}）：{plan.change_reason}"


def _central(agreement, first, line, plan):
    amount, award = agreement.central_amount, agreement.project.award_amount
    row = Row("中央资金（元）", _yuan(first.central_amount, line.central_amount, amount, plan and plan.central_amount))
    if amount > line.central_amount:
        row.wrong.append(f"协议中央资金 {amount} 元，超过资金安排“{line.name}”的 {line.central_amount} 元")
    elif amount < line.central_amount and award in (amount, agreement.invested):
        row.explained.append(f"按成交金额 {award} 元签订，低于资金安排")
    elif amount < line.central_amount:
        row.wrong.append(
            f"协议中央资金 {amount} 元，资金安排“{line.name}”为 {line.central_amount} 元，成交金额 {award} 元；"
            "不一致的，先办理方案变更报备"
        )
    if plan and plan.central_amount != amount:
        stated = "没有写明" if plan.central_amount is None else f"为 {plan.central_amount} 元"
        row.wrong_in_plan.append(f"建设方案的中央资金投入额度{stated}，协议为 {amount} 元，两者须一致")
    return row


def _matching(agreement, first, line):
    amount = agreement.matching_amount
    row = Row("县级配套（元）", _yuan(first.matching_amount, line.matching_amount, amount, None))
    if amount > line.matching_amount:
        row.wrong.append(f"协议县级配套 {amount} 元，超过资金安排“{line.name}”的 {line.matching_amount} 元")
    return row


def _own(agreement, first, line):
    return Row("社会资本、自筹（元）", _yuan(first.private_amount, line.private_amount, agreement.self_amount, None))


def _bought(agreement, first, line):
    items = list(agreement.equipment.all())
    bought, invested = total(item.amount for item in items), agreement.invested
    row = Row(
        "支出类别、设备合计（元）", (first.get_expense_display(), line.get_expense_display(), f"{bought:,.2f}", "")
    )
    if bought > invested:
        row.wrong.append(f"设备清单合计 {bought} 元，超过协议投资合计 {invested} 元")
    if items and line.expense in line.WITHOUT_EQUIPMENT:
        row.wrong.append(
            f"资金安排“{line.name}”的支出类别为“{line.get_expense_display()}”，协议不能购置设备；确需购置的先办理方案变更"
        )
    return row


def _equipment(agreement, first, line, plan):
    items = list(agreement.equipment.all())
    text = plan.equipment_text if plan else ""
    row = Row("设备清单", (_count(first), _count(line), equipment_text(items), text))
    if plan:
        row.wrong_in_plan += _equipment_differs(items, text)
    return row


def _count(line):
    return f"数量 {line.unit_count}" if line.unit_count else ""


def equipment_text(items):
    """The equipment as a contractor's plan writes it: one item a line, with quantity and owner."""
    return "\n".join(
        f"{item.name}{f' {item.model}' if item.model else ''} {item.quantity} 台（套），归属：{item.get_owner_display() or '没有写明'}"
        for item in items
    )


def _equipment_differs(items, text):
    lines = [line.strip() for line in SPLIT.split(text) if line.strip()]
    lines = [] if len(lines) == 1 and NOTHING_BOUGHT.match(lines[0]) else lines
    left, wrong = list(lines), []
    for item in items:
        here = next((line for line in left if item.name in line and _says(line, item)), None)
        if here is None:
            wrong.append(f"建设方案没有写明设备“{item.name}”{item.quantity} 台（套），协议清单中有")
        else:
            left.remove(here)
    known = tuple(item.name for item in items)
    return wrong + [
        f"建设方案中的“{line[:60]}”不在协议设备清单内" for line in left if not any(n in line for n in known)
    ]


def _says(line, item):
    """Is the quantity written in this line, outside the name and the model?"""
    rest = line.replace(item.name, " ").replace(item.model or "\0", " ")
    return str(item.quantity) in re.findall(r"\d+", rest)


def _time(agreement, first, line, plan):
    stages = list(agreement.stages.all())
    until, last = line.plan.period_to, next((stage.planned_on for stage in reversed(stages) if stage.planned_on), None)
    dates = "；".join(f"{stage.no}. {stage.planned_on}" for stage in stages if stage.planned_on)
    row = Row("时限", (_period(first.plan), _period(line.plan), dates, _span(plan)))
    row.wrong += [
        f"第 {stage.no} 阶段计划日期 {stage.planned_on}，晚于实施方案的实施期 {until}"
        for stage in stages
        if stage.planned_on and until and stage.planned_on > until
    ]
    if plan and not (plan.planned_start and plan.planned_end):
        row.wrong_in_plan.append("建设方案没有写明开工和完工时限")
    elif plan:
        if until and plan.planned_end > until:
            row.wrong_in_plan.append(f"建设方案计划 {plan.planned_end} 完工，晚于实施方案的实施期 {until}")
        if last and plan.planned_end > last:
            row.wrong_in_plan.append(f"建设方案计划 {plan.planned_end} 完工，晚于协议最后阶段的 {last}")
    return row


def _period(plan):
    return f"{plan.period_from or '未写'} 至 {plan.period_to or '未写'}"


def _span(plan):
    return f"{plan.planned_start or '未写'} 至 {plan.planned_end or '未写'}" if plan else ""
