"""公示与异议：one generic machine for everything the notice orders to be publicised (domain/states.md 3.7)."""

import secrets

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Count, F, Q
from django.urls import reverse

from accounts.access import in_scope
from accounts.models import Region
from notices import rules
from portal import clock, workdays
from portal.flow import Flow
from portal.models import Attachment, Counter
from portal.rules import STILL_THERE, Breach, Refused, breaches, enforce

ANSWER_WORKDAYS = 7  # G-02: the county answers an objection within seven working days


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user))

    def public(self):
        """Everything that was ever started stays public; a withdrawn one keeps its page with a banner."""
        return self.exclude(status=Notice.Status.DRAFT)

    def running(self):
        return self.filter(status=Notice.Status.RUNNING)

    def over(self, today):
        return self.running().filter(ends_on__lt=today)

    def with_open_objections(self):
        return self.annotate(open_objections=Count("objections", filter=Q(objections__answered_at=None)))

    def about(self, subject):
        return self.filter(content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk)


class Notice(Flow):
    """公示：公示中 →（期满且无未结异议）→ 无异议结束；异议成立则撤回更正、重新公示。"""

    class Kind(models.TextChoices):
        PLAN = "plan", "实施方案"
        CHANGE = "change", "变更方案"
        PROCUREMENT = "procurement", "采购内容与承办条件"
        AWARD = "award", "采购结果"
        CONTRACTOR_PLAN = "contractor_plan", "承办单位建设方案"
        ACCEPTANCE = "acceptance", "验收结果"
        DESIGNATION = "designation", "示范县名单"
        PAYMENT = "payment", "资金拨付"

    class Status(models.TextChoices):
        DRAFT = "draft", "草拟"
        RUNNING = "running", "公示中"
        CLEAR = "clear", "无异议结束"
        UPHELD = "upheld", "异议成立"
        WITHDRAWN = "withdrawn", "已撤回"

    BEFORE_START = [rules.complaint_phone_stated, rules.county_site_stated]

    region = models.ForeignKey(Region, models.PROTECT, related_name="notices", verbose_name="地区")
    kind = models.CharField("类别", max_length=16, choices=Kind)
    content_type = models.ForeignKey(ContentType, models.PROTECT)
    object_id = models.BigIntegerField()
    subject = GenericForeignKey()
    title = models.CharField("标题", max_length=200)
    body = models.TextField("内容")
    facts = models.JSONField("公示要素", default=dict, help_text="标签 → 内容，随公示一并冻结")
    attachments = models.ManyToManyField(Attachment, blank=True, verbose_name="附件")
    site_url = models.URLField("县政府官网网址", max_length=500, blank=True)
    phone = models.CharField("投诉举报电话", max_length=40, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    address = models.CharField("通信地址", max_length=200, blank=True)
    workdays = models.PositiveSmallIntegerField("公示期（工作日）")
    starts_on = models.DateField("公示开始", null=True)
    ends_on = models.DateField("公示截止", null=True)
    closed_at = models.DateTimeField("结束时间", null=True)
    frozen_digest = models.CharField("公示内容摘要", max_length=64, blank=True)
    snapshot = models.ForeignKey(
        Attachment, models.PROTECT, null=True, related_name="+", verbose_name="县政府官网页面截图（凭证）"
    )
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "公示"
        indexes = [models.Index(fields=["content_type", "object_id"]), models.Index(fields=["status", "ends_on"])]
        constraints = [
            models.CheckConstraint(
                name="notice_started_iff_dated",
                condition=Q(status="draft", starts_on=None, ends_on=None)
                | (~Q(status="draft") & Q(starts_on__isnull=False, ends_on__isnull=False)),
                violation_error_message="公示开始后必须有起止日期",
            ),
            models.CheckConstraint(
                name="notice_closed_iff_dated",
                condition=Q(status__in=["draft", "running"], closed_at=None)
                | Q(status__in=["clear", "upheld", "withdrawn"], closed_at__isnull=False),
                violation_error_message="公示结束后必须有结束时间",
            ),
            models.CheckConstraint(
                name="notice_dates_in_order",
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")),
                violation_error_message="公示截止须晚于开始（公布当日不计入）",
            ),
            models.CheckConstraint(
                name="A_443_notice_states_phone_and_site",
                condition=Q(status="draft") | (~Q(phone="") & ~Q(site_url="")),
                violation_error_message="公示必须写明投诉举报电话和县政府官网网址（规则 A-443）",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("notice-detail", args=[self.pk])

    def content(self):
        keys = ("kind", "title", "body", "facts", "site_url", "phone", "email", "address", "workdays", "starts_on")
        return {key: getattr(self, key) for key in keys} | {"region": self.region.code, "ends_on": self.ends_on}

    @classmethod
    @transaction.atomic
    def start(cls, subject, kind, *, by, title, body, facts, site_url, contact, workdays_long):
        """Publicise `subject`: day one is the next working day, the text is frozen from now on.

        `contact` is anything with phone, email and address (the county's column). Refused without a complaint phone
        (A-443) or without the address on the county government's own site.
        """
        today = clock.today()
        notice = cls(
            region=subject.region,
            kind=kind,
            subject=subject,
            title=title,
            body=body,
            facts=facts,
            site_url=site_url,
            phone=contact.complaint_phone,
            email=contact.complaint_email,
            address=contact.complaint_address,
            workdays=workdays_long,
        )
        enforce(cls.BEFORE_START, notice)
        notice.save()
        notice.move(
            cls.Status.DRAFT,
            cls.Status.RUNNING,
            by=by,
            words=f"开始公示（{workdays_long} 个工作日）",
            starts_on=today,
            ends_on=workdays.add_workdays(today, workdays_long),
        )
        cls.objects.filter(pk=notice.pk).update(frozen_digest=notice.digest())
        notice.refresh_from_db()
        return notice

    @classmethod
    def missing_before_start(cls, contact):
        """What the county still has to do before any notice of its own can start (A-443)."""
        return breaches([rules.complaint_phone_stated], cls(phone=contact.complaint_phone))

    @property
    def answer_verb(self):
        """The county answers for its own notices, the province for its own."""
        at_province = self.region.level == Region.Level.PROVINCE
        return "objection.answer_province" if at_province else "objection.answer"

    def open_objections(self):
        return self.objections.filter(answered_at=None)

    def is_over(self, today) -> bool:
        """No objection can be filed any more: ended, taken down, or past its last day."""
        return self.status != self.Status.RUNNING or today > self.ends_on

    def is_clear(self, today) -> bool:
        """公示期满且无异议：the one question that the money gate asks (A-314)."""
        over = self.status == self.Status.CLEAR or (self.status == self.Status.RUNNING and today > self.ends_on)
        return over and not self.open_objections().exists()

    @transaction.atomic
    def close(self, today):
        """The period is over and nothing is open: end without objection and let the subject go on. Idempotent."""
        self.hold()
        if self.status == self.Status.RUNNING and self.is_clear(today):
            words = "公示期满，无未结异议"
            self.move(self.Status.RUNNING, self.Status.CLEAR, by=None, words=words, closed_at=clock.now())
            self.subject.notice_ended(self)

    @transaction.atomic
    def keep_snapshot(self, snapshot, *, by):
        """The page of the county site as it stood (G-03): a picture or PDF, kept with its SHA-256.

        The portal does not fetch the address itself: whether it answers is for readers to see.
        """
        self.hold()
        before = self.snapshot.sha256 if self.snapshot_id else ""
        self.snapshot = snapshot
        self.save(update_fields=["snapshot"])
        snapshot.publish()
        self.record("上传官网页面截图", by=by, data={"site_url": self.site_url, "sha256": [before, snapshot.sha256]})

    @transaction.atomic
    def withdraw(self, *, by, reason):
        self.move(
            self.Status.RUNNING,
            self.Status.WITHDRAWN,
            by=by,
            words="撤回公示",
            reason=reason,
            closed_at=clock.now(),
        )

    @transaction.atomic
    def object(self, *, name, phone, text, attachment=None):
        """An objection by anyone, named or anonymous; only while the notice runs. Returns it with its receipt."""
        self.hold()
        enforce([rules.still_running], self)
        today = clock.today()
        objection = self.objections.create(
            receipt_no=f"YY{today:%Y}{Counter.take(f'objection:{today:%Y}'):05d}",
            lookup_code=f"{secrets.randbelow(10**8):08d}",
            name=name,
            phone=phone,
            text=text,
            attachment=attachment,
            filed_at=clock.now(),
            due_on=workdays.add_workdays(today, ANSWER_WORKDAYS),
        )
        # The name of the person objecting goes into no event: events are read by many offices.
        self.record("收到异议", by=None, data={"receipt_no": objection.receipt_no})
        return objection


class ObjectionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_scope(user, "notice__region"))

    def open(self):
        return self.filter(answered_at=None)

    def public(self):
        """Only outcome and reply are public, never who objected (see the template of the public notice page)."""
        return self.exclude(answered_at=None)


class Objection(models.Model):
    """异议：收到 → 答复（成立 / 不成立）。"""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", "异议成立"
        NOT_UPHELD = "not_upheld", "异议不成立"

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="objections", verbose_name="公示")
    receipt_no = models.CharField("回执编号", max_length=20, unique=True)
    lookup_code = models.CharField("查询码", max_length=8)
    name = models.CharField("姓名", max_length=40, blank=True)
    phone = models.CharField("联系电话", max_length=40, blank=True)
    text = models.TextField("异议内容", max_length=4000)
    attachment = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, verbose_name="附件")
    filed_at = models.DateTimeField("提出时间")
    due_on = models.DateField("答复期限")
    outcome = models.CharField("处理结果", max_length=12, choices=Outcome, blank=True)
    reply = models.TextField("答复", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="答复人")

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = "异议"
        constraints = [
            models.CheckConstraint(
                name="objection_answered_iff_complete",
                condition=Q(answered_at=None, answered_by=None, outcome="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(outcome="") & ~Q(reply="")),
                violation_error_message="答复异议须同时写明结果、答复内容和答复人",
            )
        ]

    def __str__(self):
        return self.receipt_no

    def get_absolute_url(self):
        return reverse("notice-detail", args=[self.notice_id])

    @property
    def region(self):
        return self.notice.region

    @property
    def status(self):
        return self.outcome or "open"

    def get_status_display(self):
        return self.get_outcome_display() or "待答复"

    @transaction.atomic
    def answer(self, *, by, outcome, reply):
        """县政府答复异议。不成立：公示继续；成立：撤下公示，事项退回更正后重新公示。"""
        notice = self.notice.hold()
        here = Objection.objects.filter(pk=self.pk, answered_at=None)
        if not here.update(answered_at=clock.now(), answered_by=by, outcome=outcome, reply=reply):
            raise Refused(Breach(STILL_THERE, f"异议 {self.receipt_no} 已经答复，请刷新页面查看"))
        self.refresh_from_db()
        words = f"答复异议 {self.receipt_no}：{self.get_outcome_display()}"
        data = {"receipt_no": self.receipt_no, "outcome": outcome}
        notice.record(words, by=by, reason=reply, data=data, even_if_revoked=True)
        if outcome == self.Outcome.UPHELD:
            if notice.status == Notice.Status.RUNNING:
                down = {"closed_at": clock.now(), "even_if_revoked": True}
                notice.move(Notice.Status.RUNNING, Notice.Status.UPHELD, by=by, **down)
                if not notice.is_open_to_deeds():
                    return  # a revoked county corrects nothing any more
                notice.subject.notice_upheld(notice, by=by)
        else:
            notice.close(clock.today())
