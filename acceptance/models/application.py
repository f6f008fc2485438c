"""验收：application, receipt, the ten-working-day clock, conclusion, report, delivery upward (domain/states.md 3.6)."""

from copy import copy

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from acceptance.rules import application as rules
from accounts.access import in_scope
from accounts.models import Office, User
from counties.rules.change import untouched_by_an_open_change
from notices.models import Notice
from portal import clock, workdays
from portal.flow import Flow
from portal.models import Attachment, Counter
from portal.money import MoneyField
from portal.outbox import tell
from portal.rules import STILL_THERE, Breach, Refused, breaches, enforce, upholds
from projects.models import Project, Stage
from projects.models.contractor import is_member
from projects.rules.information import information_complete
from projects.rules.ledger import every_claimed_station_is_in_the_ledger
from projects.rules.rest import records_do_not_rest


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "project__county__region") | Q(is_member(user, "project__contractor")))

    def public(self):
        """Results that were publicised."""
        return self.exclude(notice=None)

    def passed(self):
        return self.filter(conclusion=Application.Conclusion.PASSED)

    def on_the_clock(self):
        return self.filter(status__in=Application.ON_THE_CLOCK)

    def overdue(self, today):
        return self.on_the_clock().filter(due_on__lt=today)

    def named(self, words):
        found = Q(no__icontains=words) | Q(project__name__icontains=words)
        return self.filter(found | Q(project__contractor__name__icontains=words)) if words else self

    def awaiting_receipt(self):
        return self.filter(status=Application.Status.SUBMITTED)


class Application(Flow):
    """承办单位的验收申请：待受理 → 已收到 → 验收中 → 合格 / 不合格 → 已报省市 → 公示。"""

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待受理"
        CORRECTION = "correction", "补正"
        RECEIVED = "received", "已收到"
        INSPECTING = "inspecting", "验收中"
        PASSED = "passed", "合格"
        FAILED = "failed", "不合格"
        WITHDRAWN = "withdrawn", "已撤回"

    class Conclusion(models.TextChoices):
        PASSED = "passed", "合格"
        FAILED = "failed", "不合格"

    ON_THE_CLOCK = (Status.RECEIVED, Status.INSPECTING)
    WITH_THE_CONTRACTOR = (Status.DRAFT, Status.CORRECTION)
    CONCLUDED = (Status.PASSED, Status.FAILED)
    SETTLED = (Status.PASSED, Status.FAILED, Status.WITHDRAWN)

    BEFORE_SUBMIT = [
        rules.project_is_underway,
        rules.stages_in_order,
        information_complete,
        records_do_not_rest,
        rules.signage_shown,
        rules.signage_names_the_nation_and_the_complaint_channel,
        rules.finished_on_schedule,
        every_claimed_station_is_in_the_ledger,
        untouched_by_an_open_change,
    ]
    BEFORE_INSPECT = [rules.panel_of_three_without_the_contractor]
    BEFORE_CONCLUDE = [
        rules.panel_of_three_without_the_contractor,
        rules.conclusion_is_one_of_two,
        rules.report_written,
        rules.approved_within_the_stage,
        rules.concluded_in_time,
        untouched_by_an_open_change,
    ]

    project = models.ForeignKey(Project, models.PROTECT, related_name="applications", verbose_name="项目")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="applications", verbose_name="阶段")
    no = models.CharField("申请编号", max_length=20, unique=True)
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.DRAFT)
    statement = models.TextField("完成情况说明")
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
    findings = models.TextField("验收情况", blank=True)
    conclusion = models.CharField("验收结论", max_length=10, choices=Conclusion, blank=True)
    approved_amount = MoneyField("核定中央资金（元）", null=True)
    reasons = models.TextField("不合格原因", blank=True)
    rectify_by = models.DateField("整改期限", null=True)
    concluded_at = models.DateTimeField("结论时间", null=True)
    concluded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    late_reason = models.TextField("逾期原因", blank=True)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+", verbose_name="验收结果公示")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "验收申请"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stage"],
                condition=~Q(status__in=["failed", "withdrawn"]),
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
                | (~Q(status__in=["passed", "failed"]) & Q(conclusion="", concluded_at=None)),
                violation_error_message="验收结论只能是“合格”或“不合格”，并须有结论时间（规则 A-146）",
            ),
            models.CheckConstraint(
                name="A_146_failure_has_reasons_and_a_date",
                condition=~Q(status="failed") | (~Q(reasons="") & Q(rectify_by__isnull=False)),
                violation_error_message="不合格须写明原因和整改期限（规则 A-146）",
            ),
            models.CheckConstraint(
                name="A_147_conclusion_has_a_report",
                condition=~Q(status__in=["passed", "failed"]) | ~Q(findings=""),
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

    def missing_before_submit(self):
        as_of_today = copy(self)  # what is asked here must not look like an application made
        as_of_today.applied_on = clock.today()
        return breaches(self.BEFORE_SUBMIT, as_of_today)

    def missing_before_publicise(self):
        return breaches([rules.report_delivered_upward], self) + Notice.missing_before_start(self.county)

    def missing_before_inspect(self):
        return breaches(self.BEFORE_INSPECT, self)

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

    def clock_words(self, today):
        """正常 / 预警 / 到期 / 逾期: the colour of the clock in words; empty when no clock runs."""
        if self.clock_colour(today) == "red":
            return "逾期" if today > self.due_on else "到期"
        return {"green": "正常", "amber": "预警"}.get(self.clock_colour(today), "")

    # --- deeds -----------------------------------------------------------------------------------------------------

    @classmethod
    @upholds("A-312")
    @transaction.atomic
    def begin(cls, stage, *, by, statement, **signage):
        """An application names its stage of the agreement (A-312); `signage`: text, phone and photo (A-426)."""
        today = clock.today()
        project = stage.agreement.project
        application = cls.objects.create(
            project=project,
            stage=stage,
            no=f"YS{today:%Y}{Counter.take(f'application:{today:%Y}'):05d}",
            statement=statement,
            applied_by=by,
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
        excused = enforce(self.BEFORE_SUBMIT, self, reason=reason)
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
        people = User.objects.serving(self.region, "commerce")
        key, link = f"application:{self.pk}:submitted:{self.corrected_once}", self.get_absolute_url()
        tell(people, f"请受理验收申请：{self}", key=key, link=link)

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
        self.move(
            self.Status.RECEIVED,
            self.Status.INSPECTING,
            by=by,
            words="组成验收组",
            data={"panel": [f"{row['organisation']} {row['duty']}" for row in panel]},
        )

    @transaction.atomic
    def conclude(self, *, by, conclusion, findings, approved_amount=None, reasons="", rectify_by=None, reason=""):
        """作出结论：合格或不合格，形成验收报告（A-146、A-147）；逾期须说明（A-145）。"""
        self.hold()
        stamps = {
            "conclusion": conclusion,
            "findings": findings,
            "approved_amount": approved_amount if conclusion == self.Conclusion.PASSED else None,
            "reasons": reasons,
            "rectify_by": rectify_by,
        }
        for name, value in stamps.items():
            setattr(self, name, value)
        excused = enforce(self.BEFORE_CONCLUDE, self, reason=reason)
        self.move(
            self.Status.INSPECTING,
            self.Status(conclusion),
            by=by,
            words=f"验收结论：{self.Conclusion(conclusion).label}",
            reason=reason or reasons,
            excused=excused,
            concluded_at=clock.now(),
            concluded_by=by,
            late_reason=reason if excused else "",
            **stamps,
        )
        if self.stage.is_final and self.status == self.Status.PASSED:
            self.project.complete(by=by)
        key, link = f"application:{self.pk}:concluded", self.get_absolute_url()
        tell(self.project.contractor.members.all(), f"验收{self.get_status_display()}：{self}", key=key, link=link)

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
        self.record("验收报告报送省、市主管部门", by=by, data={"levels": [str(level) for level in levels]})

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
            facts={
                "项目编号": self.project.no,
                "承办单位": self.project.contractor.name,
                "验收结论": self.get_conclusion_display(),
                "核定中央资金": f"{self.approved_amount} 元",
            },
            site_url=site_url,
            contact=self.county,
            workdays_long=self.county.batch.publicity_workdays,
        )
        Application.objects.filter(pk=self.pk).update(notice=notice)
        self.refresh_from_db()
        self.record("公示验收结果", by=by)
        return notice

    def notice_ended(self, notice):
        self.record("验收结果公示期满无异议，可以申请拨付", by=None)
        key, link = f"application:{self.pk}:clear:{notice.pk}", self.get_absolute_url()
        tell(self.project.contractor.members.all(), f"公示无异议，可以申请拨付：{self}", key=key, link=link)

    def notice_upheld(self, notice, *, by):
        """异议成立：验收结果作废重验，拨付不可能（A-314）。"""
        self.hold()
        self.record("验收结果公示异议成立，暂停拨付", by=by, reason=notice.title)


class PanelMember(models.Model):
    """验收组成员。"""

    application = models.ForeignKey(Application, models.CASCADE, related_name="panel")
    name = models.CharField("姓名", max_length=40)
    organisation = models.CharField("单位", max_length=80)
    duty = models.CharField("组内职务", max_length=20)

    class Meta:
        verbose_name = "验收组成员"

    def __str__(self):
        return f"{self.name}（{self.organisation}）"
