"""投诉举报：the provincial channel that 48号 六（四） orders (domain/states.md 3.14)."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from accounts.access import in_scope
from accounts.models import Region, User
from portal import clock
from portal.flow import Flow
from portal.models import Attachment, Counter
from portal.outbox import tell
from portal.rules import upholds

ANSWER_DAYS = 30  # G-36: calendar days


class ComplaintQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Only for those who handle complaints: a county never reads who complained of it."""
        return self.filter(in_scope(user)) if user.has_perm("accounts.complaint.answer") else self.none()

    def open(self):
        return self.filter(status=Complaint.Status.RECEIVED)


class Complaint(Flow):
    """投诉举报：收到（编号）→ 已答复。Handled by the province, never by whoever is complained of."""

    class Status(models.TextChoices):
        RECEIVED = "received", "待答复"
        ANSWERED = "answered", "已答复"

    open_after_revocation = True

    region = models.ForeignKey(Region, models.PROTECT, related_name="complaints", verbose_name="反映的县（市）")
    receipt_no = models.CharField("回执编号", max_length=20, unique=True)
    lookup_code = models.CharField("查询码", max_length=8)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.RECEIVED)
    text = models.TextField("反映的问题", max_length=4000)
    name = models.CharField("姓名", max_length=40, blank=True)
    phone = models.CharField("联系电话", max_length=40, blank=True)
    attachment = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, verbose_name="证明材料")
    filed_at = models.DateTimeField("提出时间")
    due_on = models.DateField("答复期限")
    reply = models.TextField("答复", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="答复人"
    )

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = "投诉举报"
        ordering = ["-status", "due_on", "pk"]  # received before answered
        constraints = [
            models.CheckConstraint(
                name="complaint_answered_iff_complete",
                condition=Q(status="received", answered_at=None, answered_by=None, reply="")
                | (Q(status="answered", answered_at__isnull=False, answered_by__isnull=False) & ~Q(reply="")),
                violation_error_message="答复投诉举报须写明答复内容、答复人和时间",
            )
        ]

    def __str__(self):
        return self.receipt_no

    def get_absolute_url(self):
        return reverse("complaint-detail", args=[self.pk])

    def content(self):
        """What its events vouch for: the words and the answer, not the person."""
        return {"receipt_no": self.receipt_no, "text": self.text, "reply": self.reply}

    @classmethod
    @upholds("B-610")
    @transaction.atomic
    def file(cls, region, *, text, name="", phone="", attachment=None):
        """收到一件投诉举报，编号并通知省商务厅；可以匿名。"""
        today = clock.today()
        complaint = cls.objects.create(
            region=region,
            receipt_no=f"TS{today:%Y}{Counter.take(f'complaint:{today:%Y}'):05d}",
            lookup_code=f"{secrets.randbelow(10**8):08d}",
            text=text,
            name=name,
            phone=phone,
            attachment=attachment,
            filed_at=clock.now(),
            due_on=today + timedelta(days=ANSWER_DAYS),
        )
        complaint.record("收到投诉举报", by=None, target=complaint.status)
        people = User.objects.serving(Region.objects.get(level=Region.Level.PROVINCE), "commerce")
        title, key = f"请办理投诉举报 {complaint.receipt_no}（{region}）", f"complaint:{complaint.pk}:received"
        tell(people, title, key=key, link=complaint.get_absolute_url())
        return complaint

    @transaction.atomic
    def answer(self, *, by, reply):
        """答复。"""
        self.hold()
        self.move(
            self.Status.RECEIVED,
            self.Status.ANSWERED,
            by=by,
            words="答复投诉举报",
            reply=reply,
            answered_at=clock.now(),
            answered_by=by,
        )
