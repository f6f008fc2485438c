"""验收清单：the county's own standards by version, and the copy that each application is judged by (A-144)."""

from decimal import Decimal

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from acceptance import standards
from accounts.access import in_scope
from accounts.models import Region
from counties.models import County, FundLine
from portal import clock
from portal.flow import Recorded
from portal.models import Attachment


class Criterion(models.Model):
    """One thing to look at: yes or no, or a number with its lowest and highest value in a unit."""

    class Kind(models.TextChoices):
        YES_NO = "yes_no", "是或否"
        NUMBER = "number", "数值"

    no = models.PositiveSmallIntegerField("序号")
    title = models.CharField("查验内容", max_length=60)
    standard = models.CharField("标准", max_length=200)
    kind = models.CharField("判定方式", max_length=6, choices=Kind, default=Kind.YES_NO)
    unit = models.CharField("单位", max_length=10, blank=True)
    minimum = models.DecimalField("最低值", max_digits=12, decimal_places=2, null=True, blank=True)
    maximum = models.DecimalField("最高值", max_digits=12, decimal_places=2, null=True, blank=True)
    required = models.BooleanField("必须达标", default=True)
    needs_photo = models.BooleanField("须附照片或凭证", default=False)

    class Meta:
        abstract = True
        ordering = ["no"]

    CRITERION = ("no", "title", "standard", "kind", "unit", "minimum", "maximum", "required", "needs_photo")

    def __str__(self):
        return self.title

    def criterion(self) -> dict:
        return {name: getattr(self, name) for name in self.CRITERION}

    @property
    def is_number(self):
        return self.kind == self.Kind.NUMBER

    def limits(self) -> str:
        """“≥ 600 ㎡”, “5–10 ㎡”, “≤ 1 个”; nothing for yes or no."""
        low, high = plain(self.minimum), plain(self.maximum)
        if low and low == high:
            return f"{low} {self.unit}".strip()
        if low and high:
            return f"{low}–{high} {self.unit}".strip()
        return (f"≥ {low} {self.unit}" if low else f"≤ {high} {self.unit}" if high else "").strip()


def plain(number) -> str:
    """600.00 is written 600."""
    return "" if number is None else f"{Decimal(number).normalize():f}"


def has_limits(prefix=""):
    return Q(kind="yes_no") | Q(minimum__isnull=False) | Q(maximum__isnull=False)


class ChecklistTemplateQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(Q(county=None) | in_scope(user, "county__region"))

    def latest(self):
        """The newest version of each place, direction and kind of expense."""
        place = Coalesce("county", 0)
        newer = ChecklistTemplate.objects.annotate(place=place).filter(
            place=OuterRef("place"),
            direction=OuterRef("direction"),
            expense=OuterRef("expense"),
            version__gt=OuterRef("version"),
        )
        return self.annotate(place=place).filter(~Exists(newer))

    def fitting(self, county, line):
        """The closest first: the county's own before the province's, the same direction and expense before all."""
        fits = self.filter(
            Q(county=county) | Q(county=None), direction__in=[line.direction, ""], expense__in=[line.expense, ""]
        )
        return fits.order_by(F("county").asc(nulls_last=True), "-direction", "-expense", "-version")


class ChecklistTemplate(Recorded):
    """验收清单模板。A change is a new version; what an application was judged by stays as it was."""

    county = models.ForeignKey(
        County, models.PROTECT, null=True, related_name="checklists", verbose_name="示范县", help_text="空：全省参考"
    )
    direction = models.CharField("支持方向", max_length=12, choices=FundLine.Direction, blank=True)
    expense = models.CharField("支出类别", max_length=12, choices=FundLine.Expense, blank=True)
    version = models.PositiveSmallIntegerField("版本")
    basis = models.CharField("依据", max_length=200, help_text="例如：县验收办法的名称和条款")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="制定人")
    made_at = models.DateTimeField("制定时间", default=clock.now)

    objects = ChecklistTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = "验收清单模板"
        ordering = ["county", "direction", "expense", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "direction", "expense", "version"],
                name="one_checklist_per_place_and_version",
                nulls_distinct=False,
                violation_error_message="这个版本的验收清单已经有了，请刷新页面",
            )
        ]

    def __str__(self):
        return f"{self.county or '全省'}{self.kind_words}验收清单第 {self.version} 版"

    def get_absolute_url(self):
        return reverse("checklist-list")

    @property
    def kind_words(self):
        words = [self.get_direction_display(), self.get_expense_display()]
        return "、".join(filter(None, words)) or "各类项目"

    @property
    def region(self):
        return self.county.region if self.county_id else Region.objects.get(level=Region.Level.PROVINCE)

    @classmethod
    @transaction.atomic
    def publish(cls, county, *, by, items, basis, direction="", expense=""):
        """县（或省）制定验收清单的一个新版本；已组成验收组的申请仍按原来的版本。"""
        if county:
            county.hold()
        here = cls.objects.filter(county=county, direction=direction, expense=expense)
        latest = here.aggregate(latest=models.Max("version"))["latest"] or 0
        template = cls.objects.create(
            county=county, direction=direction, expense=expense, version=latest + 1, basis=basis, made_by=by
        )
        rows = [TemplateItem(template=template, **item | {"no": no}) for no, item in enumerate(items, 1)]
        TemplateItem.objects.bulk_create(rows)
        said = [f"{row.title}：{row.limits() or row.standard}" for row in rows]
        template.record(f"制定{template}", by=by, data={"basis": basis, "items": said})
        return template


class TemplateItem(Criterion):
    """模板的一项标准。"""

    template = models.ForeignKey(ChecklistTemplate, models.CASCADE, related_name="items")

    class Meta(Criterion.Meta):
        verbose_name = "清单标准"
        constraints = [
            models.CheckConstraint(
                name="A_144_number_has_a_limit",
                condition=has_limits(),
                violation_error_message="数值标准须写明最低值或最高值（规则 A-144）",
            ),
        ]


class CheckItem(Criterion):
    """申请的一项查验：the standard as it was when the panel was formed, and what the panel found."""

    class Source(models.TextChoices):
        NOTICE = "notice", "通知要求"
        LOCAL = "local", "本地标准"
        REFERENCE = "reference", "参考标准"

    application = models.ForeignKey("acceptance.Application", models.CASCADE, related_name="checklist")
    source = models.CharField("来源", max_length=10, choices=Source)
    actual = models.DecimalField("实际数值", max_digits=12, decimal_places=2, null=True)
    met = models.BooleanField("符合", null=True)
    not_applicable = models.BooleanField("不适用", default=False)
    remark = models.CharField("查验说明", max_length=500, blank=True)
    photos = models.ManyToManyField(Attachment, blank=True, related_name="+", verbose_name="照片、凭证")
    remedy = models.TextField("整改情况", blank=True)
    remedy_files = models.ManyToManyField(Attachment, blank=True, related_name="+", verbose_name="整改材料")

    FOUND = ("actual", "met", "not_applicable", "remark")

    class Meta(Criterion.Meta):
        verbose_name = "查验项"
        constraints = [
            models.UniqueConstraint(fields=["application", "no"], name="one_check_per_number"),
            models.CheckConstraint(
                name="A_144_not_applicable_is_explained",
                condition=Q(not_applicable=False) | (~Q(remark="") & ~Q(source="notice")),
                violation_error_message="“不适用”须写明原因；通知要求的内容不能不适用（规则 A-144）",
            ),
        ]

    def take(self, typed) -> dict:
        """Take what was typed (actual, met, not_applicable, remark); says what changed, old and new."""
        said = {}
        for name in self.FOUND:
            if name in typed and getattr(self, name) != typed[name]:
                said[name] = [str(getattr(self, name)), str(typed[name])]
                setattr(self, name, typed[name])
        if typed.get("photos"):
            said["photos"] = [photo.sha256 for photo in typed["photos"]]
        return said

    @property
    def is_filled(self):
        return self.not_applicable or (self.actual if self.is_number else self.met) is not None

    @property
    def passes(self):
        """True, False, or None while nothing is filled in (or it does not apply)."""
        if self.not_applicable or not self.is_filled:
            return None
        if not self.is_number:
            return self.met
        low = self.minimum is None or self.actual >= self.minimum
        return low and (self.maximum is None or self.actual <= self.maximum)

    @property
    def failed(self):
        return self.passes is False

    def found_words(self) -> str:
        """“520 ㎡”, “符合”, “不适用”; “未查” while nothing is filled in."""
        if not self.is_filled:
            return "未查"
        if self.not_applicable:
            return "不适用"
        return f"{plain(self.actual)} {self.unit}".strip() if self.is_number else "符合" if self.met else "不符合"

    def result_words(self) -> str:
        return {True: "达标", False: "不达标"}.get(self.passes, "—")

    @property
    def tone(self):
        if self.passes is None:
            return "neutral" if self.not_applicable else "waiting"
        return "good" if self.passes else "bad" if self.required else "waiting"


def rows_for(application):
    """The checklist of an application: what the notice itself orders, then the local standard, or the reference."""
    stage, project = application.stage, application.project
    line = project.fund_line
    template = ChecklistTemplate.objects.fitting(project.county, line).first()
    rows = [(row, CheckItem.Source.NOTICE) for row in standards.ordered_by_the_notice(stage, project)]
    if template:
        rows += [(item.criterion(), CheckItem.Source.LOCAL) for item in template.items.all()]
    else:
        rows += [(row, CheckItem.Source.REFERENCE) for row in standards.reference(line.direction)]
    items = [
        CheckItem(application=application, source=source, **row | {"no": no})
        for no, (row, source) in enumerate(rows, 1)
    ]
    return template, items
