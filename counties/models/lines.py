"""资金安排明细：the lines of a plan, each with one direction, one expense category and one target."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import LessThanOrEqual

from portal.money import ZERO, MoneyField, wan


@pghistory.track(obj_field=pghistory.ObjForeignKey(related_name="history"), model_name="FundLineHistory")
class FundLine(models.Model):
    """资金安排明细：one line, one direction, one expense category that is not on the negative list."""

    class Direction(models.TextChoices):
        LOGISTICS = "logistics", "县乡村三级物流共同配送体系"
        PRODUCE = "produce", "农产品进城公共服务体系"
        GOODS = "goods", "工业品下乡流通服务体系"
        TRAINING = "training", "农村电子商务培训体系"

    class Expense(models.TextChoices):
        CONSTRUCTION = "construction", "建设改造"
        EQUIPMENT = "equipment", "设备购置"
        SOFTWARE = "software", "软件系统"
        SERVICE = "service", "服务购买"
        INTEREST = "interest", "贷款贴息"
        AWARD = "award", "奖补"
        TRAINING = "training", "培训"
        OTHER = "other", "其他"

    WITHOUT_EQUIPMENT = (Expense.SERVICE, Expense.INTEREST, Expense.TRAINING)  # an agreement on them buys no equipment

    class Support(models.TextChoices):
        INTEREST = "interest", "贷款贴息"
        PURCHASE = "purchase", "购买服务"
        AWARD = "award", "以奖代补"
        OTHER = "other", "其他"

    class SubCategory(models.TextChoices):
        """细项：what 25号 二（一）至（四） names as supported, and nothing else. The value begins with its direction."""

        LOGISTICS_JOINT = "logistics_joint", "共同配送"
        LOGISTICS_RESOURCES = "logistics_resources", "邮政、供销、商贸物流、快递、交通资源整合"
        LOGISTICS_TWO_WAY = "logistics_two_way", "下乡进城双向配送"
        LOGISTICS_UNIFIED = "logistics_unified", "商流物流统仓共配"
        LOGISTICS_NODE = "logistics_node", "区域节点仓储物流配送中心、智慧物流"
        PRODUCE_SERVICE = "produce_service", "农村电商公共服务体系建设与升级"
        PRODUCE_QUALITY = "produce_quality", "品控"
        PRODUCE_BRAND = "produce_brand", "品牌"
        PRODUCE_CERTIFICATE = "produce_certificate", "认证"
        PRODUCE_MARKETING = "produce_marketing", "线上线下营销"
        PRODUCE_CLUSTER = "produce_cluster", "县域电商产业集聚区"
        GOODS_TRANSFORM = "goods_transform", "商贸流通企业转型升级"
        GOODS_NETWORK = "goods_network", "本地化、连锁化、信息化商品流通网络"
        GOODS_PURCHASE = "goods_purchase", "集中采购"
        GOODS_DELIVERY = "goods_delivery", "统一配送"
        GOODS_DIRECT = "goods_direct", "直供直销"
        TRAINING_SKILLS = "training_skills", "电商基础知识和技能提升"
        TRAINING_MATERIAL = "training_material", "标准化教材"
        TRAINING_LIVE = "training_live", "直播带货、社交电商"
        TRAINING_FOLLOW_UP = "training_follow_up", "培训转化和跟踪服务"

    HARDWARE = (Expense.CONSTRUCTION, Expense.EQUIPMENT)

    plan = models.ForeignKey("Plan", models.CASCADE, related_name="lines")
    origin = models.ForeignKey("self", models.PROTECT, null=True, related_name="successors", verbose_name="上一版本")
    no = models.PositiveSmallIntegerField("序号")
    name = models.CharField("项目（内容）名称", max_length=120)
    direction = models.CharField("支持方向", max_length=10, choices=Direction)
    sub_category = models.CharField("细项", max_length=24, choices=SubCategory, blank=True)
    expense = models.CharField("支出类别", max_length=14, choices=Expense)
    support = models.CharField("支持方式", max_length=10, choices=Support)
    central_amount = MoneyField("中央资金（元）")
    matching_amount = MoneyField("县级配套（元）", default=ZERO)
    private_amount = MoneyField("社会资本（元）", default=ZERO)
    target = models.CharField("绩效目标", max_length=200)
    target_value = models.DecimalField("目标值", max_digits=14, decimal_places=2)
    target_unit = models.CharField("单位", max_length=10)
    place = models.CharField("实施地点", max_length=60, blank=True)
    unit_count = models.PositiveIntegerField("数量", null=True, blank=True)
    cap_total = MoneyField("总额上限（元）", null=True, blank=True)
    cap_ratio = models.DecimalField("补助比例上限（%）", max_digits=5, decimal_places=2, null=True, blank=True)
    cap_unit = MoneyField("单价上限（元）", null=True, blank=True)
    reuses_existing = models.BooleanField("利用现有厂房设施", default=False)
    hardware_reuse_reason = models.CharField("不能利用现有设施的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "资金安排"
        ordering = ["no"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "no"], name="one_line_per_number"),
            models.CheckConstraint(
                name="A_202_line_has_a_direction",
                condition=Q(direction__in=["logistics", "produce", "goods", "training"]),
                violation_error_message="资金安排每一行须属于四个支持方向之一（规则 A-202）",
            ),
            models.CheckConstraint(
                name="A_303_line_not_on_the_negative_list",
                condition=Q(
                    expense__in=[
                        "construction",
                        "equipment",
                        "software",
                        "service",
                        "interest",
                        "award",
                        "training",
                        "other",
                    ]
                ),
                violation_error_message="支出类别在负面清单上或不存在（规则 A-303）",
            ),
            models.CheckConstraint(
                name="line_amounts_not_negative",
                condition=Q(central_amount__gte=0, matching_amount__gte=0, private_amount__gte=0),
                violation_error_message="资金不能为负",
            ),
            models.CheckConstraint(
                name="A_203_A_205_A_208_sub_category_fits_its_direction",
                condition=Q(sub_category="") | Q(sub_category__startswith=F("direction")),
                violation_error_message="细项不属于本行的支持方向（规则 A-203、A-205、A-208）",
            ),
            models.CheckConstraint(
                name="line_caps_make_sense",
                condition=(Q(cap_total=None) | Q(cap_total__gte=0))
                & (Q(cap_unit=None) | Q(cap_unit__gte=0))
                & (Q(cap_ratio=None) | Q(cap_ratio__gt=0, cap_ratio__lte=100)),
                violation_error_message="上限不能为负，补助比例应大于 0、不超过 100",
            ),
            models.CheckConstraint(
                name="line_within_its_total_cap",
                condition=Q(cap_total=None) | Q(central_amount__lte=F("cap_total")),
                violation_error_message="中央资金超过本行的总额上限",
            ),
            models.CheckConstraint(
                name="line_within_its_ratio_cap",
                condition=Q(cap_ratio=None)
                | LessThanOrEqual(
                    F("central_amount") * 100,
                    F("cap_ratio") * (F("central_amount") + F("matching_amount") + F("private_amount")),
                ),
                violation_error_message="中央资金超过本行的补助比例上限",
            ),
            models.CheckConstraint(
                name="line_within_its_unit_cap",
                condition=Q(cap_unit=None)
                | Q(unit_count__isnull=False, central_amount__lte=F("cap_unit") * F("unit_count")),
                violation_error_message="中央资金超过单价上限乘以数量",
            ),
        ]

    def __str__(self):
        return f"{self.no}. {self.name}"

    def in_force(self):
        """This line as it stands in the plan in force: itself, or its successor in a later version; or None."""
        line = self
        while line and line.plan.status != line.plan.Status.RECORDED:
            line = line.successors.filter(plan__status__in=line.plan.FILED_FOR_GOOD).select_related("plan").first()
        return line

    def lineage(self):
        """Ids of this line in all versions: money agreed and paid counts against the line, not the version."""
        ids, line = {self.pk}, self
        while line.origin_id:
            line = line.origin
            ids.add(line.pk)
        later = list(self.successors.all())
        while later:
            ids |= {line.pk for line in later}
            later = list(FundLine.objects.filter(origin__in=later))
        return ids

    def open_change(self):
        """The change under way that takes this line out or alters its content or amounts, or None (states.md 3.2)."""
        line = self.in_force() or self
        change = type(line.plan).objects.open().filter(replaces=line.plan_id).first()
        if change is None:
            return None
        after = change.lines.filter(origin=line).first()
        return None if after and after.same_as(line) else change

    def same_as(self, other) -> bool:
        """The same content and money; the place in the table says nothing."""
        return self.content() | {"no": 0} == other.content() | {"no": 0}

    def investment(self):
        """总投资：central, matching and private money together."""
        return self.central_amount + self.matching_amount + self.private_amount

    def caps_exceeded(self):
        """Field → what is wrong: the plan's own limits on the central money, in exact decimals."""
        wrong, central = {}, self.central_amount
        if self.cap_total is not None and central > self.cap_total:
            wrong["cap_total"] = f"中央资金 {wan(central)} 万元，超过总额上限 {wan(self.cap_total)} 万元"
        if self.cap_ratio is not None and central * 100 > self.cap_ratio * self.investment():
            most = f"总投资 {wan(self.investment())} 万元的 {self.cap_ratio.normalize():f}%"
            wrong["cap_ratio"] = f"中央资金 {wan(central)} 万元，超过{most}"
        if self.cap_unit is not None and self.unit_count is None:
            wrong["unit_count"] = "填写了单价上限，请填写数量"
        elif self.cap_unit is not None and central > self.cap_unit * self.unit_count:
            most = (
                f"单价上限 {wan(self.cap_unit)} 万元 × {self.unit_count} = {wan(self.cap_unit * self.unit_count)} 万元"
            )
            wrong["cap_unit"] = f"中央资金 {wan(central)} 万元，超过{most}"
        return wrong

    MONEY = (
        "central_amount",
        "matching_amount",
        "private_amount",
        "target_value",
        "cap_total",
        "cap_ratio",
        "cap_unit",
    )
    PLAIN = ("no", "name", "direction", "sub_category", "expense", "support", "target", "target_unit", "place",
             "unit_count", "reuses_existing", "hardware_reuse_reason")  # fmt: skip

    def content(self):
        figures = {name: getattr(self, name) for name in self.MONEY}
        return {name: getattr(self, name) for name in self.PLAIN} | {
            name: None if figure is None else f"{figure:.2f}" for name, figure in figures.items()
        }
