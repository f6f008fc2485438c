"""存量资金的规则。财办建〔2020〕48号，以下简称“48号”。"""

from portal.rules import Kind, rule

CLAUSE = "48号 三：对2018年当年及以前年份已下达资金中未安排使用部分统一收回"


@rule("B-306y", CLAUSE)
def of_an_earlier_year(fund):
    """Two years before the batch at the latest: 2018 for the batch of 2020."""
    last = fund.county.batch.year - 2
    if fund.year > last:
        return f"{fund.year} 年下达的资金不属于 {last} 年及以前年份的存量资金"
    return None


@rule("B-306a", CLAUSE)
def arranged_within_received(fund):
    if fund.arranged > fund.received:
        return f"已安排使用 {fund.arranged} 元，超过已下达的 {fund.received} 元"
    return None


@rule("B-306", CLAUSE, Kind.RECORD)
def idle_money_goes_back(fund):
    left = fund.balance()
    if left > 0 and not fund.reversed_on:
        return f"{fund.county} {fund.year} 年下达的资金中尚有 {left} 元未安排使用、未收回"
    return None


@rule("P-057", "系统存量资金：收回之和不得超过未安排使用的金额")
def within_what_lies_idle(taken):
    if taken.fund.reversed_on:
        return "这一年度的登记已经冲销"
    left = taken.fund.balance()
    if taken.amount > left:
        return f"收回 {taken.amount} 元，超过未安排使用、尚未收回的 {left} 元"
    return None


@rule("P-057r", "系统存量资金：已有收回的年度，先冲销收回再冲销登记")
def nothing_of_it_taken_back(fund):
    return [f"{taken.doc_no} 已收回 {taken.amount} 元" for taken in fund.returns.standing()]
