"""抽查：a sample drawn over a stated population, repeatable by anyone; its results (25号 一（四）, 四（三）)."""

import collections
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from acceptance import draws
from acceptance.models.application import Application
from acceptance.rules import spotcheck as rules
from accounts.access import in_scope, is_office
from accounts.models import Office, Region, User
from counties.models import County, FundLine
from portal import clock
from portal.flow import Flow
from portal.models import Attachment, Counter, Event, EventSeal
from portal.outbox import tell
from portal.rules import STILL_THERE, Breach, Refused, enforce, upholds
from projects.models.contractor import is_member

SEEN_BELOW = Q(is_secret=False) | Q(published_at__isnull=False)  # secret checks wait for their publication


class SpotCheckQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The province sees every draw, an office its own, those below the open ones that drew in their counties."""
        if not is_office(user):
            return self.none()
        if user.office.level == Office.Level.PROVINCE:
            return self
        here = SpotCheckItem.objects.filter(spotcheck=OuterRef("pk"))
        drawn_here = Exists(here.filter(in_scope(user, "application__project__county__region")))
        mine = Q(level=user.office.level, region=user.office.region_id)
        return self.filter(mine | (Q(drawn_here) & SEEN_BELOW))

    def named(self, words):
        return self.filter(Q(no__icontains=words) | Q(title__icontains=words)) if words else self


class SpotCheck(Flow):
    """一次抽取：总体固定 → 抽出样本 → 逐件登记结果 → 完成。"""

    class Status(models.TextChoices):
        FIXED = "fixed", "总体已固定"
        DRAWN = "drawn", "抽查中"
        DONE = "done", "已完成"
        VOID = "void", "已作废"

    BEFORE_FIX = [rules.sample_of_a_stated_population]

    no = models.CharField("抽查编号", max_length=20, unique=True)
    level = models.CharField("层级", max_length=12, choices=Office.Level)
    region = models.ForeignKey(Region, models.PROTECT, related_name="spotchecks", verbose_name="组织抽查的地区")
    title = models.CharField("抽查名称", max_length=80)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.FIXED)
    county = models.ForeignKey(County, models.PROTECT, null=True, blank=True, verbose_name="示范县")
    direction = models.CharField("支持方向", max_length=12, blank=True, choices=FundLine.Direction)
    concluded_from = models.DateField("验收结论自")
    concluded_to = models.DateField("验收结论至")
    size = models.PositiveIntegerField("抽取数量")
    is_secret = models.BooleanField("暗访", default=False, help_text="公布之前，县和承办单位看不到")
    published_at = models.DateTimeField("公布时间", null=True)
    population_digest = models.CharField("总体摘要", max_length=64, blank=True)
    seed = models.CharField("种子", max_length=64, blank=True)
    fixed_by = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+", verbose_name="固定总体的事件")
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="抽取人")
    drawn_at = models.DateTimeField("抽取时间", null=True)

    objects = SpotCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "抽查"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="A_149_drawn_with_population_and_seed",
                condition=Q(status__in=["fixed", "void"])
                | (~Q(population_digest="") & ~Q(seed="") & Q(drawn_at__isnull=False)),
                violation_error_message="抽取须记录总体摘要、种子和时间（规则 A-149）",
            ),
            models.CheckConstraint(
                name="spotcheck_dates_in_order",
                condition=Q(concluded_to__gte=F("concluded_from")),
                violation_error_message="验收结论的止日不能早于起日",
            ),
        ]

    def __str__(self):
        return f"{self.no} {self.title}"

    def get_absolute_url(self):
        return reverse("spotcheck-detail", args=[self.pk])

    def admits(self, user):
        """Only the office that drew (its own level and place) goes on with the draw."""
        return bool(user.office_id) and (user.office.level, user.office.region_id) == (self.level, self.region_id)

    @property
    def is_hidden_below(self):
        return self.is_secret and not self.published_at

    def population(self):
        """The cases that the stated criteria cover, in the order of their numbers."""
        acting = self.drawn_by.scopes.filter(can_act=True, region=OuterRef("project__county__region"))
        found = Application.objects.filter(
            Exists(acting),
            status=Application.Status.PASSED,
            concluded_at__date__range=(self.concluded_from, self.concluded_to),
        )
        if self.county_id:
            found = found.filter(project__county=self.county_id)
        if self.direction:
            found = found.filter(project__fund_line__direction=self.direction)
        return found.select_related("project__county__region", "stage").order_by("no")

    # --- deeds -----------------------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def fix(cls, *, by, **stated):
        """固定总体：which cases are in, under which digest; sealed with the event, before any seed exists (A-149).

        `stated`: title, county, direction, concluded_from, concluded_to, size, is_secret.
        """
        check = cls(level=by.office.level, region=by.office.region, drawn_by=by, **stated)
        enforce(cls.BEFORE_FIX, check)
        year = clock.today().year
        check.no = f"CC{year}{Counter.take(f'spotcheck:{year}'):04d}"
        cases = list(check.population())
        texts = [draws.text_of(number, case) for number, case in enumerate(cases, start=1)]
        digests = [draws.sha256(text) for text in texts]
        check.population_digest = draws.population_digest(digests)
        check.save()
        SpotCheckRow.objects.bulk_create(
            SpotCheckRow(spotcheck=check, ordinal=number, application=case, text=text, digest=digest)
            for number, (case, text, digest) in enumerate(zip(cases, texts, digests, strict=True), start=1)
        )
        data = {"rows": digests, "population": check.population_digest, "method": draws.METHOD, "size": check.size}
        event = check.record("固定抽查总体", by=by, target=check.status, data=data)
        SpotCheck.objects.filter(pk=check.pk).update(fixed_by=event)
        check.refresh_from_db()
        return check

    @transaction.atomic
    def draw(self, *, by):
        """抽取：the seed follows from the population and its seal; the sample follows from the seed."""
        self.hold()
        if self.status != self.Status.FIXED:
            raise Refused(Breach(STILL_THERE, f"抽查当前为“{self.get_status_display()}”，不能再抽取"))
        rows = {row.digest: row for row in self.rows.all()}
        seed = draws.seed_of(self.no, self.population_digest, seal_of(self.fixed_by))
        drawn = sorted((rows[digest] for digest in draws.sample(seed, rows, self.size)), key=lambda row: row.ordinal)
        SpotCheckItem.objects.bulk_create(
            SpotCheckItem(spotcheck=self, row=row, application_id=row.application_id) for row in drawn
        )
        self.move(
            self.Status.FIXED,
            self.Status.DRAWN,
            by=by,
            words=f"由总体摘要和封条算出种子，抽出 {len(drawn)} 件",
            data={"seed": seed, "drawn": [row.ordinal for row in drawn]},
            seed=seed,
            drawn_at=clock.now(),
        )

    def verify(self) -> list[str]:
        """Repeat the draw from what the sealed events say; what does not repeat, in words (none: 一致)."""
        data = self.fixed_by.data
        stated = {"rows": data["rows"], "population": data["population"], "size": data["size"], "seed": self.seed}
        stated["seal"] = seal_of(self.fixed_by)
        drawn = set(self.items.values_list("row__ordinal", flat=True))
        rows = [draws.Row(*row, row[0] in drawn) for row in self.rows.values_list("ordinal", "text", "digest")]
        wrong = draws.differences(self.no, rows, stated)
        if (self.size, self.population_digest) != (stated["size"], stated["population"]):
            wrong.append("抽查记录上的抽取数量或总体摘要与固定时不符")
        return wrong

    @upholds("A-430")
    @transaction.atomic
    def publish(self, *, by):
        """公布暗访：from now on the county and the contractor see it."""
        self.hold()
        if not self.is_hidden_below:
            raise Refused(Breach(STILL_THERE, "只有尚未公布的暗访可以公布，请刷新页面"))
        SpotCheck.objects.filter(pk=self.pk).update(published_at=clock.now())
        self.refresh_from_db()
        self.record("公布暗访结果", by=by)
        for item in self.items.exclude(status=SpotCheckItem.Status.PENDING):
            item.take_effect(by=by)

    @transaction.atomic
    def void(self, *, by, reason):
        """作废：the draw stays on record with its reason; results given already stand."""
        self.move((self.Status.FIXED, self.Status.DRAWN), self.Status.VOID, by=by, words="作废本次抽查", reason=reason)


class SpotCheckRow(models.Model):
    """One row of the population as it stood when it was fixed."""

    append_only = True

    spotcheck = models.ForeignKey(SpotCheck, models.PROTECT, related_name="rows")
    ordinal = models.PositiveIntegerField("序号")
    application = models.ForeignKey(Application, models.PROTECT, related_name="+", verbose_name="验收")
    text = models.CharField("行文本", max_length=300)
    digest = models.CharField("行摘要", max_length=64)

    class Meta:
        verbose_name = "抽查总体"
        ordering = ["ordinal"]
        constraints = [models.UniqueConstraint(fields=["spotcheck", "ordinal"], name="one_row_per_ordinal")]

    def __str__(self):
        return self.text


class SpotCheckItemQuerySet(models.QuerySet):
    def visible_to(self, user):
        """As the draw; the contractor sees the checks of its own projects, once they are open."""
        seen_below = Q(spotcheck__is_secret=False) | Q(spotcheck__published_at__isnull=False)
        own = Q(is_member(user, "application__project__contractor")) & seen_below
        here = Q(in_scope(user, "application__project__county__region"))
        return self.filter(own | (Q(spotcheck__in=SpotCheck.objects.visible_to(user)) & here))

    def waiting(self):
        status = SpotCheck.Status.DRAWN
        return self.filter(status=SpotCheckItem.Status.PENDING, spotcheck__status=status)

    def visits(self, quarters):
        """(county id, quarter number) → visits on the spot, of the given quarters."""
        counted = self.filter(visited_on__gte=quarters[0].first).values_list(
            "application__project__county", "visited_on"
        )
        return collections.Counter((county, Quarter.of(day)) for county, day in counted)

    def failed(self):
        return self.filter(status=SpotCheckItem.Status.FAILED)


@dataclass(frozen=True, order=True)
class Quarter:
    year: int
    number: int  # 1 to 4

    @classmethod
    def of(cls, day):
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def last(cls, today, count=4):
        """The last quarters up to the one of today, the oldest first."""
        n = today.year * 4 + (today.month + 2) // 3 - 1
        return [cls(m // 4, m % 4 + 1) for m in range(n - count + 1, n + 1)]

    @property
    def first(self):
        return date(self.year, self.number * 3 - 2, 1)

    def __str__(self):
        return f"{self.year}年第{self.number}季度"


@dataclass(frozen=True)
class Coverage:
    """现场检查覆盖：the visits of one county in each of the last quarters (A-422)."""

    county: County
    visits: list[int]

    def missing(self):
        return rules.visited_this_quarter(self)


class SpotCheckItem(Flow):
    """抽中的一件：现场抽查，结果“通过”或“不通过”。A failure reopens the acceptance and stops its money (A-149)."""

    class Status(models.TextChoices):
        PENDING = "pending", "待抽查"
        PASSED = "passed", "通过"
        FAILED = "failed", "不通过"

    class Result(models.TextChoices):
        PASSED = "passed", "通过"
        FAILED = "failed", "不通过"

    BEFORE_CONCLUDE = [rules.result_is_one_of_two]

    spotcheck = models.ForeignKey(SpotCheck, models.PROTECT, related_name="items", verbose_name="抽查")
    row = models.OneToOneField(SpotCheckRow, models.PROTECT, related_name="item")
    application = models.ForeignKey(Application, models.PROTECT, related_name="spotcheck_items", verbose_name="验收")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PENDING)
    result = models.CharField("抽查结果", max_length=10, choices=Result, blank=True)
    findings = models.TextField("抽查情况", blank=True)
    people = models.CharField("抽查人员", max_length=120, blank=True)
    visited_on = models.DateField("现场抽查日期", null=True)
    photos = models.ManyToManyField(Attachment, blank=True, related_name="+", verbose_name="现场照片")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="登记人"
    )
    recorded_at = models.DateTimeField("登记时间", null=True)

    objects = SpotCheckItemQuerySet.as_manager()

    class Meta:
        verbose_name = "抽查项目"
        ordering = ["row__ordinal"]
        constraints = [
            models.CheckConstraint(
                name="A_149_result_with_findings",
                condition=Q(status="pending", result="", recorded_at=None)
                | (Q(status=F("result"), recorded_at__isnull=False, visited_on__isnull=False) & ~Q(findings="")),
                violation_error_message="抽查结果须有抽查情况、现场日期和登记时间（规则 A-149）",
            )
        ]

    def __str__(self):
        return f"{self.spotcheck.no} {self.application}"

    def get_absolute_url(self):
        return reverse("spotcheck-item", args=[self.pk])

    @property
    def county(self):
        return self.application.county

    def admits(self, user):
        return self.spotcheck.admits(user) and self.region.admits(user)

    def check_drawn_on(self):
        return clock.day_of(self.spotcheck.drawn_at)

    @upholds("A-149")
    @transaction.atomic
    def conclude(self, *, by, result, findings, visited_on, people="", photos=()):
        """登记抽查结果。不通过：该阶段的拨付随即冻结，验收重开（暗访在公布时重开）（25号 一（四））。"""
        self.hold()
        self.spotcheck.hold()
        if self.spotcheck.status != SpotCheck.Status.DRAWN:
            raise Refused(Breach(STILL_THERE, f"抽查当前为“{self.spotcheck.get_status_display()}”，不能登记结果"))
        stamps = {"result": result, "findings": findings, "visited_on": visited_on, "people": people}
        for name, value in stamps.items():
            setattr(self, name, value)
        enforce(self.BEFORE_CONCLUDE, self)
        self.photos.add(*photos)
        self.move(
            self.Status.PENDING,
            self.Status(result),
            by=by,
            words=f"抽查{self.Result(result).label}",
            reason=findings if result == self.Result.FAILED else "",
            data={"photos": [photo.sha256 for photo in photos]},
            recorded_by=by,
            recorded_at=clock.now(),
            **stamps,
        )
        if not self.spotcheck.is_hidden_below:
            self.take_effect(by=by)
        if not self.spotcheck.items.filter(status=self.Status.PENDING).exists():
            self.spotcheck.move(SpotCheck.Status.DRAWN, SpotCheck.Status.DONE, by=by, words="全部抽查项目已登记结果")

    def take_effect(self, *, by):
        """Those checked learn of the result; a failed acceptance is reopened. A secret check waits for its publication:
        until then only the money stops (funds.rules.payment.no_failed_spot_check)."""
        if self.status == self.Status.FAILED:
            self.application.reopen(by=by, reason=f"抽查不通过（{self.spotcheck.no}）：{self.findings}")
        people = [
            *User.objects.serving(self.region, "government", "commerce", "finance"),
            *self.application.project.contractor.members.all(),
        ]
        key, words = f"spotcheck:{self.pk}:{self.status}", f"抽查{self.get_status_display()}：{self.application}"
        tell(people, words, key=key, text=self.findings, link=self.get_absolute_url())


def seal_of(event) -> str:
    """The digest under which the event stands in its chain."""
    return EventSeal.objects.values_list("digest", flat=True).get(event=event)
