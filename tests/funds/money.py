"""Money that the tests of this room start from, each made by its own deed."""

from datetime import date
from decimal import Decimal
from unittest.mock import patch

from django.db import connection

from accounts.models import Region
from disclosure.demonstration import LINES, fund_lines, pdf
from funds.models import Appropriation, MatchingFund, MatchingPayment, PrivateInvestment, StockFund
from portal.models import Attachment
from tests import builders

WAN = Decimal(10_000)


def issued(cast, rows, **fields):
    """A document of the province: `rows` = [(county, 万元), …]."""
    province = Region.objects.get(level="province")
    values = {"doc_no": "演财贸〔2020〕40号", "doc_date": date(2020, 9, 1), "year": 2020}
    file = Attachment.keep(pdf("下达文件（演示）.pdf"), region=province, by=cast.henan_finance)
    return Appropriation.issue(
        cast.county.batch,
        by=cast.henan_finance,
        province=province,
        rows=[(county, amount * WAN) for county, amount in rows],
        file=file,
        **(values | fields),
    )


def matching_arrived(cast, wan=230, **fields):
    values = {"year": 2020, "doc_no": "演财〔2020〕配套1号", "doc_date": builders.clock.today(), "amount": wan * WAN}
    fund = MatchingFund.budget(cast.county, by=cast.finance, **(values | fields))
    fund.arrive(by=cast.finance, arrived_on=builders.clock.today())
    return fund


def lines_with_matching(wan=LINES):
    """The plan of the story, with 230 万元 of the county's own money on its first line."""
    first, *others = fund_lines(wan)
    return [first | {"matching_amount": 230 * WAN}, *others]


def drafted_agreement(cast, **wan):
    """With these amounts of matching and own money (万元) in its draft."""
    with patch("disclosure.demonstration.fund_lines", lines_with_matching):
        project = builders.selected_project(cast)
    s = builders.story()
    agreement = s.draft_agreement(project)
    amounts = {name: amount * WAN for name, amount in wan.items()}
    type(agreement).objects.filter(pk=agreement.pk).update(**amounts)
    builders.go_to(s.today)
    agreement.refresh_from_db()
    return agreement


def agreed(cast, **wan):
    """Signed, with these amounts."""
    agreement = drafted_agreement(cast, **wan)
    s = builders.story()
    s.agree(agreement)
    with s.day():
        agreement.sign(by=cast.government)
    builders.go_to(s.today)
    agreement.refresh_from_db()
    return agreement


def matching_registered(cast, agreement, wan):
    return MatchingPayment.register(agreement, by=cast.clerk, amount=wan * WAN, note="演示支付事由")


def private_recorded(cast, agreement, wan):
    evidence = Attachment.keep(pdf("凭证（演示）.pdf"), region=cast.county.region, by=cast.contractor)
    return PrivateInvestment.put_in(
        agreement,
        by=cast.contractor,
        amount=wan * WAN,
        invested_on=builders.clock.today(),
        evidence=evidence,
        note="演示投入",
    )


def stock(cast, received=500, arranged=320, year=2018):
    return StockFund.register(cast.county, by=cast.finance, year=year, received=received * WAN, arranged=arranged * WAN)


def planted_matching_payment(cast, agreement):
    """Registered, not paid, although the agreement of the story promises no matching money: the wall is taken down."""
    builders.seal()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE funds_matchingpayment DISABLE TRIGGER p_054_matching_gates")
        payment = MatchingPayment.objects.create(
            county=cast.county, agreement=agreement, amount=WAN, note="演示", registered_by=cast.clerk,
            registered_on=builders.clock.today(),
        )  # fmt: skip
        builders.seal()
        cursor.execute("ALTER TABLE funds_matchingpayment ENABLE TRIGGER p_054_matching_gates")
    return payment


def add_money(w):
    """One of each, for the tests that go through all pages."""
    w.receipt = w.county.receipts.get()
    w.appropriation = issued(w.cast, [(w.county, 500)])
    w.stock = stock(w.cast)
    values = {"year": 2020, "doc_no": "演财〔2020〕配套1号", "doc_date": builders.clock.today(), "amount": 230 * WAN}
    w.matching_fund = MatchingFund.budget(w.county, by=w.cast.finance, **values)
    w.matching_payment = planted_matching_payment(w.cast, w.agreement)
    w.investment = private_recorded(w.cast, w.agreement, 10)
