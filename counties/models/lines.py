"""资金安排明细：the lines of a plan, each with one direction, one expense category and one target."""

import pghistory
from django.db import models
from django.db.models import Q

from portal.money import ZERO, MoneyField


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

    class Support(models.TextChoices):
        INTEREST = "interest", "贷款贴息"
        PURCHASE = "purchase", "购买服务"
        AWARD = "award", "以奖代补"
        OTHER = "other", "其他"

    plan = models.ForeignKey("Plan", models.CASCADE, related_name="lines")
    origin = models.ForeignKey("self", models.PROTECT, null=True, related_name="successors", verbose_name="上一版本")
    no = models.PositiveSmallIntegerField("序号")
    name = models.CharField("项目（内容）名称", max_length=120)
    direction = models.CharField("支持方向", max_length=10, choices=Direction)
    expense = models.CharField("支出类别", max_length=14, choices=Expense)
    support = models.CharField("支持方式", max_length=10, choices=Support)
    central_amount = MoneyField("中央资金（元）")
    matching_amount = MoneyField("县级配套（元）", default=ZERO)
    private_amount = MoneyField("社会资本（元）", default=ZERO)
    target = models.CharField("绩效目标", max_length=200)
    target_value = models.DecimalField("目标值", max_digits=14, decimal_places=2)
    target_unit = models.CharField("单位", max_length=10)

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

    def content(self):
        money = ("central_amount", "matching_amount", "private_amount", "target_value")
        names = ("no", "name", "direction", "expense", "support", "target", "target_unit")
        return {n: getattr(self, n) for n in names} | {n: f"{getattr(self, n):.2f}" for n in money}
