"""The application round as a demonstration: walked by the real deeds of the people of each office, day by day (演示)."""

from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from accounts.models import Region, User
from counties.criteria import PACKAGE_CHOICES
from counties.models import Bureau, CityRecommendation, CountyApplication, FundLine, Round
from counties.reference import batch_of_2020
from disclosure.demonstration import WAN, pdf
from portal import clock
from portal.models import Attachment

TARGETS = {
    "logistics": ("县乡村三级物流覆盖行政村", "个", 120, 300),
    "produce": ("农产品网络零售额", "万元", 8000, 15000),
    "goods": ("改造乡村商贸网点", "个", 20, 120),
    "training": ("电商培训人次", "人次", 500, 3000),
}


def target_rows():
    return [
        {
            "direction": direction.value,
            "indicator": TARGETS[direction][0],
            "unit": TARGETS[direction][1],
            "base_year": 2019,
            "base_value": Decimal(TARGETS[direction][2]),
            "target_year": 2022,
            "target_value": Decimal(TARGETS[direction][3]),
        }
        for direction in FundLine.Direction
    ]


class RoundStory:
    """One round's way from the draft to the designation. `today` is set by whoever tells the story."""

    def __init__(self, today):
        self.today = today
        self.province = Region.objects.get(level="province")

    @contextmanager
    def day(self):
        with clock.pinned(self.today):
            yield

    def officer(self, region, bureau):
        return User.objects.serving(region, bureau).order_by("pk").first()

    def paper(self, name, region, by):
        return Attachment.keep(pdf(f"{name}（演示）.pdf", name), region=region, by=by)

    # --- the province ------------------------------------------------------------------------------------------------

    def begin(self, opens_on=date(2020, 5, 20), closes_on=date(2020, 5, 27)) -> Round:
        with self.day():
            return Round.begin(
                batch_of_2020(),
                by=self.officer(self.province, "commerce"),
                title="2020年国家级电子商务进农村综合示范县申报",
                notice_no="豫财贸〔2020〕35号",
                opens_on=opens_on,
                closes_on=closes_on,
            )

    def open(self) -> Round:
        round = self.begin()
        with self.day():
            round.open(by=self.officer(self.province, "commerce"))
        return round

    def score(self, application, mean):
        """Each department gives the same share of every criterion; their mean is `mean` of a hundred."""
        with self.day():
            for bureau, more in zip(Bureau, (-1, 0, 1), strict=True):
                points = [criterion["points"] * mean / 100 for criterion in application.round.criteria]
                points[0] += more
                application.score(by=self.officer(self.province, bureau), bureau=bureau, points=points, comment="演示")
        application.refresh_from_db()

    def pack(self, round):
        with self.day():
            clerk = self.officer(self.province, "commerce")
            round.pack(
                by=clerk,
                ranking_file=self.paper("申报县排序名单", self.province, clerk),
                basis_file=self.paper("选拔依据", self.province, clerk),
                plan_file=self.paper("省级工作方案", self.province, clerk),
                package=[key for key, _ in PACKAGE_CHOICES],
                letter_no="豫财贸〔2020〕40号",
            )

    # --- the county --------------------------------------------------------------------------------------------------

    def draft(self, round, region) -> CountyApplication:
        with self.day():
            return CountyApplication.begin(round, region, by=self.officer(region, "commerce"))

    def complete(self, application):
        """Every chapter, a target for each direction, the government's document."""
        region, clerk = application.region, self.officer(application.region, "commerce")
        with self.day():
            for section in application.sections.all():
                text = f"{region.name}{section.chapter.title}：{section.chapter.hint}（演示）。"
                application.write(section.key, text, revision=section.revision, by=clerk)
            application.set_rows("targets", target_rows(), by=clerk)
            application.edit(
                by=clerk,
                doc_no=f"{region.name[0]}政〔2020〕8号",
                document=self.paper("申报文件", region, clerk),
            )

    def second_time(self, application, years, planned=10, accepted=10, papers=True):
        """Supported before: (year, 万元 received, 万元 paid), the projects, the two certificates."""
        region = application.region
        finance, clerk = self.officer(region, "finance"), self.officer(region, "commerce")
        rows = [
            {"year": year, "received": Decimal(str(received)) * WAN, "paid": Decimal(str(paid)) * WAN}
            for year, received, paid in years
        ]
        with self.day():
            application.edit(by=clerk, supported_before=True)
            application.set_rows("support_years", rows, by=finance)
            if papers:
                application.edit(by=finance, finance_certificate=self.paper("资金拨付率证明", region, finance))
                application.edit(by=clerk, acceptance_certificate=self.paper("项目验收证明", region, clerk))
            application.edit(by=clerk, projects_planned=planned, projects_accepted=accepted)

    def submit(self, application, reason=""):
        with self.day():
            application.submit(by=self.officer(application.region, "government"), reason=reason)

    def submitted(self, round, region) -> CountyApplication:
        application = self.draft(round, region)
        self.complete(application)
        self.submit(application)
        return application

    # --- the city ----------------------------------------------------------------------------------------------------

    def opinions(self, application):
        city = application.region.parent
        with self.day():
            for bureau in Bureau:
                opinion = application.opinions_now().get(bureau=bureau)
                opinion.agree(by=self.officer(city, bureau), opinion="同意推荐")
        application.refresh_from_db()

    def recommendation(self, round, city, chosen) -> CityRecommendation:
        """Written by the commerce bureau; signed by nobody yet."""
        clerk = self.officer(city, "commerce")
        with self.day():
            report = CityRecommendation.begin(round, city, by=clerk)
            report.edit(
                by=clerk,
                chosen=chosen,
                doc_no=f"{city.name[0]}商〔2020〕{report.number + 7}号",
                opinion="经三部门公开评议，择优推荐（演示）",
                method_file=self.paper("选拔办法和工作程序", city, clerk),
                method_url=f"https://{city.code}.example.invalid/xuanba/",
                method_public_on=date(2020, 5, 20),
            )
        return report

    def recommend(self, round, city, chosen) -> CityRecommendation:
        report = self.recommendation(round, city, chosen)
        with self.day():
            for bureau in Bureau:
                report.sign(by=self.officer(city, bureau))
            report.file(by=self.officer(city, "commerce"))
        return report
