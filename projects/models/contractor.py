"""承办单位：identity, scale, consortium, people. The contractor keeps its own file; the county reviews it."""

import secrets

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from accounts.models import Office, Position, Region, User
from accounts.sync import sync_person
from portal import clock
from portal.flow import Recorded
from portal.money import MoneyField
from portal.rules import STILL_THERE, Breach, Refused, breaches, enforce
from projects.checklist import checklist
from projects.rules import contractor as rules

PAPERS = ("licences", "credit_checks", "credit_ratings", "evidence")


class ContractorQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A contractor sees itself; offices see every contractor registered (its performance is shown in selections)."""
        is_office = user.office_id and user.office.level != "contractor"
        return self if is_office else self.filter(members=user)

    def named(self, words):
        return self.filter(Q(name__icontains=words) | Q(credit_code__icontains=words)) if words else self


class Contractor(Recorded):
    """承办单位（25号 一（三））。Its accounts reach its own projects only, by membership."""

    class Form(models.TextChoices):
        LEGAL_PERSON = "legal_person", "独立法人"
        BRANCH = "branch", "分支机构"
        CONSORTIUM = "consortium", "联合体"

    class Category(models.TextChoices):
        CIRCULATION = "circulation", "流通"
        ECOMMERCE = "ecommerce", "电商"
        LOGISTICS = "logistics", "物流"
        TRAINING = "training", "培训"
        OTHER = "other", "其他"

    CREDIT_CHECK_DAYS = rules.CREDIT_CHECK_DAYS
    PERSONAL = ("contact_phone", "contact_email")  # an event says that they changed, not what they are

    name = models.CharField("名称", max_length=100)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    legal_representative = models.CharField("法定代表人", max_length=40)
    form = models.CharField("组织形式", max_length=14, choices=Form, default=Form.LEGAL_PERSON)
    category = models.CharField("单位类型", max_length=14, choices=Category)
    category_note = models.CharField("类型说明", max_length=200, blank=True)
    registered_capital = MoneyField("注册资本（元）", null=True, blank=True)
    founded_on = models.DateField("成立日期", null=True, blank=True)
    staff_count = models.PositiveIntegerField("从业人数（人）", null=True, blank=True)
    contact_person = models.CharField("联系人", max_length=40, blank=True)
    contact_phone = models.CharField("联系电话", max_length=40, blank=True)
    contact_email = models.EmailField("电子邮箱", blank=True)
    registered_at = models.CharField("注册地址", max_length=200)
    declares_clean_record = models.BooleanField("承诺三年内无违法违规行为", default=False)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="登记地区")
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="contractors", blank=True)

    objects = ContractorQuerySet.as_manager()

    class Meta:
        verbose_name = "承办单位"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code=""),
                name="A_123_one_contractor_per_credit_code",
                violation_error_message="该统一社会信用代码已登记，不能重复登记（规则 A-123）",
            ),
            models.CheckConstraint(
                name="A_123_credit_code_of_every_company",
                condition=Q(form="consortium", credit_code="") | (~Q(form="consortium") & ~Q(credit_code="")),
                violation_error_message="单位须有统一社会信用代码；联合体不填，由各成员分别登记（规则 A-123）",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("contractor-detail", args=[self.pk])

    def admits(self, user) -> bool:
        return self.members.filter(pk=user.pk).exists()

    def opens_contacts_to(self, user):
        """联系电话、邮箱只给承办单位自己和县级看全（domain/actors.md 2.2）。"""
        return user.office is None or user.office.level in (Office.Level.CONTRACTOR, Office.Level.COUNTY)

    # --- what the rules ask ------------------------------------------------------------------------------------------

    def parties(self):
        """Who has to meet the conditions: the company itself, or every member of a consortium."""
        if self.form != self.Form.CONSORTIUM:
            return [self]
        return [row.member for row in self.consortium_members.all()]

    def with_what_the_rules_read(self):
        """Each kind of paper is read once, however many rules ask; a consortium has the papers of its members."""
        members = self.form == self.Form.CONSORTIUM
        names = [f"consortium_members__member__{name}" for name in PAPERS] if members else PAPERS
        models.prefetch_related_objects([self], *names)
        return self

    def recent_assessments(self):
        """The last five 履约考核 that stand, the newest first."""
        return self.assessments.current().select_related("project")[:5]

    def missing_for_qualification(self):
        return breaches(rules.QUALIFICATION, self)

    def qualification_checklist(self):
        """Item by item; what only a consortium owes is not shown to a single company."""
        shown = rules.QUALIFICATION if self.form == self.Form.CONSORTIUM else rules.REVIEWED
        return checklist(shown, self)

    # --- the file ----------------------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def register(cls, region, *, by, **fields):
        """登记承办单位；代码已登记的不重复登记（A-123）。"""
        contractor = cls.objects.create(region=region, **fields)
        contractor.record("登记承办单位", by=by)
        return contractor

    @transaction.atomic
    def edit(self, *, by, **fields):
        """维护单位资料；改动前后的内容留在事件里，联系方式只记有改动。"""
        self.hold()
        changed = {name: [str(getattr(self, name)), str(v)] for name, v in fields.items() if getattr(self, name) != v}
        for name in self.PERSONAL:
            if name in changed:
                changed[name] = ["已改动"]
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))
        if changed:
            self.record("修改承办单位资料", by=by, data=changed)

    @transaction.atomic
    def file_item(self, item, *, by):
        """登记一项资质、信用查询、信用等级评价或能力证明。"""
        self.hold()
        if self.form == self.Form.CONSORTIUM:
            words = "联合体的资质、信用和证明材料登记在各成员名下"
            raise Refused(Breach(rules.consortium_names_its_lead, words))
        item.contractor = self
        item.save()
        self.record(f"登记{item._meta.verbose_name}：{item}"[:200], by=by)

    @transaction.atomic
    def withdraw_item(self, item, *, by, reason):
        """撤下登记有误的材料：原记录和理由都保留；查到的失信记录，承办单位自己不能撤下（A-130）。"""
        self.hold()
        item.refresh_from_db()
        if not item.is_current:
            raise Refused(Breach(STILL_THERE, f"“{item}”已经撤下"))
        if getattr(item, "found_record", False) and self.admits(by):
            words = "查到的违法违规或失信记录，承办单位自己不能撤下；确有错误的，请县级经办人核实后撤下"
            raise Refused(Breach(rules.clean_record, words))
        item.withdrawn_at, item.withdrawn_by, item.withdrawn_reason = clock.now(), by, reason
        item.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        self.record(f"撤下{item._meta.verbose_name}：{item}"[:200], by=by, reason=reason)

    # --- 联合体 ------------------------------------------------------------------------------------------------------

    def refuse_unless_open_consortium(self):
        if self.form != self.Form.CONSORTIUM:
            raise Refused(Breach(rules.consortium_names_its_lead, "组织形式不是联合体，没有成员可登记"))
        if self.projects.exists():
            raise Refused(Breach(rules.consortium_names_its_lead, "联合体已承办项目，成员不能再改"))

    @transaction.atomic
    def add_member(self, member, *, by, is_lead, share):
        """登记联合体成员和分工；牵头单位只有一个。"""
        self.hold()
        self.refuse_unless_open_consortium()
        self.consortium_members.create(member=member, is_lead=is_lead, share=share)
        self.record(f"登记联合体{'牵头单位' if is_lead else '成员'}：{member}"[:200], by=by, data={"share": share})

    @transaction.atomic
    def remove_member(self, row, *, by):
        self.hold()
        self.refuse_unless_open_consortium()
        row.delete()
        self.record(f"移除联合体成员：{row.member}"[:200], by=by, data={"share": row.share, "is_lead": row.is_lead})

    # --- 人员 --------------------------------------------------------------------------------------------------------

    def has_administrator(self):
        return self.members.filter(is_active=True, position=Position.ADMINISTRATOR).exists()

    @transaction.atomic
    def open_account(self, *, by, username, name, phone):
        """开通本单位人员账号；第一个账号是管理员。Returns the person and the first password, which is kept nowhere."""
        self.hold()
        enforce([rules.room_for_one_more_account], self)
        position = Position.OPERATOR if self.has_administrator() else Position.ADMINISTRATOR
        password = secrets.token_urlsafe(12)
        person = User.objects.create_user(
            username,
            password=password,
            display_name=name,
            office=self._office_of_its_people(),
            position=position,
            is_demonstration=by.is_demonstration,
        )
        sync_person(person)
        self.members.add(person)
        self.accounts_opened.create(person=person, phone=phone, opened_by=by, opened_at=clock.now())
        words = f"开通账号：{name}（{username}，{person.get_position_display()}）"
        self.record(words, by=by, data={"username": username})
        return person, password

    @transaction.atomic
    def close_account(self, person, *, by, reason):
        """停用账号：不删除，登录状态当即失效（每次请求都核对账号是否在用）。"""
        self.hold()
        person.refresh_from_db()
        if person == by:
            raise Refused(Breach(rules.OWN_ACCOUNT, "不能停用自己的账号，请由本单位另一名管理员或县级经办人办理"))
        if not self.admits(person) or person.contractors.exclude(pk=self.pk).exists():
            raise Refused(Breach(rules.OWN_ACCOUNT, "该账号不是（或不只是）本单位的人员"))
        if not person.is_active:
            raise Refused(Breach(STILL_THERE, "该账号已经停用"))
        person.is_active = False
        person.save(update_fields=["is_active"])
        words = f"停用账号：{person.display_name}（{person.username}）"
        self.record(words, by=by, reason=reason, data={"username": person.username})

    def _office_of_its_people(self):
        """All people of a contractor sit in one office of the level 承办单位, never in one of the state's."""
        first = self.members.filter(office__level=Office.Level.CONTRACTOR).select_related("office").first()
        if first:
            return first.office
        name = f"{self.name[:38]}（{self.credit_code or f'联合体{self.pk}'}）"
        return Office.opened(name, self.region, Office.Level.CONTRACTOR, Office.Bureau.CONTRACTOR)


class ConsortiumMember(models.Model):
    """联合体成员：谁牵头，谁做什么。"""

    consortium = models.ForeignKey(Contractor, models.CASCADE, related_name="consortium_members")
    member = models.ForeignKey(Contractor, models.PROTECT, related_name="consortia", verbose_name="成员")
    is_lead = models.BooleanField("牵头单位", default=False)
    share = models.CharField("分工", max_length=200)

    class Meta:
        verbose_name = "联合体成员"
        ordering = ["-is_lead", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "member"],
                name="one_row_per_consortium_member",
                violation_error_message="该单位已是联合体成员",
            ),
            models.UniqueConstraint(
                fields=["consortium"],
                condition=Q(is_lead=True),
                name="A_123_one_lead_per_consortium",
                violation_error_message="联合体只能有一个牵头单位（规则 A-123）",
            ),
            models.CheckConstraint(
                name="consortium_is_not_its_own_member",
                condition=~Q(consortium=F("member")),
                violation_error_message="联合体不能是自己的成员",
            ),
        ]

    def __str__(self):
        return f"{self.member}（{'牵头' if self.is_lead else '成员'}）"


class AccountOpened(models.Model):
    """开通账号的登记：谁在什么时候为谁开通，联系电话。"""

    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="accounts_opened")
    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="account_opened")
    phone = models.CharField("联系电话", max_length=40)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("开通时间")

    class Meta:
        verbose_name = "账号开通"

    def __str__(self):
        return str(self.person)


def is_member(user, path):
    """Condition for a list: the contractor reached by `path` counts this person among its members."""
    return Exists(Contractor.members.through.objects.filter(user=user, contractor=OuterRef(path)))
