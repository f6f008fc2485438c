"""政府采购与承办单位选择（domain/states.md 3.3）。"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from accounts.access import in_scope
from accounts.models import User
from counties.models import County, FundLine, Plan
from notices.models import Notice
from portal import clock
from portal.flow import Flow
from portal.models import Counter
from portal.money import MoneyField
from portal.outbox import tell
from portal.rules import STILL_THERE, Breach, Refused, breaches, enforce, excuse
from projects.models.contractor import Contractor, is_member
from projects.models.qualification import Qualification
from projects.rules import procurement as rules
from projects.rules.project import follows_a_line_of_the_plan_in_force


class ProcurementQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "county__region") | Q(is_member(user, "winner")))

    def public(self):
        return self.exclude(status=Procurement.Status.DRAFT)

    def named(self, words):
        return self.filter(Q(name__icontains=words) | Q(winner__name__icontains=words)) if words else self


class Procurement(Flow):
    """采购：拟定 → 条件公示中 → 采购中 → 已成交 → 已确定承办单位（资格复核通过）。"""

    class Status(models.TextChoices):
        DRAFT = "draft", "拟定"
        CONDITIONS = "conditions", "条件公示中"
        OPEN = "open", "采购中"
        AWARDED = "awarded", "已成交，待资格复核"
        SELECTED = "selected", "已确定承办单位"
        FAILED = "failed", "废标（终止）"

    class Method(models.TextChoices):
        OPEN = "open", "公开招标"
        INVITED = "invited", "邀请招标"
        NEGOTIATION = "negotiation", "竞争性谈判"
        CONSULTATION = "consultation", "竞争性磋商"
        SINGLE = "single", "单一来源"
        INQUIRY = "inquiry", "询价"
        FRAMEWORK = "framework", "框架协议"

    BEFORE_OPEN = [rules.content_and_conditions_publicised]
    BEFORE_AWARD = [
        rules.content_and_conditions_publicised,
        rules.selected_by_government_procurement,
        rules.equal_offers_favour_the_supplier,
    ]

    county = models.ForeignKey(County, models.PROTECT, related_name="procurements", verbose_name="示范县")
    fund_line = models.ForeignKey(FundLine, models.PROTECT, related_name="procurements", verbose_name="对应资金安排")
    name = models.CharField("采购项目名称", max_length=120)
    content_text = models.TextField("项目建设内容")
    conditions = models.TextField("承办单位条件")
    budget = MoneyField("采购预算（元）")
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.DRAFT)
    method = models.CharField("采购方式", max_length=14, choices=Method, default=Method.OPEN)
    method_reason = models.TextField("采用该方式的法定理由", blank=True)
    procurement_no = models.CharField("采购编号", max_length=60, blank=True)
    announcement_url = models.URLField("采购公告网址", max_length=500, blank=True)
    award_date = models.DateField("成交日期", null=True, blank=True)
    award_amount = MoneyField("成交金额（元）", null=True, blank=True)
    winner = models.ForeignKey(Contractor, models.PROTECT, null=True, blank=True, verbose_name="成交供应商")
    is_tied = models.BooleanField("有条件相同的供应商", default=False)
    favours_supplier = models.BooleanField("同等条件下择定了承担疫情防控保供任务的企业", default=False)
    conditions_notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+", verbose_name="条件公示")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经办人")
    qualified_at = models.DateTimeField("资格复核时间", null=True)

    objects = ProcurementQuerySet.as_manager()

    class Meta:
        verbose_name = "采购"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="A_122_awarded_iff_complete",
                condition=~Q(status__in=["awarded", "selected"])
                | (
                    Q(award_date__isnull=False, award_amount__gt=0, winner__isnull=False)
                    & ~Q(procurement_no="")
                    & Q(award_amount__lte=models.F("budget"))
                ),
                violation_error_message="成交须有采购编号、成交日期、供应商和不超过预算的金额（规则 A-122）",
            ),
            models.CheckConstraint(
                name="A_121_procurement_follows_conditions_notice",
                condition=Q(status="draft") | Q(conditions_notice__isnull=False),
                violation_error_message="采购前须先公示项目建设内容和承办单位条件（规则 A-121）",
            ),
            models.CheckConstraint(
                name="procurement_selected_iff_dated",
                condition=Q(status="selected", qualified_at__isnull=False)
                | (~Q(status="selected") & Q(qualified_at=None)),
                violation_error_message="确定承办单位须有资格复核时间",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("procurement-detail", args=[self.pk])

    @staticmethod
    def lines_to_follow(region):
        """Rows of the plan in force: only what stands there can be procured (A-311)."""
        plans = Plan.objects.in_force().filter(county__region=region)
        return FundLine.objects.filter(plan__in=plans).select_related("plan__county")

    def missing_before_open(self):
        return breaches(self.BEFORE_OPEN, self)

    def winners(self):
        return [self.winner] if self.winner_id else []

    def missing_before_select(self):
        return [breach for winner in self.winners() for breach in Qualification.of(self, winner).missing()]

    def refuse_unless_draft(self):
        if self.status != self.Status.DRAFT:
            raise Refused(Breach(STILL_THERE, f"采购当前为“{self.get_status_display()}”，不能修改"))

    @classmethod
    @transaction.atomic
    def begin(cls, county, *, by, **fields):
        """登记一项采购，须对应生效方案中的一行资金安排（A-311）。"""
        procurement = cls(county=county, drafted_by=by, **fields)
        enforce([follows_a_line_of_the_plan_in_force], procurement)
        procurement.save()
        procurement.record("登记采购", by=by, target=procurement.status)
        return procurement

    @transaction.atomic
    def edit(self, *, by, **fields):
        """修改拟定中的采购（包括公示异议成立、退回更正的）；公示的内容不能改。"""
        self.hold()
        self.refuse_unless_draft()
        changed = {n: [str(getattr(self, n)), str(v)] for n, v in fields.items() if getattr(self, n) != v}
        for name, value in fields.items():
            setattr(self, name, value)
        enforce([follows_a_line_of_the_plan_in_force], self)
        self.save(update_fields=list(fields))
        self.record("修改采购", by=by, data=changed)

    @transaction.atomic
    def publicise_conditions(self, *, by, site_url):
        """公示项目建设内容和承办单位条件（25号 一（三））。"""
        self.hold()
        notice = Notice.start(
            self,
            Notice.Kind.PROCUREMENT,
            by=by,
            title=f"{self.county}{self.name}建设内容及承办单位条件公示",
            body=f"项目建设内容：\n{self.content_text}\n\n承办单位条件：\n{self.conditions}",
            facts={"采购预算": f"{self.budget} 元", "支持方向": self.fund_line.get_direction_display()},
            site_url=site_url,
            contact=self.county,
            workdays_long=self.county.batch.publicity_workdays,
        )
        self.move(
            self.Status.DRAFT,
            self.Status.CONDITIONS,
            by=by,
            words="公示建设内容和承办条件",
            conditions_notice=notice,
        )

    def notice_ended(self, notice):
        self.hold()
        if self.status == self.Status.CONDITIONS:
            enforce(self.BEFORE_OPEN, self)
            self.move(self.Status.CONDITIONS, self.Status.OPEN, by=None, words="条件公示期满，可以采购")
            key, link = f"procurement:{self.pk}:open", self.get_absolute_url()
            tell(User.objects.serving(self.region, "commerce"), f"可以采购：{self.name}", key=key, link=link)

    def notice_upheld(self, notice, *, by):
        self.hold()
        self.move(self.Status.CONDITIONS, self.Status.DRAFT, by=by, words="公示异议成立，退回更正")

    @transaction.atomic
    def award(self, *, by, reason="", **fields):
        """登记成交结果：方式、编号、供应商、金额（A-122）；同等条件下的择定（B-302）。"""
        self.hold()
        for name, value in fields.items():
            setattr(self, name, value)
        excused = enforce(self.BEFORE_AWARD, self, reason=reason)
        words = f"成交：{self.winner.name}"
        self.move(self.Status.OPEN, self.Status.AWARDED, by=by, words=words, reason=reason, excused=excused, **fields)

    @transaction.atomic
    def qualify(self, *, by, reason=""):
        """资格复核逐项通过后确定承办单位，并建立项目（A-123 至 A-131）；“原则”条件不符的写明理由。"""
        from projects.models.project import Project

        self.hold()
        if self.status != self.Status.AWARDED:
            raise Refused(Breach(STILL_THERE, f"采购当前为“{self.get_status_display()}”，不在资格复核环节"))
        excused = excuse(self.missing_before_select(), reason)
        for winner in self.winners():
            Qualification.of(self, winner).conclude(by=by, reason=reason)
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
            procurement=self,
            contractor=self.winner,
        )
        project.record("建立项目台账", by=by, target=project.status)
        key, link = f"project:{project.pk}:new", project.get_absolute_url()
        tell(self.winner.members.all(), f"已确定贵单位承办：{self.name}", key=key, link=link)
        return project
