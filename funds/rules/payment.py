"""资金的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from datetime import timedelta

from portal import clock, workdays
from portal.rules import Kind, rule


@rule("A-313", "25号 三（二）：经县政府组织验收，给出“合格”结论……方可……拨付")
def acceptance_passed(payment):
    if payment.application.status != payment.application.Status.PASSED:
        return f"{payment.stage}验收结论为“{payment.application.get_status_display()}”，合格后方可拨付"
    return None


@rule("A-314", "25号 三（二）：在县政府官网上公示无异议后，方可按相关规定和标准，将专项资金拨付项目承办单位")
def publicised_without_objection(payment, today):
    notice = payment.application.notice
    if not notice:
        return "验收结果尚未在县政府官网公示"
    return _not_clear("验收结果公示", notice, today)


@rule("A-302p", "25号 三（一）：资金分配和使用情况应主动向社会公开，接受有关部门和社会监督")
def payment_publicised(payment, today):
    """The second notice names project, contractor and amount before the money goes (a batch with 0 days has none)."""
    if not payment.county.batch.payment_notice_workdays:
        return None
    if not payment.notice:
        return "拨付尚未公示；县政府审批后，公示项目、承办单位和金额，期满无异议方可支付"
    return _not_clear("拨付公示", payment.notice, today)


def _not_clear(name, notice, today):
    """What still stands against a notice: taken down, objected to, or still running."""
    if notice.status == notice.Status.CLEAR:
        return None  # ended without an open objection, and none can come after the end
    if notice.status in (notice.Status.UPHELD, notice.Status.WITHDRAWN):
        return f"{name}{notice.get_status_display()}，不能拨付"
    if notice.open_objections().exists():
        return f"{name}有异议尚未答复"
    if not notice.is_over(today):
        return f"{name}期至 {notice.ends_on}（含当日），期满无异议后方可拨付"
    return None


@rule("P-062", "系统拨付公示：本批次规定拨付公示工作日的，支付之前公示")
def notice_is_asked_for(payment):
    if not payment.county.batch.payment_notice_workdays:
        return "本批次没有设拨付公示，县政府审批后直接支付"
    return None


@rule("A-302", "25号 三（一）：资金分配和使用情况应主动向社会公开，接受有关部门和社会监督", Kind.RECORD)
def disclosed_in_time(payment, today):
    """What is paid is public from that moment; what is approved is so with its notice: here the days until then."""
    if payment.status != payment.Status.APPROVED or payment.notice or not payment.approved_on:
        return None
    waited, limit = workdays.workdays_between(payment.approved_on, today), payment.county.batch.disclosure_workdays
    if waited > limit:
        return f"县政府 {payment.approved_on} 审批后 {waited} 个工作日没有公开（应在 {limit} 个工作日内）"
    return None


@rule(
    "A-317",
    "25号 三（二）：依法采取积极可行措施，加快资金拨付进度，发挥中央财政资金的引领作用，提高资金执行率",
    Kind.RECORD,
)
def paid_soon_after_acceptance(payment, today):
    if payment.status in (*payment.SPENT, *payment.OVER) or not payment.application.concluded_at:
        return None
    days = (today - clock.day_of(payment.application.concluded_at)).days
    limit = payment.county.batch.payment_slow_days
    return f"验收合格已 {days} 天，超过 {limit} 天尚未拨付" if days > limit else None


@rule("A-149f", "25号 一（四）：省、市主管部门将对项目验收结果进行抽查（不通过的，停止拨付）")
def no_failed_spot_check(payment):
    """A failed spot check stops the money of its stage at every step, paid or not yet requested."""
    failed = payment.application.spotcheck_items.failed().select_related("spotcheck")
    return [
        "主管部门核查中，本阶段资金暂停拨付"  # a secret check is not named before it is published
        if item.spotcheck.is_hidden_below
        else f"{item.spotcheck.no} 抽查不通过，本阶段资金冻结；整改并重新验收合格后另行申请"
        for item in failed
    ]


@rule("A-315", "25号 三（二）：按相关规定和标准，将专项资金拨付项目承办单位")
def within_the_four_ceilings(payment):
    amount = payment.amount
    return [
        f"本次拨付 {amount} 元，超过{ceiling.label}尚余的 {ceiling.left} 元（上限 {ceiling.limit} 元）"
        for ceiling in payment.ceilings()
        if amount > ceiling.left
    ]


@rule("A-316", "25号 三（二）：项目整体建设完毕并验收合格后，按程序拨付项目全部资金")
def final_stage_needs_the_whole_project(payment):
    if payment.stage.is_final and payment.project.status != payment.project.Status.COMPLETED:
        return "最后一个阶段须在项目整体建设完毕并整体验收合格后拨付"
    return None


@rule("P-040", "25号 三（二）：按相关规定和标准，将专项资金拨付项目承办单位")
def within_the_approved_amount(payment):
    approved = payment.application.approved_amount
    if approved is not None and payment.amount > approved:
        return f"本次拨付 {payment.amount} 元，超过验收核定的 {approved} 元"
    return None


@rule("P-041", "25号 三（三）：专款专用，专账管理")
def to_the_account_of_the_agreement(payment):
    from projects.rules.agreement import special_accounts_named

    return [breach.wrong for breach in special_accounts_named(payment.agreement)]


@rule("A-321", "25号 三（三）：财政资金必须专款专用")
def spent_on_the_direction_of_its_line(payment):
    """The purpose that the contractor states is the direction of the line of the plan in force."""
    line = payment.project.fund_line.in_force() or payment.project.fund_line
    if payment.purpose != line.direction:
        stated = payment.get_purpose_display() or "没有写明"
        return f"用途为“{stated}”，资金安排“{line.name}”属于“{line.get_direction_display()}”，不得挪作他用"
    return None


@rule(
    "A-333",
    "25号 三（四）：项目承办单位收到资金后，应当依据国家财务、会计制度的有关规定进行账务处理，按照规定使用资金，按资金性质分别核算",
    Kind.RECORD,
)
def earlier_money_is_booked(payment, today):
    """Money of this project paid long ago and not booked yet is shown to everybody who decides about more."""
    days = payment.county.batch.booking_days
    late = today - timedelta(days=days)
    open_ones = payment.project.payments.filter(status=payment.Status.PAID, paid_on__lt=late)
    return [
        f"{other.no} 于 {other.paid_on} 拨付 {other.amount} 元，超过 {days} 天未登记入账；请承办单位按资金性质分别核算、登记入账"
        for other in open_ones.order_by("pk")
    ]
