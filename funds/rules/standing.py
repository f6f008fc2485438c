"""示范县被责令整改、拟取消、已取消时资金的规则（25号 三（三）、三（五））。"""

from portal.rules import rule


@rule("A-327f", "25号 三（三）：一经查实，将取消示范资格，追回已拨付的专项资金")
def county_keeps_its_standing(payment):
    """While the county is heard and after it was revoked no step of a payment is done; the database refuses too."""
    county = payment.county
    if county.status in (county.Status.HEARING, county.Status.REVOKED):
        return f"{county}当前为“{county.get_status_display()}”，停止拨付专项资金"
    return None


@rule("A-345c", "25号 三（五）：责令限期整改，并采取“回头看”、日常监督检查等方式跟踪整改效果")
def consent_while_rectifying(payment):
    county = payment.county
    if county.status == county.Status.RECTIFYING and not hasattr(payment, "consent"):
        above = "省商务厅或者省财政厅" if county.is_direct else "市商务局或者市财政局"
        return f"{county}正在限期整改（期限 {county.rectify_by}），拨付前须经{above}同意"
    return None


@rule("A-345e", "25号 三（五）：责令限期整改，并采取“回头看”、日常监督检查等方式跟踪整改效果")
def consented_from_above(consent):
    payment = consent.payment
    county = payment.county
    if county.status != county.Status.RECTIFYING:
        return f"{county}不在限期整改中，拨付不需要上级同意"
    if payment.status not in payment.OPEN:
        return f"拨付当前为“{payment.get_status_display()}”，不需要再同意"
    if hasattr(payment, "consent"):
        return "上级已经同意这笔拨付"
    level = "province" if county.is_direct else "city"
    if consent.given_by.office.level != level:
        return "省直管县由省级部门同意" if county.is_direct else "由所在市的商务或者财政部门同意"
    return None
