"""交易和活动信息（25号 四（五））。"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q, Sum

from accounts.access import in_scope
from portal import clock
from portal.money import ZERO, MoneyField
from projects.models.contractor import is_member
from projects.models.project import Project


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
