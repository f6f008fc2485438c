"""Messages to people: rows written in the transaction of the deed with a unique key, relayed in batches.

PostgreSQL is the record. Redis only wakes the relay up and may be lost at any moment; a message in the portal is
readable at once, a letter goes out with the next relay and carries its key as Message-ID, so that a letter sent
twice by a crash between sending and noting is one letter for every mail system.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models, transaction
from django.db.models import Q
from django.template.loader import render_to_string

from portal import clock

log = logging.getLogger(__name__)
BATCH = 100
MAX_ATTEMPTS = 8


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(recipient=user)

    def unread(self):
        return self.filter(read_at=None)


class Message(models.Model):
    """站内消息。One row per (matter, step, recipient): the unique key makes a repeated sweep harmless."""

    key = models.CharField("唯一标识", max_length=200, unique=True)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="messages")
    title = models.CharField("标题", max_length=200)
    text = models.TextField("内容", blank=True)
    link = models.CharField("链接", max_length=300, blank=True)
    sent_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读时间", null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "消息"
        indexes = [models.Index(fields=["recipient", "-sent_at"])]

    def __str__(self):
        return self.title


class DeliveryQuerySet(models.QuerySet):
    def due(self, now):
        """Waiting ones whose time has come, and claimed ones whose relay died."""
        return self.filter(state=Delivery.State.WAITING, attempts__lt=MAX_ATTEMPTS, next_try_at__lte=now)


class Delivery(models.Model):
    """One message on its way through one channel outside the portal."""

    class Channel(models.TextChoices):
        EMAIL = "email", "电子邮件"

    class State(models.TextChoices):
        WAITING = "waiting", "待发送"
        SENT = "sent", "已发送"
        DEAD = "dead", "发送失败"

    message = models.ForeignKey(Message, models.CASCADE, related_name="deliveries")
    channel = models.CharField("渠道", max_length=10, choices=Channel)
    address = models.CharField("地址", max_length=200)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    next_try_at = models.DateTimeField("下次发送")
    done_at = models.DateTimeField("发送时间", null=True)
    error = models.TextField("错误", blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "发送"
        constraints = [
            models.UniqueConstraint(fields=["message", "channel"], name="one_delivery_per_channel"),
            models.CheckConstraint(
                name="delivery_sent_iff_dated",
                condition=Q(state="sent", done_at__isnull=False) | (~Q(state="sent") & Q(done_at=None)),
                violation_error_message="只有已发送的消息才有发送时间",
            ),
        ]
        indexes = [models.Index(fields=["next_try_at"], condition=Q(state="waiting"), name="delivery_waiting")]

    def __str__(self):
        return f"{self.get_channel_display()} → {self.address}"


def tell(recipients, title, *, key, text="", link=""):
    """Write one message for each recipient, in the caller's transaction. The same key again changes nothing.

    `key` names the matter and the step ("report-due:12:2020-09-05"); the recipient is added to it here.
    Returns the number of messages that are new.
    """
    now = clock.now()
    wanted = {f"{key}:{person.pk}": person for person in recipients if person.is_active}
    known = set(Message.objects.filter(key__in=wanted).values_list("key", flat=True))
    fresh = [
        Message(key=key, recipient=person, title=title[:200], text=text, link=link, sent_at=now)
        for key, person in wanted.items()
        if key not in known
    ]
    Message.objects.bulk_create(fresh, ignore_conflicts=True)
    written = Message.objects.filter(key__in=[message.key for message in fresh]).select_related("recipient")
    Delivery.objects.bulk_create(
        [
            Delivery(message=message, channel="email", address=message.recipient.email, next_try_at=_real_now())
            for message in written
            if message.recipient.email
        ],
        ignore_conflicts=True,
    )
    transaction.on_commit(wake, robust=True)
    return len(fresh)


def wake():
    """Ask a worker to relay now. When Redis is away the next heartbeat does it."""
    from portal.tasks import relay_messages

    relay_messages.delay()


def relay(limit=BATCH) -> int:
    """Send what is due, one batch; rows taken by another relay are skipped. Returns how many were sent."""
    sent = 0
    with transaction.atomic():
        due = Delivery.objects.due(_real_now()).order_by("next_try_at", "pk")
        for delivery in due.select_related("message").select_for_update(skip_locked=True, of=("self",))[:limit]:
            sent += _attempt(delivery)
    return sent


def _attempt(delivery) -> bool:
    delivery.attempts += 1
    try:
        _letter(delivery).send()
    except Exception as error:  # a mail server can fail in any way; the row keeps the reason and is tried again
        log.warning("delivery %s failed: %s", delivery.pk, error)
        delivery.error = str(error)[:2000]
        delivery.next_try_at = _real_now() + timedelta(minutes=2**delivery.attempts)
        if delivery.attempts >= MAX_ATTEMPTS:
            delivery.state = Delivery.State.DEAD
        delivery.save()
        return False
    delivery.state, delivery.done_at, delivery.error = Delivery.State.SENT, _real_now(), ""
    delivery.save()
    return True


def _letter(delivery) -> EmailMessage:
    message = delivery.message
    body = render_to_string("email/base.txt", {"message": message, "portal_url": settings.PORTAL_URL})
    return EmailMessage(
        subject=message.title,
        body=body,
        to=[delivery.address],
        headers={"Message-ID": f"<{message.key.replace(':', '.')}@{settings.DEFAULT_FROM_EMAIL.split('@')[-1]}>"},
    )


def _real_now():
    """Mail travels in real time even where the training clock is moved."""
    from django.utils import timezone

    return timezone.now()
