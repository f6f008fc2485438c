"""标段：what one supplier is chosen for. Award, qualification, contract publicity and failure belong to the package."""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import Exists, F, Q
from django.urls import reverse

from counties.models import FundLine
from notices.models import Notice, Objection
from portal import clock, workdays
from portal.flow import Flow
from portal.models import Counter
from portal.money import MoneyField
from portal.outbox import tell
from portal.rules import STILL_THERE, Breach, Refused, breaches, enforce, excuse, upholds
from projects.models.contractor import Contractor, is_member
from projects.models.procurement import Procurement
from projects.models.qualification import Qualification
from projects.rules import procurement as rules


class PackageQuerySet(models.QuerySet):
    def won_by(self, user):
        return self.filter(is_member(user, "winner"))

    def decided(self):
        return self.exclude(status=Package.Status.OPEN)


class Package(Flow):
    """标段：未成交 → 已成交 → 已确定承办单位（资格复核通过，建立项目）；或流标（终止）。"""

    class Status(models.TextChoices):
        OPEN = "open", "未成交"
        AWARDED = "awarded", "已成交，待资格复核"
        SELECTED = "selected", "已确定承办单位"
        FAILED = "failed", "流标（终止）"

    BEFORE_AWARD = [
        rules.selected_by_government_procurement,
        rules.bidders_listed,
        rules.best_ranked_wins,
        rules.chosen_by_competition,
        rules.equal_offers_favour_the_supplier,
        rules.no_query_is_open,
    ]
    BEFORE_QUALIFY = [rules.result_publicised, rules.no_query_is_open]
    BEFORE_SIGN = [rules.no_query_is_open, rules.contract_in_time]  # asked by the agreement
    BEFORE_CONTRACT_PUBLICITY = [rules.contract_signed_before_its_publicity, rules.contract_publicised_in_time]

    NOT_AWARDED = {
        "award_date": None, "award_amount": None, "winner": None, "score": None, "is_tied": False,
        "favours_supplier": False, "result_notice": None,
    }  # fmt: skip

    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="packages", verbose_name="采购")
    no = models.PositiveSmallIntegerField("标段号")
    name = models.CharField("标段名称", max_length=120)
    content_text = models.TextField("标段内容", blank=True)
    fund_line = models.ForeignKey(FundLine, models.PROTECT, related_name="packages", verbose_name="对应资金安排")
    budget = MoneyField("标段预算（元）")
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.OPEN)
    award_date = models.DateField("成交日期", null=True, blank=True)
    award_amount = MoneyField("成交金额（元）", null=True, blank=True)
    winner = models.ForeignKey(
        Contractor, models.PROTECT, null=True, blank=True, related_name="won_packages", verbose_name="成交供应商"
    )
    score = models.DecimalField("评审得分", max_digits=6, decimal_places=2, null=True, blank=True)
    is_tied = models.BooleanField("有条件相同的供应商", default=False)
    favours_supplier = models.BooleanField("同等条件下择定了承担疫情防控保供任务的企业", default=False)
    result_notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+", verbose_name="结果公告")
    qualified_at = models.DateTimeField("资格复核时间", null=True)
    failed_on = models.DateField("废标（终止）日期", null=True)
    failed_reason = models.TextField("废标（终止）理由", blank=True)
    contract_publicised_on = models.DateField("合同公告日期", null=True)
    contract_url = models.URLField("合同公告网址", max_length=500, blank=True)

    objects = PackageQuerySet.as_manager()

    class Meta:
        verbose_name = "标段"
        ordering = ["procurement", "no"]
        constraints = [
            models.UniqueConstraint(fields=["procurement", "no"], name="one_package_per_number"),
            models.CheckConstraint(
                name="package_has_a_budget",
                condition=Q(budget__gt=0),
                violation_error_message="标段预算须大于零",
            ),
            models.CheckConstraint(
                name="A_122_package_awarded_iff_complete",
                condition=~Q(status__in=["awarded", "selected"])
                | Q(award_date__isnull=False, award_amount__gt=0, winner__isnull=False),
                violation_error_message="成交须有成交日期、供应商和金额（规则 A-122）",
            ),
            models.CheckConstraint(
                name="A_122_award_within_the_package_budget",
                condition=Q(award_amount=None) | Q(award_amount__lte=F("budget")),
                violation_error_message="成交金额不能超过标段预算（规则 A-122）",
            ),
            models.CheckConstraint(
                name="package_selected_iff_dated",
                condition=Q(status="selected", qualified_at__isnull=False)
                | (~Q(status="selected") & Q(qualified_at=None)),
                violation_error_message="确定承办单位须有资格复核时间",
            ),
            models.CheckConstraint(
                name="A_122_failed_package_has_a_reason",
                condition=(Q(status="failed", failed_on__isnull=False) & ~Q(failed_reason=""))
                | (~Q(status="failed") & Q(failed_on=None, failed_reason="")),
                violation_error_message="废标（终止）须写明日期和理由（规则 A-122）",
            ),
        ]

    def __str__(self):
        return f"第 {self.no} 标段 {self.name}"

    def get_absolute_url(self):
        return f"{reverse('procurement-detail', args=[self.procurement_id])}#package-{self.no}"

    @property
    def county(self):
        return self.procurement.county

    # --- dates of the procurement law --------------------------------------------------------------------------------

    @property
    def signed_on(self):
        project = getattr(self, "project", None)
        agreement = getattr(project, "agreement", None)
        return agreement.signed_on if agreement else None

    @property
    def result_due(self):
        """The last working day for the result notice; from the failure where nobody won."""
        decided = self.award_date or self.failed_on
        return workdays.add_workdays(decided, rules.RESULT_WORKDAYS) if decided else None

    @property
    def queries_until(self):
        """质疑：seven working days after the notice period of the result is over."""
        return self.result_notice and workdays.add_workdays(self.result_notice.ends_on, rules.QUERY_WORKDAYS)

    @property
    def contract_due(self):
        """Thirty calendar days after the result notice; an end on a day off moves on."""
        if not self.result_notice or self.status == self.Status.FAILED:
            return None
        return workdays.roll_over(self.result_notice.starts_on + timedelta(days=rules.CONTRACT_DAYS))

    @property
    def contract_publicity_due(self):
        return self.signed_on and workdays.add_workdays(self.signed_on, rules.CONTRACT_PUBLICITY_WORKDAYS)

    # --- questions -----------------------------------------------------------------------------------------------------

    def suspended_by(self) -> list[str]:
        """What has to be answered first: queries about this package or the whole procurement, objections to the
        result. One question to the database as long as there is nothing."""
        from projects.models.supplier_query import SupplierQuery

        about = Q(package=self) | Q(package=None, procurement=self.procurement_id)
        queries = SupplierQuery.objects.open().filter(about)
        objections = Objection.objects.open().filter(notice=self.result_notice_id)
        here = Package.objects.filter(pk=self.pk).values_list(Exists(queries), Exists(objections))
        asked, contested = here.get() if self.pk else (False, False)
        words = (
            [f"{q.received_on} 收到的{q.get_kind_display()}尚未答复，采购活动暂停" for q in queries] if asked else []
        )
        return words + (["采购结果公告有未结异议，答复后方可继续"] if contested else [])

    def missing_before_award(self):
        return breaches(Procurement.BEFORE_AWARD, self.procurement) + breaches([rules.no_query_is_open], self)

    def missing_before_review(self):
        """What has to be done before the review can end; the items themselves stand on the page of the review."""
        return breaches(self.BEFORE_QUALIFY, self)

    def missing_before_qualify(self):
        return self.missing_before_review() + self.qualification().missing()

    def qualification(self):
        """The review of this package's winner; who won several packages is reviewed once."""
        return Qualification.of(self.procurement, self.winner)

    def missing_before_sign(self):
        return breaches(self.BEFORE_SIGN, self)

    def hold_with_procurement(self):
        """The procurement first, then the package: everybody locks in this order."""
        self.procurement.hold()
        self.hold()
        return self

    # --- deeds -----------------------------------------------------------------------------------------------------------

    @transaction.atomic
    def award(self, *, by, bidders, reason="", **fields):
        """登记标段的成交结果：供应商清单、成交供应商、金额（A-122）；同等条件下的择定（B-302）。"""
        self.hold_with_procurement()
        for name, value in fields.items():
            setattr(self, name, value)
        self.bidders.all().delete()
        Bidder.objects.bulk_create([Bidder(package=self, **row) for row in bidders])
        found = breaches(Procurement.BEFORE_AWARD, self.procurement) + breaches(self.BEFORE_AWARD, self)
        excused = excuse(found, reason)
        words = f"{self}成交：{self.winner.name}"
        self.move(self.Status.OPEN, self.Status.AWARDED, by=by, words=words, reason=reason, excused=excused, **fields)
        self.procurement.settle(by=by)

    @upholds("A-122")
    @transaction.atomic
    def qualify(self, *, by, reason=""):
        """结果公告后资格复核逐项通过，确定承办单位，并建立项目（A-123 至 A-131）；“原则”条件不符的写明理由。"""
        from projects.models.project import Project

        self.hold_with_procurement()
        if self.status != self.Status.AWARDED:
            raise Refused(Breach(STILL_THERE, f"标段当前为“{self.get_status_display()}”，不在资格复核环节"))
        excused = excuse(self.missing_before_qualify(), reason)
        self.qualification().conclude(by=by, reason=reason)
        self.move(
            self.Status.AWARDED,
            self.Status.SELECTED,
            by=by,
            words=f"资格复核通过，确定 {self.winner.name} 为承办单位",
            reason=reason,
            excused=excused,
            qualified_at=clock.now(),
        )
        serial = Counter.take(f"project:{self.region.code}:{self.county.batch.year}")
        project = Project.objects.create(
            county=self.county,
            no=f"{self.region.code}{self.county.batch.year}{serial:03d}",
            name=self.name,
            fund_line=self.fund_line,
            procurement=self.procurement,
            package=self,
            contractor=self.winner,
        )
        project.record("建立项目台账", by=by, target=project.status)
        self.procurement.settle(by=by)
        key, link = f"project:{project.pk}:new", project.get_absolute_url()
        tell(self.winner.members.all(), f"已确定贵单位承办：{self.name}", key=key, link=link)
        return project

    @transaction.atomic
    def publicise_contract(self, *, by, reason="", **fields):
        """登记合同公告的日期和网址；逾期须写明原因。"""
        self.hold_with_procurement()
        before = str(self.contract_publicised_on or "")
        for name, value in fields.items():
            setattr(self, name, value)
        excused = enforce(self.BEFORE_CONTRACT_PUBLICITY, self, reason=reason)
        self.save(update_fields=list(fields))
        data = {"contract_publicised_on": [before, str(self.contract_publicised_on)]}
        self.record(f"{self}合同公告", by=by, reason=reason, excused=excused, data=data)

    @transaction.atomic
    def fail(self, *, by, reason):
        """流标、废标或终止，写明理由；失败的标段可以另行重新采购。已确定承办单位而未签协议的，项目一并中止。"""
        self.hold_with_procurement()
        self.failed_reason = reason.strip()
        enforce([rules.failure_has_a_reason, rules.not_under_contract], self)
        project = getattr(self, "project", None)
        sources = [self.Status.OPEN, self.Status.AWARDED, self.Status.SELECTED]
        self.move(
            sources,
            self.Status.FAILED,
            by=by,
            words=f"{self}流标（终止）",
            reason=reason,
            data=self._award_as_it_was(),
            failed_on=clock.today(),
            failed_reason=self.failed_reason,
            **(self.NOT_AWARDED | {"qualified_at": None}),
        )
        if project:
            project.stop(by=by, reason=reason)

    @transaction.atomic
    def reopen(self, *, by, reason):
        """质疑、投诉或异议成立：原成交结果无效，重新评审。"""
        self.hold_with_procurement()
        data = self._award_as_it_was()
        self.bidders.all().delete()
        words = f"{self}成交结果无效，重新评审"
        self.move(
            self.Status.AWARDED, self.Status.OPEN, by=by, words=words, reason=reason, data=data, **self.NOT_AWARDED
        )

    def _award_as_it_was(self):
        if not self.winner_id:
            return {}
        return {
            "winner": self.winner.name,
            "award_amount": str(self.award_amount),
            "award_date": str(self.award_date),
            "bidders": [f"{bidder.name} {bidder.offer} 元" for bidder in self.bidders.all()],
        }


class Bidder(models.Model):
    """参加采购的供应商及其报价、得分、排名；未成交供应商的报价不公开。"""

    package = models.ForeignKey(Package, models.CASCADE, related_name="bidders")
    name = models.CharField("供应商", max_length=100)
    offer = MoneyField("最终报价（元）")
    score = models.DecimalField("得分", max_digits=6, decimal_places=2, null=True, blank=True)
    rank = models.PositiveSmallIntegerField("排名")
    is_consortium = models.BooleanField("联合体", default=False)

    class Meta:
        verbose_name = "参加采购的供应商"
        ordering = ["rank", "pk"]
        constraints = [
            models.CheckConstraint(
                name="bidder_has_offer_and_rank",
                condition=Q(offer__gt=0, rank__gte=1),
                violation_error_message="报价须大于零，排名从 1 起",
            )
        ]

    def __str__(self):
        return self.name
