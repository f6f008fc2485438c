"""项目、建设方案、协议、交易和活动信息（domain/states.md 3.4、3.5）。"""

from datetime import date

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q, Sum
from django.urls import reverse

from accounts.access import in_scope
from accounts.models import User
from counties.models import County, FundLine
from counties.rules.county import both_management_rules_are_public
from notices.models import Notice
from portal import clock
from portal.flow import Flow
from portal.models import Attachment
from portal.money import ZERO, MoneyField
from portal.outbox import tell
from portal.rules import STILL_THERE, Breach, Refused, breaches, different_people, enforce, excuse, upholds
from projects import rules
from projects.models.contractor import Contractor, is_member
from projects.models.procurement import Procurement


class ProjectQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "county__region") | Q(is_member(user, "contractor")))

    def public(self):
        return self.all()

    def underway(self):
        return self.filter(status=Project.Status.UNDERWAY)

    def named(self, words):
        found = Q(name__icontains=words) | Q(no__icontains=words) | Q(contractor__name__icontains=words)
        return self.filter(found) if words else self


class Project(Flow):
    """项目（项目台账）：未开工 → 实施中 → 已完工。Follows one line of the plan (A-311)."""

    class Status(models.TextChoices):
        PREPARING = "preparing", "未开工"
        UNDERWAY = "underway", "实施中"
        COMPLETED = "completed", "已完工"
        STOPPED = "stopped", "中止"

    BEFORE_START = [
        rules.follows_a_line_of_the_plan_in_force,
        rules.agreement_signed,
        rules.contractor_plan_approved,
        rules.contractor_plan_publicised,
        rules.responsible_person_named,
        rules.time_limits_set,
    ]

    county = models.ForeignKey(County, models.PROTECT, related_name="projects", verbose_name="示范县")
    no = models.CharField("项目编号", max_length=20, unique=True)
    name = models.CharField("项目名称", max_length=120)
    fund_line = models.ForeignKey(FundLine, models.PROTECT, related_name="projects", verbose_name="对应资金安排")
    procurement = models.OneToOneField(Procurement, models.PROTECT, related_name="project", verbose_name="采购")
    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="projects", verbose_name="承办单位")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PREPARING)
    owner_person = models.CharField("责任人", max_length=40, blank=True)
    owner_phone = models.CharField("责任人电话", max_length=40, blank=True)
    planned_start = models.DateField("计划开工", null=True, blank=True)
    planned_end = models.DateField("计划完工", null=True, blank=True)
    started_on = models.DateField("实际开工", null=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "项目"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="project_started_iff_dated",
                condition=Q(status="preparing", started_on=None)
                | (~Q(status="preparing") & Q(started_on__isnull=False)),
                violation_error_message="已开工的项目须有开工日期",
            ),
            models.CheckConstraint(
                name="project_dates_in_order",
                condition=Q(planned_end=None) | Q(planned_start=None) | Q(planned_end__gte=F("planned_start")),
                violation_error_message="计划完工不能早于计划开工",
            ),
        ]

    def __str__(self):
        return f"{self.no} {self.name}"

    def get_absolute_url(self):
        return reverse("project-detail", args=[self.pk])

    def opens_phone_to(self, user):
        """责任人电话只给本县和承办单位看全，其他人只看末四位（domain/actors.md 2.2）。"""
        return user.office is None or user.office.level in (user.office.Level.CONTRACTOR, user.office.Level.COUNTY)

    def admits(self, user):
        """The contractor's people act on their own project; officials where they have scope."""
        return self.contractor.admits(user) or self.region.admits(user)

    def latest_plan(self):
        """The contractor's plan as it stands, or None."""
        return next(iter(self.contractor_plans.all()), None)

    def approved_plan(self):
        """The contractor's plan that the county government has approved, or None."""
        return next((plan for plan in self.contractor_plans.all() if plan.status in ContractorPlan.APPROVED), None)

    def missing_before_start(self):
        return breaches(self.BEFORE_START, self)

    @transaction.atomic
    def edit(self, *, by, **fields):
        """责任人与时限（A-332、A-411）。"""
        self.hold()
        before = {name: str(getattr(self, name)) for name in fields}
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))
        self.record("维护项目台账", by=by, data={n: [before[n], str(v)] for n, v in fields.items()})

    @upholds("B-604")
    @transaction.atomic
    def start(self, *, by):
        """建设方案批准并公示期满后，方可组织实施（A-108、A-109）。"""
        self.hold()
        enforce(self.BEFORE_START, self)
        self.move(self.Status.PREPARING, self.Status.UNDERWAY, by=by, words="开工", started_on=clock.today())

    def complete(self, *, by):
        """整体验收合格后项目完工。"""
        self.move(self.Status.UNDERWAY, self.Status.COMPLETED, by=by, words="整体验收合格，项目完工")

    def information_months(self, until: date) -> list[date]:
        """Months whose information is owed at `until`: from the month of the start to the month before (A-458)."""
        if not self.started_on:
            return []
        month, months = self.started_on.replace(day=1), []
        while month < until.replace(day=1):
            months.append(month)
            month = next_month(month)
        return months

    def information_missing(self, until: date) -> list[date]:
        given = set(self.information.submitted().values_list("month", flat=True))
        return [month for month in self.information_months(until) if month not in given]


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


class ContractorPlan(Flow):
    """承办单位项目建设方案：报县政府批准，向社会公示后组织实施（25号 一（一））。"""

    class Status(models.TextChoices):
        DRAFT = "draft", "编制中"
        SUBMITTED = "submitted", "待县政府批准"
        RETURNED = "returned", "退回修改"
        PUBLICISED = "publicised", "已批准，公示中"
        READY = "ready", "可组织实施"

    EDITABLE = (Status.DRAFT, Status.RETURNED)
    APPROVED = (Status.PUBLICISED, Status.READY)
    BEFORE_SUBMIT = [rules.contractor_plan_repeats_the_agreement]

    project = models.ForeignKey(Project, models.PROTECT, related_name="contractor_plans", verbose_name="项目")
    version = models.PositiveSmallIntegerField("版本", default=1)
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.DRAFT)
    text = models.TextField("建设内容、时限和投资")
    central_amount = MoneyField("中央资金投入额度（元）", null=True, blank=True)
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, verbose_name="建设方案文件")
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+", verbose_name="公示")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField("批准时间", null=True)

    class Meta:
        verbose_name = "建设方案"
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["project", "version"], name="one_contractor_plan_per_version"),
            models.CheckConstraint(
                name="A_108_contractor_plan_approved_iff_dated",
                condition=Q(status__in=["publicised", "ready"], approved_at__isnull=False, notice__isnull=False)
                | Q(status__in=["draft", "submitted", "returned"], approved_at=None),
                violation_error_message="建设方案须经县政府批准并公示（规则 A-108、A-109）",
            ),
        ]

    def __str__(self):
        return f"{self.project.name}建设方案（第 {self.version} 版）"

    def get_absolute_url(self):
        return self.project.get_absolute_url()

    @property
    def county(self):
        return self.project.county

    def refuse_unless_editable(self):
        if self.status not in self.EDITABLE:
            raise Refused(Breach(STILL_THERE, f"建设方案当前为“{self.get_status_display()}”，不能修改"))

    @classmethod
    @transaction.atomic
    def draft(cls, project, *, by, text, central_amount=None, file=None):
        """承办单位编制建设方案，或按退回意见修改；报出之后不能再改。"""
        project.hold()
        plan = project.contractor_plans.first() or cls(project=project)
        if plan.pk:
            plan.hold()
        plan.refuse_unless_editable()
        plan.text, plan.central_amount = text, central_amount
        plan.file, plan.drafted_by = file or plan.file, by
        plan.save()
        plan.record("编制建设方案", by=by, target=plan.status)
        return plan

    @transaction.atomic
    def submit(self, *, by):
        self.hold()
        enforce(self.BEFORE_SUBMIT, self)
        self.move(self.EDITABLE, self.Status.SUBMITTED, by=by, words="建设方案报县政府批准")
        people = User.objects.serving(self.region, "government")
        link = self.get_absolute_url()
        tell(people, f"请批准建设方案：{self.project.name}", key=f"contractor-plan:{self.pk}:{clock.now()}", link=link)

    @transaction.atomic
    def approve(self, *, by, site_url):
        """县政府批准，随即向社会公示。"""
        self.hold()
        different_people(by, self.drafted_by, words="编制人不能批准自己编制的建设方案")
        enforce(self.BEFORE_SUBMIT, self)
        notice = Notice.start(
            self,
            Notice.Kind.CONTRACTOR_PLAN,
            by=by,
            title=f"{self.project.name}承办单位建设方案公示",
            body=self.text,
            facts=self._facts(),
            site_url=site_url,
            contact=self.county,
            workdays_long=self.county.batch.publicity_workdays,
        )
        if self.file:
            notice.attachments.add(self.file)
            self.file.publish()
        self.move(
            self.Status.SUBMITTED,
            self.Status.PUBLICISED,
            by=by,
            words="县政府批准建设方案并公示",
            notice=notice,
            approved_at=clock.now(),
        )

    def _facts(self):
        """What the notice states besides the text; amounts and owners as the agreement has them (A-324)."""
        facts = {"承办单位": self.project.contractor.name, "项目编号": self.project.no}
        agreement = getattr(self.project, "agreement", None)
        if agreement is None:
            return facts
        owners = [f"{x.name} {x.quantity}，归属：{x.get_owner_display()}" for x in agreement.equipment.all()]
        return facts | {
            "中央资金": f"{agreement.central_amount} 元",
            "设备购置与归属": "；".join(owners) or "不购置设备",
        }

    @transaction.atomic
    def send_back(self, *, by, reason):
        self.move(self.Status.SUBMITTED, self.Status.RETURNED, by=by, words="县政府退回建设方案", reason=reason)

    def notice_ended(self, notice):
        if self.hold().status == self.Status.PUBLICISED:
            self.move(self.Status.PUBLICISED, self.Status.READY, by=None, words="建设方案公示期满，可组织实施")

    def notice_upheld(self, notice, *, by):
        self.hold()
        self.move(self.Status.PUBLICISED, self.Status.RETURNED, by=by, words="公示异议成立，退回更正", approved_at=None)


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "project__county__region") | Q(is_member(user, "project__contractor")))

    def signed_on(self, line):
        """Signed agreements that draw on this fund line, in whichever version of the plan."""
        return self.filter(status=Agreement.Status.SIGNED, project__fund_line__in=line.lineage())

    def central(self):
        return self.aggregate(sum=Sum("central_amount"))["sum"] or ZERO


class Agreement(Flow):
    """项目建设协议：amounts by source, stages, equipment with its owner (25号 三（三）)."""

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        SIGNED = "signed", "已签生效"

    BEFORE_SIGN = [
        rules.follows_a_line_of_the_plan_in_force,
        rules.stages_add_up,
        rules.amounts_and_owners_are_clear,
        rules.agreement_repeats_the_plan,
        rules.special_accounts_named,
        rules.information_clause,
        rules.within_award_and_line,
    ]

    project = models.OneToOneField(Project, models.PROTECT, related_name="agreement", verbose_name="项目")
    no = models.CharField("协议编号", max_length=60)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    central_amount = MoneyField("中央资金（元）", default=ZERO)
    matching_amount = MoneyField("县级配套（元）", default=ZERO)
    self_amount = MoneyField("自筹（元）", default=ZERO)
    account_holder = models.CharField("专账户名", max_length=80, blank=True)
    account_bank = models.CharField("开户行", max_length=80, blank=True)
    account_no = models.CharField("账号", max_length=40, blank=True)
    clause_information = models.BooleanField("载明提供交易和活动信息义务", default=False)
    clause_sharing = models.BooleanField("载明资源开放共享", default=False)
    clause_signage = models.BooleanField("载明设置统一标识", default=False)
    clause_accounting = models.BooleanField("载明分别核算", default=False)
    clause_recovery = models.BooleanField("载明违约追回", default=False)
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, verbose_name="协议文件")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_on = models.DateField("签订日期", null=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "协议"
        constraints = [
            models.CheckConstraint(
                name="agreement_signed_iff_dated",
                condition=Q(status="draft", signed_on=None) | Q(status="signed", signed_on__isnull=False),
                violation_error_message="已签协议须有签订日期",
            ),
            models.CheckConstraint(
                name="agreement_amounts_not_negative",
                condition=Q(central_amount__gte=0, matching_amount__gte=0, self_amount__gte=0),
                violation_error_message="协议金额不能为负",
            ),
            models.CheckConstraint(
                name="A_322_signed_agreement_names_the_account",
                condition=Q(status="draft") | (~Q(account_holder="") & ~Q(account_bank="") & ~Q(account_no="")),
                violation_error_message="已签协议须写明承办单位专账（规则 A-322）",
            ),
        ]

    def __str__(self):
        return f"{self.no} {self.project.name}"

    def get_absolute_url(self):
        return self.project.get_absolute_url()

    @property
    def county(self):
        return self.project.county

    @property
    def fund_line(self):
        return self.project.fund_line

    @property
    def invested(self):
        """Σ 中央、配套、自筹，元。"""
        return self.central_amount + self.matching_amount + self.self_amount

    def missing_before_sign(self):
        return breaches([both_management_rules_are_public], self.county) + breaches(self.BEFORE_SIGN, self)

    def opens_account_to(self, user):
        """专账账号全文只给县财政和承办单位自己看，其他人只看末四位（domain/actors.md 2.2）。

        Asked about somebody who may see the project at all: whoever is in no office is there as the contractor.
        """
        office = user.office
        if office is None or office.level == office.Level.CONTRACTOR:
            return True
        return (office.level, office.bureau) == (office.Level.COUNTY, office.Bureau.FINANCE)

    @classmethod
    @transaction.atomic
    def draft(cls, project, *, by, fields, stages, equipment):
        """起草项目建设协议；每个项目一份。"""
        project.hold()
        agreement = cls.objects.filter(project=project).first() or cls.objects.create(project=project, drafted_by=by)
        agreement.edit(by=by, fields=fields, stages=stages, equipment=equipment)
        return agreement

    def refuse_unless_draft(self):
        if self.status != self.Status.DRAFT:
            raise Refused(Breach(rules.amounts_and_owners_are_clear, "已签订的协议不能修改，须签订补充协议"))

    @transaction.atomic
    def edit(self, *, by, fields, stages=None, equipment=None):
        """Write the draft; stages and equipment rows are written anew when given."""
        self.hold()
        self.refuse_unless_draft()
        for name, value in fields.items():
            setattr(self, name, value)
        self.drafted_by = by
        self.save()
        if stages is not None:
            self.stages.all().delete()
            last = len(stages)
            Stage.objects.bulk_create(
                [Stage(agreement=self, no=no, is_final=no == last, **row) for no, row in enumerate(stages, start=1)]
            )
        if equipment is not None:
            self.equipment.all().delete()
            Equipment.objects.bulk_create([Equipment(agreement=self, **row) for row in equipment])
        self.record("起草协议", by=by, data={"central_amount": str(self.central_amount)})

    @transaction.atomic
    def sign(self, *, by):
        """县政府签署，协议生效。"""
        self.hold()
        different_people(by, self.drafted_by, words="起草人不能签署自己起草的协议")
        excuse(self.missing_before_sign(), "")
        self.move(self.Status.DRAFT, self.Status.SIGNED, by=by, words="签订协议", signed_on=clock.today())
        key, link = f"agreement:{self.pk}:signed", self.get_absolute_url()
        tell(self.project.contractor.members.all(), f"协议已签订：{self.project.name}", key=key, link=link)


class Stage(models.Model):
    """协议约定的验收、拨付阶段；最后一个阶段为整体验收（A-312、A-316）。"""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="stages")
    no = models.PositiveSmallIntegerField("序号")
    name = models.CharField("阶段", max_length=60)
    deliverables = models.CharField("应完成内容", max_length=200)
    amount = MoneyField("中央资金（元）")
    is_final = models.BooleanField("整体验收", default=False)

    class Meta:
        verbose_name = "阶段"
        ordering = ["no"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "no"], name="one_stage_per_number"),
            models.CheckConstraint(
                name="stage_amount_positive",
                condition=Q(amount__gt=0),
                violation_error_message="阶段金额须大于零",
            ),
        ]

    def __str__(self):
        return f"第 {self.no} 阶段 {self.name}"

    @property
    def kind(self):
        return "整体验收" if self.is_final else "分阶段验收"


class Equipment(models.Model):
    """协议中的设备购置与归属（A-323）。"""

    class Owner(models.TextChoices):
        COUNTY = "county", "县政府（国有资产）"
        CONTRACTOR = "contractor", "承办单位"

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="equipment")
    name = models.CharField("设备名称", max_length=80)
    model = models.CharField("型号", max_length=80, blank=True)
    quantity = models.PositiveIntegerField("数量")
    unit_price = MoneyField("单价（元）")
    owner = models.CharField("产权归属", max_length=12, choices=Owner, blank=True)
    place = models.CharField("存放地点", max_length=120, blank=True)

    class Meta:
        verbose_name = "设备"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="equipment_has_quantity_and_price",
                condition=Q(quantity__gt=0, unit_price__gte=0),
                violation_error_message="设备数量须大于零，单价不能为负",
            )
        ]

    def __str__(self):
        return self.name


class InformationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Rows are a business secret: the contractor and its county see them, levels above see sums (A-457)."""
        county = Q(in_scope(user, "project__county__region")) if _of_county(user) else Q(pk=None)
        return self.filter(county | Q(is_member(user, "project__contractor")))

    def submitted(self):
        return self.exclude(submitted_at=None)

    def sums(self):
        """What the levels above may see of it: sums, never rows (A-457)."""
        names = ("online_sales", "farm_sales", "orders", "parcels")
        return self.submitted().aggregate(**{name: Sum(name) for name in names})


def _of_county(user):
    return bool(user.office_id) and user.office.level == "county"


class TransactionInformation(models.Model):
    """承办单位每月提供的交易和活动信息；零申报是签字的回答，与未报不同（25号 四（五））。"""

    project = models.ForeignKey(Project, models.PROTECT, related_name="information", verbose_name="项目")
    month = models.DateField("月份", help_text="该月第一天")
    is_nil = models.BooleanField("零申报", default=False)
    online_sales = MoneyField("网络销售额（元）", default=ZERO)
    farm_sales = MoneyField("其中农产品（元）", default=ZERO)
    orders = models.PositiveIntegerField("订单（单）", default=0)
    parcels = models.PositiveIntegerField("包裹（件）", default=0)
    activities = models.TextField("活动情况", blank=True)
    submitted_at = models.DateTimeField("报送时间", null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="报送人")

    objects = InformationQuerySet.as_manager()

    class Meta:
        verbose_name = "交易和活动信息"
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "month"],
                name="one_information_per_month",
                violation_error_message="该月的交易和活动信息已经报送",
            ),
            models.CheckConstraint(
                name="information_month_is_first_day",
                condition=Q(month__day=1),
                violation_error_message="月份须为该月第一天",
            ),
            models.CheckConstraint(
                name="information_nil_means_nothing",
                condition=Q(is_nil=False) | Q(online_sales=0, farm_sales=0, orders=0, parcels=0),
                violation_error_message="零申报时各项数据须为零",
            ),
            models.CheckConstraint(
                name="information_farm_within_online",
                condition=Q(online_sales__gte=F("farm_sales")) & Q(farm_sales__gte=0),
                violation_error_message="农产品销售额不能大于网络销售额",
            ),
        ]

    def __str__(self):
        return f"{self.project.name} {self.month:%Y-%m}"

    def get_absolute_url(self):
        return self.project.get_absolute_url()

    @classmethod
    @transaction.atomic
    def submit(cls, project, month, *, by, **fields):
        """按月报送；每月一次，报送后更正须说明（issue of corrections belongs to the reporting office）."""
        project.hold()
        information = cls.objects.create(
            project=project, month=month, submitted_at=clock.now(), submitted_by=by, **fields
        )
        words = f"报送 {month:%Y年%-m月} 交易和活动信息" + ("（零申报）" if information.is_nil else "")
        project.record(words, by=by)
        return information
