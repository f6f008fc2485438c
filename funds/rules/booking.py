"""登记入账的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from portal.rules import rule


@rule(
    "A-333d",
    "25号 三（四）：项目承办单位收到资金后，应当依据国家财务、会计制度的有关规定进行账务处理，按照规定使用资金，按资金性质分别核算",
)
def declares_separate_accounts(payment):
    wrong = []
    if not payment.books_separately:
        wrong.append("请声明已按资金性质分别核算")
    if not payment.account_voucher_no.strip():
        wrong.append("请填写记账凭证号")
    return wrong


@rule("P-063", "系统入账登记：入账日期不早于拨付日期，不晚于登记当天")
def booked_after_it_was_paid(payment, today):
    if payment.paid_on and payment.booked_on < payment.paid_on:
        return f"入账日期 {payment.booked_on} 早于拨付日期 {payment.paid_on}"
    if payment.booked_on > today:
        return f"入账日期 {payment.booked_on} 晚于今天"
    return None
