"""审批限额的规则。"""

from portal.rules import rule


@rule("P-071", "系统审批限额：经办人在财政审核、县政府审批、支付环节，单笔金额不超过其生效的限额")
def within_the_limit_of_the_person(payment):
    """With no limit in force there is none."""
    from funds.models import ApprovalLimit

    if payment.acting is None or payment.acting[0] not in ApprovalLimit.STEPS:
        return None
    step, person = payment.acting
    limit = ApprovalLimit.objects.in_force(payment.county.region, person, ApprovalLimit.STEPS[step])
    if limit is None or limit.amount is None or payment.amount <= limit.amount:
        return None
    return (
        f"本次 {payment.amount} 元，超过{person}“{limit.get_verb_display()}”的单笔限额 {limit.amount} 元"
        f"（自 {limit.since} 起）；请由限额足够的人办理，或者先调整限额"
    )


@rule("P-072", "系统审批限额：一人提出、另一人同意后生效；同意人不得是提出人，也不得是被限定的本人")
def agreed_by_a_second_person(limit):
    by = limit.agreeing_by
    if by.pk == limit.proposed_by_id:
        return "您是这一限额的提出人，须由另一人同意"
    if by.pk == limit.person_id:
        return "这一限额限定的是您本人，须由另一人同意"
    return None


@rule("P-073", "系统审批限额：只对在本县担任该环节经办的人设定")
def person_does_this_step_here(limit):
    from accounts.access import may

    if not may(limit.person, limit.verb, limit.region):
        return f"{limit.person}在{limit.region}没有“{limit.get_verb_display()}”的岗位"
    return None


@rule("P-074", "系统审批限额：同一人同一环节同时只有一项待同意的限额")
def no_other_proposal_waits(limit):
    waiting = type(limit).objects.waiting().filter(region=limit.region, person=limit.person, verb=limit.verb)
    if waiting.exists():
        return f"{limit.person}“{limit.get_verb_display()}”已有一项待同意的限额，请先办理"
    return None
