"""市推荐的规则。豫财贸〔2020〕35号，以下简称“35号”。"""

import re

from counties.rules.plan import DOCUMENT_NUMBER
from portal.rules import rule

BUREAUS = {"commerce": "商务局", "finance": "财政局", "poverty": "扶贫办"}


@rule("C-304e", "系统默认（35号 三）：联合行文报送后不再修改")
def not_filed_yet(recommendation):
    if recommendation.status != recommendation.Status.DRAFT:
        return "推荐报告已报省，不能再修改、签署"
    return None


@rule("C-401r", "35号 四：申报截止时间为5月27日。逾期未申报的，视为自动放弃")
def round_still_open(recommendation, today):
    window = recommendation.round
    if not window.accepts(today):
        return f"申报时间为 {window.opens_on} 至 {window.closes_on}（24:00），今天是 {today}，不能再推荐"
    return None


@rule("C-304c", "35号 三（二）：择优选拔，联合行文……报送推荐报告及申报材料")
def somebody_is_recommended(recommendation):
    proposed = recommendation.proposed()
    if not proposed:
        return "请选择推荐的县（市）"
    return [
        f"{application}当前为“{application.get_status_display()}”，市三部门评议同意后方可推荐"
        for application in proposed
        if application.status != application.Status.CITY_REVIEWED
    ]


@rule("C-303", "35号 三（一）：10个省直管县自愿申报")
def direct_counties_apply_themselves(recommendation):
    return [
        f"{application.region}是省直管县，自行申报、直接报省，不由市推荐，也不占市名额"
        for application in recommendation.proposed()
        if application.is_direct
    ]


def _over_quota(recommendation, large):
    counted, quota = recommendation.round.counted(recommendation.region), recommendation.quota_now()
    if (counted >= recommendation.round.batch.quota_threshold) is not large:
        return None
    wanted = recommendation.places_used() + sum(not a.is_direct for a in recommendation.proposed())
    if wanted > quota:
        without, including = recommendation.counts()
        counts = f"下辖 {without} 个县（市）（不含省直管县；含省直管县 {including} 个）"
        return f"{recommendation.region}{counts}，推荐名额 {quota} 个，已推荐和拟推荐共 {wanted} 个"
    return None


@rule("C-301", "35号 三（一）：下辖6个县以上（含6个，不包括城市区）的省辖市，推荐数量不超过2个县（包括财政直管县）")
def quota_of_a_large_city(recommendation):
    return _over_quota(recommendation, large=True)


@rule("C-302", "35号 三（一）：下辖5个县以下的省辖市，可推荐1个县")
def quota_of_a_small_city(recommendation):
    return _over_quota(recommendation, large=False)


@rule("C-304n", "35号 三（二）：省辖市财政局、商务局、扶贫办……联合行文")
def joint_document_number(recommendation):
    if not re.fullmatch(DOCUMENT_NUMBER, recommendation.doc_no):
        return f"联合发文字号“{recommendation.doc_no}”未填或不规范，例：驻商〔2020〕8号"
    return None


@rule("C-305", "35号 三（二）：选拔办法和工作程序要适时公开，并经得起审计、纪检等部门的检查")
def method_was_public_before(recommendation, today):
    wrong = []
    if not recommendation.method_file_id:
        wrong.append("尚未上传选拔办法和工作程序")
    if not recommendation.method_url:
        wrong.append("请填写选拔办法的公开网址")
    if recommendation.method_public_on is None:
        wrong.append("请填写选拔办法的公开日期")
    elif recommendation.method_public_on > today:
        wrong.append(f"选拔办法的公开日期 {recommendation.method_public_on} 还没有到，公开后方可报送")
    return wrong


@rule("C-304", "35号 三（二）：省辖市财政局、商务局、扶贫办……联合行文向省财政厅、商务厅、扶贫办报送推荐报告")
def three_signatures(recommendation):
    signed = recommendation.signed_by()
    if missing := [name for bureau, name in BUREAUS.items() if bureau not in signed]:
        return f"尚缺市{'、'.join(missing)}对现有内容的签署（内容修改后须重新签署）"
    return None
