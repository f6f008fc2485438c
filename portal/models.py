"""The records that all rooms share: events, working days, the training clock, due periods, messages, files."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from portal.files import Attachment as Attachment  # noqa: PLC0414  a model of this app, kept beside the upload gate
from portal.outbox import Delivery as Delivery  # noqa: PLC0414
from portal.outbox import Message as Message  # noqa: PLC0414
from portal.unmasking import Unmasking as Unmasking  # noqa: PLC0414


class EventQuerySet(models.QuerySet):
    def about(self, subject):
        kind = ContentType.objects.get_for_model(subject)
        return self.filter(content_type=kind, object_id=subject.pk).select_related("by").order_by("pk")


class Event(models.Model):
    """Who did what, when, from where to where, and why. Written once, never changed (the database refuses)."""

    append_only = True

    chain = models.CharField("事件链（行政区划代码）", max_length=6)
    content_type = models.ForeignKey(ContentType, models.PROTECT)
    object_id = models.BigIntegerField()
    subject = GenericForeignKey()
    words = models.CharField("事项", max_length=200)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="操作人")
    office_name = models.CharField("单位", max_length=60)
    source = models.CharField("原状态", max_length=20, blank=True)
    target = models.CharField("新状态", max_length=20, blank=True)
    reason = models.TextField("理由", blank=True)
    excused = models.JSONField("经说明理由放行的规则", default=list)
    data = models.JSONField("内容", default=dict, encoder=DjangoJSONEncoder)
    digest = models.CharField("内容摘要", max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "事件"
        indexes = [models.Index(fields=["content_type", "object_id"]), models.Index(fields=["chain", "id"])]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.words}"


class EventSeal(models.Model):
    """The link of an event in its county's SHA-256 chain, made by the database at commit (in commit order)."""

    append_only = True

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="seal")
    chain = models.CharField(max_length=6)
    number = models.BigIntegerField("序号")
    previous = models.CharField("前一摘要", max_length=64)
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        verbose_name = "事件封条"
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="one_seal_per_number")]

    def __str__(self):
        return f"{self.chain}#{self.number}"


class TrainingClock(models.Model):
    """One row: how far the clock of a demonstration or training install is shifted."""

    shift = models.DurationField(default=timedelta(0))

    class Meta:
        verbose_name = "演练时钟"

    def __str__(self):
        return str(self.shift)


class CalendarDay(models.Model):
    """A day that differs from the plain week, or any day of a year not announced yet (provisional)."""

    class Status(models.TextChoices):
        OFFICIAL = "official", "国务院办公厅通知"
        PROVISIONAL = "provisional", "暂定"
        MANUAL = "manual", "人工维护"

    date = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("工作日")
    name = models.CharField("名称", max_length=20, blank=True)
    status = models.CharField("来源", max_length=12, choices=Status, default=Status.OFFICIAL)

    class Meta:
        verbose_name = "日历"
        ordering = ["date"]

    def __str__(self):
        return f"{self.date} {'班' if self.is_workday else '休'}"


class DuePeriod(models.Model):
    """A job's period that is due exactly once: beat is only a heartbeat, these rows are the memory."""

    job = models.CharField("任务", max_length=60)
    period = models.DateField("周期")
    done_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = "到期任务"
        constraints = [models.UniqueConstraint(fields=["job", "period"], name="one_run_per_period")]

    def __str__(self):
        return f"{self.job} {self.period}"


class RequestKey(models.Model):
    """The answer already given to a form or call: the same key gets the same answer, never a second effect."""

    key = models.UUIDField("请求标识", primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True)
    fingerprint = models.CharField("内容指纹", max_length=64)
    location = models.CharField("去向", max_length=500, blank=True)
    made_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "请求标识"
        indexes = [models.Index(fields=["made_at"])]

    def __str__(self):
        return str(self.key)


class Counter(models.Model):
    """Serial numbers without gaps or doubles: receipts, projects, documents."""

    name = models.CharField("序列", max_length=60, primary_key=True)
    value = models.PositiveIntegerField("当前号", default=0)

    class Meta:
        verbose_name = "序号"
        constraints = [models.CheckConstraint(name="counter_not_negative", condition=Q(value__gte=0))]

    def __str__(self):
        return f"{self.name}={self.value}"

    @classmethod
    def take(cls, name) -> int:
        """The next number of the series, inside the caller's transaction (a rollback gives it back)."""
        cls.objects.bulk_create([cls(name=name)], ignore_conflicts=True)
        row = cls.objects.select_for_update(no_key=True).get(name=name)
        row.value += 1
        row.save(update_fields=["value"])
        return row.value
