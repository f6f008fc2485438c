"""设备台账（25号 三（三）；domain/dictionary.md E15）。"""

from django.db import models, transaction
from django.db.models import Count, F, Q, Sum

from accounts.access import in_scope
from portal.ledgers import LEDGERS, merge
from portal.money import MoneyField
from portal.rules import enforce
from projects.models.agreement import Equipment
from projects.models.contractor import is_member
from projects.models.project import Project
from projects.rules import ledger as rules


class AssetQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "project__county__region") | Q(is_member(user, "project__contractor")))

    def named(self, words):
        found = Q(asset_no__icontains=words) | Q(name__icontains=words) | Q(serial__icontains=words)
        return self.filter(found | Q(invoice_no__icontains=words) | Q(place__icontains=words)) if words else self

    def sums(self):
        idle = Q(condition=Asset.Condition.IDLE)
        return self.aggregate(all=Count("pk"), amount=Sum("amount"), idle=Count("pk", filter=idle),
                              scrapped=Count("pk", filter=Q(condition=Asset.Condition.SCRAPPED)))  # fmt: skip


class Asset(models.Model):
    """One piece (or lot) of equipment that was bought. Kept through the ledger: `enter` is the only verb."""

    class FundSource(models.TextChoices):
        CENTRAL = "central", "中央"
        MATCHING = "matching", "配套"
        SELF = "self", "自筹"

    class Condition(models.TextChoices):
        IN_USE = "in_use", "在用"
        IDLE = "idle", "闲置"
        SCRAPPED = "scrapped", "报废"

    BEFORE_ENTRY = [rules.serial_is_claimed_once, rules.invoice_is_claimed_once]

    project = models.ForeignKey(Project, models.PROTECT, related_name="assets", verbose_name="项目")
    asset_no = models.CharField("资产编号", max_length=30)
    name = models.CharField("名称", max_length=80)
    model = models.CharField("型号", max_length=80, blank=True)
    serial = models.CharField("序列号", max_length=60, blank=True)
    quantity = models.PositiveIntegerField("数量")
    unit_price = MoneyField("单价（元）")
    amount = MoneyField("金额（元）")
    fund_source = models.CharField("资金来源", max_length=10, choices=FundSource)
    purchased_on = models.DateField("购置日期")
    invoice_no = models.CharField("发票号", max_length=40)
    supplier = models.CharField("供应商", max_length=100)
    owner = models.CharField("产权归属", max_length=12, choices=Equipment.Owner)
    user_org = models.CharField("使用单位", max_length=100)
    custodian = models.CharField("保管人", max_length=40)
    place = models.CharField("存放地点", max_length=120)
    station_no = models.CharField("所在站点编号", max_length=30, blank=True)
    condition = models.CharField("状态", max_length=10, choices=Condition)
    checked_on = models.DateField("盘点日期", null=True)
    photo = models.CharField("照片", max_length=80, blank=True)

    objects = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = "设备资产"
        ordering = ["asset_no"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "asset_no"],
                name="one_asset_per_number",
                violation_error_message="同一项目内资产编号不能重复",
            ),
            models.UniqueConstraint(
                fields=["serial"],
                condition=~Q(serial=""),
                name="A_305_one_asset_per_serial",
                violation_error_message="该序列号已在设备台账中，财政资金原则上不得重复支持（规则 A-305）",
            ),
            models.UniqueConstraint(
                fields=["invoice_no", "name", "model", "serial"],
                name="A_305_one_asset_per_invoice_line",
                violation_error_message="该发票上的同一设备已在设备台账中，财政资金原则上不得重复支持（规则 A-305）",
            ),
            models.CheckConstraint(
                name="A_323_asset_amount_is_quantity_times_price",
                condition=Q(quantity__gt=0, unit_price__gte=0, amount=F("quantity") * F("unit_price")),
                violation_error_message="设备金额须等于数量乘单价（规则 A-323）",
            ),
            models.CheckConstraint(
                name="A_323_asset_has_an_owner",
                condition=Q(owner__in=["county", "contractor"]),
                violation_error_message="设备须写明产权归属（规则 A-323）",
            ),
        ]

    def __str__(self):
        return f"{self.asset_no} {self.name}"

    @property
    def region(self):
        return self.project.region

    @classmethod
    @transaction.atomic
    def enter(cls, project, rows, *, by, sha256=""):
        """登记设备：新增或更新，一次一条办理记录（A-323）；同一序列号、同一发票设备只登一次（A-305）。"""
        project.hold()
        enforce(cls.BEFORE_ENTRY, rules.Entry(project, rows))
        added, changed = merge(LEDGERS["assets"], project, cls, rows)
        words = f"设备台账：新增 {added} 项，更新 {changed} 项"
        project.record(words, by=by, data={"ledger": "assets", "added": added, "changed": changed, "sha256": sha256})
        return added, changed
