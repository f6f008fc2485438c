"""查看完整的个人信息：who looked at which field of whose record, when, and why. Every look is an event of the county."""

from datetime import timedelta

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.urls import reverse

from portal import clock
from portal.rules import enforce, rule

OPEN_FOR = timedelta(minutes=15)  # as long as somebody needs to compare a number with a paper


@rule("P-210", "系统个人信息保护：身份证号、手机号等查看全文须写明理由，并留下记录")
def look_has_a_reason(unmasking):
    if not unmasking.reason.strip():
        return "请写明查看（导出）完整个人信息的理由"
    return None


class UnmaskingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What was opened is open to the one who gave the reason, to nobody else."""
        return self.filter(by=user)


class Unmasking(models.Model):
    """One look at personal fields of one record (or at an export of its rows). Written once, never changed."""

    append_only = True

    BEFORE_MAKE = [look_has_a_reason]

    content_type = models.ForeignKey(ContentType, models.PROTECT)
    object_id = models.BigIntegerField()
    subject = GenericForeignKey()
    fields = models.JSONField("字段", default=list)
    is_export = models.BooleanField("导出", default=False)
    reason = models.TextField("理由")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="查看人")
    office_name = models.CharField("单位", max_length=60)
    at = models.DateTimeField("时间", default=clock.now)

    objects = UnmaskingQuerySet.as_manager()

    class Meta:
        verbose_name = "个人信息查看记录"
        indexes = [models.Index(fields=["content_type", "object_id"])]
        constraints = [
            models.CheckConstraint(
                name="P_210_a_look_has_a_reason",
                condition=~models.Q(reason=""),
                violation_error_message="查看完整个人信息须写明理由（规则 P-210）",
            )
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.office_name} {'、'.join(self.fields)}"

    def get_absolute_url(self):
        return reverse("unmasking-detail", args=[self.pk])

    @classmethod
    @transaction.atomic
    def make(cls, record, names, *, by, reason, is_export=False):
        """Open the fields `names` of a Recorded record for this person, for a quarter of an hour. Refused without a reason.

        For an export `names` are the words of its columns and `record` is what the rows belong to. Who may open at all
        is asked before (accounts.personal.may_read_personal).
        """
        words = list(names) if is_export else [record._meta.get_field(name).verbose_name for name in names]
        unmasking = cls(
            subject=record,
            fields=words if is_export else list(names),
            is_export=is_export,
            reason=reason,
            by=by,
            office_name=by.office_name,
        )
        enforce(cls.BEFORE_MAKE, unmasking)
        unmasking.save()
        what = "导出未脱敏的" if is_export else "查看完整的"
        told = {"reason": reason, "data": {"unmasking": unmasking.pk}}
        record.record(f"{what}{'、'.join(map(str, words))}"[:200], by=by, even_if_revoked=True, **told)
        return unmasking

    def is_open(self, now) -> bool:
        return now - self.at < OPEN_FOR

    def shown(self):
        """(name of the field, its full value) of what was opened; nothing when the record is gone or was an export."""
        if self.is_export or self.subject is None:
            return []
        field = self.subject._meta.get_field
        return [(field(name).verbose_name, getattr(self.subject, name).plain) for name in self.fields]
