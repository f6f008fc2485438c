"""项目建设协议的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from portal.money import total
from portal.rules import rule


@rule("A-312", "25号 三（二）：根据协议（合同）规定，可根据项目进度，分阶段提出验收申请")
def stages_add_up(agreement):
    stages = list(agreement.stages.all())
    if not stages:
        return "协议须约定验收阶段"
    wrong = []
    if total(stage.amount for stage in stages) != agreement.central_amount:
        summed = total(stage.amount for stage in stages)
        wrong.append(f"各阶段金额合计 {summed} 元，与协议中央资金 {agreement.central_amount} 元不一致")
    if [stage.is_final for stage in stages] != [False] * (len(stages) - 1) + [True]:
        wrong.append("最后一个（且仅最后一个）阶段须为整体验收")
    return wrong


@rule("A-322", "25号 三（三）：财政资金必须专款专用，专账管理")
def special_accounts_named(agreement):
    wrong = []
    if not (agreement.account_holder and agreement.account_bank and agreement.account_no):
        wrong.append("协议须写明承办单位专账（户名、开户行、账号）")
    if not agreement.county.has_special_account():
        wrong.append("县财政专账信息未登记，请由县财政局在示范县页面补充")
    return wrong


@rule("A-323", "25号 三（三）：资金投入额度、设备购置与归属须在……项目建设协议中清晰明确")
def amounts_and_owners_are_clear(agreement):
    wrong = []
    if not agreement.central_amount:
        wrong.append("请写明中央资金投入额度")
    for item in agreement.equipment.all():
        if not item.owner:
            wrong.append(f"设备“{item.name}”没有写明产权归属")
    return wrong


@rule("P-020", "25号 三（二）：按照示范县政府实施方案确定的内容建设（协议金额不超过资金安排）")
def within_award_and_line(agreement):
    wrong = []
    project = agreement.project
    if agreement.central_amount > project.package.award_amount:
        wrong.append("协议中央资金超过成交金额")
    line = project.fund_line.in_force() or project.fund_line
    left = line.central_amount - type(agreement).objects.signed_on(line).exclude(pk=agreement.pk).central()
    if agreement.central_amount > left:
        wrong.append(f"协议中央资金超过资金安排“{line.name}”尚未签约的 {left} 元")
    return wrong


@rule("B-614", "48号 六（四）：凡接受财政补贴的承办主体，必须按要求提供项目有关交易和活动信息")
def information_clause(agreement):
    if not agreement.clause_information:
        return "协议须载明承办单位提供交易和活动信息的义务"
    return None


@rule(
    "A-324",
    "25号 三（三）：资金投入额度、设备购置与归属须在……项目建设协议中清晰明确，并落实到……资金安排方案……中",
)
def agreement_repeats_the_plan(agreement):
    """The agreement says the same as its line of the plan in force; what differs needs a filed change first."""
    line = agreement.project.fund_line.in_force() or agreement.project.fund_line
    wrong = []
    if agreement.matching_amount > line.matching_amount:
        wrong.append(
            f"协议县级配套 {agreement.matching_amount} 元，超过资金安排“{line.name}”的 {line.matching_amount} 元"
        )
    equipment = list(agreement.equipment.all())
    bought, invested = total(item.quantity * item.unit_price for item in equipment), agreement.invested
    if bought > invested:
        wrong.append(f"设备清单合计 {bought} 元，超过协议投资合计 {invested} 元")
    if equipment and line.expense in line.WITHOUT_EQUIPMENT:
        wrong.append(
            f"资金安排“{line.name}”的支出类别为“{line.get_expense_display()}”，协议不能购置设备；确需购置的先办理方案变更"
        )
    return wrong
