"""项目建设协议（domain/states.md 3.5）：stages, equipment with its owner, the versions that supplements make."""

from copy import copy
from decimal import Decimal

from django.db import models, transaction
from django.db.models import F, Q, Sum
from django.db.models.deletion import ProtectedError
from django.urls import reverse

from accounts.access import in_scope
from counties.rules.county import both_management_rules_are_public
from portal import clock
from portal.models import Attachment
from portal.money import ZERO, MoneyField, percent, total
from portal.outbox import tell
from portal.rules import STILL_THERE, Breach, Refused, breaches, different_people, excuse
from projects.models.contractor import is_member
from projects.models.project import Project
from projects.models.signing import Signing
from projects.rules import agreement as rules
from projects.rules.duplicates import not_supported_twice
from projects.rules.project import follows_a_line_of_the_plan_in_force


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "project__county__region") | Q(is_member(user, "project__contractor")))

    def signed_on(self, line):
        """Signed agreements that draw on this fund line, in whichever version of the plan."""
        return self.filter(status=Agreement.Status.SIGNED, project__fund_line__in=line.lineage())

    def central(self):
        return self.aggregate(sum=Sum("central_amount"))["sum"] or ZERO

    def on_the_way(self):
        return self.filter(status__in=Agreement.ON_THE_WAY)


class Agreement(Signing):
    """项目建设协议：amounts by source, stages, equipment with its owner (25号 三（三）).

    Once signed its words change only through a signed supplement (补充协议), which makes the next version.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        FINANCE = "finance", "待财政条款审核"
        OFFERED = "offered", "待承办单位确认"
        ACCEPTED = "accepted", "待县政府签署"
        SIGNED = "signed", "已签生效"
        TERMINATED = "terminated", "已解除"

    BEFORE_SIGN = [
        follows_a_line_of_the_plan_in_force,
        rules.stages_add_up,
        rules.stages_have_a_trigger,
        rules.amounts_and_owners_are_clear,
        rules.central_money_buys_for_the_county,
        rules.agreement_repeats_the_plan,
        rules.special_accounts_named,
        rules.information_obligation,
        rules.information_clause,
        rules.sharing_stated,
        rules.signage_clause,
        rules.separate_accounting_clause,
        rules.recovery_clause,
        rules.within_award_and_line,
        not_supported_twice,
    ]
    TERMS = (
        "central_amount",
        "matching_amount",
        "self_amount",
        "account_holder",
        "account_bank",
        "account_no",
        "clause_information",
        "clause_sharing",
        "clause_signage",
        "clause_accounting",
        "clause_recovery",
        "sharing_statement",
    )

    project = models.OneToOneField(Project, models.PROTECT, related_name="agreement", verbose_name="项目")
    no = models.CharField("协议编号", max_length=60)
    version = models.PositiveSmallIntegerField("版本", default=1)
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
    sharing_statement = models.TextField("资源开放共享的安排", blank=True, max_length=2000)
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, verbose_name="协议文件")
    terminated_on = models.DateField("解除日期", null=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "协议"
        constraints = [
            models.CheckConstraint(
                name="agreement_signed_iff_dated",
                condition=Q(status__in=Signing.UNSIGNED, signed_on=None)
                | Q(status__in=["signed", "terminated"], signed_on__isnull=False),
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
            models.CheckConstraint(
                name="agreement_signed_after_review_and_acceptance",
                condition=~Q(status__in=["signed", "terminated"])
                | Q(reviewed_by__isnull=False, accepted_by__isnull=False, signed_by__isnull=False),
                violation_error_message="协议须经县财政局审核财政条款、承办单位确认，方可签署",
            ),
            models.CheckConstraint(
                name="agreement_signed_by_four_people",
                condition=(Q(reviewed_by=None) | ~Q(reviewed_by=F("drafted_by")))
                & (Q(signed_by=None) | (~Q(signed_by=F("drafted_by")) & ~Q(signed_by=F("reviewed_by")))),
                violation_error_message="协议的起草、财政条款审核、签署不得为同一人",
            ),
            models.CheckConstraint(
                name="agreement_terminated_iff_dated",
                condition=Q(status="terminated", terminated_on__isnull=False)
                | (~Q(status="terminated") & Q(terminated_on=None)),
                violation_error_message="解除协议须有解除日期",
            ),
        ]

    def __str__(self):
        return f"{self.no} {self.project.name}"

    def get_absolute_url(self):
        return reverse("agreement-detail", args=[self.pk])

    @property
    def status_tone(self):
        """“已解除” begins like something done well; it is not."""
        return "bad" if self.status == self.Status.TERMINATED else ""

    @property
    def fund_line(self):
        return self.project.fund_line

    @property
    def invested(self):
        """Σ 中央、配套、自筹，元。"""
        return self.central_amount + self.matching_amount + self.self_amount

    @property
    def equipment_amount(self):
        """设备清单合计，元。"""
        return total(item.amount for item in self.equipment.all())

    def standing(self):
        """履行中、已完成：what the project says about a signed agreement; nothing before the signature."""
        if self.status != self.Status.SIGNED:
            return ""
        return {"underway": "履行中", "completed": "已完成"}.get(self.project.status, "")

    def shares(self):
        """(stage, percent): two decimals each, 100.00 together; what rounding leaves over stands in the last row."""
        rows = [[stage, percent(stage.amount, self.central_amount)] for stage in self.stages.all()]
        if rows and total(stage.amount for stage, _ in rows) == self.central_amount:
            rows[-1][1] = Decimal(100) - sum(share for _, share in rows[:-1])
        return rows

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

    # --- versions --------------------------------------------------------------------------------------------------

    def snapshot(self):
        """Every word that a supplement may change, as it stands."""
        return {
            "terms": {name: getattr(self, name) for name in self.TERMS},
            "stages": [stage.terms() for stage in self.stages.all()],
            "equipment": [item.terms() for item in self.equipment.all()],
        }

    def reading(self, snapshot):
        """This agreement with the words of a snapshot, in memory only: what rules and papers judge and print."""
        read = copy(self)
        for name, value in snapshot["terms"].items():
            setattr(read, name, self._meta.get_field(name).to_python(value))
        stages, equipment = snapshot["stages"], snapshot["equipment"]
        now = {stage.no: stage for stage in self.stages.all()}
        read._prefetched_objects_cache = {
            "stages": [Stage.read(self, row, len(stages), now.get(row["no"])) for row in stages],
            "equipment": [Equipment.read(self, row) for row in equipment],
        }
        return read

    def at_version(self, version):
        """The agreement as it read in this version (1 is the first), or None."""
        if version == self.version:
            return self
        later = self.supplements.filter(status="signed", version=version + 1).first()
        if later is None:
            return None
        read = self.reading(later.before)
        read.version = version
        return read

    # --- deeds -----------------------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def draft(cls, project, *, by, fields, stages, equipment):
        """起草项目建设协议；每个项目一份。"""
        project.hold()
        agreement = cls.objects.filter(project=project).first() or cls.objects.create(project=project, drafted_by=by)
        agreement.edit(by=by, fields=fields, stages=stages, equipment=equipment)
        return agreement

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
    def sign(self, *, by, reason=""):
        """县政府签署，协议生效。`reason` excuses what is only 原则上 (A-305)."""
        self.hold()
        different_people(by, self.drafted_by, words="起草人不能签署自己起草的协议")
        different_people(by, self.reviewed_by, words="财政条款审核人不能签署协议")
        excused = excuse(self.missing_before_sign(), reason)
        self._signed(by=by, words="签订协议", reason=reason, excused=excused)

    @transaction.atomic
    def terminate(self, *, by, reason):
        """解除已签订的协议，写明原因；在建项目随之中止，留存备查。"""
        self.hold()
        if self.project.status == Project.Status.COMPLETED:
            raise Refused(Breach(STILL_THERE, "项目已整体验收合格，协议已经履行完毕，不能解除"))
        self.move(
            self.Status.SIGNED,
            self.Status.TERMINATED,
            by=by,
            words="解除协议",
            reason=reason,
            terminated_on=clock.today(),
        )
        if self.project.status == Project.Status.UNDERWAY:
            self.project.stop(by=by, reason=reason)
        key, link = f"agreement:{self.pk}:terminated", self.get_absolute_url()
        tell(self.project.contractor.members.all(), f"协议已解除：{self.project.name}", key=key, text=reason, link=link)

    @transaction.atomic
    def amend(self, supplement, *, by):
        """Put a signed supplement into force: the next version, with old and new words in the event.

        The database refuses any other change of a signed agreement.
        """
        self.hold()
        before, after = supplement.before, supplement.after
        for name, value in after["terms"].items():
            setattr(self, name, self._meta.get_field(name).to_python(value))
        self.version = supplement.version
        self.save(update_fields=[*self.TERMS, "version"])
        self._amend_stages(after["stages"])
        self._amend_equipment(after["equipment"])
        data = {"before": _masked(before), "after": _masked(after)}
        self.record(f"补充协议生效，现为第 {self.version} 版", by=by, reason=supplement.reason, data=data)

    def _amend_stages(self, rows):
        """Stages keep their place: what was accepted and paid points at them."""
        now, last = {stage.no: stage for stage in self.stages.all()}, len(rows)
        for no in sorted(set(now) - {row["no"] for row in rows}):
            _take_out(now[no], f"{now[no]}已有验收申请，不能取消")
        for row in rows:
            stage = Stage.read(self, row, last, now.get(row["no"]))
            if row["no"] in now:
                stage.pk = now[row["no"]].pk
                stage.save(update_fields=[*Stage.TERMS, "is_final"])
            else:
                stage.save()

    def _amend_equipment(self, rows):
        """A row of the same name and model stays the same row: ledgers may point at it."""
        now = {}
        for item in self.equipment.all():
            now.setdefault((item.name, item.model), []).append(item)
        for row in rows:
            item, same = Equipment.read(self, row), now.get((row["name"], row["model"]))
            if same:
                item.pk = same.pop(0).pk
                item.save(update_fields=list(Equipment.TERMS))
            else:
                item.save()
        for item in [item for items in now.values() for item in items]:
            _take_out(item, f"设备“{item.name}”已登记台账，不能从协议中取消")


def _take_out(row, words):
    try:
        row.delete()
    except ProtectedError:
        raise Refused(Breach(rules.nothing_accepted_is_lowered, words)) from None


def _masked(snapshot):
    """For the event, which more people read than the account."""
    number = snapshot["terms"].get("account_no", "")
    return snapshot | {"terms": snapshot["terms"] | {"account_no": f"末四位 {number[-4:]}"}}


class Stage(models.Model):
    """协议约定的验收、拨付阶段；最后一个阶段为整体验收（A-312、A-316）。"""

    TERMS = ("name", "trigger", "deliverables", "amount", "planned_on")

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="stages")
    no = models.PositiveSmallIntegerField("序号")
    name = models.CharField("阶段", max_length=60)
    trigger = models.CharField("触发条件", max_length=200, blank=True)
    deliverables = models.CharField("应完成内容", max_length=200)
    amount = MoneyField("中央资金（元）")
    planned_on = models.DateField("计划日期", null=True, blank=True)
    committed = MoneyField("已验收核定（元）", default=ZERO)
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
            models.CheckConstraint(
                name="A_312_stage_amount_covers_what_was_accepted",
                condition=Q(committed__gte=0, committed__lte=F("amount")),
                violation_error_message="阶段金额不能低于该阶段验收核定的金额（规则 A-312）",
            ),
        ]

    def __str__(self):
        return f"第 {self.no} 阶段 {self.name}"

    @property
    def kind(self):
        return "整体验收" if self.is_final else "分阶段验收"

    def terms(self):
        return {"no": self.no} | {name: getattr(self, name) for name in self.TERMS}

    @classmethod
    def read(cls, agreement, row, last, now=None):
        """The stage of one row of a snapshot; what was accepted of it comes from the stage that stands now."""
        values = {name: cls._meta.get_field(name).to_python(row[name]) for name in cls.TERMS}
        committed = now.committed if now else ZERO
        return cls(agreement=agreement, no=row["no"], is_final=row["no"] == last, committed=committed, **values)

    @transaction.atomic
    def commit(self, amount):
        """验收合格：so much of this stage is fixed; no supplement lowers it (called by the room of acceptance)."""
        Stage.objects.filter(pk=self.pk).update(committed=amount)
        self.committed = amount


class Equipment(models.Model):
    """协议中的设备购置与归属（A-323）。"""

    class Owner(models.TextChoices):
        COUNTY = "county", "县政府（国有资产）"
        CONTRACTOR = "contractor", "承办单位"

    TERMS = ("name", "model", "quantity", "unit_price", "owner", "custodian", "place")

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="equipment")
    name = models.CharField("设备名称", max_length=80)
    model = models.CharField("型号", max_length=80, blank=True)
    quantity = models.PositiveIntegerField("数量")
    unit_price = MoneyField("单价（元）")
    owner = models.CharField("产权归属", max_length=12, choices=Owner, blank=True)
    custodian = models.CharField("使用、保管单位", max_length=80, blank=True)
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

    @property
    def amount(self):
        """数量 × 单价，元。"""
        return self.quantity * self.unit_price

    def terms(self):
        return {name: getattr(self, name) for name in self.TERMS}

    @classmethod
    def read(cls, agreement, row):
        return cls(agreement=agreement, **{name: cls._meta.get_field(name).to_python(row[name]) for name in cls.TERMS})
