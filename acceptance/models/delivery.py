"""验收报告报省、市主管部门及其签收（A-148）。"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from acceptance.models.application import Application
from accounts.models import Office
from portal import clock


class DeliveryQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(application__in=Application.objects.visible_to(user))

    def waiting_for(self, user):
        """Reports that this office's level has not acknowledged yet."""
        if not user.office_id:
            return self.none()
        acting = Exists(user.scopes.filter(can_act=True, region=OuterRef("application__project__county__region")))
        return self.filter(acting, level=user.office.level, received_at=None)


class Delivery(models.Model):
    """验收报告报送一级主管部门，及其签收（A-148）。"""

    application = models.ForeignKey(Application, models.PROTECT, related_name="deliveries")
    level = models.CharField("报送", max_length=10, choices=Office.Level)
    sent_at = models.DateTimeField("报送时间")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    received_at = models.DateTimeField("签收时间", null=True)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "验收报告报送"
        constraints = [
            models.UniqueConstraint(fields=["application", "level"], name="A_148_one_delivery_per_level"),
            models.CheckConstraint(
                name="delivery_received_iff_by_someone",
                condition=Q(received_at=None, received_by=None)
                | Q(received_at__isnull=False, received_by__isnull=False),
                violation_error_message="签收须有签收人和时间",
            ),
        ]

    def __str__(self):
        return f"{self.application.no} → {self.get_level_display()}"

    @property
    def region(self):
        return self.application.region

    def admits(self, user):
        return bool(user.office_id) and user.office.level == self.level and self.region.admits(user)

    @transaction.atomic
    def acknowledge(self, *, by):
        self.application.hold()
        if Delivery.objects.filter(pk=self.pk, received_at=None).update(received_at=clock.now(), received_by=by):
            self.application.record(f"{by.office_name}签收验收报告", by=by)
