"""项目建设协议的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from portal.money import total
from portal.rules import Kind, rule
from projects.compare import compared


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


@rule("A-312t", "25号 三（二）：根据协议（合同）规定，可根据项目进度，分阶段提出验收申请（阶段须有触发条件）")
def stages_have_a_trigger(agreement):
    return [
        f"第 {stage.no} 阶段“{stage.name}”没有写明触发条件或计划日期"
        for stage in agreement.stages.all()
        if not stage.trigger.strip() and not stage.planned_on
    ]


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
        if not item.unit_price:
            wrong.append(f"设备“{item.name}”没有写明单价")
        if not item.place.strip():
            wrong.append(f"设备“{item.name}”没有写明存放地点")
    return wrong


@rule(
    "A-323g",
    "25号 三（三）：设备购置与归属须……清晰明确（G-33：中央资金购置的归县政府，自筹购置的可归承办单位）",
    Kind.SOFT,
)
def central_money_buys_for_the_county(agreement):
    own = total(item.amount for item in agreement.equipment.all() if item.owner == item.Owner.CONTRACTOR)
    if own > agreement.self_amount:
        return f"归承办单位所有的设备合计 {own} 元，超过其自筹 {agreement.self_amount} 元；请说明归属的理由"
    return None


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


@rule("A-456", "25号 四（五）：凡接受中央或省财政补贴的承办单位，必须按要求提供项目有关交易和活动信息")
def information_obligation(agreement):
    if not agreement.clause_information:
        return "协议须载明承办单位按要求提供项目有关交易和活动信息，并依法保护其信息安全"
    return None


@rule(
    "B-614",
    "48号 六（四）：指导示范县与项目承办主体达成协议，凡接受财政补贴的承办主体，必须按要求提供项目有关交易和活动信息",
)
def information_clause(agreement):
    if not agreement.clause_information:
        return "协议须载明承办单位提供交易和活动信息的义务"
    return None


@rule("A-304", "25号 三（一）：有关支持项目资源要开放共享")
def sharing_stated(agreement):
    if not agreement.clause_sharing or not agreement.sharing_statement.strip():
        return "协议须载明资源开放共享，并写明如何开放、与谁共享"
    return None


@rule(
    "A-426a",
    "25号 四（三）：对中央财政资金支持的所有项目，统一设置标识“电子商务进农村综合示范项目”字样（48号六同）",
)
def signage_clause(agreement):
    if not agreement.clause_signage:
        return "协议须载明设置统一标识“全国电子商务进农村综合示范项目”和省级举报监督渠道（B-612）"
    return None


@rule("A-333a", "25号 三（四）：按照规定使用资金，按资金性质分别核算，自觉接受监督检查")
def separate_accounting_clause(agreement):
    if not agreement.clause_accounting:
        return "协议须载明承办单位按资金性质分别核算、接受监督检查"
    return None


@rule("A-328a", "25号 三（三）：一经查实，将取消示范资格，追回已拨付的专项资金")
def recovery_clause(agreement):
    if not agreement.clause_recovery:
        return "协议须载明违约、骗取或挪用资金的，追回已拨付的专项资金"
    return None


@rule(
    "A-324",
    "25号 三（三）：资金投入额度、设备购置与归属须在……项目建设协议中清晰明确，并落实到……资金安排方案……中",
)
def agreement_repeats_the_plan(agreement):
    """The agreement says the same as its line of the plan in force; what differs needs a filed change first."""
    return [words for row in compared(agreement) for words in row.wrong]


@rule("A-312c", "25号 三（二）：经县政府组织验收，给出“合格”结论（已验收的阶段，补充协议不能改低）")
def nothing_accepted_is_lowered(supplement):
    """A supplement keeps every stage of which something was accepted, and at least so much money in it."""
    wanted = {stage.no: stage for stage in supplement.amended().stages.all()}
    wrong = []
    for stage in supplement.agreement.stages.all():
        if not stage.committed:
            continue
        after = wanted.get(stage.no)
        if after is None:
            wrong.append(f"{stage}已验收核定 {stage.committed} 元，不能取消")
        elif after.amount < stage.committed:
            wrong.append(f"{stage}已验收核定 {stage.committed} 元，不能改为 {after.amount} 元")
        elif after.is_final != stage.is_final:
            wrong.append(f"{stage}已按“{stage.kind}”验收，不能改为“{after.kind}”")
    return wrong


@rule("A-323s", "25号 三（三）：须在承办单位与政府签订的项目建设协议中清晰明确（修改须签订补充协议）")
def supplement_changes_a_running_agreement(supplement):
    agreement, wrong = supplement.agreement, []
    if agreement.status != agreement.Status.SIGNED:
        wrong.append(f"协议当前为“{agreement.get_status_display()}”，只有已签生效的协议可以签补充协议")
    if agreement.project.status == agreement.project.Status.COMPLETED:
        wrong.append("项目已整体验收合格，协议已经履行完毕，不再签补充协议")
    if not supplement.reason.strip():
        wrong.append("请写明签订补充协议的理由")
    if not supplement.changes():
        wrong.append("补充协议与现行协议没有不同")
    return wrong
