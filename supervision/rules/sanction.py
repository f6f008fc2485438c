"""取消示范资格的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from funds.rules.recovery import NUMBERED
from portal.rules import Kind, rule


@rule("A-327", "25号 三（三）：对骗取、挪用专项资金等违法行为的，一经查实，将取消示范资格，追回已拨付的专项资金")
def fraud_is_proven(sanction):
    return _not_proven(sanction) if sanction.ground == sanction.Ground.FRAUD else None


@rule(
    "A-347",
    "25号 三（五）：对整体工作推进慢或在审计、巡视巡查等相关检查中发现财政资金管理、项目质量及安全生产事故等"
    "存在严重违规行为的示范县，取消示范资格，收回已拨付财政资金",
)
def slowness_or_violation_is_proven(sanction):
    return _not_proven(sanction) if sanction.ground != sanction.Ground.FRAUD else None


def _not_proven(sanction):
    wrong = []
    if not sanction.reference.strip():
        wrong.append("须写明审计、巡视巡查或者处理文书的文号，查实后方可办理")
    if not sanction.has_evidence():
        wrong.append("须至少附一份证据材料，查实后方可办理")
    return wrong


@rule("P-089", "系统：只有创建中或者限期整改中的示范县可以拟取消，且同时只有一件")
def county_stands(sanction):
    if not sanction.county.is_active:
        return f"{sanction.county}当前为“{sanction.county.get_status_display()}”，不能办理拟取消"
    return None


@rule("P-088", "系统听取陈述：县政府在期限内提出一次陈述申辩")
def statement_in_time(sanction, today):
    if sanction.status != sanction.Status.HEARING:
        return f"当前为“{sanction.get_status_display()}”，不再接收陈述申辩"
    if sanction.stated_on:
        return f"县政府已于 {sanction.stated_on} 提出陈述申辩"
    if today > sanction.statement_due_on:
        return f"陈述申辩期限为 {sanction.statement_due_on}（含当日），已经届满"
    return None


@rule("P-083", "系统听取陈述：县政府陈述申辩之后，或者期限届满之后，方可提出意见、作出决定")
def county_was_heard(sanction, today):
    if not sanction.stated_on and today <= sanction.statement_due_on:
        return f"县政府尚未陈述申辩，期限至 {sanction.statement_due_on}（含当日）"
    return None


@rule("P-084", "系统共同决定：取消示范资格由省商务、财政、扶贫三部门一致同意")
def three_departments_agree(sanction):
    given = {opinion.bureau: opinion for opinion in sanction.opinions.all()}
    wrong = []
    for bureau, words in sanction.departments():
        if bureau not in given:
            wrong.append(f"{words}尚未提出意见")
        elif not given[bureau].agrees:
            wrong.append(f"{words}不同意取消")
    return wrong


@rule("P-085", "系统公文：取消决定须有〔年份〕的完整文号、决定日期和盖章扫描件")
def decision_is_a_document(sanction, today):
    wrong = []
    if not NUMBERED.search(sanction.doc_no):
        wrong.append(f"“{sanction.doc_no}”不是完整的决定文号，例：豫商体系〔2021〕8号")
    if sanction.decided_on is None or not sanction.opened_on <= sanction.decided_on <= today:
        wrong.append(f"决定日期须在立案日期 {sanction.opened_on} 与今天之间")
    if sanction.scan is None:
        wrong.append("须上传决定的盖章扫描件")
    return wrong


@rule(
    "A-329",
    "25号 三（三）：并按《财政违法行为处罚处分条例》（国务院令 第 427 号）的相关规定，严肃处理",
    Kind.RECORD,
)
def case_was_handed_over(sanction):
    is_fraud = sanction.ground == sanction.Ground.FRAUD
    if is_fraud and sanction.status == sanction.Status.DECIDED and not sanction.transferred_on:
        return "尚未登记移送有权机关处理的情况（受移送机关、日期、文号）"
    return None
