"""示范县状态的规则（25号 三（五））。"""

from portal.rules import rule


@rule("A-345d", "25号 三（五）：责令限期整改")
def rectified_within_a_time_limit(county, today):
    if county.rectify_by is None or county.rectify_by <= today:
        return "整改期限须是今天以后的日期"
    return None
