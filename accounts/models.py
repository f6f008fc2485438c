"""行政区划、机关、人员：who stands where. What a role may do is in roles.py."""

from django.contrib.auth.models import AbstractUser, Group
from django.contrib.auth.models import UserManager as BaseUserManager
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accounts.roles import ROLES


class RegionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(Exists(Scope.objects.filter(user=user, region=OuterRef("pk"))))

    def at(self, level):
        return self.filter(level=level)


class Region(models.Model):
    """行政区划（GB/T 2260），按日期有效。"""

    class Level(models.TextChoices):
        PROVINCE = "province", "省"
        CITY = "city", "市"
        COUNTY = "county", "县"
        TOWN = "town", "乡"

    class Poverty(models.TextChoices):
        NATIONAL = "national", "国家级"
        PROVINCIAL = "provincial", "省定"

    code = models.CharField("行政区划代码", max_length=9, unique=True)
    name = models.CharField("名称", max_length=30)
    pinyin = models.CharField("拼音", max_length=40, blank=True)
    level = models.CharField("级别", max_length=10, choices=Level)
    kind = models.CharField("类型", max_length=20, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", verbose_name="上级")
    poverty = models.CharField("贫困县类别", max_length=12, choices=Poverty, blank=True)
    valid_from = models.DateField("有效期自")
    valid_to = models.DateField("有效期至", null=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = "行政区划"
        ordering = ["code"]
        permissions = [("act_in_region", "在该地区办理业务")]

    def __str__(self):
        return self.name

    @property
    def region(self):
        return self

    @property
    def city(self):
        return self.parent if self.level == self.Level.COUNTY else None

    def admits(self, user) -> bool:
        """May this person act here? (A city sees a 省直管县 but does not act in it.)"""
        return Scope.objects.filter(user=user, region=self, can_act=True).exists()

    def is_revoked(self) -> bool:
        """Was its latest designation cancelled? Then its records are read-only (A-327)."""
        if self.level != self.Level.COUNTY:
            return False
        latest = self.designations.exclude(status="applying").order_by("-batch__year")
        return latest.values_list("status", flat=True).first() == "revoked"

    def is_province_direct(self, on) -> bool:
        """省直管县按日期认定（C-303；2014 年起 10 个）。"""
        return self.direct_periods.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on).exists()


class DirectPeriod(models.Model):
    """省直管县的有效期：the flag is dated, because later years changed it."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="direct_periods")
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True)

    class Meta:
        verbose_name = "省直管期间"
        constraints = [
            models.UniqueConstraint(fields=["region", "valid_from"], name="one_direct_period_per_start"),
            models.CheckConstraint(
                name="direct_period_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="省直管期间的止日不能早于起日",
            ),
        ]

    def __str__(self):
        return f"{self.region} 自 {self.valid_from}"


class RegionGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Region, models.CASCADE)


class RegionUserPermission(UserObjectPermissionBase):
    """Stays empty: rights are given to offices (groups), never to one person."""

    content_object = models.ForeignKey(Region, models.CASCADE)


class Office(models.Model):
    """机关单位。An office has a group; the group holds the regions where its people see and act."""

    class Level(models.TextChoices):
        PROVINCE = "province", "省级"
        CITY = "city", "市级"
        COUNTY = "county", "县级"
        CONTRACTOR = "contractor", "承办单位"
        EVALUATOR = "evaluator", "第三方评价机构"
        AUDITOR = "auditor", "审计监督"

    class Bureau(models.TextChoices):
        COMMERCE = "commerce", "商务"
        FINANCE = "finance", "财政"
        POVERTY = "poverty", "扶贫"
        GOVERNMENT = "government", "政府"
        LIAISON = "liaison", "信息联络"
        ADMIN = "admin", "系统管理"
        CONTRACTOR = "contractor", "承办"
        EVALUATOR = "evaluator", "评价"
        AUDITOR = "auditor", "审计"

    name = models.CharField("名称", max_length=60, unique=True)
    level = models.CharField("层级", max_length=12, choices=Level)
    bureau = models.CharField("条线", max_length=12, choices=Bureau)
    region = models.ForeignKey(Region, models.PROTECT, related_name="offices", verbose_name="所在地区")
    group = models.OneToOneField(Group, models.PROTECT, editable=False)

    class Meta:
        verbose_name = "单位"

    def __str__(self):
        return self.name

    @classmethod
    def opened(cls, name, region, level, bureau):
        """The office of this name, made (with its group) when it is new."""
        group, _ = Group.objects.get_or_create(name=f"office:{name}")
        defaults = {"region": region, "level": level, "bureau": bureau, "group": group}
        return cls.objects.get_or_create(name=name, defaults=defaults)[0]

    def sees(self):
        """Regions whose records these people may read: their own and what lies below."""
        if self.level in (self.Level.PROVINCE, self.Level.AUDITOR, self.Level.EVALUATOR):
            return Region.objects.exclude(level=Region.Level.TOWN)
        if self.level == self.Level.CITY:
            return Region.objects.filter(Q(pk=self.region_id) | Q(parent=self.region_id))
        if self.level == self.Level.COUNTY:
            return Region.objects.filter(pk=self.region_id)
        return Region.objects.none()

    def acts_in(self, today):
        """Of these, where they may act: a city not in a 省直管县 (25号 一（二）), auditors and evaluators nowhere."""
        if self.level in (self.Level.AUDITOR, self.Level.EVALUATOR):
            return Region.objects.none()
        if self.level == self.Level.CITY:
            direct = DirectPeriod.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), valid_from__lte=today)
            return self.sees().exclude(pk__in=direct.values("region"))
        return self.sees()


class Position(models.TextChoices):
    OFFICER = "officer", "经办"
    ADMINISTRATOR = "administrator", "管理员"
    OPERATOR = "operator", "业务员"
    EVALUATOR = "evaluator", "评价员"
    AUDITOR = "auditor", "审计员"


class UserQuerySet(models.QuerySet):
    def serving(self, region, *bureaus):
        """Active people of the offices of exactly this region, of these bureaus (all when none is named)."""
        people = self.filter(is_active=True, office__region=region, office__level=region.level)
        return people.filter(office__bureau__in=bureaus) if bureaus else people


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    pass


class User(AbstractUser):
    """A person of one office in one position. `display_name` is an official's post, not a private name."""

    display_name = models.CharField("姓名（或岗位）", max_length=40)
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="people", verbose_name="单位")
    position = models.CharField("岗位", max_length=14, choices=Position, default=Position.OFFICER)
    is_demonstration = models.BooleanField("演示账号", default=False)

    objects = UserManager()

    class Meta:
        verbose_name = "人员"

    def __str__(self):
        return self.display_name or self.username

    @property
    def office_name(self):
        return self.office.name if self.office_id else ""

    @property
    def role_code(self):
        return f"{self.office.level}.{self.office.bureau}.{self.position}" if self.office_id else ""

    @property
    def role_name(self):
        return ROLES[self.role_code].name if self.role_code in ROLES else ""

    def unread_messages(self):
        return self.messages.unread().count()


class Scope(models.Model):
    """Where a person sees and acts, as plain integers: lists join this, never guardian (60 times faster).

    Written by `sync_roles` from guardian's rows; tests prove the two equal.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="scopes")
    region = models.ForeignKey(Region, models.CASCADE, related_name="scopes")
    can_act = models.BooleanField(default=False)

    class Meta:
        verbose_name = "权限范围"
        constraints = [models.UniqueConstraint(fields=["user", "region"], name="one_scope_per_region")]

    def __str__(self):
        return f"{self.user} @ {self.region}"
