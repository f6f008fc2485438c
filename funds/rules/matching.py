"""配套资金和社会资金的规则。豫商体系〔2020〕25号，以下简称“25号”；财办建〔2020〕48号，以下简称“48号”。"""

from django.db.models import Q, Sum

from portal.money import ZERO, percent, total
from portal.rules import Kind, rule

PROMISE = "25号 三（一）：各示范县要按照申报时的承诺，积极落实本县配套资金，支持综合示范项目建设"


@rule("A-307g", PROMISE, Kind.RECORD)
def promise_is_kept(matching):
    """The gap is shown, never refused (G-29)."""
    if matching.gap:
        return f"承诺 {matching.promised} 元，已到位 {matching.arrived} 元，还差 {matching.gap} 元"
    return None


@rule("A-307e", PROMISE)
def arrives_once(fund):
    if fund.reversed_on:
        return f"已于 {fund.reversed_on} 冲销"
    if fund.arrived_on:
        return f"已于 {fund.arrived_on} 登记到位"
    return None


@rule("P-058", "系统协议资金：配套资金和社会资金只记在已签署的协议上")
def of_a_signed_agreement(money):
    if money.agreement.status != money.agreement.Status.SIGNED:
        return f"协议为“{money.agreement.get_status_display()}”，签署后方可登记"
    return None


@rule("P-054", "系统配套资金：支付之和不得超过协议约定的县级配套")
def within_the_matching_amount(payment):
    others = payment.agreement.matching_payments.standing().exclude(pk=payment.pk)
    left = payment.agreement.matching_amount - (others.aggregate(sum=Sum("amount"))["sum"] or ZERO)
    if payment.amount > left:
        return f"本次 {payment.amount} 元，超过协议约定县级配套尚余的 {left} 元"
    return None


@rule("P-054t", "系统配套资金：支付不得超过已到位的配套资金存款")
def matching_treasury_covers(payment):
    left = payment.treasury_left("matching")
    if payment.amount > left:
        return f"本次 {payment.amount} 元，超过配套资金存款 {left} 元"
    return None


@rule("P-059", "系统职责分离：配套资金由县商务局登记，由县财政局另一人支付，只支付一次")
def paid_by_somebody_else(payment):
    if payment.reversed_on:
        return f"已于 {payment.reversed_on} 冲销"
    if payment.paid_on:
        return f"已于 {payment.paid_on} 支付"
    by = getattr(payment, "paying_by", None)
    if by is not None and by.pk == payment.registered_by_id:
        return "登记人不能办理支付"
    return None


@rule("P-042m", "系统资金冻结：抽查不通过、限期整改、拟取消或者涉嫌违法违规期间停止拨付")
def matching_money_not_frozen(payment):
    """A freeze of the project or of the whole county stops its matching money as well."""
    project = payment.agreement.project_id
    freezes = payment.county.freezes.active().filter(Q(project=None) | Q(project=project), payment=None)
    return [f"{freeze.what}自 {freeze.placed_on} 起冻结：{freeze.reason}" for freeze in freezes]


@rule("P-059c", "系统职责分离：社会资金由承办单位登记，由县商务局确认，只确认一次")
def confirmed_by_somebody_else(investment):
    if investment.reversed_on:
        return f"已于 {investment.reversed_on} 退回或者冲销"
    if investment.confirmed_on:
        return f"已于 {investment.confirmed_on} 确认"
    by = getattr(investment, "confirming_by", None)
    if by is not None and by.pk == investment.recorded_by_id:
        return "登记人不能办理确认"
    return None


@rule("B-301", "48号 三：通过中央财政资金撬动社会资本，共同推动农村电子商务发展", Kind.RECORD)
def private_money_follows(agreement):
    """社会资金 ÷ 中央资金, beside what the contractor promised."""
    confirmed = total(row.amount for row in agreement.private_investments.standing() if row.confirmed_on)
    if confirmed < agreement.self_amount:
        ratio = percent(confirmed, agreement.central_amount)
        return f"约定自筹 {agreement.self_amount} 元，已确认社会资金 {confirmed} 元，为中央资金的 {ratio}%"
    return None
