"""项目标识的规则，在验收之前先看现场。25号、48号."""

import re

from portal.rules import Kind, rule

PROVINCIAL_TEXT, NATIONAL_TEXT = "电子商务进农村综合示范项目", "全国电子商务进农村综合示范项目"
COMPLAINT_PHONE = "0371—63576801"  # 25号 联系方式：省商务厅


def names_the_phone(text) -> bool:
    """However it is written: 0371-63576801, （0371）63576801, 037163576801."""
    return re.sub(r"\D", "", COMPLAINT_PHONE) in re.sub(r"\D", "", text)


def without_sign(bearer):
    """What is missing of the sign (A-426), of a project or of the application for its acceptance."""
    wrong = [] if bearer.signage_photo_id else ["尚未上传项目标识的照片"]
    return wrong + ([] if PROVINCIAL_TEXT in bearer.signage_text else [f"标识文字应为“{PROVINCIAL_TEXT}”"])


def without_nation_or_phone(bearer, *, has_phone):
    """What is missing of the ministries' wording and of the complaint channel (B-612)."""
    wrong = []
    if NATIONAL_TEXT not in bearer.signage_text:
        wrong.append(f"标识文字没有“全国”字样，应为“{NATIONAL_TEXT}”（同时满足省、部两级要求）")
    return wrong + ([] if has_phone else [f"标识上没有省级主管部门举报监督电话 {COMPLAINT_PHONE}"])


@rule(
    "A-426p", "25号 四（三）：对中央财政资金支持的所有项目，统一设置标识“电子商务进农村综合示范项目”字样", Kind.RECORD
)
def signage_stands(project):
    return without_sign(project)


@rule(
    "B-612p",
    "48号 六（四）：在……项目显著位置标识“全国电子商务进农村综合示范项目”字样，以及省级主管部门的举报监督渠道",
    Kind.RECORD,
)
def signage_names_nation_and_channel(project):
    return without_nation_or_phone(project, has_phone=names_the_phone(project.signage_phone))


SIGNAGE = [signage_stands, signage_names_nation_and_channel]
