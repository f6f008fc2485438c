"""追回的规则（25号 三（三）、三（五））。"""

import re

from portal.money import ZERO, total
from portal.rules import Kind, rule

NUMBERED = re.compile(r"〔\d{4}〕.*\d+号")


@rule("A-328", "25号 三（三）：追回已拨付的专项资金", Kind.RECORD)
def money_comes_back(recovery, today):
    """Shown until the last cent is back."""
    left = recovery.left
    if left and today > recovery.due_on:
        return f"应于 {recovery.due_on} 前追回，尚有 {left} 元没有追回"
    return f"尚有 {left} 元没有追回，期限 {recovery.due_on}" if left else None


@rule("A-328m", "25号 三（三）：追回已拨付的专项资金")
def within_what_was_paid(recovery):
    """`recovery.parts`: what was paid and is not recalled yet, by fund line, agreement and stage."""
    paid = total(amount for _, amount in recovery.parts)
    if recovery.amount > paid:
        return f"追回 {recovery.amount} 元，超过已拨付且尚未追回的 {paid} 元"
    if not recovery.amount and not recovery.is_of_county:
        return "没有已拨付而尚未追回的资金"
    return None


@rule("A-328d", "25号 三（三）：一经查实，将取消示范资格，追回已拨付的专项资金")
def by_a_numbered_decision(recovery, today):
    if not NUMBERED.search(recovery.doc_no):
        return f"“{recovery.doc_no}”不是完整的决定文号，例：豫商体系〔2021〕8号"
    if recovery.decided_on > today:
        return "决定日期不能晚于今天"
    return None


@rule("A-328b", "25号 三（三）：追回已拨付的专项资金")
def within_what_is_still_owed(receipt):
    if receipt.is_handed_over:
        return None
    left = receipt.recovery.left if receipt.payment is None else receipt.recovery.left_of(receipt.payment)
    if receipt.amount > left:
        of = f"{receipt.payment.no} " if receipt.payment else ""
        return f"本次退回 {receipt.amount} 元，超过{of}尚未追回的 {left} 元"
    return None


@rule("A-347t", "25号 三（五）：取消示范资格，收回已拨付财政资金")
def treasury_covers_the_hand_over(receipt):
    if not receipt.is_handed_over:
        return None
    there = receipt.recovery.to_hand_over()
    if receipt.amount > there:
        return f"本次上缴 {receipt.amount} 元，超过可上缴的 {there} 元"
    return None


@rule("P-086", "系统追回：登记退款、上缴须在追回办理期间，日期不早于决定、不晚于今天")
def received_while_open(receipt, today):
    recovery = receipt.recovery
    if recovery.status != recovery.Status.OPEN:
        return "追回已经完毕，不能再登记"
    if not recovery.decided_on <= receipt.paid_on <= today:
        return f"日期须在决定日期 {recovery.decided_on} 与今天之间"
    return None


@rule("P-087", "系统红字冲销：冲销后财政专账存款、应追回资金不能为负")
def reversal_leaves_no_debt(receipt):
    from funds.models import Account, Leg

    if receipt.is_reversed:
        return "这笔登记已经冲销"
    if receipt.recovery.status != receipt.recovery.Status.OPEN:
        return "追回已经完毕，不能再冲销"
    there = Leg.objects.of(receipt.recovery.county, Account.TREASURY).balance()
    if not receipt.is_handed_over and there < receipt.amount:
        return f"财政专账存款只有 {there} 元，退回的资金已经上缴或者支出，不能冲销"
    return None


@rule("A-328c", "25号 三（三）：追回已拨付的专项资金")
def nothing_left_to_recover(recovery):
    wrong = [f"尚有 {recovery.left} 元没有追回"] if recovery.left else []
    if recovery.is_of_county and (there := recovery.in_treasury()) != ZERO:
        wrong.append(f"财政专账尚有 {there} 元没有上缴省级")
    return wrong
