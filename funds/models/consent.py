"""整改期间的拨付同意：while a county rectifies, the office above agrees to each payment (A-345c)."""

from django.conf import settings
from django.db import models, transaction

from funds.models.payment import Payment
from funds.rules import standing as rules
from portal import clock
from portal.rules import enforce


class Consent(models.Model):
    """One agreement to one payment; given once, never changed."""

    append_only = True

    BEFORE_GIVE = [rules.consented_from_above]

    payment = models.OneToOneField(Payment, models.PROTECT, related_name="consent", verbose_name="拨付")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="同意人")
    given_on = models.DateField("同意日期", default=clock.today)
    words = models.CharField("意见", max_length=500)

    class Meta:
        verbose_name = "整改期间拨付同意"

    def __str__(self):
        return f"同意 {self.payment}"

    @classmethod
    @transaction.atomic
    def give(cls, payment, *, by, words):
        """同意整改期间的这笔拨付。"""
        payment.hold()
        consent = cls(payment=payment, given_by=by, words=words)
        payment._state.fields_cache.pop("consent", None)  # the new one is not there yet; the rule asks the database
        enforce(cls.BEFORE_GIVE, consent)
        consent.save()
        payment.record("同意整改期间的拨付", by=by, reason=words)
        return consent
