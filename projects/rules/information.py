"""交易和活动信息的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from portal.rules import rule


@rule("A-458", "25号 四（五）：未提供完整信息的项目不得验收")
def information_complete(application):
    months = application.project.information_missing(application.applied_on)
    return [f"缺 {month:%Y年%-m月} 的交易和活动信息" for month in months]
