"""实施方案：from the draft to the filing, and its changes. domain/states.md 3.1 and 3.2."""

from decimal import Decimal

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from accounts.access import in_scope
from accounts.models import Office, User
from counties.models import authoring
from counties.models.change import ChangeDeeds
from counties.models.county import County
from counties.models.filing import Filing
from counties.models.lines import FundLine
from counties.models.returns import ReturnPoint
from counties.models.review import Bureau, Review
from counties.models.workplan import PlanSection, PlanTarget
from counties.rules import change as change_rules
from counties.rules import county as county_rules
from counties.rules import plan as rules
from counties.rules import workplan
from notices.models import Notice
from portal import clock
from portal.flow import Flow
from portal.models import Attachment
from portal.money import ZERO, MoneyField, percent, total
from portal.outbox import tell
from portal.rules import STILL_THERE, Breach, Kind, Refused, breaches, different_people, enforce, excuse, upholds


class PlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "county__region"))

    def public(self):
        """Publicised at least once: the column shows what was publicised or is in force, never a draft."""
        first_version_on_its_way = Q(replaces=None, status__in=Plan.ON_ITS_WAY)
        return self.filter(Q(status__in=Plan.PUBLIC) | first_version_on_its_way)

    def in_force(self):
        return self.filter(status=Plan.Status.RECORDED)

    def open(self):
        return self.exclude(status__in=Plan.SETTLED)

    def awaiting_filing(self):
        return self.filter(status__in=Plan.UNFILED)


class Plan(ChangeDeeds, Flow):
    """实施方案和项目资金安排方案（one object, versioned）。

    v1: 起草 → 县内会签 → 县政府审定 → 公示 → 市三局审核（省直管县跳过）→ 行文报备 → 省三部门回执 → 已备案.
    A change (a later version) goes the same way, is filed before it takes effect and is publicised again (A-107).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        RETURNED = "returned", "退回修改"
        COUNTERSIGN = "countersign", "县内会签"
        APPROVAL = "approval", "待县政府审定"
        PUBLICISED = "publicised", "公示中"
        CITY_REVIEW = "city_review", "待市审核"
        CITY_REVIEWED = "city_reviewed", "市已审核，待行文报省"
        DIRECT = "direct", "待县政府直接报省"
        FILED = "filed", "待省备案"
        RECEIVED = "received", "省已收备，待重新公示"
        REPUBLICISED = "republicised", "重新公示中"
        RECORDED = "recorded", "已备案"
        REPLACED = "replaced", "已被替代"
        WITHDRAWN = "withdrawn", "变更已撤回"
        REJECTED = "rejected", "变更不予认可"

    class ChangeType(models.TextChoices):
        CONTRACTOR = "contractor", "增加或更换承办单位"
        PLAN = "plan", "创新或完善实施方案"
        CONTENT = "content", "调整或更改建设内容"
        FUNDS = "funds", "调整资金安排"

    EDITABLE = (Status.DRAFT, Status.RETURNED)
    FILED_FOR_GOOD = (Status.RECORDED, Status.REPLACED)
    GIVEN_UP = (Status.WITHDRAWN, Status.REJECTED)
    SETTLED = (*FILED_FOR_GOOD, *GIVEN_UP)
    UNFILED = (
        *EDITABLE,
        Status.COUNTERSIGN,
        Status.APPROVAL,
        Status.PUBLICISED,
        Status.CITY_REVIEW,
        Status.CITY_REVIEWED,
        Status.DIRECT,
    )
    ON_ITS_WAY = (Status.CITY_REVIEW, Status.CITY_REVIEWED, Status.DIRECT, Status.FILED)
    PUBLIC = (Status.PUBLICISED, Status.REPUBLICISED, Status.RECORDED, Status.REPLACED)

    CARRIED_OVER = (
        "title",
        "period_from",
        "period_to",
        "summary",
        "total_central",
        "total_matching",
        "total_private",
        "plan_file",
        "fund_file",
    )

    BEFORE_EDIT = [rules.not_filed_yet]
    BEFORE_SEND = [
        rules.designated,
        rules.both_documents_and_the_lines,
        rules.every_line_has_a_direction,
        rules.nothing_on_the_negative_list,
        rules.no_suspicious_words,
        rules.logistics_share,
        rules.produce_share,
        rules.goods_share,
        county_rules.matching_funds_as_promised,
        rules.change_names_its_types,
        rules.change_gives_reasons,
        workplan.facts_industry_and_ecommerce,
        workplan.earlier_work_is_summed_up,
        workplan.goals_and_measures,
        workplan.resources_and_lasting_operation,
        workplan.every_direction_has_a_target,
        workplan.within_its_own_caps,
        workplan.preferred_way_of_support,
        workplan.hardware_reuses_what_exists,
        workplan.nothing_is_supported_twice,
        workplan.centre_and_stations_of_sensible_size,
        change_rules.fund_changes_are_named,
        change_rules.new_contractor_needs_new_procurement,
        rules.return_points_answered,
    ]
    BEFORE_APPROVE = [rules.designated, rules.change_has_the_county_decision]
    BEFORE_FILE_CHANGE = [  # publicised again after the receipt
        rules.designated,
        rules.three_city_bureaus_agreed,
        county_rules.column_is_opened,
    ]
    BEFORE_FILE = [*BEFORE_FILE_CHANGE, rules.publicised_without_objection]
    BEFORE_EFFECT = [
        rules.publicised_without_objection,
        rules.publicised_again,
        change_rules.received_before_effect,
    ]

    county = models.ForeignKey(County, models.PROTECT, related_name="plans", verbose_name="示范县")
    version = models.PositiveSmallIntegerField("版本", default=1)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="successors", verbose_name="替代")
    status = models.CharField("状态", max_length=14, choices=Status, default=Status.DRAFT)
    round = models.PositiveSmallIntegerField("轮次", default=1, help_text="退回后重新会签、审核，轮次加一")
    revision = models.PositiveIntegerField("修改序号", default=0, help_text="两人同时编辑时，后提交者看到提示")
    lines_revision = models.PositiveIntegerField("资金安排修改序号", default=0)
    targets_revision = models.PositiveIntegerField("目标修改序号", default=0)
    unrecorded = models.JSONField(
        "尚未记入办理记录的自动保存", null=True, editable=False, help_text="自上次记录以来被改动的内容在改动之前的样子"
    )
    title = models.CharField("标题", max_length=120)
    period_from = models.DateField("实施期自", null=True, blank=True)
    period_to = models.DateField("实施期至", null=True, blank=True)
    summary = models.TextField("主要内容", blank=True)
    total_central = MoneyField("中央财政资金（元）", default=ZERO)
    total_matching = MoneyField("县级配套承诺（元）", default=ZERO)
    total_private = MoneyField("社会资本（元）", default=ZERO)
    plan_file = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="《实施方案》"
    )
    fund_file = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="《项目资金安排方案》"
    )
    change_types = models.JSONField("变更类型", default=list, blank=True)
    change_reason = models.TextField("变更理由", blank=True)
    decision_file = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="县政府变更决定"
    )
    exception_reason = models.TextField("低于比例等原则性条款的说明", blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="起草人")
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+", verbose_name="公示")
    received_at = models.DateTimeField("省收备时间", null=True)
    recorded_at = models.DateTimeField("备案生效时间", null=True)
    content_hash = models.CharField("版本摘要", max_length=64, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "实施方案"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["county", "version"], name="one_plan_per_version"),
            models.UniqueConstraint(
                fields=["county"],
                condition=Q(status="recorded"),
                name="A_103_one_plan_in_force",
                violation_error_message="每个示范县同时只能有一个生效的方案（规则 A-103）",
            ),
            models.UniqueConstraint(
                fields=["county"],
                condition=~Q(status__in=["recorded", "replaced", "withdrawn", "rejected"]),
                name="one_open_plan",
                violation_error_message="该县已有一个正在办理的方案或变更，请先办完",
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=~Q(status__in=["withdrawn", "rejected"]),
                name="one_live_change_per_version",
                violation_error_message="该版方案已有一个正在办理或已生效的变更",
            ),
            models.CheckConstraint(
                name="A_103_plan_recorded_iff_dated_and_sealed",
                condition=(Q(status__in=["recorded", "replaced"], recorded_at__isnull=False) & ~Q(content_hash=""))
                | (~Q(status__in=["recorded", "replaced"]) & Q(recorded_at=None, content_hash="")),
                violation_error_message="只有已备案的方案才有备案时间和版本摘要",
            ),
            models.CheckConstraint(
                name="A_107_change_follows_receipt",
                condition=Q(replaces=None) | Q(recorded_at=None) | Q(received_at__isnull=False),
                violation_error_message="变更方案须省级收备后方可生效（规则 A-107、A-415）",
            ),
            models.CheckConstraint(
                name="plan_totals_not_negative",
                condition=Q(total_central__gte=0, total_matching__gte=0, total_private__gte=0),
                violation_error_message="资金总额不能为负",
            ),
            models.CheckConstraint(
                name="plan_period_in_order",
                condition=Q(period_to=None) | Q(period_from=None) | Q(period_to__gte=models.F("period_from")),
                violation_error_message="实施期止日不能早于起日",
            ),
        ]

    def __str__(self):
        return f"{self.title}（第 {self.version} 版）"

    def get_absolute_url(self):
        return reverse("plan-detail", args=[self.pk])

    @property
    def is_direct(self):
        return self.county.is_direct

    @property
    def was_supported_before(self):
        return self.county.was_supported_before

    @property
    def is_change(self):
        return self.replaces_id is not None

    def content(self):
        """What is frozen at filing: the text, the money, the two documents by their digests."""
        fields = ("version", "title", "period_from", "period_to", "summary", "change_types", "change_reason")
        money = ("total_central", "total_matching", "total_private")
        return (
            {name: getattr(self, name) for name in fields}
            | {name: f"{getattr(self, name):.2f}" for name in money}
            | {"county": self.county.region.code}
            | {name: file.sha256 for name in ("plan_file", "fund_file") if (file := getattr(self, name))}
            | {"lines": [line.content() for line in self.lines.order_by("no")]}
            | {"sections": {section.key: section.text for section in self.sections.order_by("key")}}
            | {"targets": [target.content() for target in self.targets.order_by("pk")]}
        )

    # --- questions -----------------------------------------------------------------------------------------------

    def arranged(self, direction=None) -> Decimal:
        """Σ 中央资金 of the lines (of one direction), 元."""
        return total(line.central_amount for line in self.lines.all() if direction in (None, line.direction))

    def shares(self):
        """The four directions: (label, 元, percent for display, floor or None, is below its floor)."""
        batch, whole = self.county.batch, self.arranged()
        floors = {
            "logistics": (batch.min_logistics_share, rules.logistics_share),
            "produce": (batch.min_produce_share, rules.produce_share),
            "goods": (batch.min_goods_share, rules.goods_share),
            "training": (None, None),
        }
        for direction, (floor, rule) in floors.items():
            part = self.arranged(direction)
            yield {
                "direction": direction,
                "label": FundLine.Direction(direction).label,
                "amount": part,
                "percent": percent(part, whole),
                "floor": floor and floor * 100,
                "below": bool(rule and rule(self)),
            }

    def missing_before_send(self):
        return breaches(self.BEFORE_SEND, self)

    def exceptions(self):
        """What the plan asks to be excused from: one breach for each SOFT rule, in the words of the rules.

        The text is frozen once it was sent, so what is excused can be read from it at any time.
        """
        soft = [rule for rule in self.BEFORE_SEND if rule.kind is Kind.SOFT]
        found = {}
        for breach in breaches(soft, self):
            found.setdefault(breach.rule.id, []).append(breach)
        return [Breach(same[0].rule, "；".join(breach.wrong for breach in same)) for same in found.values()]

    def last_return_points(self):
        """The points of the round that was returned last: to be answered before the plan is sent again."""
        if self.status != self.Status.RETURNED:
            return ReturnPoint.objects.none()
        points = ReturnPoint.objects.filter(review__plan=self, review__round=self.round - 1)
        return points.select_related("review", "answered_by")

    @transaction.atomic
    def answer_points(self, *, by, answers):
        """逐条答复退回意见：id → words."""
        self.hold()
        points = {point.pk: point for point in self.last_return_points()}
        written = [(points[pk], words) for pk, words in answers.items() if pk in points and points[pk].answer != words]
        for point, words in written:
            point.write_answer(words, by=by)
        if written:
            self.record("答复退回意见", by=by, data={point.label: words for point, words in written})

    def missing_before_approve(self):
        return breaches(self.BEFORE_APPROVE, self)

    def missing_before_file(self):
        return breaches(self.BEFORE_FILE_CHANGE if self.is_change else self.BEFORE_FILE, self)

    def current_reviews(self, level):
        return self.reviews.filter(level=level, round=self.round)

    def opinions_missing(self, level):
        """Bureaus of a level that have not agreed in this round. A 省直管县 needs no city opinion (A-114)."""
        if level == "city" and self.is_direct:
            return []
        given = self.current_reviews(level).filter(status__in=Review.GIVEN)
        agreed = set(given.values_list("bureau", flat=True))
        return [bureau.label for bureau in Bureau if bureau not in agreed]

    # --- deeds of the county ---------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def begin(cls, county, *, by):
        """起草第一版。"""
        plan = cls(
            county=county,
            title=f"{county.region.name}电子商务进农村综合示范工作实施方案",
            total_central=county.central_total,
            drafted_by=by,
        )
        county.hold()
        if county.plans.exists():
            raise Refused(Breach(STILL_THERE, f"{county}已经有实施方案，请在原方案上修改或办理变更"))
        enforce([rules.designated], plan)
        plan.save()
        plan.record("起草实施方案", by=by, target=plan.status)
        return plan

    @upholds("A-104", "A-325")
    @transaction.atomic
    def begin_change(self, *, by, types=(), reason=""):
        """方案变更：a copy of the version in force that goes the whole way again; the filed one stays as it is."""
        self.hold()
        if self.status != self.Status.RECORDED:
            raise Refused(Breach(rules.not_filed_yet, "只有已备案生效的方案才能办理变更；未备案的方案请直接修改"))
        if self.county.plans.open().exists():
            raise Refused(Breach(STILL_THERE, f"{self.county}已有一个正在办理的方案变更，请先办完"))
        enforce([rules.designated], self)
        lines = list(self.lines.order_by("no"))
        carried = {name: getattr(self, name) for name in self.CARRIED_OVER}
        used = self.county.plans.aggregate(latest=models.Max("version"))["latest"]
        change = Plan(county=self.county, version=used + 1, replaces=self, drafted_by=by, **carried)
        change.change_types, change.change_reason = list(types), reason
        change.save()
        for line in lines:
            line.origin, line.pk, line.plan, line._state.adding = FundLine(pk=line.pk), None, change, True
        FundLine.objects.bulk_create(lines)
        self._carry_over(change)
        change.record("发起方案变更", by=by, target=change.status)
        return change

    def _carry_over(self, change):
        """The chapters and targets of this version are where the next one starts."""
        texts = self.sections.values_list("key", "text")
        PlanSection.objects.bulk_create(
            PlanSection(plan=change, key=key, text=text, recorded_text=text) for key, text in texts
        )
        targets = list(self.targets.order_by("pk"))
        for target in targets:
            target.pk, target.plan, target._state.adding = None, change, True
        PlanTarget.objects.bulk_create(targets)

    # --- drafting: counties/authoring.py says how the parts are written ------------------------------------------------

    @transaction.atomic
    def edit(self, *, by, revision, fields, lines=None, autosave=False):
        """Write the draft: fields by name, and (when given) all fund lines anew.

        `revision` is the number that the form was opened with: somebody else's later edit is never overwritten
        silently (P-001).
        """
        authoring.open_for(self, by)
        authoring.same_revision(revision, self.revision)
        before = authoring.content_of(self, [*fields, *(["lines"] if lines is not None else [])])
        for name, value in fields.items():
            setattr(self, name, value)
        self.revision += 1
        if lines is not None:
            self.lines_revision += 1
            authoring.write_lines(self, lines)
        authoring.keep(self, before, by=by, autosave=autosave)

    @upholds("B-303", "B-305")
    @transaction.atomic
    def edit_lines(self, *, by, revision, lines, autosave=False):
        """Write the fund table anew: rows with an `id` stay (and with them their origin), the others are new."""
        authoring.open_for(self, by)
        authoring.same_revision(revision, self.lines_revision)
        before = authoring.content_of(self, ["lines"])
        self.lines_revision += 1
        authoring.write_lines(self, lines)
        authoring.keep(self, before, by=by, autosave=autosave)

    @upholds("B-403")
    @transaction.atomic
    def edit_targets(self, *, by, revision, targets, autosave=False):
        """Write the quantified targets anew."""
        authoring.open_for(self, by)
        authoring.same_revision(revision, self.targets_revision)
        before = authoring.content_of(self, ["targets"])
        self.targets_revision += 1
        authoring.write_targets(self, targets)
        authoring.keep(self, before, by=by, autosave=autosave)

    @transaction.atomic
    def write_section(self, key, *, by, revision, text, autosave=False):
        """Write one chapter; each has its own revision, so two people may write two chapters at a time."""
        self.hold()
        enforce(self.BEFORE_EDIT, self)
        authoring.write_section(self, key, by=by, revision=revision, text=text, autosave=autosave)

    @transaction.atomic
    def send(self, *, by, reason=""):
        """提交县内会签：商务、财政、扶贫三部门。"""
        self.hold()
        authoring.settle(self)
        excused = enforce(self.BEFORE_SEND, self, reason=reason)
        self.move(
            self.EDITABLE,
            self.Status.COUNTERSIGN,
            by=by,
            words="提交县内会签",
            reason=reason,
            excused=excused,
            exception_reason=reason if excused else "",
        )
        self._ask(Office.Level.COUNTY)

    @upholds("A-106")
    @transaction.atomic
    def approve(self, *, by, site_url="", decision_file=None, snapshot=None):
        """县政府审定。首版随即在县政府官网和平台公示；变更先送审、报省，收备后重新公示（A-107）。"""
        self.hold()
        self.decision_file = decision_file or self.decision_file
        different_people(by, self.drafted_by, words="起草人不能审定自己起草的方案")
        enforce(self.BEFORE_APPROVE, self)
        if self.is_change:
            self._towards_the_province(
                [self.Status.APPROVAL], by=by, words="县政府审定变更方案", decision_file=self.decision_file
            )
        else:
            self.move(self.Status.APPROVAL, self.Status.PUBLICISED, by=by, words="县政府审定并公示")
            self._publicise(Notice.Kind.PLAN, by=by, site_url=site_url, snapshot=snapshot)

    @transaction.atomic
    def send_back_by_county(self, *, by, reason):
        self.hold()
        self._return([self.Status.APPROVAL], by=by, reason=reason, words="县政府退回修改")

    @transaction.atomic
    def publicise_again(self, *, by, site_url, snapshot=None):
        """变更方案省级收备后，重新在县政府官网公示（25号 一（一））。"""
        self.hold()
        self.move(self.Status.RECEIVED, self.Status.REPUBLICISED, by=by, words="重新公示")
        self._publicise(Notice.Kind.CHANGE, by=by, site_url=site_url, snapshot=snapshot)

    def _publicise(self, kind, *, by, site_url, snapshot=None):
        shares = {share["label"]: f"{share['percent']}%" for share in self.shares()}
        notice = Notice.start(
            self,
            kind,
            by=by,
            title=f"关于{self.title}的公示" if not self.is_change else f"关于变更{self.title}的公示",
            body=self.change_reason if self.is_change else self.summary,
            facts={"中央财政资金": f"{self.total_central} 元", **shares},
            site_url=site_url,
            contact=self.county,
            workdays_long=self.county.batch.publicity_workdays,
        )
        for attachment in filter(None, (self.plan_file, self.fund_file)):
            notice.attachments.add(attachment)
            attachment.publish()
        if snapshot:
            notice.keep_snapshot(snapshot, by=by)
        Plan.objects.filter(pk=self.pk).update(notice=notice)
        self.refresh_from_db()

    # --- what the notice says back ---------------------------------------------------------------------------------

    def notice_ended(self, notice):
        """公示期满无异议：到市审核（省直管县：待直接报省）；变更：生效。"""
        self.hold()
        if self.status == self.Status.PUBLICISED:
            self._towards_the_province([self.Status.PUBLICISED], by=None, words="公示期满无异议")
        elif self.status == self.Status.REPUBLICISED:
            self._take_effect(by=None)

    def notice_upheld(self, notice, *, by):
        """异议成立：退回更正，之后重新走全部程序。"""
        self.hold()
        words = "公示异议成立，退回更正"
        self._return([self.Status.PUBLICISED, self.Status.REPUBLICISED], by=by, reason=notice.title, words=words)

    def _towards_the_province(self, sources, *, by, words, **stamps):
        """The fork of 25号 一（二）: the city reviews; a 省直管县 goes straight to the province."""
        if self.is_direct:
            self.move(sources, self.Status.DIRECT, by=by, words=words, **stamps)
        else:
            self.move(sources, self.Status.CITY_REVIEW, by=by, words=words, **stamps)
            self._ask(Office.Level.CITY)

    def _ask(self, level):
        """Three bureaus, three rows (unique per round and bureau), three messages."""
        Review.objects.bulk_create(
            [Review(plan=self, level=level, bureau=bureau, round=self.round) for bureau in Bureau],
            ignore_conflicts=True,
        )
        region = {"county": self.region, "city": self.region.parent, "province": self.region.parent.parent}[level]
        words = {"county": "请会签", "city": "请审核", "province": "请办理备案回执"}[level]
        people = User.objects.serving(region, *Bureau.values)
        key = f"plan:{self.pk}:{self.round}:{level}"
        tell(people, f"{words}：{self.title}", key=key, link=self.get_absolute_url())

    def _return(self, sources, *, by, reason, words):
        self.move(
            sources, self.Status.RETURNED, by=by, words=words, reason=reason, round=models.F("round") + 1, notice=None
        )
        link = self.get_absolute_url()
        people = User.objects.serving(self.region, "commerce", "government")
        tell(people, f"{words}：{self.title}", key=f"plan:{self.pk}:{self.round}:returned", text=reason, link=link)

    # --- filing ----------------------------------------------------------------------------------------------------

    @upholds("A-112")
    @transaction.atomic
    def file(self, *, by, doc_no, reason=""):
        """以正式文件分别报省商务厅、省财政厅、省扶贫办备案：three inbox items, each with its own receipt.

        By the city after its three bureaus agreed; by the government of a 省直管县 itself.
        """
        self.hold()
        filing = Filing(
            plan=self,
            round=self.round,
            level=by.office.level,
            office=by.office,
            doc_no=doc_no.strip(),
            filed_on=clock.today(),
            late_reason=reason,
        )
        excused = excuse(self.missing_before_file() + breaches(Filing.BEFORE_FILE, filing), reason)
        filing.is_late = "A-113" in excused
        words = f"以{filing.doc_no}报省备案" + ("（逾期）" if filing.is_late else "")
        source = self.Status.DIRECT if self.is_direct else self.Status.CITY_REVIEWED
        self.move(source, self.Status.FILED, by=by, words=words, reason=reason, excused=excused)
        filing.save()
        self._ask(Office.Level.PROVINCE)
        return filing

    def reviewed(self, level, *, by):
        """All three bureaus of a level have agreed: carry the plan on. The plan is held by the caller."""
        if level == Office.Level.COUNTY:
            self.move(self.Status.COUNTERSIGN, self.Status.APPROVAL, by=by, words="县三部门会签完毕")
        elif level == Office.Level.CITY:
            self.move(self.Status.CITY_REVIEW, self.Status.CITY_REVIEWED, by=by, words="市三部门审核完毕")
        elif self.is_change:
            self.move(self.Status.FILED, self.Status.RECEIVED, by=by, words="省三部门收备变更", received_at=clock.now())
        else:
            Plan.objects.filter(pk=self.pk).update(received_at=clock.now())
            self._take_effect(by=by)

    @upholds("A-107", "A-326")
    def _take_effect(self, *, by):
        enforce(self.BEFORE_EFFECT, self)
        source = self.Status.REPUBLICISED if self.is_change else self.Status.FILED
        if self.is_change:
            old = Plan.objects.get(pk=self.replaces_id).hold()
            old.move(self.Status.RECORDED, self.Status.REPLACED, by=by, words=f"由第 {self.version} 版替代")
        words = "变更方案生效" if self.is_change else "省三部门均已回执，备案生效"
        self.move(source, self.Status.RECORDED, by=by, words=words, recorded_at=clock.now(), content_hash=self.digest())
        key, link = f"plan:{self.pk}:recorded", self.get_absolute_url()
        tell(User.objects.serving(self.region), f"已备案：{self.title}", key=key, link=link)
