"""方案变更的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from portal.rules import Kind, rule


@rule("A-326", "25号 三（三）：确需调整的，应将项目调整情况及调整原因报省主管部门备案")
def fund_changes_are_named(plan):
    if plan.replaces_id and plan.funds_differ() and plan.ChangeType.FUNDS not in plan.change_types:
        return "资金安排与备案版本不同，变更类型须包括“调整资金安排”，调整情况及原因一并报省备案"
    return None


@rule("A-104c", "25号 一（一）：因需要增加或更换项目承办单位……的，须……严格变更程序", Kind.RECORD)
def new_contractor_needs_new_procurement(plan):
    if plan.replaces_id and plan.ChangeType.CONTRACTOR in plan.change_types:
        return "变更承办单位的，变更生效后须重新采购、重新公示条件；因合并等依法承继的，须在变更理由中附证据"
    return None


@rule("A-415", "25号 四（二）：实施方案确需调整或变更，必须事先向省主管部门报备，然后实施")
def received_before_effect(plan):
    if plan.replaces_id and not plan.received_at:
        return "变更方案省三部门尚未收备，不得先行实施"
    return None


@rule("A-325", "25号 三（三）：专项资金安排意见备案后不得随意调整")
def untouched_by_an_open_change(matter):
    """`matter`: an acceptance application or a payment, of a project on one fund line."""
    line = matter.project.fund_line
    if change := line.open_change():
        return f"资金安排“{line.name}”正在办理变更（第 {change.version} 版，{change.get_status_display()}），办完之前不能验收、拨付"
    return None
