"""项目建设协议（domain/states.md 3.5）：stages, equipment with its owner."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q, Sum

from accounts.access import in_scope
from counties.rules.county import both_management_rules_are_public
from portal import clock
from portal.flow import Flow
from portal.models import Attachment
from portal.money import ZERO, MoneyField
from portal.outbox import tell
from portal.rules import Breach, Refused, breaches, different_people, excuse
from projects.models.contractor import is_member
from projects.models.project import Project
from projects.rules import agreement as rules
from projects.rules.project import follows_a_line_of_the_plan_in_force


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
        follows_a_line_of_the_plan_in_force,
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
        found = breaches([both_management_rules_are_public], self.county) + breaches(self.BEFORE_SIGN, self)
        return found + self.project.package.missing_before_sign()

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
