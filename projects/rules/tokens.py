"""接口令牌的规则：系统自己的，不出自通知。"""

from datetime import timedelta

from portal.rules import rule

LONGEST = timedelta(days=366)


@rule("P-460", "系统接口安全：令牌须限定用途和期限，最长一年（决定 0046）")
def token_is_limited(token, today):
    wrong = []
    if not token.scopes:
        wrong.append("请至少选择一项用途")
    if token.expires_on < today:
        wrong.append(f"有效期 {token.expires_on} 已过")
    if token.expires_on > today + LONGEST:
        wrong.append(f"有效期最长一年，不能晚于 {today + LONGEST}")
    return wrong
