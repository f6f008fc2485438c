"""政府采购与承办单位选择（domain/states.md 3.3）。"""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.access import in_scope
from accounts.models import User
from counties.models import County, FundLine, Plan
from notices.models import Notice
from portal.flow import Flow
from portal.models import Event
from portal.money import MoneyField, total
from portal.outbox import tell
from portal.rules import STILL_THERE, Breach, Refused, breaches, enforce, excuse
from projects.rules import procurement as rules
from projects.rules.project import follows_a_line_of_the_plan_in_force


class ProcurementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Offices where they have scope; a supplier the procurements in which it won a package."""
        from projects.models.package import Package

        won = Package.objects.won_by(user).filter(procurement=OuterRef("pk"))
        return self.filter(in_scope(user, "county__region") | Exists(won))

    def public(self):
        return self.exclude(status=Procurement.Status.DRAFT)

    def named(self, words):
        from projects.models.package import Package

        if not words:
            return self
        inside = Package.objects.filter(Q(name__icontains=words) | Q(winner__name__icontains=words))
        return self.filter(Q(name__icontains=words) | Exists(inside.filter(procurement=OuterRef("pk"))))


class Procurement(Flow):
    """采购：拟定 → 条件公示中 → 采购中 → 已成交 → 已确定承办单位（资格复核通过）。

    Awards and failures belong to its packages (at least one); the status of the whole follows from theirs.
    """

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

    BEFORE_PUBLICISE = [rules.packages_add_up, rules.only_what_failed_is_tendered_again]
    BEFORE_OPEN = [rules.content_and_conditions_publicised]
    BEFORE_ANNOUNCE = [
        rules.content_and_conditions_publicised,
        rules.method_is_lawful,
        rules.tender_announced,
        rules.tender_notice_follows_the_publicity,
    ]
    BEFORE_AWARD = [rules.content_and_conditions_publicised, rules.method_is_lawful, rules.tender_announced]
    BEFORE_RESULT = [rules.there_is_a_result_to_publicise, rules.result_publicised_in_time]
    SETTLED = {
        Status.OPEN: "有标段须重新评审",
        Status.AWARDED: "各标段均有结果，待资格复核",
        Status.SELECTED: "承办单位已确定",
        Status.FAILED: "全部标段废标（终止）",
    }
    NOT_ANNOUNCED = {"notice_date": None, "open_date": None, "announcement_url": ""}

    county = models.ForeignKey(County, models.PROTECT, related_name="procurements", verbose_name="示范县")
    name = models.CharField("采购项目名称", max_length=120)
    content_text = models.TextField("项目建设内容")
    conditions = models.TextField("承办单位条件")
    budget = MoneyField("采购预算（元）")
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.DRAFT)
    again = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="retenders", verbose_name="重新采购自（原采购废标的标段）"
    )
    method = models.CharField("采购方式", max_length=14, choices=Method, default=Method.OPEN)
    method_reason = models.TextField("采用该方式的法定理由", blank=True)
    procurement_no = models.CharField("采购编号", max_length=60, blank=True)
    notice_date = models.DateField("采购公告日期", null=True, blank=True)
    open_date = models.DateField("开标（评审）日期", null=True, blank=True)
    announcement_url = models.URLField("采购公告网址", max_length=500, blank=True)
    platform = models.CharField("公告发布平台", max_length=80, blank=True)
    conditions_notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+", verbose_name="条件公示")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经办人")

    objects = ProcurementQuerySet.as_manager()

    class Meta:
        verbose_name = "采购"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="A_122_awarded_procurement_has_its_number",
                condition=~Q(status__in=["awarded", "selected"]) | ~Q(procurement_no=""),
                violation_error_message="成交前须登记采购编号（规则 A-122）",
            ),
            models.CheckConstraint(
                name="procurement_dates_in_order",
                condition=Q(open_date=None) | Q(notice_date=None) | Q(open_date__gte=models.F("notice_date")),
                violation_error_message="开标（评审）日期不能早于采购公告日期",
            ),
            models.CheckConstraint(
                name="A_121_procurement_follows_conditions_notice",
                condition=Q(status="draft") | Q(conditions_notice__isnull=False),
                violation_error_message="采购前须先公示项目建设内容和承办单位条件（规则 A-121）",
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

    def content(self):
        """What was publicised includes the packages."""
        packages = self.packages.order_by("no").values("no", "name", "fund_line", "budget", "content_text")
        return super().content() | {"packages": list(packages)}

    @property
    def award_amount(self):
        """Σ of the packages awarded, 元; None as long as there is none."""
        amounts = [package.award_amount for package in self.packages.all() if package.award_amount]
        return total(amounts) if amounts else None

    def winners(self):
        return list(dict.fromkeys(package.winner for package in self.packages.all() if package.winner_id))

    def unannounced(self):
        """Packages decided, whose result no notice says yet (or whose notice was taken down)."""
        gone = (Notice.Status.UPHELD, Notice.Status.WITHDRAWN)
        return [
            package
            for package in self.packages.all()
            if package.status != package.Status.OPEN
            and (package.result_notice is None or package.result_notice.status in gone)
        ]

    def failed_packages(self):
        return [package for package in self.packages.all() if package.status == package.Status.FAILED]

    def history(self):
        """The events of the procurement, its packages and its queries, in their order."""
        about = Q(content_type=ContentType.objects.get_for_model(type(self)), object_id=self.pk)
        for parts in (self.packages, self.queries):
            kind = ContentType.objects.get_for_model(parts.model)
            about |= Q(content_type=kind, object_id__in=parts.order_by().values("pk"))
        return Event.objects.filter(about).select_related("by").order_by("pk")

    def missing_before_publicise(self):
        return Notice.missing_before_start(self.county) + breaches(self.BEFORE_PUBLICISE, self)

    def missing_before_open(self):
        return breaches(self.BEFORE_OPEN, self)

    def missing_before_result(self):
        return Notice.missing_before_start(self.county) + breaches(self.BEFORE_RESULT, self)

    def refuse_unless_draft(self):
        if self.status != self.Status.DRAFT:
            raise Refused(Breach(STILL_THERE, f"采购当前为“{self.get_status_display()}”，不能修改"))

    def refuse_unless_failed_before(self):
        enforce([rules.only_what_failed_is_tendered_again], self)

    @classmethod
    @transaction.atomic
    def begin(cls, county, *, by, packages=(), fund_line=None, **fields):
        """登记一项采购，每个标段对应生效方案中的一行资金安排（A-311）；不分标段的，以 fund_line 建立唯一标段。"""
        procurement = cls(county=county, drafted_by=by, **fields)
        rows = packages or [{"name": procurement.name, "fund_line": fund_line, "budget": procurement.budget}]
        procurement.save()
        procurement._keep_packages(rows)
        procurement._enforce_draft()
        data = {"again": procurement.again_id} if procurement.again_id else {}
        procurement.record("登记采购", by=by, target=procurement.status, data=data)
        return procurement

    @transaction.atomic
    def edit(self, *, by, packages=None, **fields):
        """修改拟定中的采购（包括公示异议成立、退回更正的）；公示的内容不能改。"""
        self.hold()
        self.refuse_unless_draft()
        changed = {n: [str(getattr(self, n)), str(v)] for n, v in fields.items() if getattr(self, n) != v}
        for name, value in fields.items():
            setattr(self, name, value)
        if packages is not None:
            before = self.content()["packages"]
            self._keep_packages(packages)
            if before != (now := self.content()["packages"]):
                changed["packages"] = [before, now]
        self._enforce_draft()
        self.save(update_fields=list(fields))
        self.record("修改采购", by=by, data=changed)

    def _keep_packages(self, rows):
        """The packages as drafted, numbered in their order. One that has a history of its own stays on file."""
        surplus = self.packages.filter(no__gt=len(rows))
        if surplus.filter(events__isnull=False).exists():
            raise Refused(Breach(rules.packages_add_up, "曾经成交的标段已有办理记录，不能删除"))
        surplus.delete()
        for no, row in enumerate(rows, start=1):
            self.packages.update_or_create(no=no, defaults=row)

    def _enforce_draft(self):
        found = breaches(self.BEFORE_PUBLICISE, self)
        for package in self.packages.select_related("fund_line__plan"):
            found += breaches([follows_a_line_of_the_plan_in_force], package)
        excuse(found, "")

    @transaction.atomic
    def publicise_conditions(self, *, by, site_url):
        """公示项目建设内容和承办单位条件（25号 一（三））。"""
        self.hold()
        enforce(self.BEFORE_PUBLICISE, self)
        notice = Notice.start(
            self,
            Notice.Kind.PROCUREMENT,
            by=by,
            title=f"{self.county}{self.name}建设内容及承办单位条件公示",
            body=f"项目建设内容：\n{self.content_text}\n\n承办单位条件：\n{self.conditions}",
            facts=self._facts(),
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

    def _facts(self):
        """What the notice of the conditions states besides the text."""
        packages = list(self.packages.select_related("fund_line"))
        if len(packages) == 1:
            return {"采购预算": f"{self.budget} 元", "支持方向": packages[0].fund_line.get_direction_display()}
        return {"采购预算": f"{self.budget} 元"} | {
            f"第 {package.no} 标段": f"{package.name}，{package.fund_line.get_direction_display()}，预算 {package.budget} 元"
            for package in packages
        }

    def notice_ended(self, notice):
        """The conditions are publicised: procurement may begin. The end of a result notice moves nothing."""
        self.hold()
        if notice.pk == self.conditions_notice_id and self.status == self.Status.CONDITIONS:
            enforce(self.BEFORE_OPEN, self)
            self.move(self.Status.CONDITIONS, self.Status.OPEN, by=None, words="条件公示期满，可以采购")
            key, link = f"procurement:{self.pk}:open", self.get_absolute_url()
            tell(User.objects.serving(self.region, "commerce"), f"可以采购：{self.name}", key=key, link=link)

    def notice_upheld(self, notice, *, by):
        """Conditions go back to be corrected; of a result the awards that it named are void."""
        self.hold()
        if notice.pk == self.conditions_notice_id:
            self.move(self.Status.CONDITIONS, self.Status.DRAFT, by=by, words="公示异议成立，退回更正")
            return
        for package in self.packages.filter(result_notice=notice):
            if package.status == package.Status.AWARDED:
                package.reopen(by=by, reason="采购结果公告异议成立")
            elif package.status == package.Status.SELECTED and not package.signed_on:
                package.fail(by=by, reason="采购结果公告异议成立，成交无效")
        self.settle(by=by)

    def settle(self, *, by):
        """The whole stands where its packages stand: open, all decided, all qualified, or all failed."""
        self.hold()
        states = set(self.packages.values_list("status", flat=True))
        order = [self.Status.OPEN, self.Status.AWARDED, self.Status.SELECTED]
        target = next((state for state in order if state in states), self.Status.FAILED)
        if target != self.status:
            self.move(self.status, target, by=by, words=self.SETTLED[target])

    @transaction.atomic
    def announce(self, *, by, **fields):
        """登记采购公告：方式及法定理由、编号、公告和开标日期、网址（A-122）。成交前可以更正。"""
        self.hold()
        if self.status not in (self.Status.CONDITIONS, self.Status.OPEN):
            raise Refused(Breach(STILL_THERE, f"采购当前为“{self.get_status_display()}”，不能登记采购公告"))
        before = {name: str(getattr(self, name) or "") for name in fields}
        for name, value in fields.items():
            setattr(self, name, value)
        enforce(self.BEFORE_ANNOUNCE, self)
        self.save(update_fields=list(fields))
        data = {name: [before[name], str(value or "")] for name, value in fields.items()}
        self.record("登记采购公告", by=by, data=data)

    @transaction.atomic
    def publicise_result(self, *, by, site_url, reason=""):
        """公告采购结果：成交供应商和金额、废标的标段；不公开未成交供应商的报价。"""
        self.hold()
        excused = enforce(self.BEFORE_RESULT, self, reason=reason)
        decided = self.unannounced()
        notice = Notice.start(
            self,
            Notice.Kind.AWARD,
            by=by,
            title=f"{self.county}{self.name}采购结果公告",
            body="\n".join(_result_of(package) for package in decided),
            facts={"采购编号": self.procurement_no, "采购方式": self.get_method_display()},
            site_url=site_url,
            contact=self.county,
            workdays_long=rules.RESULT_NOTICE_WORKDAYS,
        )
        self.packages.filter(pk__in=[package.pk for package in decided]).update(result_notice=notice)
        self.record("公告采购结果", by=by, reason=reason, excused=excused, data={"notice": notice.title})
        return notice

    @transaction.atomic
    def abandon(self, *, by, reason, package=None):
        """废标、终止：一个标段，或尚未确定承办单位的全部标段；条件公示随之撤回。"""
        self.hold()
        if self.status == self.Status.DRAFT:
            raise Refused(Breach(STILL_THERE, "采购尚在拟定，没有可以终止的采购活动"))
        if self.status == self.Status.CONDITIONS and package is None:
            self.conditions_notice.withdraw(by=by, reason=reason)
        undecided = self.packages.filter(status__in=["open", "awarded"])
        going = [package] if package else list(undecided)
        if not going:
            raise Refused(Breach(STILL_THERE, "没有可以终止的标段，请刷新页面查看最新情况"))
        for each in going:
            each.fail(by=by, reason=reason)
        if package is None or self.status != self.Status.CONDITIONS:
            self.settle(by=by)

    @transaction.atomic
    def back_to_draft(self, *, by, reason):
        """条件须更正：全部标段退回，更正后重新公示、重新采购。"""
        self.hold()
        packages = list(self.packages.all())
        if any(package.status in (package.Status.SELECTED, package.Status.FAILED) for package in packages):
            words = "已有标段确定承办单位或废标，不能整体退回；请逐个标段处理"
            raise Refused(Breach(STILL_THERE, words))
        for package in packages:
            if package.status == package.Status.AWARDED:
                package.reopen(by=by, reason=reason)
        self.refresh_from_db()
        sources = [self.Status.OPEN, self.Status.AWARDED]
        words = "条件须更正，退回拟定"
        self.move(sources, self.Status.DRAFT, by=by, words=words, reason=reason, **self.NOT_ANNOUNCED)


def _result_of(package):
    """One line of the result notice. Offers of those who did not win stand in no notice."""
    if package.status == package.Status.FAILED:
        return f"{package}：废标（流标）。理由：{package.failed_reason}"
    return f"{package}：成交供应商 {package.winner.name}，成交金额 {package.award_amount} 元，成交日期 {package.award_date}"
