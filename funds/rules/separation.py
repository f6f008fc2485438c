"""职责分离的规则：one natural person does not do two steps of one payment that check each other."""

from portal.rules import Kind, rule

STEPS = {  # step → words; the names are those of the fields `<step>_by` of a payment where there is one
    "requested": "申请",
    "commerce": "商务审核",
    "finance": "财政审核",
    "approved": "县政府审批",
    "paid": "支付",
    "booked": "登记入账",
}
APART = {  # step → the steps whose people may not do it
    "requested": (),
    "commerce": ("requested",),
    "finance": ("requested", "commerce"),
    "approved": ("requested", "commerce", "finance"),
    "paid": ("requested", "commerce", "approved"),
    "booked": ("commerce", "finance", "approved", "paid"),
}


@rule("P-070", "系统职责分离：同一笔拨付的申请、审核、审批、支付、入账由不同的人办理，换岗、换单位后仍按人判断")
def different_people(payment):
    """Judged by the person, whatever the office and post now: by the fields of the payment and by its events."""
    return _already_acted(payment, APART)


@rule(
    "P-070s",
    "系统职责分离：财政审核人原则上不办理同一笔拨付的支付；县财政局只有一名经办人的，写明理由",
    Kind.SOFT,
)
def reviewer_does_not_pay(payment):
    return _already_acted(payment, {"paid": ("finance",)})


def _already_acted(payment, table):
    if payment.acting is None:
        return None
    step, person = payment.acting
    earlier = [before for before in table.get(step, ()) if person.pk in payment.so_far.get(before, ())]
    if not earlier:
        return None
    done = "、".join(STEPS[before] for before in earlier)
    return f"{person}已办理本笔拨付的{done}，不能再办理{STEPS[step]}；请由另一人办理"
