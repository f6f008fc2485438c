"""违规事实登记 (decisions G-23)：a rule was broken outside the portal; the fact is written down, never hidden."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.access import in_scope
from accounts.models import Scope, User
from counties.models import County
from funds.models.ledger import Account, Posting, Source
from funds.rules import breach as rules
from portal import clock
from portal.files import Attachment
from portal.flow import Recorded
from portal.models import Counter
from portal.money import ZERO, MoneyField
from portal.outbox import tell
from portal.rules import CATALOGUE, enforce
from projects.models import Agreement, Project


class Watched:
    """A county as those see it who watch over it: an auditor, or a city over a 省直管县, acts nowhere and still reports
    what it found."""

    def __init__(self, region):
        self.region = region

    def admits(self, user):
        return Scope.objects.filter(user=user, region=self.region).exists()


class OutsideBreachQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever sees the county sees it at once: county, city, province, auditor, evaluator."""
        return self.filter(in_scope(user, "county__region"))

    def of_period(self, start, end):
        """Registered from `start` to `end`, both days included: what a bulletin about the period names."""
        return self.filter(registered_at__date__range=(start, end))

    def standing(self):
        """Without those that a later record corrects."""
        return self.filter(correction=None)

    def total(self):
        return self.aggregate(sum=Sum("amount"))["sum"] or ZERO


class OutsideBreach(Recorded):
    """One fact: what happened when, which rule it broke, how much money was concerned, which office did it and why.

    Money that left the special account is booked 借 违规支出，贷 财政专账存款: it is not there to be paid again (A-315).
    """

    append_only = True

    class Kind(models.TextChoices):
        ADVANCE = "advance", "验收前拨付、预付款"
        EXCESS = "excess", "超额拨付"
        UNPUBLICISED = "unpublicised", "未公示即拨付"
        DIVERTED = "diverted", "挪用"
        OFF_BOOKS = "off_books", "账外收支"
        OTHER = "other", "其他"

    BEFORE_REGISTER = [rules.facts_fit_together, rules.treasury_held_so_much]
    BEFORE_CORRECT = [rules.not_corrected_yet]

    no = models.CharField("登记编号", max_length=20, unique=True)
    county = models.ForeignKey(County, models.PROTECT, related_name="outside_breaches", verbose_name="示范县")
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="outside_breaches", verbose_name="项目"
    )
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, null=True, blank=True, related_name="outside_breaches", verbose_name="协议"
    )
    kind = models.CharField("类别", max_length=14, choices=Kind)
    rule_id = models.CharField("违反的规则", max_length=10)
    happened_on = models.DateField("发生日期")
    amount = MoneyField("涉及金额（元）", default=ZERO)
    source = models.CharField("资金来源", max_length=10, choices=Source, default=Source.CENTRAL)
    left_treasury = models.BooleanField("资金已从财政专账付出", default=False)
    payee = models.CharField("收款单位", max_length=100, blank=True)
    voucher_no = models.CharField("凭证号", max_length=60, blank=True)
    responsible = models.CharField("责任单位", max_length=100)
    why = models.CharField("原因", max_length=500)
    description = models.TextField("事实经过")
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="correction", verbose_name="更正的登记"
    )
    correction_reason = models.CharField("更正理由", max_length=500, blank=True)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    registered_at = models.DateTimeField("登记时间", default=clock.now)

    objects = OutsideBreachQuerySet.as_manager()

    class Meta:
        verbose_name = "违规事实登记"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["registered_at"], name="breach_registered")]
        constraints = [
            models.CheckConstraint(
                name="breach_amount_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message="涉及金额不能小于零",
            ),
            models.CheckConstraint(
                name="breach_money_left_has_amount",
                condition=Q(left_treasury=False) | Q(amount__gt=0),
                violation_error_message="已从财政专账付出的，须写明金额",
            ),
            models.CheckConstraint(
                name="breach_correction_has_a_reason",
                condition=Q(corrects=None, correction_reason="")
                | (Q(corrects__isnull=False) & ~Q(correction_reason="")),
                violation_error_message="更正须写明理由",
            ),
        ]

    def __str__(self):
        return f"{self.no} {self.county} {self.get_kind_display()}"

    def get_absolute_url(self):
        return reverse("breach-detail", args=[self.pk])

    @property
    def clause(self):
        """The clause that was broken, word for word."""
        return CATALOGUE[self.rule_id].clause if self.rule_id in CATALOGUE else ""

    @cached_property
    def posting(self):
        return Posting.of(self)

    def treasury_before(self, legs):
        """What the special account held by the books, in 元, as if the record that this one corrects were not there."""
        held = legs.of(self.county, Account.TREASURY, self.source).balance()
        wrong = self.corrects
        return held + (wrong.amount if wrong and wrong.left_treasury and wrong.source == self.source else ZERO)

    @classmethod
    @transaction.atomic
    def register(cls, county, *, by, files=(), excuse="", corrects=None, correction_reason="", **fact):
        """登记违规事实并入账；the city and the province are told in the same transaction. `excuse` is for P-076."""
        county.hold()
        breach = cls(county=county, registered_by=by, corrects=corrects, correction_reason=correction_reason, **fact)
        excused = enforce(cls.BEFORE_REGISTER, breach, reason=excuse)
        year = clock.today().year
        breach.no = f"WG{year}{Counter.take(f'breach:{year}'):05d}"
        breach.save()
        BreachFile.objects.bulk_create([BreachFile(breach=breach, file=file) for file in files])
        breach._book(by)
        words = f"更正违规事实登记 {corrects.no}" if corrects else f"登记违规事实：{breach.get_kind_display()}"
        confirmed = {"confirmed": True} if corrects else {}  # the page of a correction asks for the password again
        breach.record(words, by=by, reason=correction_reason or excuse, excused=excused, data=confirmed)
        breach._tell(words)
        return breach

    @transaction.atomic
    def correct(self, *, by, reason, files=(), excuse="", **fact):
        """更正：a second record that refers to the first; what the first booked is reversed (红字冲销). Nothing is lost."""
        self.county.hold()
        enforce(self.BEFORE_CORRECT, self)
        correction = {"corrects": self, "correction_reason": reason}
        right = type(self).register(self.county, by=by, files=files, excuse=excuse, **correction, **fact)
        if self.posting:
            self.posting.reverse(by=by, reason=f"{right.no} 更正：{reason}"[:500])
        self.record(f"已由 {right.no} 更正", by=by, reason=reason)
        return right

    def _book(self, by):
        if not self.left_treasury:
            return
        where = {"agreement": self.agreement, "fund_line": self.project.fund_line if self.project else None}
        legs = [
            (Account.IRREGULAR, self.source, self.amount, where),
            (Account.TREASURY, self.source, -self.amount, {}),
        ]
        Posting.book(self.county, self, f"违规支出 {self.no} {self.get_kind_display()}", legs, by=by)

    def _tell(self, words):
        place = self.county.region
        for region in (place.parent, place.parent.parent or place.parent):
            people = User.objects.serving(region, "commerce", "finance", "poverty")
            title, key = f"{self.county}{words}", f"breach:{self.pk}:{region.pk}"
            tell(people, title, key=key, text=self.description[:500], link=self.get_absolute_url())


class BreachFile(models.Model):
    """证据材料。"""

    append_only = True

    breach = models.ForeignKey(OutsideBreach, models.PROTECT, related_name="files")
    file = models.ForeignKey(Attachment, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "违规事实证据"
        ordering = ["pk"]

    def __str__(self):
        return self.file.name
