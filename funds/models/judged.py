"""What the rules of a payment ask of it: what it pays for, its ceilings, its gates, and who has acted so far."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum

from funds.models.freeze import Freeze
from funds.models.ledger import Leg
from funds.models.voucher import PaymentObject, PaymentVoucher
from funds.rules import separation
from portal.flow import Flow
from portal.models import Event
from portal.money import ZERO
from portal.rules import Kind


@dataclass(frozen=True)
class Ceiling:
    """One of the four ceilings of a payment, in 元."""

    label: str
    limit: Decimal
    paid: Decimal

    @property
    def left(self):
        return self.limit - self.paid


@dataclass(frozen=True)
class Gate:
    """One gate of a payment, green or red, with what is wrong."""

    rule: object
    wrong: str

    @property
    def ok(self):
        return not self.wrong

    @property
    def shuts(self):
        """Nothing opens it here: no reason that is given, no reading of a hint."""
        return bool(self.wrong) and self.rule.kind is Kind.HARD


class Judged(Flow):
    """The questions of a payment, apart from its deeds (funds/models/payment.py)."""

    class Meta:
        abstract = True

    acting = None  # (step, person): who is about to act; the rules about persons look here and at `so_far`
    so_far = {}

    # --- what it pays for, and whether something else pays for it ------------------------------------------------------
    _vouchers = _objects = judge = None

    def stated_vouchers(self):
        """The vouchers of the request: as typed before it is made, as stored after."""
        if self._vouchers is None:
            self._vouchers = list(self.vouchers.select_related("file")) if self.pk else []
        return self._vouchers

    def stated_objects(self):
        if self._objects is None:
            self._objects = list(self.items.select_related("asset", "station")) if self.pk else []
        return self._objects

    def _write_down(self, vouchers, objects):
        self._vouchers = [PaymentVoucher(payment=self, **row) for row in vouchers]
        self._objects = [PaymentObject(payment=self, **row) for row in objects]

    def _read_again(self):
        self._vouchers = self._objects = None
        self.__dict__.pop("_elsewhere", None)

    def objects_elsewhere(self):
        """What other live payments pay for and this one names, too: an asset, a station, or anything of its contractor
        (asked once, for two rules)."""
        if "_elsewhere" not in self.__dict__:
            items = self.stated_objects()
            same = Q(asset__in=[item.asset_id for item in items if item.asset_id])
            same |= Q(station__in=[item.station_id for item in items if item.station_id])
            same |= Q(payment__project__contractor=self.project.contractor_id)
            others = PaymentObject.objects.live().filter(same).exclude(payment=self.pk)
            self._elsewhere = list(others.select_related("asset", "station", "payment__project"))
        return self._elsewhere

    def names_of(self, others):
        """pk → words: another payment is named only to those who may see it."""
        others = {other.pk: other for other in others}
        if not others:
            return {}
        judge = self.judge or self.requested_by
        seen = set(type(self).objects.visible_to(judge).filter(pk__in=others).values_list("pk", flat=True))
        return {pk: other.no if pk in seen else self._veiled(other) for pk, other in others.items()}

    def _veiled(self, other):
        return "本县另一笔拨付" if other.county_id == self.county_id else "另一示范县的一笔拨付"

    def ceilings(self):
        """四个上限：阶段、协议、资金安排、到账资金 (A-315)."""
        line = self.project.fund_line.in_force() or self.project.fund_line
        others = type(self).objects.paid().filter(county=self.county).exclude(pk=self.pk)
        paid = others.aggregate(
            of_stage=Sum("amount", filter=Q(stage=self.stage)),
            of_agreement=Sum("amount", filter=Q(stage__agreement=self.agreement)),
            of_line=Sum("amount", filter=Q(project__fund_line__in=line.lineage())),
        )
        received, in_treasury = Leg.objects.received_and_in_treasury(self.county)
        return [
            Ceiling("本阶段", self.stage.amount, paid["of_stage"] or ZERO),
            Ceiling("协议", self.agreement.central_amount, paid["of_agreement"] or ZERO),
            Ceiling("资金安排", line.central_amount, paid["of_line"] or ZERO),
            Ceiling("到账资金", received, received - in_treasury),  # what went out in whatever way is not there
        ]

    def gates(self, today=None):
        """Every gate of the payment, green or red, for the page; those about persons when somebody is about to act.

        Duplicates are asked for until the review; from then on the database lets no second one in.
        """
        under_review = self.status == self.Status.REQUESTED
        asked = [*(self.BEFORE_REVIEW if under_review else self.WHAT_IT_PAYS), *self.BEFORE_PAY]
        asked = [rule for rule in asked if self.acting or rule not in self.OF_THE_PERSON]
        kept = [] if under_review else [Gate(rule, "") for rule in self.ONCE]
        return kept + [Gate(rule, "；".join(breach.wrong for breach in rule(self, today))) for rule in asked]

    def standing_freezes(self):
        return Freeze.objects.on(self).select_related("placed_by__office", "payment", "project", "county__region")

    def people(self, events=None):
        """step → keys of the persons who did it, by the fields of the payment and by its events (written once)."""
        found = {step: {getattr(self, f"{step}_by_id", None)} - {None} for step in separation.STEPS}
        for event in Event.objects.about(self) if events is None else events:
            if event.target in self.STEP_OF and event.by_id:
                found[self.STEP_OF[event.target]].add(event.by_id)
        return found

    def about_to(self, step, person, events=None):
        """`person` is about to do `step`: from now on the rules about persons judge it. `events`: as read already."""
        self.acting, self.so_far = (step, person), self.people(events)
