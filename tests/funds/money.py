"""Money that the tests of this room start from, each made by its own deed."""

from datetime import date
from decimal import Decimal

from accounts.models import Region
from disclosure.demonstration import pdf
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


def agreed(agreement, **amounts):
    """What an agreement says about matching and own money, without the road of a supplement (万元)."""
    type(agreement).objects.filter(pk=agreement.pk).update(**{name: wan * WAN for name, wan in amounts.items()})
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
