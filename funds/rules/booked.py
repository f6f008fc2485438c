"""冲销的规则。"""

from portal.money import ZERO
from portal.rules import rule


@rule("P-055", "系统红字冲销：差错以红字冲销更正，只能冲销一次，并由登记人以外的人办理")
def reversed_once_by_somebody_else(booked):
    if booked.reversed_on:
        return f"已于 {booked.reversed_on} 冲销"
    by = getattr(booked, "reversing_by", None)
    if by is not None and by.pk in booked.makers:
        return "登记、确认或者支付这笔资金的人不能办理冲销，请由另一人办理"
    return None


@rule("P-056", "系统红字冲销：资金已经用出的不能冲销，专账存款不得为负")
def money_is_still_there(booked):
    """Taking back what has been spent would leave the special account below zero."""
    if booked.reversed_on or not booked.leaves_the_treasury:
        return None
    source, amount = booked.leaves_the_treasury
    left = booked.treasury_left(source)
    if amount > max(left, ZERO):
        return f"专账存款余 {left} 元，少于要冲销的 {amount} 元：这笔资金已经用出"
    return None
