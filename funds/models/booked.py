"""What is entered once and taken back only by a red entry: 红字冲销, by somebody else, with a reason."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from funds.models.ledger import Account, Leg, Posting
from funds.rules import booked as rules
from portal import clock
from portal.flow import Recorded
from portal.rules import enforce


class BookedQuerySet(models.QuerySet):
    def standing(self):
        """Not taken back."""
        return self.filter(reversed_on=None)


class Booked(Recorded):
    """A record of money. `makers`: those who entered or decided it; none of them may take it back."""

    BEFORE_REVERSE = [rules.reversed_once_by_somebody_else, rules.money_is_still_there]
    MAKERS = ("registered_by_id",)
    STEP = ("", "", "已记账")  # (date that ends the waiting, words before it, words after it)
    TREASURY_SOURCE = ""  # the source whose special account the reversal empties, where it does

    reversed_on = models.DateField("冲销日期", null=True, editable=False)
    reversed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False, verbose_name="冲销人"
    )
    reversed_reason = models.CharField("冲销原因", max_length=500, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def status(self):
        if self.reversed_on:
            return "reversed"
        return "done" if not self.STEP[0] or getattr(self, self.STEP[0]) else "waiting"

    def get_status_display(self):
        return {"reversed": "已冲销", "waiting": self.STEP[1], "done": self.STEP[2]}[self.status]

    @property
    def status_tone(self):
        return {"reversed": "neutral", "waiting": "waiting", "done": "good"}[self.status]

    @property
    def makers(self):
        return {getattr(self, name) for name in self.MAKERS} - {None}

    @property
    def leaves_the_treasury(self):
        """(source, 元) that a reversal takes out of the special account again, or None."""
        source = getattr(self, "source", "") or self.TREASURY_SOURCE
        return (source, self.amount) if source else None

    def treasury_left(self, source):
        return Leg.objects.of(self.county, Account.TREASURY, source).balance()

    def legs(self):
        return Leg.objects.about(self).select_related("posting", "fund_line", "stage").order_by("pk")

    @transaction.atomic
    def reverse(self, *, by, reason):
        """红字冲销：the entry stays, its mirror stands beside it, and the county's books are as before it."""
        self.county.hold()
        self.hold()
        self.reversing_by = by
        enforce(self.BEFORE_REVERSE, self)
        self.reversed_on, self.reversed_by, self.reversed_reason = clock.today(), by, reason
        self.save(update_fields=["reversed_on", "reversed_by", "reversed_reason"])
        if posting := Posting.of(self):
            posting.reverse(by=by, reason=reason)
        self.record(f"红字冲销：{self}"[:200], by=by, reason=reason)


def reversed_iff_complete(name):
    """The constraint that each of these tables has: a reversal has its day, its person and its reason."""
    return models.CheckConstraint(
        name=name,
        condition=Q(reversed_on=None, reversed_by=None, reversed_reason="")
        | (Q(reversed_on__isnull=False, reversed_by__isnull=False) & ~Q(reversed_reason="")),
        violation_error_message="冲销须有日期、冲销人和原因",
    )
