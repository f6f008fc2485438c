"""冻结的规则。"""

from portal.rules import rule

HIGHER = ("county", "city", "province")


@rule("P-042", "系统资金冻结：抽查不通过、限期整改、拟取消或者涉嫌违法违规期间停止拨付")
def not_frozen(payment):
    """Asked at every step of a payment; the database asks it again when money is paid."""
    return [f"{freeze.what}自 {freeze.placed_on} 起冻结：{freeze.reason}" for freeze in payment.standing_freezes()]


@rule("P-042u", "系统资金冻结：由作出冻结的一级或者其上级解除，且不能由同一人办理")
def lifted_by_the_level_that_froze(freeze):
    if freeze.lifted_on:
        return f"已于 {freeze.lifted_on} 解除冻结"
    if freeze.placed_by_id is None or freeze.lifting_by is None:
        return None
    if freeze.placed_by_id == freeze.lifting_by.pk:
        return "冻结和解冻不能由同一人办理"
    if _rank(freeze.lifting_by) < _rank(freeze.placed_by):
        return f"由{freeze.placed_by.office}冻结的资金，须由其本级或者上级解除"
    return None


def _rank(person):
    """How high the office stands; whoever is of none of the three levels lifts nothing."""
    level = person.office.level
    return HIGHER.index(level) if level in HIGHER else -1
