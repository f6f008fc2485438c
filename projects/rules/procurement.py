"""政府采购的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from portal.rules import Kind, rule


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


@rule("B-302", "48号 三：对承担疫情防控相关重要物资保供任务、且工作突出的……企业在同等条件下予以适当倾斜", Kind.SOFT)
def equal_offers_favour_the_supplier(procurement):
    if procurement.is_tied and not procurement.favours_supplier:
        return "有供应商条件相同而未向承担疫情防控保供任务的企业倾斜，请说明择定的理由"
    return None
