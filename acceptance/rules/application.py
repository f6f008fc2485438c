"""验收的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from portal.rules import Kind, rule
from projects.rules.signage import without_nation_or_phone, without_sign


@rule("A-426", "25号 四（三）：对中央财政资金支持的所有项目，统一设置标识“电子商务进农村综合示范项目”字样", Kind.SOFT)
def signage_shown(application):
    return without_sign(application)


@rule(
    "B-612",
    "48号 六（四）：在……项目显著位置标识“全国电子商务进农村综合示范项目”字样，以及省级主管部门的举报监督渠道",
    Kind.SOFT,
)
def signage_names_the_nation_and_the_complaint_channel(application):
    return without_nation_or_phone(application, has_phone=application.signage_has_phone)


@rule("A-413", "25号 四（二）：做到方案落地、项目落实、农民受益、按期完成", Kind.SOFT)
def finished_on_schedule(application):
    end = application.project.planned_end
    if application.stage.is_final and end and application.applied_on > end:
        return f"项目计划 {end} 完工，现申请整体验收已经超期；请说明原因"
    return None


@rule("A-145", "25号 一（四）：在收到承办单位验收申请后，10个工作日内……及时进行审核验收", Kind.SOFT)
def concluded_in_time(application, today):
    if application.due_on and today > application.due_on:
        return f"应于 {application.due_on} 前作出验收结论，现已逾期；请说明原因，逾期将报市、省"
    return None


@rule("A-146", "25号 一（四）：给出“合格”或“不合格”的验收结论")
def conclusion_is_one_of_two(application):
    wrong = []
    if application.conclusion not in application.Conclusion.values:
        wrong.append("验收结论只能是“合格”或“不合格”")
    if application.conclusion == application.Conclusion.FAILED:
        if not application.reasons.strip():
            wrong.append("不合格须写明原因")
        if not application.rectify_by:
            wrong.append("不合格须写明整改期限")
    return wrong


@rule("A-147", "25号 一（四）：形成验收报告")
def report_written(application):
    wrong = []
    if not application.findings.strip():
        wrong.append("请填写验收情况（验收报告正文）")
    if application.conclusion == application.Conclusion.PASSED and application.approved_amount is None:
        wrong.append("请填写核定的中央资金金额")
    return wrong


@rule("P-030", "25号 三（二）：按相关规定和标准（核定金额不超过阶段金额）")
def approved_within_the_stage(application):
    if application.approved_amount and application.approved_amount > application.stage.amount:
        return f"核定金额 {application.approved_amount} 元超过该阶段约定的 {application.stage.amount} 元"
    return None


@rule("P-031", "25号 三（二）：可根据项目进度，分阶段提出验收申请")
def project_is_underway(application):
    if application.project.status != application.project.Status.UNDERWAY:
        return f"项目当前为“{application.project.get_status_display()}”，不能申请验收"
    return None


@rule("P-032", "25号 三（二）：根据协议（合同）规定……分阶段提出验收申请")
def stages_in_order(application):
    earlier = application.stage.agreement.stages.filter(no__lt=application.stage.no)
    passed = set(type(application).objects.passed().filter(stage__in=earlier).values_list("stage_id", flat=True))
    return [f"{stage}尚未验收合格，须按顺序申请" for stage in earlier if stage.pk not in passed]


@rule("A-148d", "25号 一（四）：形成验收报告，报省、市主管部门（结论作出后的工作日数由批次参数定）", Kind.RECORD)
def report_delivered_in_time(application, today):
    if application.status not in application.CONCLUDED or application.deliveries.exists():
        return None
    due = application.report_due_on()
    if today > due:
        return f"验收报告应于 {due} 前报送，现已逾期"
    return None


@rule("A-148", "25号 一（四）：形成验收报告，报省、市主管部门")
def report_delivered_upward(application):
    wrong = []
    levels = {delivery.level for delivery in application.deliveries.all()}
    if "province" not in levels:
        wrong.append("验收报告尚未报省主管部门")
    if "city" not in levels and not application.county.is_direct:
        wrong.append("验收报告尚未报市主管部门")
    return wrong


@rule("A-312d", "25号 三（二）：根据协议（合同）规定……分阶段提出验收申请（申请材料）", Kind.RECORD)
def papers_attached(application):
    if not application.evidence.exists():
        return "尚未上传申请材料（台账、照片、凭证等），县商务局可能要求补正"
    return None


@rule("P-033", "系统默认（G-04）：补正只要求一次，需补正的内容一次列全")
def corrected_only_once(application):
    if application.corrected_once:
        return "补正只能要求一次，请受理后在验收中处理"
    return None
