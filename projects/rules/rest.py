"""记录是否中断的提示。豫商体系〔2020〕25号，以下简称“25号”。"""

from portal.rules import Kind, rule
from projects.models.records import quiet


@rule("A-428", "25号 四（三）：如实做好服务建档立卡贫困户、农村产品上行等记录", Kind.RECORD)
def records_do_not_rest(application, today):
    """Two months in a row without anything sold or done for the villages: worth a question, no reason to refuse."""
    return [words for _, words in quiet([application.project], today)]
