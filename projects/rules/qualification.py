"""资格复核的规则：one winner against the work that it is chosen for, and the reviewer's own ticks."""

from portal.rules import Kind, rule
from projects.rules.contractor import REVIEWED, experienced_and_able_to_finance

# Which licence which work takes: the notice says “按照有关规定”, so only what a statute asks for stands here
# （道路运输条例、快递暂行条例）. One of the names is enough; 营业执照 is always asked for.
TRANSPORT = ("道路运输", "快递业务")
LICENCES = {("logistics", "service"): TRANSPORT, ("logistics", "award"): TRANSPORT}


@rule("A-124k", "25号 一（三）1：按照有关规定已取得开展相关业务的资格（按支持方向和支出类别）")
def licensed_for_this_work(qualification, today):
    """A consortium has the licence when one of its members has it: that member does this share of the work."""
    lines = [package.fund_line for package in qualification.packages]
    return [words for line in lines if (words := _licence_missing(qualification, line, today))]


def _licence_missing(qualification, line, today):
    wanted = LICENCES.get((line.direction, line.expense))
    if not wanted:
        return None
    licences = [x for party in qualification.contractor.parties() for x in party.licences.all() if x.is_current]
    if any(name in licence.name for licence in licences if licence.is_valid(today) for name in wanted):
        return None
    work = f"{line.get_direction_display()}的{line.get_expense_display()}"
    return f"承担{work}，须有在有效期内的{'或'.join(f'“{name}”许可' for name in wanted)}"


@rule(
    "B-302e",
    "48号 三：对承担疫情防控相关重要物资保供任务、且工作突出的……企业在同等条件下予以适当倾斜（须有证明）",
    Kind.SOFT,
)
def preference_has_its_evidence(qualification):
    if not qualification.claims_epidemic_supply():
        return None
    parties = qualification.contractor.parties()
    if any(item.kind == "epidemic" and item.is_current for party in parties for item in party.evidence.all()):
        return None
    return "因承担疫情防控保供任务而在同等条件下择定，但没有登记保供的证明材料"


@rule("P-303", "系统资格复核：由县级经办人逐项复核，一项一结论")
def every_item_was_reviewed(qualification):
    items = {item.rule_id: item for item in qualification.noted()}
    open_items = [each.id for each in REVIEWED if each.id not in items or items[each.id].fits is None]
    wrong = [f"尚未逐项复核：{'、'.join(open_items)}"] if open_items else []
    opinion = items.get(experienced_and_able_to_finance.id)
    if opinion and opinion.fits is not None and not opinion.remark.strip():
        wrong.append("业务经验、拓展和投融资能力（A-126）须写明评审意见")
    return wrong


FOR_THIS_WORK = [licensed_for_this_work, preference_has_its_evidence, every_item_was_reviewed]
