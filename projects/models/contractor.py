"""承办单位：identity, licences, credit. The contractor keeps its own file; the county reviews it."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from accounts.models import Region
from portal.models import Attachment
from portal.rules import breaches
from projects.rules import contractor as rules


class ContractorQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A contractor sees itself; offices see every contractor registered (its performance is shown in selections)."""
        is_office = user.office_id and user.office.level != "contractor"
        return self if is_office else self.filter(members=user)

    def named(self, words):
        return self.filter(Q(name__icontains=words) | Q(credit_code__icontains=words)) if words else self


class Contractor(models.Model):
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

    CREDIT_CHECK_DAYS = 30  # domain/rules.md A-130

    name = models.CharField("名称", max_length=100)
    credit_code = models.CharField("统一社会信用代码", max_length=18, unique=True)
    legal_representative = models.CharField("法定代表人", max_length=40)
    form = models.CharField("组织形式", max_length=14, choices=Form, default=Form.LEGAL_PERSON)
    category = models.CharField("单位类型", max_length=14, choices=Category)
    registered_at = models.CharField("注册地址", max_length=200)
    declares_clean_record = models.BooleanField("承诺三年内无违法违规行为", default=False)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="登记地区")
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="contractors", blank=True)

    objects = ContractorQuerySet.as_manager()

    class Meta:
        verbose_name = "承办单位"
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("contractor-detail", args=[self.pk])

    def admits(self, user) -> bool:
        return self.members.filter(pk=user.pk).exists()

    def missing_for_qualification(self):
        return breaches(rules.QUALIFICATION, self)


class Licence(models.Model):
    """开展相关业务的资格（A-124）。"""

    contractor = models.ForeignKey(Contractor, models.CASCADE, related_name="licences")
    name = models.CharField("许可或资质", max_length=80)
    number = models.CharField("编号", max_length=60)
    valid_to = models.DateField("有效期至", null=True, blank=True, help_text="长期有效的留空")

    class Meta:
        verbose_name = "资质"

    def __str__(self):
        return self.name


class CreditCheck(models.Model):
    """信用查询记录（A-130）。"""

    contractor = models.ForeignKey(Contractor, models.CASCADE, related_name="credit_checks")
    site = models.CharField("查询网站", max_length=60)
    checked_on = models.DateField("查询日期")
    found_record = models.BooleanField("查到违法违规或失信记录", default=False)

    class Meta:
        verbose_name = "信用查询"

    def __str__(self):
        return f"{self.site} {self.checked_on}"


class CreditRating(models.Model):
    """第三方信用等级评价证明（A-131）；等级不设下限（G-09）。"""

    contractor = models.ForeignKey(Contractor, models.CASCADE, related_name="credit_ratings")
    agency = models.CharField("信用服务机构", max_length=80)
    grade = models.CharField("信用等级", max_length=10)
    report_no = models.CharField("报告编号", max_length=60)
    issued_on = models.DateField("出具日期")
    valid_to = models.DateField("有效期至")
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, verbose_name="证明文件")

    class Meta:
        verbose_name = "信用等级评价"
        constraints = [
            models.CheckConstraint(
                name="credit_rating_dates_in_order",
                condition=Q(valid_to__gte=F("issued_on")),
                violation_error_message="有效期止日不能早于出具日期",
            )
        ]

    def __str__(self):
        return f"{self.agency} {self.grade}"


def is_member(user, path):
    """Condition for a list: the contractor reached by `path` counts this person among its members."""
    return Exists(Contractor.members.through.objects.filter(user=user, contractor=OuterRef(path)))
