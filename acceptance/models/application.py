"""验收：application, receipt, the ten-working-day clock, conclusion, report, delivery upward (domain/states.md 3.6)."""

from copy import copy

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from acceptance.documents import result_facts
from acceptance.models.checklist import ChecklistTemplate, rows_for
from acceptance.models.inspection import PanelMember
from acceptance.models.report import Reported
from acceptance.rules import application as rules
from acceptance.rules import checklist as checks
from acceptance.rules import panel as panels
from accounts.access import in_scope
from accounts.models import Office, User
from counties.rules.change import untouched_by_an_open_change
from notices.models import Notice
from portal import clock, workdays
from portal.models import Attachment, Counter
from portal.money import MoneyField
from portal.outbox import tell
from portal.rules import STILL_THERE, Breach, Refused, breaches, enforce, excuse, upholds
from projects.models import Project, Stage
from projects.models.contractor import is_member
from projects.rules import training
from projects.rules.information import information_complete
from projects.rules.ledger import every_claimed_station_is_in_the_ledger
from projects.rules.life import problems_solved_in_time, visited_during_construction
from projects.rules.milestone import milestones_on_time
from projects.rules.project import built_as_published
from projects.rules.rest import records_do_not_rest


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "project__county__region") | Q(is_member(user, "project__contractor")))

    def public(self):
        """Results that were publicised."""
        return self.exclude(notice=None)

    def passed(self):
        """合格，且没有因抽查不通过重新整改。"""
        return self.filter(status=Application.Status.PASSED)

    def to_rectify(self):
        """不合格或抽查不通过，承办单位尚未重新提交申请。"""
        return self.filter(status__in=Application.TO_RECTIFY)

    def undelivered(self):
        return self.filter(status__in=Application.CONCLUDED, deliveries=None)

    def without_report(self):
        return self.exclude(conclusion="").filter(report=None)

    def rectification_overdue(self, today):
        return self.to_rectify().filter(rectify_by__lt=today)

    def amber(self, today):
        """已到预警的工作日、尚未逾期：what the county should look at this week."""
        ids = [a.pk for a in self.on_the_clock().select_related("project__county__batch") if a.is_amber(today)]
        return self.filter(pk__in=ids)

    def waiting_for(self, user):
        """What this person may take the next step on: by the verb of the post, in the regions of the office."""
        acting = Exists(user.scopes.filter(can_act=True, region=OuterRef("project__county__region")))
        mine = Q(pk=None)
        for verb, statuses in Application.WAITING.items():
            if user.has_perm(f"accounts.{verb}"):
                here = is_member(user, "project__contractor") if verb == "acceptance.apply" else acting
                mine |= Q(here, status__in=statuses)
        if user.has_perm("accounts.acceptance.deliver"):
            mine |= Q(acting, status__in=Application.CONCLUDED, deliveries=None)
        if user.has_perm("accounts.acceptance.acknowledge"):
            mine |= Q(acting, deliveries__level=user.office.level, deliveries__received_at=None)
        return self.filter(mine).distinct()

    def on_the_clock(self):
        return self.filter(status__in=Application.ON_THE_CLOCK)

    def overdue(self, today):
        return self.on_the_clock().filter(due_on__lt=today)

    def named(self, words):
        found = Q(no__icontains=words) | Q(project__name__icontains=words)
        return self.filter(found | Q(project__contractor__name__icontains=words)) if words else self

    def awaiting_receipt(self):
        return self.filter(status=Application.Status.SUBMITTED)


class Application(Reported):
    """承办单位的验收申请：待受理 → 已收到 → 验收中 → 合格 / 不合格 → 已报省市 → 公示。"""

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待受理"
        CORRECTION = "correction", "补正"
        RECEIVED = "received", "已收到"
        INSPECTING = "inspecting", "验收中"
        PASSED = "passed", "合格"
        FAILED = "failed", "不合格"
        REOPENED = "reopened", "整改中"
        SUPERSEDED = "superseded", "已由新申请替代"
        WITHDRAWN = "withdrawn", "已撤回"

    class Conclusion(models.TextChoices):
        PASSED = "passed", "合格"
        FAILED = "failed", "不合格"

    ON_THE_CLOCK = (Status.RECEIVED, Status.INSPECTING)
    WITH_THE_CONTRACTOR = (Status.DRAFT, Status.CORRECTION)
    WITHDRAWABLE = (Status.DRAFT, Status.CORRECTION, Status.SUBMITTED)
    CONCLUDED = (Status.PASSED, Status.FAILED)
    TO_RECTIFY = (Status.FAILED, Status.REOPENED)
    REAPPLICABLE = (Status.FAILED, Status.REOPENED, Status.SUPERSEDED)
    WAITING = {  # verb → statuses whose next step it is
        "acceptance.apply": (Status.DRAFT, Status.CORRECTION, Status.FAILED, Status.REOPENED),
        "acceptance.receive": (Status.SUBMITTED,),
        "acceptance.conclude": (Status.RECEIVED, Status.INSPECTING),
    }
    REVERSED = (Status.REOPENED, Status.SUPERSEDED)
    SETTLED = (Status.PASSED, Status.FAILED, Status.REOPENED, Status.SUPERSEDED, Status.WITHDRAWN)

    BEFORE_SUBMIT = [
        rules.project_is_underway,
        rules.stages_in_order,
        information_complete,
        records_do_not_rest,
        *training.BEFORE_ACCEPTANCE,
        rules.signage_shown,
        rules.signage_names_the_nation_and_the_complaint_channel,
        rules.finished_on_schedule,
        rules.papers_attached,
        checks.earlier_faults_are_put_right,
        every_claimed_station_is_in_the_ledger,
        untouched_by_an_open_change,
    ]
    PROJECT_BEFORE_SUBMIT = [
        built_as_published,
        milestones_on_time,
        visited_during_construction,
        problems_solved_in_time,
    ]
    BEFORE_INSPECT = [checks.acceptance_rules_are_public, panels.panel_of_three_without_the_contractor]
    BEFORE_CONCLUDE = [
        panels.panel_of_three_without_the_contractor,
        checks.what_does_not_apply_is_explained,
        checks.checklist_allows_the_conclusion,
        rules.conclusion_is_one_of_two,
        rules.report_written,
        rules.approved_within_the_stage,
        rules.concluded_in_time,
        untouched_by_an_open_change,
    ]

    project = models.ForeignKey(Project, models.PROTECT, related_name="applications", verbose_name="项目")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="applications", verbose_name="阶段")
    previous = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="successor", verbose_name="整改前的申请"
    )
    no = models.CharField("申请编号", max_length=20, unique=True)
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.DRAFT)
    statement = models.TextField("完成情况说明")
    self_amount = MoneyField("申报投资（元）", null=True)
    evidence = models.ManyToManyField(Attachment, blank=True, verbose_name="申请材料")
    signage_text = models.CharField("标识文字", max_length=80, blank=True)
    signage_has_phone = models.BooleanField("标识上有省级举报监督电话", default=False)
    signage_photo = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="标识照片"
    )
    applied_on = models.DateField("申请日期", null=True)
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申请人")
    corrections = models.TextField("需补正的内容", blank=True)
    corrected_once = models.BooleanField("已补正一次", default=False)
    received_at = models.DateTimeField("收到时间", null=True)
    due_on = models.DateField("办结期限", null=True)
    due_on_original = models.DateField("原办结期限", null=True)
    checklist_template = models.ForeignKey(
        ChecklistTemplate, models.PROTECT, null=True, related_name="applications", verbose_name="验收清单版本"
    )
    findings = models.TextField("验收情况", blank=True)
    conclusion = models.CharField("验收结论", max_length=10, choices=Conclusion, blank=True)
    approved_amount = MoneyField("核定中央资金（元）", null=True)
    reasons = models.TextField("不合格原因", blank=True)
    rectify_by = models.DateField("整改期限", null=True)
    concluded_at = models.DateTimeField("结论时间", null=True)
    concluded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    late_reason = models.TextField("逾期原因", blank=True)
    report = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+", verbose_name="验收报告（PDF）")
    rectification = models.TextField("整改情况", blank=True)
    rectification_files = models.ManyToManyField(Attachment, blank=True, related_name="+", verbose_name="整改材料")
    reopened_reason = models.TextField("重新整改的原因", blank=True)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+", verbose_name="验收结果公示")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "验收申请"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stage"],
                condition=~Q(status__in=["failed", "reopened", "superseded", "withdrawn"]),
                name="A_312_one_live_application_per_stage",
                violation_error_message="该阶段已有一份在办（或已合格）的验收申请（规则 A-312）",
            ),
            models.CheckConstraint(
                name="A_145_received_application_has_a_deadline",
                condition=Q(status__in=["draft", "submitted", "correction", "withdrawn"])
                | Q(received_at__isnull=False, due_on__isnull=False),
                violation_error_message="已收到的验收申请须有收到时间和办结期限（规则 A-145）",
            ),
            models.CheckConstraint(
                name="A_146_conclusion_matches_status",
                condition=Q(status="passed", conclusion="passed", concluded_at__isnull=False)
                | Q(status="failed", conclusion="failed", concluded_at__isnull=False)
                | Q(
                    status__in=["reopened", "superseded"],
                    conclusion__in=["passed", "failed"],
                    concluded_at__isnull=False,
                )
                | (~Q(status__in=["passed", "failed", "reopened", "superseded"]) & Q(conclusion="", concluded_at=None)),
                violation_error_message="验收结论只能是“合格”或“不合格”，并须有结论时间（规则 A-146）",
            ),
            models.CheckConstraint(
                name="A_146_failure_has_reasons_and_a_date",
                condition=~Q(conclusion="failed") | (~Q(reasons="") & Q(rectify_by__isnull=False)),
                violation_error_message="不合格须写明原因和整改期限（规则 A-146）",
            ),
            models.CheckConstraint(
                name="application_amounts_not_negative",
                condition=(Q(self_amount=None) | Q(self_amount__gte=0))
                & (Q(approved_amount=None) | Q(approved_amount__gte=0)),
                violation_error_message="申报投资和核定金额不能为负",
            ),
            models.CheckConstraint(
                name="A_147_conclusion_has_a_report",
                condition=Q(conclusion="") | ~Q(findings=""),
                violation_error_message="验收结论须有验收报告（规则 A-147）",
            ),
        ]

    def __str__(self):
        return f"{self.no} {self.project.name} {self.stage}"

    def get_absolute_url(self):
        return reverse("application-detail", args=[self.pk])

    @property
    def county(self):
        return self.project.county

    def admits(self, user):
        return self.project.admits(user)

    @property
    def result_words(self):
        """合格、不合格；被抽查推翻的结论不再算合格。"""
        was = self.get_conclusion_display()
        return f"{self.get_status_display()}（原结论{was}）" if self.status in self.REVERSED else was

    def missing_before_submit(self):
        as_of_today = copy(self)  # what is asked here must not look like an application made
        as_of_today.applied_on = clock.today()
        return breaches(self.BEFORE_SUBMIT, as_of_today) + breaches(self.PROJECT_BEFORE_SUBMIT, self.project)

    def missing_before_publicise(self):
        return breaches([rules.report_delivered_upward], self) + Notice.missing_before_start(self.county)

    def missing_before_inspect(self):
        return breaches(self.BEFORE_INSPECT, self)

    def missing_before_pass(self):
        """What stands against 合格 now; 不合格 needs only its reasons and its date."""
        as_passed = copy(self)
        as_passed.conclusion = self.Conclusion.PASSED
        asked = [checks.what_does_not_apply_is_explained, checks.checklist_allows_the_conclusion]
        return breaches([panels.panel_of_three_without_the_contractor, *asked, rules.concluded_in_time], as_passed)

    def missing_before_deliver(self):
        return breaches([panels.panel_has_signed, rules.report_delivered_in_time], self)

    def report_due_on(self):
        """The report goes upward within so many working days after the conclusion (G-16)."""
        return workdays.add_workdays(clock.day_of(self.concluded_at), self.county.batch.acceptance_report_workdays)

    def deadline(self, today):
        return workdays.deadline(self.due_on, today)

    def clock_colour(self, today):
        """green, amber from working day 7, red from working day 10 on (A-145); None when no clock runs."""
        if self.status not in self.ON_THE_CLOCK:
            return None
        day = workdays.workdays_between(clock.day_of(self.received_at), today)
        batch = self.county.batch
        if day >= batch.acceptance_workdays:
            return "red"
        return "amber" if day >= batch.acceptance_amber_workday else "green"

    def is_amber(self, today):
        return self.clock_colour(today) in ("amber", "red") and today <= self.due_on

    def clock_words(self, today):
        """正常 / 预警 / 到期 / 逾期: the colour of the clock in words; empty when no clock runs."""
        if self.clock_colour(today) == "red":
            return "逾期" if today > self.due_on else "到期"
        return {"green": "正常", "amber": "预警"}.get(self.clock_colour(today), "")

    # --- deeds -----------------------------------------------------------------------------------------------------

    @classmethod
    @upholds("A-312")
    @transaction.atomic
    def begin(cls, stage, *, by, statement, self_amount=None, **signage):
        """An application names its stage of the agreement (A-312); `signage`: text, phone and photo (A-426)."""
        today = clock.today()
        project = stage.agreement.project
        application = cls.objects.create(
            project=project,
            stage=stage,
            no=f"YS{today:%Y}{Counter.take(f'application:{today:%Y}'):05d}",
            statement=statement,
            self_amount=self_amount,
            applied_by=by,
            previous=cls.objects.filter(stage=stage, status__in=cls.REAPPLICABLE, successor=None).first(),
            **signage,
        )
        application.record(f"起草验收申请（{stage}）", by=by, target=application.status)
        return application

    def refuse_unless_open(self):
        if self.status not in self.WITH_THE_CONTRACTOR:
            raise Refused(Breach(STILL_THERE, f"申请当前为“{self.get_status_display()}”，不能修改"))

    @transaction.atomic
    def amend(self, *, by, evidence=(), **fields):
        """提交之前（或补正时）修改说明和标识、补充材料；已交的材料保留备查。"""
        self.hold()
        self.refuse_unless_open()
        changed = {n: [str(getattr(self, n)), str(v)] for n, v in fields.items() if getattr(self, n) != v}
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))
        self.evidence.add(*evidence)
        self.record("修改验收申请", by=by, data=changed | {"evidence": [file.sha256 for file in evidence]})

    @transaction.atomic
    def submit(self, *, by, reason=""):
        self.hold()
        self.applied_on = clock.today()
        excused = excuse(self.missing_before_submit(), reason)
        self.move(
            self.WITH_THE_CONTRACTOR,
            self.Status.SUBMITTED,
            by=by,
            words="提交验收申请",
            reason=reason if excused else "",
            excused=excused,
            applied_on=self.applied_on,
            applied_by=by,
        )
        if self.previous and self.previous.status in self.TO_RECTIFY:
            words = f"整改后重新申请（{self.no}）"
            self.previous.move(self.TO_RECTIFY, self.Status.SUPERSEDED, by=by, words=words)
        people = User.objects.serving(self.region, "commerce")
        key, link = f"application:{self.pk}:submitted:{self.corrected_once}", self.get_absolute_url()
        tell(people, f"请受理验收申请：{self}", key=key, link=link)

    @transaction.atomic
    def withdraw(self, *, by, reason):
        """受理之前，承办单位可以撤回；撤回后该阶段可以另行申请。"""
        self.hold()
        earlier = self.previous
        self.move(
            self.WITHDRAWABLE,
            self.Status.WITHDRAWN,
            by=by,
            words="撤回验收申请",
            reason=reason,
            previous=None,
            data={"previous": earlier.no} if earlier else None,
        )
        people = User.objects.serving(self.region, "commerce")
        key, link = f"application:{self.pk}:withdrawn", self.get_absolute_url()
        tell(people, f"验收申请已撤回：{self}", key=key, text=reason, link=link)

    @transaction.atomic
    def reopen(self, *, by, reason, rectify_by=None):
        """抽查不通过：合格的验收重新整改，拨付随之停止（A-313）；整体验收的，项目恢复实施。"""
        self.hold()
        self.move(
            self.Status.PASSED,
            self.Status.REOPENED,
            by=by,
            words="抽查不通过，重新整改",
            reason=reason,
            reopened_reason=reason,
            rectify_by=rectify_by,
        )
        if self.stage.is_final:
            self.project.reopen(by=by, reason=reason)
        people = [*self.project.contractor.members.all(), *User.objects.serving(self.region, "government", "commerce")]
        key, link = f"application:{self.pk}:reopened", self.get_absolute_url()
        tell(people, f"验收须重新整改：{self}", key=key, text=reason, link=link)

    @transaction.atomic
    def ask_correction(self, *, by, reason):
        """补正：once, all reasons listed together; the clock has not started yet (G-04)."""
        self.hold()
        enforce([rules.corrected_only_once], self)
        self.move(
            self.Status.SUBMITTED,
            self.Status.CORRECTION,
            by=by,
            words="要求补正",
            reason=reason,
            corrections=reason,
            corrected_once=True,
        )
        key, link = f"application:{self.pk}:correction", self.get_absolute_url()
        tell(self.project.contractor.members.all(), f"验收申请须补正：{self}", key=key, text=reason, link=link)

    @transaction.atomic
    def receive(self, *, by):
        """收到：the clock of ten working days starts on the next day (A-145). `by=None`: after two working days."""
        self.hold()
        today = clock.today()
        due = workdays.add_workdays(today, self.county.batch.acceptance_workdays)
        self.move(
            self.Status.SUBMITTED,
            self.Status.RECEIVED,
            by=by,
            words="收到验收申请" if by else "提交满两个工作日未受理，视为收到",
            received_at=clock.now(),
            due_on=due,
            due_on_original=due,
        )
        people = [*User.objects.serving(self.region, "government"), *self.project.contractor.members.all()]
        key, link = f"application:{self.pk}:received", self.get_absolute_url()
        tell(people, f"验收申请已收到，应于 {due} 前作出结论：{self}", key=key, link=link)

    @upholds("A-143")
    @transaction.atomic
    def inspect(self, *, by, panel):
        """县政府组成验收组（至少三人，承办单位人员回避）。`panel`: rows of name, organisation, duty."""
        self.hold()
        self.panel.all().delete()
        PanelMember.objects.bulk_create([PanelMember(application=self, **row) for row in panel])
        enforce(self.BEFORE_INSPECT, self)
        template, items = rows_for(self)
        self.move(
            self.Status.RECEIVED,
            self.Status.INSPECTING,
            by=by,
            words="组成验收组",
            checklist_template=template,
            data={
                "panel": [f"{row['organisation']} {row['duty']}" for row in panel],
                "checklist": str(template) if template else "通知要求和参考标准",
                "items": [f"{item.title}：{item.limits() or item.standard}" for item in items],
            },
        )
        self.checklist.bulk_create(items)

    @transaction.atomic
    def conclude(self, *, by, conclusion, findings, approved_amount=None, reasons="", rectify_by=None, reason=""):
        """作出结论：合格或不合格，形成验收报告（A-146、A-147）；逾期须说明（A-145）。"""
        self.hold()
        self.refuse_unless_inspecting()
        stamps = {
            "conclusion": conclusion,
            "findings": findings,
            "approved_amount": approved_amount if conclusion == self.Conclusion.PASSED else None,
            "reasons": reasons,
            "rectify_by": rectify_by,
            "concluded_at": clock.now(),
            "concluded_by": by,
        }
        self.take(stamps)
        passes = conclusion == self.Conclusion.PASSED
        excused = enforce([*self.BEFORE_CONCLUDE, *([rules.stages_in_order] if passes else [])], self, reason=reason)
        stamps["late_reason"] = reason if excused else ""
        self.take(stamps)  # the report is printed from what is about to be written
        self.move(
            self.Status.INSPECTING,
            self.Status(conclusion),
            by=by,
            words=f"验收结论：{self.Conclusion(conclusion).label}",
            reason=reason or reasons,
            excused=excused,
            data={"report_sha256": self.report_digest(), "checklist": self.checklist_words()},
            **stamps,
        )
        transaction.on_commit(self.keep_report, robust=True)
        if self.status == self.Status.PASSED:
            self.stage.commit(self.approved_amount)
        if self.stage.is_final and self.status == self.Status.PASSED:
            self.project.complete(by=by)
        key, link = f"application:{self.pk}:concluded", self.get_absolute_url()
        tell(self.project.contractor.members.all(), f"验收{self.get_status_display()}：{self}", key=key, link=link)

    def take(self, values):
        for name, value in values.items():
            setattr(self, name, value)

    @upholds("A-148")
    @transaction.atomic
    def deliver(self, *, by):
        """验收报告报省、市主管部门（省直管县只报省，G-16）；各三部门签收。"""
        self.hold()
        if self.status not in self.CONCLUDED:
            raise Refused(Breach(STILL_THERE, f"申请当前为“{self.get_status_display()}”，作出结论后方可报送验收报告"))
        levels = {Office.Level.PROVINCE: self.region.parent.parent}
        if not self.county.is_direct:
            levels[Office.Level.CITY] = self.region.parent
        if self.deliveries.exists():
            raise Refused(Breach(STILL_THERE, "验收报告已经报送，请刷新页面查看签收情况"))
        for level, region in levels.items():
            self.deliveries.create(level=level, sent_at=clock.now(), sent_by=by)
            people = User.objects.serving(region, "commerce", "finance", "poverty")
            key, link = f"application:{self.pk}:delivered:{level}", self.get_absolute_url()
            tell(people, f"验收报告请签收：{self}", key=key, link=link)
        kept = self.report.sha256 if self.report else ""
        data = {"levels": [str(level) for level in levels], "due_on": self.report_due_on(), "report_pdf": kept}
        self.record("验收报告报送省、市主管部门", by=by, data=data)

    @transaction.atomic
    def publicise(self, *, by, site_url):
        """合格结论在县政府官网公示；无异议后方可拨付（25号 三（二））。"""
        self.hold()
        enforce([rules.report_delivered_upward], self)
        if self.status != self.Status.PASSED or (self.notice and self.notice.status in ("running", "clear")):
            raise Refused(Breach(STILL_THERE, "只有合格且尚未公示的验收结果可以公示，请刷新页面"))
        notice = Notice.start(
            self,
            Notice.Kind.ACCEPTANCE,
            by=by,
            title=f"{self.project.name}{self.stage}验收结果公示",
            body=self.findings,
            facts=result_facts(self),
            site_url=site_url,
            contact=self.county,
            workdays_long=self.county.batch.publicity_workdays,
        )
        Application.objects.filter(pk=self.pk).update(notice=notice)
        self.refresh_from_db()
        self.record("公示验收结果", by=by)
        return notice

    @transaction.atomic
    def recount(self, today):
        """假期安排公布后重算办结期限：never shortened into the past, and the first deadline is kept beside it."""
        self.hold()
        fresh = workdays.add_workdays(clock.day_of(self.received_at), self.county.batch.acceptance_workdays)
        due = workdays.recomputed(self.due_on_original, fresh, today)
        over = today > self.due_on and due <= self.due_on  # what is late stays late
        if self.status not in self.ON_THE_CLOCK or due == self.due_on or over:
            return
        was, self.due_on = self.due_on, due
        self.save(update_fields=["due_on"])
        self.record("假期安排公布，重新计算办结期限", by=None, data={"due_on": [str(was), str(due)]})
        people = [*User.objects.serving(self.region, "government"), *self.project.contractor.members.all()]
        key, link = f"application:{self.pk}:due:{due}", self.get_absolute_url()
        tell(people, f"验收办结期限改为 {due}（原 {was}）：{self}", key=key, link=link)

    def notice_ended(self, notice):
        self.record("验收结果公示期满无异议，可以申请拨付", by=None)
        key, link = f"application:{self.pk}:clear:{notice.pk}", self.get_absolute_url()
        tell(self.project.contractor.members.all(), f"公示无异议，可以申请拨付：{self}", key=key, link=link)

    def notice_upheld(self, notice, *, by):
        """异议成立：验收结果作废重验，拨付不可能（A-314）。"""
        self.hold()
        self.record("验收结果公示异议成立，暂停拨付", by=by, reason=notice.title)
