"""申报轮次：open, locked, ranked by scores, sent to the ministries, publicised, designated (domain/states.md 3.13)."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.access import is_office
from accounts.models import DirectPeriod, Office, Region, User
from counties.criteria import default_criteria
from counties.models.application import CountyApplication
from counties.models.batch import Batch
from counties.models.county import County
from counties.models.review import Bureau
from counties.rules import round as rules
from notices.models import Notice
from portal import clock
from portal.flow import Flow
from portal.models import Attachment
from portal.outbox import tell
from portal.rules import STILL_THERE, Breach, Refused, breaches, enforce, upholds

Applied = CountyApplication.Status


@dataclass(frozen=True)
class Contact:
    """Who answers for the province's own notices: the telephones of the notice itself (25号, 35号)."""

    complaint_phone: str = "0371—63576801（省商务厅）"
    complaint_email: str = "swtjsc@126.com"
    complaint_address: str = "河南省商务厅"


class RoundQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Every office reads the round; a draft is the province's own business."""
        if not is_office(user):
            return self.none()
        return self if user.office.level == Office.Level.PROVINCE else self.exclude(status=Round.Status.DRAFT)

    def public(self):
        return self.exclude(status=Round.Status.DRAFT)

    def open(self):
        return self.filter(status=Round.Status.OPEN)

    def past_their_deadline(self, today):
        return self.open().filter(closes_on__lt=today)


class Ranking:
    """两张排序表：all, and poverty counties apart. The order comes from the scores alone (B-503)."""

    def __init__(self, round, size=None, from_poverty=None):
        self.round, self.batch = round, round.batch
        self.size = min(self.cap, len(self.overall)) if size is None else size
        needed = self.batch.poverty_needed(self.size)
        self.from_poverty = needed if from_poverty is None else from_poverty

    @property
    def cap(self):
        return self.batch.cap

    @cached_property
    def overall(self):
        applied = self.round.applications.regular().taken_in().select_related("region__parent", "round__batch")
        return sorted(applied.prefetch_related("scores"), key=CountyApplication.rank_key)

    @cached_property
    def poverty(self):
        return [application for application in self.overall if application.is_poverty]

    @cached_property
    def chosen(self):
        """The first places go to the best of the poverty list, the others to the best of all that remain."""
        first = self.poverty[: min(self.from_poverty, self.size)]
        taken = {application.pk for application in first}
        others = [application for application in self.overall if application.pk not in taken]
        return sorted([*first, *others[: max(self.size - len(first), 0)]], key=CountyApplication.rank_key)

    @property
    def poverty_chosen(self):
        return sum(application.is_poverty for application in self.chosen)

    @property
    def poverty_needed(self):
        return self.batch.poverty_needed(len(self.chosen))

    @property
    def ratio_reached(self):
        least = Fraction(self.batch.poverty_numerator, self.batch.poverty_denominator)
        return self.poverty_chosen >= least * len(self.chosen)


class Round(Flow):
    """草拟 → 申报中 → 截止锁定 → 排序 → 报三部门 → 名单公示 → 名单公布（A-002）."""

    class Status(models.TextChoices):
        DRAFT = "draft", "草拟"
        OPEN = "open", "申报中"
        CLOSED = "closed", "已截止（锁定），待评审"
        RANKED = "ranked", "已排序，待报三部门"
        SENT = "sent", "已报三部门，待核定"
        PUBLICISED = "publicised", "名单公示中"
        DESIGNATED = "designated", "名单已公布"

    OVER = (Status.RANKED, Status.SENT, Status.PUBLICISED, Status.DESIGNATED)

    BEFORE_OPEN = [rules.window_is_set, rules.window_ends_with_the_notice, rules.criteria_make_a_hundred]
    BEFORE_CLOSE = [rules.deadline_is_over]
    BEFORE_RANK = [
        rules.everything_received_is_decided,
        rules.scored_by_all_three,
        rules.within_the_cap,
        rules.poverty_counties_a_third,
        rules.poverty_counties_a_third_of_applicants,
    ]
    BEFORE_SEND = [
        rules.ministry_deadline,
        rules.three_papers,
        rules.earlier_work_in_the_plan,
        rules.ranking_in_the_plan,
        rules.measures_in_the_plan,
    ]
    BEFORE_DESIGNATE = [rules.list_publicised_without_objection, rules.three_departments_decided]

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="rounds", verbose_name="批次")
    title = models.CharField("名称", max_length=80)
    notice_no = models.CharField("申报通知文号", max_length=40)
    supplements = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="补充"
    )
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.DRAFT)
    opens_on = models.DateField("申报开始")
    closes_on = models.DateField("申报截止")
    criteria = models.JSONField("评审指标", default=default_criteria)
    ranking_file = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="申报县排序名单"
    )
    basis_file = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="选拔依据"
    )
    plan_file = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="省级工作方案"
    )
    package = models.JSONField("省级工作方案内容清单", default=list, blank=True)
    letter_no = models.CharField("报三部门文号", max_length=40, blank=True)
    sent_at = models.DateTimeField("报三部门时间", null=True)
    confirmation = models.CharField("三部门核定情况", max_length=200, blank=True)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+", verbose_name="名单公示")
    doc_no = models.CharField("名单公布文号", max_length=40, blank=True)
    doc_date = models.DateField("名单公布日期", null=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = "申报轮次"
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="C_401_round_window_in_order",
                condition=Q(closes_on__gte=models.F("opens_on")),
                violation_error_message="申报截止不能早于申报开始（规则 C-401）",
            ),
            models.UniqueConstraint(
                fields=["batch"],
                condition=Q(supplements=None),
                name="one_round_per_batch",
                violation_error_message="该批次已经有申报轮次；增补的轮次须注明补充哪一轮",
            ),
            models.CheckConstraint(
                name="B_506_sent_iff_dated",
                condition=Q(status__in=["draft", "open", "closed", "ranked"], sent_at=None)
                | Q(status__in=["sent", "publicised", "designated"], sent_at__isnull=False),
                violation_error_message="报三部门后须有报送时间（规则 B-506）",
            ),
            models.CheckConstraint(
                name="A_002_designated_with_document",
                condition=~Q(status="designated") | (~Q(doc_no="") & Q(doc_date__isnull=False, notice__isnull=False)),
                violation_error_message="名单公布须经公示并有文号和日期（规则 A-002）",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("round-detail", args=[self.pk])

    @property
    def region(self):
        return self.batch.region

    def content(self):
        names = ("title", "notice_no", "opens_on", "closes_on", "criteria", "package", "letter_no", "confirmation")
        files = ("ranking_file", "basis_file", "plan_file")
        return (
            {"batch": self.batch.year, "list": self.list_codes()}
            | {name: getattr(self, name) for name in names}
            | {name: file.sha256 for name in files if (file := getattr(self, name))}
        )

    # --- questions ---------------------------------------------------------------------------------------------------

    def accepts(self, today) -> bool:
        """From the first day to the deadline, 24:00 in Shanghai (C-401)."""
        return self.status == self.Status.OPEN and self.opens_on <= today <= self.closes_on

    @property
    def is_past_closing(self):
        return self.status not in (self.Status.DRAFT, self.Status.OPEN)

    def counties_of(self, city):
        """(without 省直管县, with them): counties and county-level cities; 市辖区 are not counted (C-301)."""
        known = self.__dict__.setdefault("_counties_of", {})  # a page and its rules ask several times
        if city.pk not in known:
            direct = DirectPeriod.objects.filter(region=OuterRef("pk"), valid_from__lte=self.closes_on)
            direct = direct.filter(Q(valid_to=None) | Q(valid_to__gte=self.closes_on))
            counties = Region.objects.filter(parent=city, level=Region.Level.COUNTY).exclude(kind="市辖区")
            flags = list(counties.annotate(direct=Exists(direct)).values_list("direct", flat=True))
            known[city.pk] = (flags.count(False), len(flags))
        return known[city.pk]

    def counted(self, city) -> int:
        without, including = self.counties_of(city)
        return including if self.batch.quota_counts_direct else without

    def quota_of(self, city) -> int:
        return self.batch.quota(self.counted(city))

    def on_the_list(self):
        return self.applications.on_the_list().select_related("region__parent").order_by("region__code")

    def list_codes(self):
        return list(self.on_the_list().values_list("region__code", flat=True)) if self.pk else []

    def decided_by(self):
        """Departments that decided on exactly this list."""
        digest = self.digest()
        return [decision.bureau for decision in self.decisions.all() if decision.digest == digest]

    def ranking(self, size=None, from_poverty=None):
        return Ranking(self, size, from_poverty)

    def missing_before_open(self):
        return breaches(self.BEFORE_OPEN, self)

    def missing_before_rank(self, ranking):
        return breaches(self.BEFORE_RANK, ranking)

    def missing_before_send(self):
        return breaches(self.BEFORE_SEND, self)

    def missing_before_designate(self):
        return breaches(self.BEFORE_DESIGNATE, self)

    # --- deeds of the province ---------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def begin(cls, batch, *, by, **fields):
        """省商务厅草拟申报轮次。"""
        batch.hold()
        if batch.rounds.exists() and not fields.get("supplements"):
            raise Refused(Breach(STILL_THERE, f"{batch}已经有申报轮次；增补的轮次须注明补充哪一轮"))
        round = cls(batch=batch, **fields)
        round.save()
        round.record("草拟申报轮次", by=by, target=round.status)
        return round

    @transaction.atomic
    def edit(self, *, by, **fields):
        """Title, window and criteria, while nobody has applied yet."""
        self.hold()
        if self.status != self.Status.DRAFT:
            raise Refused(Breach(STILL_THERE, f"本轮次当前为“{self.get_status_display()}”，时间和指标不能再改"))
        data = {name: [getattr(self, name), value] for name, value in fields.items() if getattr(self, name) != value}
        for name, value in fields.items():
            setattr(self, name, value)
        if data:
            self.save(update_fields=list(data))
            self.record("修改申报轮次", by=by, data=data)

    @transaction.atomic
    def open(self, *, by, reason=""):
        """开放申报：县（市）政府和市三部门收到通知。"""
        self.hold()
        excused = enforce(self.BEFORE_OPEN, self, reason=reason)
        self.move(self.Status.DRAFT, self.Status.OPEN, by=by, words="开放申报", reason=reason, excused=excused)
        levels = [Office.Level.COUNTY, Office.Level.CITY]
        people = User.objects.filter(
            is_active=True, office__level__in=levels, office__bureau__in=["government", *Bureau.values]
        )
        title = f"{self}：申报截止 {self.closes_on}（24:00）"
        tell(people, title, key=f"round:{self.pk}:open", link=self.get_absolute_url())

    @upholds("B-505")
    @transaction.atomic
    def close(self, *, by):
        """截止锁定：what was not sent in time counts as given up, what no city recommended goes no further."""
        self.hold()
        enforce(self.BEFORE_CLOSE, self)
        self.move(self.Status.OPEN, self.Status.CLOSED, by=by, words="申报截止，材料锁定")
        for application in self.applications.filter(status__in=[Applied.DRAFT, Applied.RETURNED]):
            application.move(CountyApplication.EDITABLE, Applied.LAPSED, by=by, words="逾期未申报，视为自动放弃")
        waiting = [Applied.CITY_REVIEW, Applied.CITY_REVIEWED]
        for application in self.applications.filter(status__in=waiting):
            application.move(waiting, Applied.NOT_RECOMMENDED, by=by, words="截止时市未推荐")

    @transaction.atomic
    def include(self, region, *, by, basis):
        """国务院督查激励县直接纳入，不需申报，不占名额和上限（48号 四）。"""
        self.hold()
        if self.status in self.OVER:
            raise Refused(Breach(STILL_THERE, f"本轮次当前为“{self.get_status_display()}”，不能再纳入"))
        application = CountyApplication(
            round=self, region=region, inclusion=CountyApplication.Inclusion.INCENTIVE, is_direct=False
        )
        enforce([rules.not_applied_yet], application)
        application.save()
        application.move(Applied.DRAFT, Applied.SHORTLISTED, by=by, words="国务院督查激励县直接纳入", reason=basis)
        return application

    @transaction.atomic
    def rank(self, *, by, size, from_poverty, reason=""):
        """按得分生成两张排序表，确定拟报名单。"""
        self.hold()
        ranking = self.ranking(size, from_poverty)
        excused = enforce(self.BEFORE_RANK, ranking, reason=reason)
        data = {"size": size, "from_poverty": from_poverty, "cap": ranking.cap, "order": []}
        chosen = {application.pk for application in ranking.chosen}
        for place, application in enumerate(ranking.overall, 1):
            poverty_place = ranking.poverty.index(application) + 1 if application.is_poverty else None
            target = Applied.SHORTLISTED if application.pk in chosen else Applied.NOT_SHORTLISTED
            words = f"总排名第 {place}" + (f"，贫困县第 {poverty_place}" if poverty_place else "")
            application.move(Applied.REVIEWED, target, by=by, words=words, place=place, poverty_place=poverty_place)
            data["order"].append([application.region.code, f"{float(application.score_of()):.4f}", target.value])
        words = f"排序：拟报 {len(chosen)} 个，其中贫困县 {ranking.poverty_chosen} 个"
        self.move(self.Status.CLOSED, self.Status.RANKED, by=by, words=words, reason=reason, excused=excused, data=data)

    @transaction.atomic
    def pack(self, *, by, **fields):
        """The three papers and what the provincial plan contains."""
        self.hold()
        if self.status != self.Status.RANKED:
            raise Refused(Breach(STILL_THERE, f"本轮次当前为“{self.get_status_display()}”，不能修改上报材料"))
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))
        self.record("整理上报材料", by=by, data={"package": self.package, "letter_no": self.letter_no})

    @transaction.atomic
    def send(self, *, by):
        """联合报财政部、商务部、国务院扶贫办。"""
        self.hold()
        enforce(self.BEFORE_SEND, self)
        words = f"以{self.letter_no}报三部门"
        self.move(self.Status.RANKED, self.Status.SENT, by=by, words=words, sent_at=clock.now())

    @transaction.atomic
    def publicise(self, *, by, site_url, confirmed, confirmation):
        """三部门核定后，名单公示；未列入的写明核定情况。"""
        self.hold()
        enforce([rules.somebody_is_on_the_list], ConfirmedList(self, confirmed))
        kept = {application.pk for application in confirmed}
        for application in self.applications.filter(status__in=[Applied.SHORTLISTED, Applied.NOT_LISTED]):
            here = application.status
            target = Applied.SHORTLISTED if application.pk in kept else Applied.NOT_LISTED
            if here != target:
                application.move(here, target, by=by, words=f"三部门核定：{target.label}", reason=confirmation)
        self.move(
            self.Status.SENT,
            self.Status.PUBLICISED,
            by=by,
            words="公示拟认定名单",
            reason=confirmation,
            confirmation=confirmation,
        )
        names = [f"{application.region.parent.name}{application.region.name}" for application in self.on_the_list()]
        notice = Notice.start(
            self,
            Notice.Kind.DESIGNATION,
            by=by,
            title=f"关于{self.batch}国家级电子商务进农村综合示范县拟认定名单的公示",
            body=f"按照{self.notice_no}组织申报，经评审排序、三部门核定，拟认定以下县（市）：{'、'.join(names)}。",
            facts={
                "县数": f"{len(names)} 个",
                "评审": "省商务厅、省财政厅、省扶贫办分别评分",
                "报三部门文号": self.letter_no,
            },
            site_url=site_url,
            contact=Contact(),
            workdays_long=self.batch.publicity_workdays,
        )
        type(self).objects.filter(pk=self.pk).update(notice=notice)
        self.refresh_from_db()

    def notice_ended(self, notice):
        """公示期满无异议：三部门可以决定；没有自动的认定。"""
        province = User.objects.serving(self.region, *Bureau.values)
        tell(province, f"名单公示期满，请决定：{self}", key=f"round:{self.pk}:clear", link=self.get_absolute_url())

    def notice_upheld(self, notice, *, by):
        """异议成立：撤下名单，重新核定后再公示。"""
        self.hold()
        self.move(self.Status.PUBLICISED, self.Status.SENT, by=by, words="公示异议成立，重新核定", reason=notice.title)

    @transaction.atomic
    def decide(self, *, by):
        """一个部门同意认定名单；名单变了，决定须重新作出。"""
        self.hold()
        enforce([rules.list_publicised_without_objection], self)
        bureau = by.office.bureau
        self.decisions.update_or_create(
            bureau=bureau, defaults={"decided_by": by, "decided_at": clock.now(), "digest": self.digest()}
        )
        self.record(f"省{Bureau(bureau).label}部门同意认定名单", by=by)

    @upholds("A-001", "A-002")
    @transaction.atomic
    def designate(self, *, by, doc_no, doc_date):
        """公布名单：each county on it becomes a 示范县 under the document's number, and only these."""
        self.hold()
        enforce([*self.BEFORE_DESIGNATE, rules.designation_document], Designation(self, doc_no.strip(), doc_date))
        batch = self.batch
        changes = {"doc_no": doc_no.strip(), "doc_date": doc_date}
        batch.edit(by=by, reason=f"{self}：公布名单", **changes)
        words = f"认定为{batch}国家级电子商务进农村综合示范县（{batch.doc_no}）"
        for application in self.on_the_list():
            county = County.objects.create(batch=batch, region=application.region)
            county.record(words, by=by, target=county.status)
            application.move(Applied.SHORTLISTED, Applied.DESIGNATED, by=by, words=words)
            application.tell_the_county(words, "designated")
        self.move(self.Status.PUBLICISED, self.Status.DESIGNATED, by=by, words=f"公布名单（{doc_no}）", **changes)


@dataclass(frozen=True)
class ConfirmedList:
    round: Round
    confirmed: list


class Designation:
    """The document by which the list is made public, judged together with its round."""

    def __init__(self, round, doc_no, doc_date):
        self.round, self.doc_no, self.doc_date = round, doc_no, doc_date

    def __getattr__(self, name):
        return getattr(self.round, name)


class Decision(models.Model):
    """一个省级部门对认定名单的决定。"""

    round = models.ForeignKey(Round, models.CASCADE, related_name="decisions")
    bureau = models.CharField("部门", max_length=10, choices=Bureau)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="决定人")
    decided_at = models.DateTimeField("时间")
    digest = models.CharField("所决定名单的摘要", max_length=64)

    class Meta:
        verbose_name = "认定决定"
        constraints = [models.UniqueConstraint(fields=["round", "bureau"], name="A_001_one_decision_per_department")]

    def __str__(self):
        return f"省{self.get_bureau_display()}部门决定"
