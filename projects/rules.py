"""承办单位选择、协议、建设方案、交易和活动信息的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from datetime import timedelta

from portal.money import total
from portal.rules import rule
from projects.identity import is_credit_code

# --- 采购 ---------------------------------------------------------------------------------------------------------


@rule("A-121", "25号 一（三）：向社会公示项目建设内容及其承办单位的条件")
def content_and_conditions_publicised(procurement, today):
    if not procurement.conditions_notice:
        return "采购前须先公示项目建设内容和承办单位条件"
    if not procurement.conditions_notice.is_clear(today):
        return f"项目建设内容和承办单位条件公示期至 {procurement.conditions_notice.ends_on}，期满无异议后方可采购"
    return None


@rule("A-122", "25号 一（三）：通过政府采购的方式选拔相关项目承办单位")
def selected_by_government_procurement(procurement):
    wrong = []
    if procurement.method not in procurement.Method.values:
        wrong.append("请选择法定的政府采购方式")
    elif procurement.method != procurement.Method.OPEN and not procurement.method_reason.strip():
        wrong.append(f"采用{procurement.get_method_display()}须写明法定理由")
    if not procurement.procurement_no:
        wrong.append("请填写采购编号")
    if not procurement.award_date:
        wrong.append("请填写成交日期")
    if not procurement.award_amount:
        wrong.append("请填写成交金额")
    elif procurement.award_amount > procurement.budget:
        wrong.append(f"成交金额 {procurement.award_amount} 元超过采购预算 {procurement.budget} 元")
    if not procurement.winner_id:
        wrong.append("请选择成交供应商")
    return wrong


# --- 承办单位资格 ---------------------------------------------------------------------------------------------------


@rule("A-123", "25号 一（三）1：在中华人民共和国境内依法登记注册，具有独立法人资格")
def independent_legal_person(contractor):
    wrong = []
    if not is_credit_code(contractor.credit_code):
        wrong.append(f"统一社会信用代码“{contractor.credit_code}”校验位不符，请核对营业执照")
    if contractor.form == contractor.Form.BRANCH:
        wrong.append("分支机构不具有独立法人资格，不能单独承办")
    return wrong


@rule("A-124", "25号 一（三）1：按照有关规定已取得开展相关业务的资格")
def licensed(contractor, today):
    licences = list(contractor.licences.all())
    if not licences:
        return "尚未登记开展相关业务的资格（许可、资质）"
    return [f"“{x.name}”已于 {x.valid_to} 到期" for x in licences if x.valid_to and x.valid_to < today]


@rule("A-130", "25号 一（三）3：有良好的商业诚信，没有破坏市场经济秩序的违法、违规行为记录")
def clean_record(contractor, today):
    wrong = []
    if not contractor.declares_clean_record:
        wrong.append("承办单位尚未作出无违法违规行为的承诺")
    checks = list(contractor.credit_checks.all())
    days = contractor.CREDIT_CHECK_DAYS
    if hits := [check.site for check in checks if check.found_record]:
        wrong.append(f"{'、'.join(hits)} 查询到违法违规或失信记录")
    if not any(check.checked_on >= today - timedelta(days=days) for check in checks if not check.found_record):
        wrong.append(f"缺少 {days} 天以内的信用查询记录（信用中国、企业信用信息公示系统等）")
    return wrong


@rule("A-131", "25号 一（三）3：有第三方信用服务机构出具的信用等级评价证明")
def holds_a_credit_rating(contractor, today):
    if not contractor.credit_ratings.filter(issued_on__lte=today, valid_to__gte=today).exists():
        return "缺少在有效期内的第三方信用等级评价证明"
    return None


QUALIFICATION = [independent_legal_person, licensed, clean_record, holds_a_credit_rating]

# --- 协议 ---------------------------------------------------------------------------------------------------------


@rule("A-311", "25号 三（二）：承办单位应按照示范县政府实施方案确定的内容建设")
def follows_a_line_of_the_plan_in_force(project):
    line = project.fund_line
    if not line.in_force():
        return f"项目对应的资金安排“{line.name}”不在生效的实施方案内（{line.plan.get_status_display()}）"
    return None


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
    if agreement.central_amount > project.procurement.award_amount:
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


# --- 建设方案 -------------------------------------------------------------------------------------------------------


@rule("A-108", "25号 一（一）：承办单位项目建设方案须报县政府批准")
def contractor_plan_approved(project):
    if not project.approved_plan():
        return "承办单位建设方案尚未经县政府批准"
    return None


@rule("A-109", "25号 一（一）：……向社会公示后组织实施")
def contractor_plan_publicised(project, today):
    plan = project.approved_plan()
    if plan and not plan.notice.is_clear(today):
        return f"建设方案公示期至 {plan.notice.ends_on}，期满无异议后方可组织实施"
    return None


@rule("P-021", "25号 三（二）：根据协议（合同）规定")
def agreement_signed(project):
    if not hasattr(project, "agreement") or project.agreement.status != project.agreement.Status.SIGNED:
        return "项目建设协议尚未签订"
    return None


@rule("B-604", "48号 六（二）：县级人民政府……建立项目台账，明确责任人和时间要求")
def time_limits_are_set(project):
    if not (project.planned_start and project.planned_end):
        return "请填写项目计划开工和计划完工时间"
    return None


@rule("A-332", "25号 三（四）：建立项目台账制度，明确责任人")
def responsible_person_named(project):
    if not (project.owner_person and project.owner_phone):
        return "请填写项目责任人和电话"
    return None


# --- 交易和活动信息 ---------------------------------------------------------------------------------------------------


@rule("A-458", "25号 四（五）：未提供完整信息的项目不得验收")
def information_complete(application):
    months = application.project.information_missing(application.applied_on)
    return [f"缺 {month:%Y年%-m月} 的交易和活动信息" for month in months]
