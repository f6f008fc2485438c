"""县（市）申报：a county government's application in a round, from the draft to the designation (domain/states.md 3.13)."""

from dataclasses import dataclass
from fractions import Fraction

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from accounts.access import in_scope
from accounts.models import Office, Region, User
from counties import sections
from counties.models.review import Bureau
from counties.models.workplan import Section, Target
from counties.rules import application as rules
from portal import clock
from portal.flow import Flow
from portal.models import Attachment
from portal.money import MoneyField, total
from portal.outbox import tell
from portal.rules import STILL_THERE, Breach, Refused, breaches, enforce, upholds


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user))

    def regular(self):
        """Those that applied; the counties of the State Council's incentive list stand outside quota and cap (B-408)."""
        return self.exclude(inclusion=CountyApplication.Inclusion.INCENTIVE)

    def taken_in(self):
        """Received by the province: what is scored and ranked."""
        return self.filter(status__in=CountyApplication.TAKEN_IN)

    def recommended_by(self, city):
        return self.filter(recommendation__region=city, recommendation__status="filed")

    def on_the_list(self):
        return self.filter(status__in=[CountyApplication.Status.SHORTLISTED, CountyApplication.Status.DESIGNATED])


@dataclass(frozen=True)
class Submission:
    """Who sends which application: judged together (C-201)."""

    application: "CountyApplication"
    by: User


class CountyApplication(Flow):
    """草稿 → 县政府提交 →（非直管）市三局评议 → 市联合推荐 → 省受理 → 评审 → 入围 → 认定."""

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        RETURNED = "returned", "退回补正"
        CITY_REVIEW = "city_review", "待市三部门评议"
        CITY_REVIEWED = "city_reviewed", "市已评议，待推荐"
        NOT_RECOMMENDED = "not_recommended", "市不予推荐"
        RECOMMENDED = "recommended", "待省受理"
        NOT_ACCEPTED = "not_accepted", "省不予受理"
        ACCEPTED = "accepted", "已受理，待评审"
        REVIEWED = "reviewed", "已评审"
        SHORTLISTED = "shortlisted", "已入围"
        NOT_SHORTLISTED = "not_shortlisted", "落选，予以归档"
        NOT_LISTED = "not_listed", "不予列入名单"
        DESIGNATED = "designated", "已认定为示范县"
        LAPSED = "lapsed", "逾期未申报，视为放弃"

    class Inclusion(models.TextChoices):
        REGULAR = "regular", "自愿申报"
        INCENTIVE = "incentive", "国务院督查激励县（直接纳入）"

    EDITABLE = (Status.DRAFT, Status.RETURNED)
    TAKEN_IN = (
        Status.ACCEPTED,
        Status.REVIEWED,
        Status.SHORTLISTED,
        Status.NOT_SHORTLISTED,
        Status.NOT_LISTED,
        Status.DESIGNATED,
    )
    SCORABLE = (Status.ACCEPTED, Status.REVIEWED)

    BEFORE_BEGIN = [rules.round_is_open, rules.district_only_if_poor]
    BEFORE_EDIT = [rules.not_sent_yet]
    BEFORE_SUBMIT = [
        rules.round_is_open,
        rules.district_only_if_poor,
        rules.government_document,
        rules.facts_written,
        rules.earlier_work_written,
        rules.market_and_industry_written,
        rules.six_measures_written,
        rules.mechanism_written,
        rules.poverty_and_supervision_written,
        rules.a_numeric_target_per_direction,
        rules.earlier_support_is_stated,
        rules.money_paid_out,
        rules.both_certificates,
        rules.acceptance_basically_complete,
    ]
    BEFORE_SENDING = [rules.by_the_county_government]
    BEFORE_ACCEPT = [rules.recommended_by_the_city_or_direct, rules.district_only_if_poor]

    round = models.ForeignKey("Round", models.PROTECT, related_name="applications", verbose_name="申报轮次")
    region = models.ForeignKey(Region, models.PROTECT, related_name="applications", verbose_name="县（市）")
    status = models.CharField("状态", max_length=16, choices=Status, default=Status.DRAFT)
    inclusion = models.CharField("纳入方式", max_length=10, choices=Inclusion, default=Inclusion.REGULAR)
    is_direct = models.BooleanField("省直管县（自行申报）", default=False)
    supported_before = models.BooleanField("以前年度支持过的示范县", default=False)
    turn = models.PositiveSmallIntegerField("第几次报送", default=1)
    doc_no = models.CharField("县政府申报文件文号", max_length=40, blank=True)
    document = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="县政府申报文件"
    )
    finance_certificate = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="资金拨付率证明"
    )
    acceptance_certificate = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="项目验收证明"
    )
    projects_planned = models.PositiveIntegerField("以前年度项目（个）", null=True, blank=True)
    projects_accepted = models.PositiveIntegerField("其中已验收合格（个）", null=True, blank=True)
    recommendation = models.ForeignKey(
        "CityRecommendation", models.PROTECT, null=True, related_name="applications", verbose_name="市推荐报告"
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="提交人"
    )
    submitted_at = models.DateTimeField("提交时间", null=True)
    place = models.PositiveSmallIntegerField("总排名", null=True)
    poverty_place = models.PositiveSmallIntegerField("贫困县排名", null=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "县（市）申报"
        ordering = ["region__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "region"],
                name="one_application_per_round",
                violation_error_message="本轮次该县（市）已经有申报，请在原申报上办理",
            ),
            models.CheckConstraint(
                name="C_201_sent_by_somebody",
                condition=Q(status__in=["draft", "lapsed"])
                | Q(inclusion="incentive")
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                violation_error_message="报送的申报须有提交人和时间（规则 C-201）",
            ),
            models.CheckConstraint(
                name="C_501_recommended_or_direct",
                condition=~Q(status__in=["accepted", "reviewed", "shortlisted", "designated"])
                | Q(is_direct=True)
                | Q(inclusion="incentive")
                | Q(recommendation__isnull=False),
                violation_error_message="非直管县（市）须经市三部门推荐方可受理（规则 C-501）",
            ),
            models.CheckConstraint(
                name="C_104_accepted_within_planned",
                condition=Q(projects_accepted=None) | Q(projects_accepted__lte=F("projects_planned")),
                violation_error_message="已验收项目数不能多于项目总数（规则 C-104）",
            ),
        ]

    def __str__(self):
        return f"{self.region.name}申报"

    def get_absolute_url(self):
        return reverse("county-application-detail", args=[self.pk])

    def content(self):
        """What was sent: the chapters, the targets, the money, the papers by their digests."""
        files = ("document", "finance_certificate", "acceptance_certificate")
        return {
            "round": self.round_id,
            "county": self.region.code,
            "doc_no": self.doc_no,
            "supported_before": self.supported_before,
            "projects": [self.projects_planned, self.projects_accepted],
            "sections": dict(self.sections.order_by("key").values_list("key", "text")),
            "targets": [str(target) for target in self.targets.all()],
            "years": [[row.year, f"{row.received:.2f}", f"{row.paid:.2f}"] for row in self.support_years.all()],
        } | {name: file.sha256 for name in files if (file := getattr(self, name))}

    # --- questions ---------------------------------------------------------------------------------------------------

    @property
    def batch(self):
        return self.round.batch

    @property
    def is_poverty(self):
        """贫困县按48号：国家扶贫开发工作重点县和集中连片特困县 only; 省定 ones do not count."""
        return self.region.poverty == Region.Poverty.NATIONAL

    @property
    def is_editable(self):
        return self.status in self.EDITABLE

    def chapters(self):
        return sections.wanted(self.supported_before)

    @property
    def was_supported_before(self):
        """The same question as of a county: which chapters are demanded (counties/sections.py)."""
        return self.supported_before

    def texts(self):
        return {section.key: section.text for section in self.sections.all()}

    def written(self):
        """The chapters that have been written, in their order."""
        texts = self.texts()
        return [(chapter, texts[chapter.key]) for chapter in self.chapters() if texts.get(chapter.key, "").strip()]

    def money_counted(self):
        """(received, paid) of earlier years, without those that the notice leaves out (C-103)."""
        rows = [row for row in self.support_years.all() if row.year not in self.batch.second_apply_excluded_years]
        return total(row.received for row in rows), total(row.paid for row in rows)

    def missing_before_submit(self):
        return breaches(self.BEFORE_SUBMIT, self)

    def missing_before_accept(self):
        return breaches(self.BEFORE_ACCEPT, self)

    def opinions_now(self):
        return self.opinions.filter(turn=self.turn)

    def score_of(self, bureau=None):
        """The sum of one department's points; of all three the mean, exactly."""
        rows = [score for score in self.scores.all() if bureau in (None, score.bureau)]
        points = sum((Fraction(score.points) for score in rows), Fraction(0))
        return points if bureau else points / len(Bureau)

    def scored_by(self):
        """Departments whose sheet is complete."""
        wanted = len(self.round.criteria)
        given = [score.bureau for score in self.scores.all()]
        return [bureau for bureau in Bureau if given.count(bureau) == wanted]

    def rank_key(self):
        """Best first; equal scores are decided by the criteria in their order, then by the code: never by hand."""
        by_criterion = {}
        for score in self.scores.all():
            by_criterion[score.criterion] = by_criterion.get(score.criterion, Fraction(0)) + Fraction(score.points)
        points = [-by_criterion.get(number, Fraction(0)) for number in range(len(self.round.criteria))]
        return (-self.score_of(), *points, self.region.code)

    # --- deeds of the county -----------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def begin(cls, round, region, *, by):
        """县（市）自愿申报：起草。"""
        round.hold()
        application = cls(
            round=round,
            region=region,
            is_direct=region.is_province_direct(clock.today()),
            supported_before=region.designations.filter(batch__year__lt=round.batch.year).exists(),
        )
        enforce(cls.BEFORE_BEGIN, application)
        if cls.objects.filter(round=round, region=region).exists():
            raise Refused(Breach(STILL_THERE, f"{region}在本轮次已经有申报，请在原申报上办理"))
        application.save()
        ApplicationSection.objects.bulk_create(
            [ApplicationSection(application=application, key=key) for key in sections.BY_KEY]
        )
        application.record("起草申报", by=by, target=application.status)
        return application

    @transaction.atomic
    def edit(self, *, by, **fields):
        """Document number, papers, earlier support: old and new stay in the event."""
        self.hold()
        enforce(self.BEFORE_EDIT, self)
        changed = {name: value for name, value in fields.items() if getattr(self, name) != value}
        if changed:
            data = {name: [_shown(getattr(self, name)), _shown(value)] for name, value in changed.items()}
            for name, value in changed.items():
                setattr(self, name, value)
            self.save(update_fields=list(changed))
            self.record("修改申报", by=by, data=data)

    @transaction.atomic
    def write(self, key, text, *, revision, by):
        """Write one chapter; who saves over somebody else's later text is told."""
        self.hold()
        enforce(self.BEFORE_EDIT, self)
        here = self.sections.filter(key=key, revision=revision)
        if not here.update(text=text, revision=revision + 1, edited_by=by, edited_at=clock.now()):
            raise Refused(Breach(STILL_THERE, "这一章节刚刚被他人修改，请先查看最新内容；您填写的内容仍在页面上"))
        self.record(f"编写“{sections.BY_KEY[key].title}”", by=by, data={"characters": len(text)})

    @transaction.atomic
    def set_rows(self, name, rows, *, by):
        """Replace the table of targets or of earlier years as a whole."""
        self.hold()
        enforce(self.BEFORE_EDIT, self)
        table = {"targets": self.targets, "support_years": self.support_years}[name]
        words = {"targets": "填写量化目标", "support_years": "填写以前年度资金"}[name]
        old = [str(row) for row in table.all()]
        table.all().delete()
        made = [table.model(application=self, **row) for row in rows]
        table.bulk_create(made)
        self.record(words, by=by, data={name: [old, [str(row) for row in made]]})

    @upholds("B-405", "B-702", "B-706", "B-707", "B-709", "C-202", "C-203", "C-303")
    @transaction.atomic
    def submit(self, *, by, reason=""):
        """县（市）人民政府提交：省辖市所属的送市三部门评议；省直管县自行申报，直接送省。"""
        self.round.hold()
        self.hold()
        enforce(self.BEFORE_SENDING, Submission(self, by))
        excused = enforce(self.BEFORE_SUBMIT, self, reason=reason)
        stamps = {"submitted_by": by, "submitted_at": clock.now()}
        if self.is_direct:
            words, target = "省直管县自行申报，直接报省", self.Status.RECOMMENDED
        else:
            words, target = "县政府提交申报，送市三部门评议", self.Status.CITY_REVIEW
        self.move(self.EDITABLE, target, by=by, words=words, reason=reason, excused=excused, **stamps)
        key, link = f"application:{self.pk}:{self.turn}", self.get_absolute_url()
        if self.is_direct:
            people = User.objects.serving(self.region.parent.parent, "commerce")
            tell(people, f"请受理：{self}", key=f"{key}:province", link=link)
        else:
            CityOpinion.objects.bulk_create(
                [CityOpinion(application=self, bureau=bureau, turn=self.turn) for bureau in Bureau]
            )
            people = User.objects.serving(self.region.parent, *Bureau.values)
            tell(people, f"请评议：{self}", key=f"{key}:city", link=link)

    # --- what city and province say ----------------------------------------------------------------------------------

    def opinion_given(self, *, by):
        """All three bureaus agreed: ready for the joint recommendation. Held by the caller."""
        if not self.opinions_now().exclude(status=CityOpinion.Status.AGREED).exists():
            self.move(self.Status.CITY_REVIEW, self.Status.CITY_REVIEWED, by=by, words="市三部门评议完毕")
            people = User.objects.serving(self.region.parent, "commerce")
            title = f"可以联合推荐：{self}"
            tell(people, title, key=f"application:{self.pk}:{self.turn}:reviewed", link=self.get_absolute_url())

    def opinion_returned(self, *, by, reason, words):
        self.move(self.Status.CITY_REVIEW, self.Status.RETURNED, by=by, words=words, reason=reason, turn=F("turn") + 1)
        self.tell_the_county(f"{words}：{self}", f"returned:{self.turn}", text=reason)

    def tell_the_county(self, title, step, text=""):
        people = User.objects.serving(self.region, "government", "commerce")
        tell(people, title, key=f"application:{self.pk}:{step}", text=text, link=self.get_absolute_url())

    @transaction.atomic
    def accept(self, *, by):
        """省受理：材料齐全，进入评审。"""
        self.hold()
        enforce(self.BEFORE_ACCEPT, self)
        self.move(self.Status.RECOMMENDED, self.Status.ACCEPTED, by=by, words="省级受理")
        self.tell_the_county(f"省级已受理：{self}", "accepted")

    @transaction.atomic
    def decline(self, *, by, reason):
        """材料不符合要求，不予受理。"""
        self.hold()
        self.move(self.Status.RECOMMENDED, self.Status.NOT_ACCEPTED, by=by, words="省级不予受理", reason=reason)
        self.tell_the_county(f"省级不予受理：{self}", "declined", text=reason)

    @transaction.atomic
    def score(self, *, by, bureau, points, comment=""):
        """One department's sheet; the third complete one makes the application reviewed. Kept with old values."""
        self.hold()
        enforce([rules.scored_in_time], self)
        old = {score.criterion: score for score in self.scores.filter(bureau=bureau)}
        enforce([rules.points_within_the_criteria], Sheet(self.round, points))
        for criterion, value in enumerate(points):
            self.scores.update_or_create(
                bureau=bureau,
                criterion=criterion,
                defaults={"points": value, "scored_by": by, "scored_at": clock.now(), "comment": comment},
            )
        data = {"bureau": bureau, "points": [[s.points for s in old.values()], list(points)]}
        self.record(f"省{Bureau(bureau).label}部门评分", by=by, reason=comment, data=data)
        fresh = CountyApplication.objects.prefetch_related("scores").get(pk=self.pk)
        if self.status == self.Status.ACCEPTED and len(fresh.scored_by()) == len(Bureau):
            self.move(self.Status.ACCEPTED, self.Status.REVIEWED, by=by, words="省三部门评审完毕")


@dataclass(frozen=True)
class Sheet:
    round: object
    points: list


def _shown(value):
    return str(value) if isinstance(value, models.Model) else value


class ApplicationSection(Section):
    """One chapter of the county's work plan in its application."""

    application = models.ForeignKey(CountyApplication, models.CASCADE, related_name="sections")

    class Meta:
        verbose_name = "申报工作方案章节"
        constraints = [
            models.UniqueConstraint(fields=["application", "key"], name="C_503_one_section_per_application_and_key")
        ]


class ApplicationTarget(Target):
    """A quantified target of the application."""

    application = models.ForeignKey(CountyApplication, models.CASCADE, related_name="targets")

    class Meta(Target.Meta):
        verbose_name = "申报量化目标"


class SupportYear(models.Model):
    """以前年度支持资金：received and paid out, year by year, as the finance bureau certifies it (C-103)."""

    application = models.ForeignKey(CountyApplication, models.CASCADE, related_name="support_years")
    year = models.PositiveSmallIntegerField("资金下达年度")
    received = MoneyField("下达金额（元）")
    paid = MoneyField("已拨付金额（元）")

    class Meta:
        verbose_name = "以前年度资金"
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["application", "year"], name="C_103_one_row_per_year"),
            models.CheckConstraint(
                name="C_103_paid_within_received",
                condition=Q(paid__gte=0, received__gte=F("paid")),
                violation_error_message="已拨付金额不能为负，也不能超过下达金额（规则 C-103）",
            ),
        ]

    def __str__(self):
        return f"{self.year} 年下达 {self.received} 元，已拨付 {self.paid} 元"


class OpinionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "application__region"))

    def waiting_for(self, user):
        if not user.office_id or user.office.level != Office.Level.CITY:
            return self.none()
        acting = Exists(user.scopes.filter(can_act=True, region=OuterRef("application__region")))
        return self.filter(
            acting,
            status="pending",
            bureau=user.office.bureau,
            turn=F("application__turn"),
            application__status=CountyApplication.Status.CITY_REVIEW,
        )


class CityOpinion(Flow):
    """市级一个部门对一份申报的评议意见；three rows, one per bureau."""

    class Status(models.TextChoices):
        PENDING = "pending", "待办"
        AGREED = "agreed", "同意"
        RETURNED = "returned", "退回"

    application = models.ForeignKey(CountyApplication, models.CASCADE, related_name="opinions")
    bureau = models.CharField("部门", max_length=10, choices=Bureau)
    turn = models.PositiveSmallIntegerField("第几次报送", default=1)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PENDING)
    opinion = models.TextField("意见", blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="经办人")
    decided_at = models.DateTimeField("时间", null=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = "市级评议意见"
        constraints = [
            models.UniqueConstraint(fields=["application", "turn", "bureau"], name="C_304_one_opinion_per_bureau"),
            models.CheckConstraint(
                name="city_opinion_decided_iff_dated",
                condition=Q(status="pending", decided_at=None, decided_by=None)
                | (~Q(status="pending") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                violation_error_message="评议意见须同时有经办人和时间",
            ),
        ]

    def __str__(self):
        return f"市{self.get_bureau_display()}部门评议"

    def get_absolute_url(self):
        return self.application.get_absolute_url()

    @property
    def region(self):
        return self.application.region

    def admits(self, user):
        """Only the bureau that is asked may answer, and only where it may act."""
        asked = user.office_id and (user.office.level, user.office.bureau) == ("city", self.bureau)
        return bool(asked) and self.region.admits(user)

    @transaction.atomic
    def agree(self, *, by, opinion=""):
        self._decide(self.Status.AGREED, by=by, opinion=opinion)
        self.application.opinion_given(by=by)

    @transaction.atomic
    def send_back(self, *, by, opinion):
        """一个部门退回即退县补正，补正后三部门重新评议。"""
        self._decide(self.Status.RETURNED, by=by, opinion=opinion)
        self.application.opinion_returned(by=by, reason=opinion, words=f"{self}退回")

    def _decide(self, target, *, by, opinion):
        self.application.hold()  # the three may come at the same moment
        if self.application.status != CountyApplication.Status.CITY_REVIEW or self.turn != self.application.turn:
            words = f"申报当前为“{self.application.get_status_display()}”，不在市级评议环节"
            raise Refused(Breach(STILL_THERE, words))
        enforce([rules.round_is_open], self.application)
        stamps = {"opinion": opinion, "decided_by": by, "decided_at": clock.now()}
        self.move(self.Status.PENDING, target, by=by, words=f"{self}：{target.label}", reason=opinion, **stamps)


class Score(models.Model):
    """评分：one department's points for one criterion."""

    application = models.ForeignKey(CountyApplication, models.CASCADE, related_name="scores")
    bureau = models.CharField("部门", max_length=10, choices=Bureau)
    criterion = models.PositiveSmallIntegerField("指标")
    points = models.DecimalField("得分", max_digits=5, decimal_places=2)
    comment = models.TextField("评语", blank=True)
    scored_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="评分人")
    scored_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "评分"
        ordering = ["bureau", "criterion"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "bureau", "criterion"], name="B_503_one_score_per_bureau_and_criterion"
            ),
            models.CheckConstraint(
                name="B_503_points_not_negative",
                condition=Q(points__gte=0, points__lte=100),
                violation_error_message="得分须在 0 到 100 之间（规则 B-503）",
            ),
        ]

    def __str__(self):
        return f"{self.get_bureau_display()} {self.criterion + 1}：{self.points}"
