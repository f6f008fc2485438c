"""政府采购的规则。豫商体系〔2020〕25号、财办建〔2020〕48号，以下简称“25号”“48号”。

The numbers of days are those of the procurement law, not of the notice: fixed here, beside the rules that judge them.
"""

from datetime import date

from portal import workdays
from portal.money import total
from portal.rules import Kind, rule

RESULT_WORKDAYS = 2  # 采购结果公告：自成交之日起（政府采购法实施条例 第43条）
RESULT_NOTICE_WORKDAYS = 1  # 结果公告期限
QUERY_WORKDAYS = 7  # 质疑：自公告期满起（政府采购法 第52条）
QUERY_ANSWER_WORKDAYS = 7  # 答复质疑（第53条）
COMPLAINT_ANSWER_WORKDAYS = 30  # 处理投诉（第56条）
CONTRACT_DAYS = 30  # 签订合同：自结果公告起，自然日（第46条）
CONTRACT_PUBLICITY_WORKDAYS = 2  # 合同公告（实施条例 第50条）
SUPPLIERS_FOR_COMPETITION = 3  # 第36条：不足三家的应予废标
FRAMEWORK_SINCE = date(2022, 3, 1)  # 财政部令第110号

FAIR = "25号 一（三）：按照公平、公正、公开的原则……通过政府采购的方式选拔相关项目承办单位"


@rule("A-121", "25号 一（三）：向社会公示项目建设内容及其承办单位的条件")
def content_and_conditions_publicised(procurement, today):
    if not procurement.conditions_notice:
        return "采购前须先公示项目建设内容和承办单位条件"
    if not procurement.conditions_notice.is_clear(today):
        return f"项目建设内容和承办单位条件公示期至 {procurement.conditions_notice.ends_on}，期满无异议后方可采购"
    return None


@rule("A-121n", "25号 一（三）：向社会公示项目建设内容及其承办单位的条件，通过政府采购的方式选拔相关项目承办单位")
def tender_notice_follows_the_publicity(procurement):
    notice = procurement.conditions_notice
    if procurement.notice_date and notice and procurement.notice_date <= notice.ends_on:
        return f"采购公告日期 {procurement.notice_date} 早于条件公示期满（{notice.ends_on}），应先公示、后采购"
    return None


@rule("A-122s", f"{FAIR}（分标段的，各标段预算之和等于采购预算）")
def packages_add_up(procurement):
    packages = list(procurement.packages.all())
    if not packages:
        return "采购至少应有一个标段"
    summed = total(package.budget for package in packages)
    if summed != procurement.budget:
        return f"各标段预算合计 {summed} 元，与采购预算 {procurement.budget} 元不一致"
    return None


@rule("A-122m", f"{FAIR}（法定采购方式）")
def method_is_lawful(procurement):
    methods = procurement.Method
    if procurement.method not in methods.values:
        return "请选择法定的政府采购方式"
    if procurement.method == methods.OPEN:
        return None
    wrong = []
    if not procurement.method_reason.strip():
        wrong.append(f"采用{procurement.get_method_display()}须写明法定理由")
    if procurement.method == methods.FRAMEWORK and (procurement.notice_date or FRAMEWORK_SINCE) < FRAMEWORK_SINCE:
        wrong.append(f"框架协议采购自 {FRAMEWORK_SINCE} 起才有法律依据，请改用其他采购方式")
    return wrong


@rule("A-122a", f"{FAIR}（采购公告）")
def tender_announced(procurement):
    wrong = []
    if not procurement.procurement_no:
        wrong.append("请填写采购编号")
    if not procurement.notice_date:
        wrong.append("请填写采购公告日期")
    if not procurement.announcement_url:
        wrong.append("请填写采购公告网址")
    if procurement.notice_date and procurement.open_date and procurement.open_date < procurement.notice_date:
        wrong.append(f"开标（评审）日期 {procurement.open_date} 早于采购公告日期 {procurement.notice_date}")
    return wrong


@rule("A-122", "25号 一（三）：通过政府采购的方式选拔相关项目承办单位")
def selected_by_government_procurement(package):
    wrong = []
    if not package.award_date:
        wrong.append("请填写成交日期")
    elif (opened := package.procurement.open_date) and package.award_date < opened:
        wrong.append(f"成交日期 {package.award_date} 早于开标（评审）日期 {opened}")
    if not package.award_amount:
        wrong.append("请填写成交金额")
    elif package.award_amount > package.budget:
        wrong.append(f"成交金额 {package.award_amount} 元超过标段预算 {package.budget} 元")
    if not package.winner_id:
        wrong.append("请选择成交供应商")
    return wrong


@rule("A-122b", f"{FAIR}（供应商清单）")
def bidders_listed(package):
    bidders = list(package.bidders.all())
    if not bidders:
        return "请登记参加采购的供应商及其报价"
    if not package.winner_id:
        return None  # A-122 says so
    mine = [bidder for bidder in bidders if package.winner.name in bidder.name]
    if not mine:
        return f"成交供应商“{package.winner.name}”不在供应商清单中"
    if package.award_amount and not any(bidder.offer == package.award_amount for bidder in mine):
        return f"成交金额 {package.award_amount} 元与成交供应商的最终报价 {mine[0].offer} 元不一致"
    return None


@rule("A-122k", f"{FAIR}（按评审排名确定）", Kind.SOFT)
def best_ranked_wins(package):
    ranks = {
        bidder.rank for bidder in package.bidders.all() if package.winner_id and package.winner.name in bidder.name
    }
    if ranks and 1 not in ranks:
        return "成交供应商不是评审排名第一的供应商，请说明理由（如第一名放弃成交）"
    return None


@rule("B-607", "48号 六（三）：指导督促示范县依法依规竞争选择承办单位", Kind.SOFT)
def chosen_by_competition(package):
    methods = package.procurement.Method
    if package.procurement.method in (methods.SINGLE, methods.FRAMEWORK):
        return None
    count = len(package.bidders.all())
    if 0 < count < SUPPLIERS_FOR_COMPETITION:
        return f"参加的供应商只有 {count} 家，不足 {SUPPLIERS_FOR_COMPETITION} 家；依法可以继续的请说明理由，否则应废标"
    return None


@rule("B-302", "48号 三：对承担疫情防控相关重要物资保供任务、且工作突出的……企业在同等条件下予以适当倾斜", Kind.SOFT)
def equal_offers_favour_the_supplier(package):
    if package.is_tied and not package.favours_supplier:
        return "有供应商条件相同而未向承担疫情防控保供任务的企业倾斜，请说明择定的理由"
    return None


@rule("A-122q", f"{FAIR}（质疑、投诉处理期间暂停）")
def no_query_is_open(package):
    return package.suspended_by()


@rule("A-122r", f"{FAIR}（采购结果公告）")
def result_publicised(package):
    notice = package.result_notice
    if not notice or notice.status not in (notice.Status.RUNNING, notice.Status.CLEAR):
        return "采购结果尚未公告"
    return None


@rule("A-122n", f"{FAIR}（采购结果公告）")
def there_is_a_result_to_publicise(procurement):
    if not procurement.unannounced():
        return "没有尚未公告的成交或废标结果"
    return None


@rule("A-122d", f"{FAIR}（成交之日起 {RESULT_WORKDAYS} 个工作日内公告结果）", Kind.SOFT)
def result_publicised_in_time(procurement, today):
    late = [package for package in procurement.unannounced() if package.result_due and package.result_due < today]
    return [
        f"{package}：结果公告应于 {package.result_due} 前发布，已逾期 "
        f"{workdays.workdays_between(package.result_due, today)} 个工作日，请说明原因"
        for package in late
    ]


@rule("A-122h", f"{FAIR}（结果公告之日起 {CONTRACT_DAYS} 日内签订合同）", Kind.RECORD)
def contract_in_time(package, today):
    if package.contract_due and package.contract_due < today:
        return f"合同应于 {package.contract_due} 前签订，现已逾期；逾期情况在采购页面长期显示"
    return None


@rule("A-122i", f"{FAIR}（合同签订之日起 {CONTRACT_PUBLICITY_WORKDAYS} 个工作日内公告）", Kind.SOFT)
def contract_publicised_in_time(package):
    due, on = package.contract_publicity_due, package.contract_publicised_on
    if due and on and on > due:
        return f"合同公告应于 {due} 前发布，实际 {on}，请说明逾期原因"
    return None


@rule("A-122j", f"{FAIR}（合同公告）")
def contract_signed_before_its_publicity(package):
    signed = package.signed_on
    if not signed:
        return "项目建设协议尚未签订，没有可公告的合同"
    if package.contract_publicised_on and package.contract_publicised_on < signed:
        return f"合同公告日期 {package.contract_publicised_on} 早于协议签订日期 {signed}"
    return None


@rule("A-122f", f"{FAIR}（废标、终止须写明理由并留存）")
def failure_has_a_reason(package):
    if not package.failed_reason.strip():
        return "请写明废标（终止）的理由"
    return None


@rule("A-122v", f"{FAIR}（协议签订后成交结果不再改变）")
def not_under_contract(package):
    if package.status == package.Status.SELECTED and package.signed_on:
        return f"{package}的项目建设协议已于 {package.signed_on} 签订，成交结果不能直接改变；请选择“不改变成交结果”并依法另行处理"
    return None


@rule("A-122g", f"{FAIR}（重新采购）")
def only_what_failed_is_tendered_again(procurement):
    earlier = procurement.again
    if not earlier:
        return None
    if not earlier.failed_packages():
        return f"“{earlier}”没有废标（流标）的标段，不能重新采购"
    others = earlier.retenders.exclude(pk=procurement.pk).exclude(status=procurement.Status.FAILED)
    return f"“{earlier}”废标的标段已在“{others[0]}”重新采购" if others else None


@rule("P-022", "系统职责分离：供应商投诉由同级财政部门处理（政府采购法 第56条）")
def complaints_are_decided_by_finance(query):
    if query.kind == query.Kind.COMPLAINT and not query.decided_by_finance:
        return "投诉由县财政局处理，采购人不能自行处理对自己的投诉"
    return None
