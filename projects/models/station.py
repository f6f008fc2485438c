"""村级服务网点台账（25号 四（三）；domain/dictionary.md E16）。"""

import pghistory
from django.db import models, transaction
from django.db.models import Count, Q, Sum

from accounts.access import in_scope
from portal.ledgers import LEDGERS, merge
from portal.money import ZERO, MoneyField
from portal.rules import enforce
from projects.models.contractor import is_member
from projects.models.project import Project
from projects.rules import ledger as rules

SERVICES = ("代购", "代销", "快递收发", "缴费", "金融", "政务", "旅游", "职介")


class StationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "project__county__region") | Q(is_member(user, "project__contractor")))

    def named(self, words):
        found = Q(no__icontains=words) | Q(name__icontains=words) | Q(town__icontains=words)
        found |= Q(village__icontains=words) | Q(village_code__startswith=words)
        return self.filter(found) if words else self

    def sought(self, words):
        """Across projects: by the names of the station itself, of its project or of its county."""
        if not words:
            return self
        return self.filter(
            Q(name__icontains=words)
            | Q(town__icontains=words)
            | Q(village__icontains=words)
            | Q(village_code__startswith=words)
            | Q(project__name__icontains=words)
            | Q(project__county__region__name__icontains=words)
        )

    def built(self):
        """Opened once, whatever became of them: these count as built."""
        return self.exclude(operation=Station.Operation.PREPARING)

    def located(self):
        return self.exclude(lng=None)

    def outside(self):
        """With coordinates that are not in the province: written the wrong way round, mostly."""
        (west, east), (south, north) = rules.HENAN["lng"], rules.HENAN["lat"]
        return self.filter(Q(lng__lt=west) | Q(lng__gt=east) | Q(lat__lt=south) | Q(lat__gt=north))

    def sums(self):
        """Counts and money in one question."""
        counts = {state.value: Count("pk", filter=Q(operation=state)) for state in Station.Operation}
        poor = Count("pk", filter=Q(poor_village=True))
        return self.aggregate(all=Count("pk"), poor=poor, funds=Sum("funds_central"), **counts)


class StationCount:
    """The stations of a project as counted once: what a page says about them."""

    def __init__(self, project):
        self.project, self.stations = project, project.stations.all()
        self.sums = self.stations.sums()
        self.claimed = project.stations_claimed()

    @property
    def built(self):
        return self.sums["all"] - self.sums["preparing"]


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    model_name="StationHistory",
    exclude=["operator_phone"],
)
class Station(models.Model):
    """One station as its contractor and county know it. Kept through the ledger: `enter` is the only verb."""

    class Level(models.TextChoices):
        COUNTY = "county", "县级中心"
        TOWN = "town", "乡镇站"
        VILLAGE = "village", "村级点"

    class Operation(models.TextChoices):
        PREPARING = "preparing", "筹建"
        OPEN = "open", "正常"
        PAUSED = "paused", "停业"
        CLOSED = "closed", "关闭"

    class OperatorKind(models.TextChoices):
        MIGRANT = "migrant", "返乡农民工"
        GRADUATE = "graduate", "大学生"
        VETERAN = "veteran", "退伍军人"
        POOR = "poor", "贫困户"
        OTHER = "other", "其他"

    BEFORE_ENTRY = [rules.station_is_supported_once]

    project = models.ForeignKey(Project, models.PROTECT, related_name="stations", verbose_name="项目")
    no = models.CharField("站点编号", max_length=30)
    name = models.CharField("站点名称", max_length=80)
    level = models.CharField("层级", max_length=10, choices=Level)
    village_code = models.CharField("行政村代码", max_length=12)
    town = models.CharField("乡镇", max_length=30)
    village = models.CharField("行政村", max_length=40)
    address = models.CharField("地址", max_length=120, blank=True)
    lng = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True)
    lat = models.DecimalField("纬度", max_digits=8, decimal_places=6, null=True)
    poor_village = models.BooleanField("建档立卡贫困村", default=False)
    operator_name = models.CharField("负责人", max_length=40)
    operator_phone = models.CharField("负责人电话", max_length=40)
    operator_kind = models.CharField("人员类型", max_length=10, choices=OperatorKind, blank=True)
    area = models.DecimalField("面积（㎡）", max_digits=8, decimal_places=2)
    opened_on = models.DateField("开业日期", null=True)
    operation = models.CharField("运营状态", max_length=10, choices=Operation)
    closed_on = models.DateField("停业或关闭日期", null=True)
    services = models.CharField("服务功能", max_length=80, blank=True)
    funds_central = MoneyField("中央资金补助（元）", default=ZERO)
    has_signage = models.BooleanField("已设统一标识", default=False)
    signage_photo = models.CharField("标识照片", max_length=80, blank=True)
    broadband = models.BooleanField("已通宽带", default=False)

    objects = StationQuerySet.as_manager()

    class Meta:
        verbose_name = "村级服务网点"
        ordering = ["no", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "no"],
                name="one_station_per_number",
                violation_error_message="同一项目内站点编号不能重复",
            ),
            models.UniqueConstraint(
                fields=["village_code", "level"],
                name="A_305_one_station_per_village_and_level",
                violation_error_message="同一行政村的同一层级站点已在台账中，财政资金原则上不得重复支持（规则 A-305）",
            ),
            models.CheckConstraint(
                name="A_427_station_has_a_village_code",
                condition=Q(village_code__regex=r"^[0-9]{12}$"),
                violation_error_message="站点须有 12 位行政村代码（规则 A-427）",
            ),
            models.CheckConstraint(
                name="station_opened_unless_preparing",
                condition=Q(operation="preparing", opened_on=None)
                | (~Q(operation="preparing") & Q(opened_on__isnull=False)),
                violation_error_message="筹建的站点没有开业日期，其他站点须有开业日期",
            ),
            models.CheckConstraint(
                name="station_closed_iff_dated",
                condition=Q(operation__in=["preparing", "open"], closed_on=None)
                | Q(operation__in=["paused", "closed"], closed_on__isnull=False),
                violation_error_message="停业或关闭的站点须有停业或关闭日期，其他站点没有",
            ),
            models.CheckConstraint(
                name="station_has_both_coordinates_or_none",
                condition=Q(lng=None, lat=None) | Q(lng__isnull=False, lat__isnull=False),
                violation_error_message="经度和纬度须同时填写",
            ),
            models.CheckConstraint(
                name="station_figures_not_negative",
                condition=Q(area__gt=0, funds_central__gte=0),
                violation_error_message="站点面积须大于零，补助不能为负",
            ),
        ]

    def __str__(self):
        return f"{self.no} {self.name}"

    @property
    def region(self):
        return self.project.region

    @classmethod
    @transaction.atomic
    def enter(cls, project, rows, *, by, sha256=""):
        """登记村级服务网点：新增或更新，一次一条办理记录（A-427）；同村同层级只登一次（A-305）。"""
        project.hold()
        enforce(cls.BEFORE_ENTRY, rules.Entry(project, rows))
        added, changed = merge(LEDGERS["stations"], project, cls, rows)
        words = f"村级服务网点台账：新增 {added} 个，更新 {changed} 个"
        project.record(words, by=by, data={"ledger": "stations", "added": added, "changed": changed, "sha256": sha256})
        return added, changed
