"""交易和活动信息的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from portal.rules import rule

OBLIGATION = "25号 四（五）：凡接受中央或省财政补贴的承办单位，必须按要求提供项目有关交易和活动信息"


@rule("A-452", OBLIGATION)
def every_indicator_given(submission):
    """Each indicator that is not answered is named; a month without business is answered by 零申报."""
    if submission.is_nil:
        return None
    missing = [words for name, words in submission.INDICATORS.items() if submission.figures.get(name) is None]
    return [f"{submission.month:%Y年%-m月} 缺指标“{words}”（没有的填 0）" for words in missing]


@rule("A-452m", OBLIGATION)
def month_is_owed(submission, today):
    if submission.month not in submission.project.information_months(today):
        return f"{submission.month:%Y年%-m月} 不是本项目应报送的月份（自开工当月起，每月结束后报送）"
    return None


@rule("A-452c", "25号 四（五）：认真报送信息（更正须写明理由）")
def correction_has_a_reason(submission):
    if not submission.reason.strip():
        return "更正已报送的信息须写明理由"
    return None


@rule("A-458", "25号 四（五）：未提供完整信息的项目不得验收")
def information_complete(application):
    """Months not given, months returned and not corrected, months that lack an indicator."""
    project, until = application.project, application.applied_on
    given = {information.month: information for information in project.information.all()}
    wrong = []
    for month in project.information_months(until):
        information = given.get(month)
        if information is None:
            wrong.append(f"缺 {month:%Y年%-m月} 的交易和活动信息")
        elif information.status == information.Status.RETURNED:
            wrong.append(f"{month:%Y年%-m月} 的交易和活动信息已被退回，尚未更正")
        elif missing := information.missing_indicators():
            wrong.append(f"{month:%Y年%-m月} 的交易和活动信息缺指标：{'、'.join(missing)}")
    return wrong
