"""信息报送的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from portal.rules import Kind, rule


@rule("A-460", "25号 四（五）：各示范县应于每月5日前将上月份工作进展情况有关数据及时、准确上报", Kind.SOFT)
def reported_in_time(report, today):
    if today > report.last_day:
        return f"{report.month:%Y年%-m月}月报应于 {report.due_on}（含当日）前上报，现已逾期；请说明原因"
    return None


@rule("P-050", "25号 四（五）：及时、准确上报")
def every_indicator_answered(report):
    missing = [value.name for value in report.values.all() if value.is_unanswered]
    if missing:
        return f"尚未填写：{'、'.join(missing)}（确无数据的请填 0）"
    return None


@rule("P-051", "25号 四（五）：及时、准确上报")
def parts_fit_the_whole(report):
    values = {value.code: value.number for value in report.values.all()}
    wrong = []
    if (values.get("M10") or 0) > (values.get("M09") or 0):
        wrong.append("农产品网络零售额（M10）不能大于农村网络零售额（M09）")
    if (values.get("M06") or 0) > (values.get("M05") or 0):
        wrong.append("贫困村网点数（M06）不能大于村级服务网点数（M05）")
    return wrong
