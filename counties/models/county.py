"""示范县、信息联络员：who is designated, and who reports."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.access import in_scope
from accounts.models import Region
from counties.models.batch import Batch
from counties.rules import county as rules
from counties.rules import standing
from portal import clock
from portal.flow import Flow
from portal.money import MoneyField
from portal.rules import Breach, Refused, enforce, upholds


class CountyQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user))

    def public(self):
        return self.exclude(status=County.Status.APPLYING)

    def active(self):
        return self.filter(status__in=County.ACTIVE)


class County(Flow):
    """示范县：a region designated in a batch. Only a designated county owns a plan, projects and money (A-001)."""

    class Status(models.TextChoices):
        APPLYING = "applying", "申报中"
        DESIGNATED = "designated", "示范县（创建中）"
        RECTIFYING = "rectifying", "限期整改"
        HEARING = "hearing", "拟取消（听取陈述）"
        REVOKED = "revoked", "已取消"

    ACTIVE = (Status.DESIGNATED, Status.RECTIFYING)

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="counties", verbose_name="批次")
    region = models.ForeignKey(Region, models.PROTECT, related_name="designations", verbose_name="县（市）")
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.DESIGNATED)
    central_total = MoneyField("中央财政资金（元）", default=0)
    supported_before = models.BooleanField("以前年度支持过", default=False)
    villages = models.PositiveIntegerField("行政村数", null=True, blank=True)
    matching_promised = MoneyField("申报时承诺的县级配套（元）", default=0)
    column_url = models.URLField("县政府官网公开专栏", max_length=500, blank=True)
    complaint_phone = models.CharField("投诉举报电话", max_length=40, blank=True)
    complaint_email = models.EmailField("举报邮箱", blank=True)
    complaint_address = models.CharField("通信地址", max_length=200, blank=True)
    account_holder = models.CharField("财政专账户名", max_length=80, blank=True)
    account_bank = models.CharField("开户行", max_length=80, blank=True)
    account_last4 = models.CharField("账号末四位", max_length=4, blank=True)
    rectify_by = models.DateField("整改期限", null=True)

    objects = CountyQuerySet.as_manager()

    ALLOTTED_FIELDS = ("central_total", "supported_before", "villages")
    EDITABLE_FIELDS = (
        "matching_promised",
        "column_url",
        "complaint_phone",
        "complaint_email",
        "complaint_address",
        "account_holder",
        "account_bank",
        "account_last4",
    )

    class Meta:
        verbose_name = "示范县"
        ordering = ["region__code"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "region"], name="A_001_one_designation_per_batch"),
            models.CheckConstraint(
                name="county_central_total_not_negative",
                condition=Q(central_total__gte=0),
                violation_error_message="中央财政资金不能为负",
            ),
            models.CheckConstraint(
                name="A_307_matching_promised_not_negative",
                condition=Q(matching_promised__gte=0),
                violation_error_message="承诺的配套资金不能为负",
            ),
            models.CheckConstraint(
                name="A_345_rectifying_with_a_time_limit",
                condition=~Q(status="rectifying") | Q(rectify_by__isnull=False),
                violation_error_message="责令限期整改须写明期限（规则 A-345d）",
            ),
        ]

    def __str__(self):
        return self.region.name

    def get_absolute_url(self):
        return reverse("county-detail", args=[self.pk])

    @property
    def is_active(self):
        return self.status in self.ACTIVE

    @property
    def is_direct(self):
        """省直管县（按今天的日期）: files directly, the city has no part (A-114)."""
        return self.region.is_province_direct(clock.today())

    @cached_property
    def was_supported_before(self):
        """以前年度支持过的示范县：so it is marked, or an earlier batch of the portal designated the same region."""
        earlier = County.objects.filter(region=self.region_id, batch__year__lt=self.batch.year)
        return self.supported_before or earlier.exists()

    def liaison(self):
        return self.liaisons.active().select_related("user").first()

    def has_special_account(self):
        return bool(self.account_holder and self.account_bank and self.account_last4)

    @transaction.atomic
    def edit(self, *, by, **fields):
        """Disclosure column, complaint phone, special account: each change leaves old and new in an event."""
        self.hold()
        if fields.get("matching_promised", self.matching_promised) < self.matching_promised and self.plans.exists():
            raise Refused(Breach(rules.matching_funds_as_promised, "已起草实施方案，申报时承诺的配套不能再调低"))
        self._write({n: fields[n] for n in self.EDITABLE_FIELDS if n in fields}, by=by, words="维护示范县信息")

    @transaction.atomic
    def allot(self, *, by, reason, **fields):
        """省级核定：the central money of the county, and what the province knows of it (units: 元, villages)."""
        self.hold()
        allotted = {n: fields[n] for n in self.ALLOTTED_FIELDS if n in fields}
        self._write(allotted, by=by, words="核定中央财政资金", reason=reason)

    def _write(self, fields, *, by, words, reason=""):
        changed = {n: [str(getattr(self, n)), str(value)] for n, value in fields.items() if getattr(self, n) != value}
        for name in changed:
            setattr(self, name, fields[name])
        if changed:
            self.save(update_fields=list(changed))
            self.record(words, by=by, reason=reason, data=changed)

    # --- standing (domain/states.md 3.12); called by the deeds of supervision only -----------------------------------

    @transaction.atomic
    def order_rectification(self, *, by, reason, until):
        """责令限期整改：until it ends, each payment needs the consent of the city (省直管县: the province)."""
        self.hold()
        self.rectify_by = until
        enforce([standing.rectified_within_a_time_limit], self)
        S, words = self.Status, f"责令限期整改，期限 {until}"
        self.move(S.DESIGNATED, S.RECTIFYING, by=by, words=words, reason=reason, rectify_by=until)

    @transaction.atomic
    def end_rectification(self, *, by, reason):
        """整改销号，恢复示范县状态。"""
        S = self.Status
        self.move(S.RECTIFYING, S.DESIGNATED, by=by, words="整改销号", reason=reason, rectify_by=None)

    @transaction.atomic
    def suspect(self, *, by, reason):
        """拟取消示范资格，听取陈述。"""
        self.move(self.ACTIVE, self.Status.HEARING, by=by, words="拟取消示范资格，听取陈述", reason=reason)

    @transaction.atomic
    def clear(self, *, by, reason, back_to):
        """不予取消：back to the status before the hearing."""
        self.move(self.Status.HEARING, back_to, by=by, words="不予取消示范资格", reason=reason)

    @upholds("A-327", "A-347")
    @transaction.atomic
    def revoke(self, *, by, reason):
        """取消示范资格：for good; from now on the records of the county can only be read."""
        self.move(self.Status.HEARING, self.Status.REVOKED, by=by, words="取消示范资格", reason=reason)

    def is_open_to_deeds(self, target=""):
        return target == self.Status.REVOKED or super().is_open_to_deeds(target)

    @transaction.atomic
    def appoint_liaison(self, *, by, name, post, phone, user=None):
        """Name the one 信息联络员; the earlier one's term ends the same day (A-453)."""
        self.hold()
        today = clock.today()
        self.liaisons.active().update(until=today)
        liaison = self.liaisons.create(name=name, post=post, phone=phone, user=user, since=today)
        self.record("明确信息联络员", by=by, data={"post": post})
        return liaison


class LiaisonQuerySet(models.QuerySet):
    def active(self):
        return self.filter(until=None)


class Liaison(models.Model):
    """信息联络员：one per county, always (25号 四（五）)."""

    county = models.ForeignKey(County, models.PROTECT, related_name="liaisons")
    name = models.CharField("姓名", max_length=40)
    post = models.CharField("职务", max_length=60)
    phone = models.CharField("电话", max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="账号")
    since = models.DateField("自")
    until = models.DateField("至", null=True)

    objects = LiaisonQuerySet.as_manager()

    class Meta:
        verbose_name = "信息联络员"
        constraints = [
            models.UniqueConstraint(
                fields=["county"],
                condition=Q(until=None),
                name="A_453_one_active_liaison",
                violation_error_message="每县只能有一名在任信息联络员（规则 A-453）",
            ),
            models.CheckConstraint(
                name="liaison_term_in_order",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message="联络员任期止日不能早于起日",
            ),
        ]

    def __str__(self):
        return f"{self.name}（{self.post}）"
