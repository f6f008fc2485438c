"""批次：one year's programme, and every number that the next notice may change."""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse

from accounts.access import is_office
from accounts.models import Region
from counties.rules import batch as rules
from portal.flow import Recorded
from portal.rules import enforce

WHOLE = Decimal(1)


def years_not_counted():
    return [2019]


class BatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Every office of the state reads the programme's numbers; contractors read them in the notice."""
        return self if is_office(user) else self.none()

    def without_round(self):
        return self.filter(rounds=None, counties=None)

    def designated(self):
        """Batches whose counties are known: what the public column shows."""
        return self.filter(counties__isnull=False).distinct()


@dataclass(frozen=True)
class Change:
    """What somebody wants to change in a batch, and why."""

    batch: "Batch"
    fields: dict
    reason: str


class Batch(Recorded):
    """One year's programme. A number that the next notice may change is a field here, each change an event."""

    BEFORE_EDIT = [rules.change_has_a_reason, rules.designation_keeps_its_document]
    BEFORE_COPY = [rules.one_batch_per_year]

    year = models.PositiveSmallIntegerField("年度", unique=True, validators=[MinValueValidator(2014)])
    label = models.CharField("批次", max_length=30)
    doc_no = models.CharField("认定文号", max_length=40, blank=True)
    doc_date = models.DateField("认定日期", null=True, blank=True)

    n_prealloc = models.PositiveSmallIntegerField("预分配县数", default=9)
    cap_ratio = models.DecimalField(
        "申报数上限（预分配数的倍数）", max_digits=4, decimal_places=2, default=Decimal("1.5")
    )
    poverty_numerator = models.PositiveSmallIntegerField("贫困县最低比例（分子）", default=1)
    poverty_denominator = models.PositiveSmallIntegerField("贫困县最低比例（分母）", default=3)
    poverty_ratio_is_hard = models.BooleanField("贫困县比例为硬性要求", default=False)
    quota_threshold = models.PositiveSmallIntegerField("推荐名额分档（下辖县数）", default=6)
    quota_large = models.PositiveSmallIntegerField("达到分档的市推荐名额", default=2)
    quota_small = models.PositiveSmallIntegerField("不足分档的市推荐名额", default=1)
    quota_counts_direct = models.BooleanField("下辖县数计入省直管县", default=False)
    apply_deadline = models.DateField("县市申报截止", null=True, blank=True)
    ministry_deadline = models.DateField("报三部门截止", null=True, blank=True)
    second_apply_rate = models.DecimalField(
        "二次申报最低拨付率", max_digits=5, decimal_places=4, default=Decimal("0.9")
    )
    second_apply_excluded_years = models.JSONField("拨付率不计的下达年度", default=years_not_counted, blank=True)
    basically_complete_rate = models.DecimalField(
        "验收“基本完成”比例", max_digits=5, decimal_places=4, default=Decimal("0.9")
    )

    min_logistics_share = models.DecimalField("物流最低占比", max_digits=5, decimal_places=4, default=Decimal("0.3"))
    logistics_share_is_hard = models.BooleanField("物流占比为硬性要求", default=False)
    min_produce_share = models.DecimalField("产品进城最低占比", max_digits=5, decimal_places=4, default=Decimal("0.3"))
    produce_share_is_hard = models.BooleanField("产品进城占比为硬性要求", default=False)
    min_goods_share = models.DecimalField("工业品下乡最低占比", max_digits=5, decimal_places=4, default=Decimal("0.2"))
    goods_share_is_hard = models.BooleanField("工业品下乡占比为硬性要求", default=False)
    plan_filing_deadline = models.DateField("方案报备截止")
    publicity_workdays = models.PositiveSmallIntegerField("公示期（工作日）", default=5)
    acceptance_workdays = models.PositiveSmallIntegerField("验收办结（工作日）", default=10)
    acceptance_amber_workday = models.PositiveSmallIntegerField("验收预警（第几个工作日）", default=7)
    acceptance_receipt_workdays = models.PositiveSmallIntegerField("自动视为收到（工作日）", default=2)
    acceptance_report_workdays = models.PositiveSmallIntegerField("验收报告报送（工作日）", default=5)
    panel_minimum = models.PositiveSmallIntegerField("验收组最少人数", default=3)
    credit_check_days = models.PositiveSmallIntegerField("信用查询有效（天）", default=30)
    centre_area_hint = models.PositiveIntegerField("公共服务中心面积提示线（㎡）", default=5000)
    receipt_workdays = models.PositiveSmallIntegerField("省级回执（工作日）", default=5)
    receipt_silence_workdays = models.PositiveSmallIntegerField("省级未答复视为收到（工作日）", default=10)
    correction_workdays = models.PositiveSmallIntegerField("补正期限（工作日）", default=5)
    payment_notice_workdays = models.PositiveSmallIntegerField("拨付公示（工作日，0 为不公示）", default=5)
    payment_slow_days = models.PositiveSmallIntegerField("合格后未拨付的提示线（天）", default=30)
    booking_days = models.PositiveSmallIntegerField("承办单位登记入账（天）", default=30)
    disclosure_workdays = models.PositiveSmallIntegerField("拨付公开期限（工作日）", default=20)
    hearing_workdays = models.PositiveSmallIntegerField("陈述申辩期限（工作日）", default=10)
    recovery_days = models.PositiveSmallIntegerField("追回资金上缴期限（天）", default=30)
    report_due_day = models.PositiveSmallIntegerField("月报截止日", default=5)

    objects = BatchQuerySet.as_manager()

    IDENTITY = ("year", "label", "doc_no", "doc_date", "apply_deadline", "ministry_deadline", "plan_filing_deadline")

    class Meta:
        verbose_name = "批次"
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                name="batch_shares_between_nothing_and_the_whole",
                condition=Q(
                    min_logistics_share__range=(0, WHOLE),
                    min_produce_share__range=(0, WHOLE),
                    min_goods_share__range=(0, WHOLE),
                    second_apply_rate__range=(0, WHOLE),
                    basically_complete_rate__range=(0, WHOLE),
                ),
                violation_error_message="各项占比和比率须在 0 到 1 之间",
            ),
            models.CheckConstraint(
                name="batch_shares_fit_into_the_whole",
                condition=Q(min_goods_share__lte=WHOLE - F("min_logistics_share") - F("min_produce_share")),
                violation_error_message="三个方向的最低占比之和不能超过 1",
            ),
            models.CheckConstraint(
                name="B_402_poverty_ratio_is_a_fraction",
                condition=Q(poverty_denominator__gte=1, poverty_numerator__lte=F("poverty_denominator")),
                violation_error_message="贫困县最低比例的分母至少为 1，分子不能大于分母（规则 B-402）",
            ),
            models.CheckConstraint(
                name="B_502_cap_is_not_below_the_allocation",
                condition=Q(cap_ratio__gte=1),
                violation_error_message="申报数上限不能低于预分配数（规则 B-502）",
            ),
            models.CheckConstraint(
                name="B_505_ministry_deadline_follows",
                condition=Q(apply_deadline=None)
                | Q(ministry_deadline=None)
                | Q(ministry_deadline__gte=F("apply_deadline")),
                violation_error_message="报三部门截止不能早于县市申报截止（规则 B-505、C-401）",
            ),
            models.CheckConstraint(
                name="batch_days_are_days",
                condition=Q(
                    publicity_workdays__range=(5, 60),
                    acceptance_workdays__range=(1, 60),
                    acceptance_amber_workday__lte=F("acceptance_workdays"),
                    panel_minimum__range=(1, 50),
                    credit_check_days__range=(1, 366),
                    report_due_day__range=(1, 28),
                ),
                violation_error_message="公示期 5–60 个工作日，验收办结 1–60 个工作日且不早于预警日，验收组至少 1 人，"
                "信用查询 1–366 天，月报截止日 1–28 日",
            ),
        ]

    def __str__(self):
        return f"{self.year}年{self.label}"

    def get_absolute_url(self):
        return reverse("batch-detail", args=[self.pk])

    @property
    def region(self):
        """The batch is the province's: its events hang on the province's chain."""
        return Region.objects.get(level=Region.Level.PROVINCE)

    # --- what the numbers say --------------------------------------------------------------------------------------

    @property
    def cap(self) -> int:
        """申报数上限：floor(150 % × n), 48号 五（二）."""
        return math.floor(Fraction(self.cap_ratio) * self.n_prealloc)

    def poverty_needed(self, count) -> int:
        """The least number of poverty counties among `count`, rounded up (48号 四)."""
        return math.ceil(Fraction(count * self.poverty_numerator, self.poverty_denominator))

    def quota(self, counties) -> int:
        """How many a city with so many counties may recommend (35号 三（一）)."""
        if not counties:
            return 0
        return self.quota_large if counties >= self.quota_threshold else self.quota_small

    # --- deeds -----------------------------------------------------------------------------------------------------

    @transaction.atomic
    def edit(self, *, by, reason, **fields):
        """Change numbers of the programme: old, new and the written reason stay in the event."""
        self.hold()
        changed = {name: value for name, value in fields.items() if getattr(self, name) != value}
        if not changed:
            return {}
        enforce(self.BEFORE_EDIT, Change(self, changed, reason))
        data = {name: [getattr(self, name), value] for name, value in changed.items()}
        for name, value in changed.items():
            setattr(self, name, value)
        self.save(update_fields=list(changed))
        self.record("修改批次参数", by=by, reason=reason, data=data)
        return data

    @transaction.atomic
    def copy(self, *, by, **identity):
        """The next year's programme begins with this one's numbers; its dates and names are its own."""
        numbers = {
            field.name: getattr(self, field.name)
            for field in self._meta.concrete_fields
            if not field.primary_key and field.name not in self.IDENTITY
        }
        batch = type(self)(**numbers, **identity)
        enforce(self.BEFORE_COPY, batch)
        batch.save()
        batch.record(f"由{self}复制建立批次", by=by, data={"from": self.year})
        return batch
