"""违规事实登记的规则。"""

from portal.rules import Kind, rule

G_23 = "系统违规事实登记（G-23）：平台之外已经发生的违规如实登记，"


@rule("P-075", G_23 + "项目、协议属于登记的示范县，资金付出的须写明金额")
def facts_fit_together(breach):
    wrong = []
    if breach.project_id and breach.project.county_id != breach.county_id:
        wrong.append(f"项目“{breach.project}”不是{breach.county}的项目")
    if breach.agreement_id and breach.agreement.project_id != breach.project_id:
        wrong.append("协议与所选项目不一致")
    if breach.left_treasury and not breach.amount:
        wrong.append("已从财政专账付出的，须写明金额")
    return wrong


@rule("P-076", G_23 + "付出金额超过财政专账存款的，先核对资金下达登记，或者写明理由", Kind.SOFT)
def treasury_held_so_much(breach):
    if not breach.left_treasury:
        return None
    from funds.models import Leg

    held = breach.treasury_before(Leg.objects)
    if breach.amount <= held:
        return None
    return f"付出 {breach.amount} 元，超过财政专账{breach.get_source_display()}账面存款 {held} 元"


@rule("P-077", G_23 + "登记后不能修改、删除，只能以新的登记更正一次并写明理由")
def not_corrected_yet(breach):
    if later := type(breach).objects.filter(corrects=breach).first():
        return f"{breach.no} 已由 {later.no} 更正；请更正 {later.no}"
    return None
