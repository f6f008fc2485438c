"""补充协议：a signed agreement changes only by a paper that goes the same way and keeps old and new words."""

from dataclasses import dataclass

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from accounts.access import in_scope
from counties.rules.county import both_management_rules_are_public
from portal.models import Attachment
from portal.rules import STILL_THERE, Breach, Refused, breaches, different_people, excuse
from projects.models.agreement import Agreement, Equipment, Stage
from projects.models.contractor import is_member
from projects.models.signing import Signing
from projects.rules import agreement as rules


@dataclass(frozen=True)
class Difference:
    """One word of the agreement before and after; an empty side means: was not there, is there no more."""

    where: str
    label: str
    before: object
    after: object
    is_account: bool = False


class SupplementQuerySet(models.QuerySet):
    def visible_to(self, user):
        county, contractor = "agreement__project__county__region", "agreement__project__contractor"
        return self.filter(in_scope(user, county) | Q(is_member(user, contractor)))

    def open(self):
        return self.filter(status__in=SupplementAgreement.UNSIGNED)

    def on_the_way(self):
        return self.filter(status__in=SupplementAgreement.ON_THE_WAY)


class SupplementAgreement(Signing):
    """补充协议：version n of an agreement, with the words before and after."""

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        FINANCE = "finance", "待财政条款审核"
        OFFERED = "offered", "待承办单位确认"
        ACCEPTED = "accepted", "待县政府签署"
        SIGNED = "signed", "已签生效"
        WITHDRAWN = "withdrawn", "已撤回"

    BEFORE_SIGN = [rules.supplement_changes_a_running_agreement, rules.nothing_accepted_is_lowered]

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="supplements", verbose_name="协议")
    no = models.CharField("补充协议编号", max_length=60)
    version = models.PositiveSmallIntegerField("版本")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    reason = models.TextField("签订补充协议的理由")
    before = models.JSONField("现行条款", default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField("修改后的条款", default=dict, encoder=DjangoJSONEncoder)
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, verbose_name="补充协议文件")

    objects = SupplementQuerySet.as_manager()

    class Meta:
        verbose_name = "补充协议"
        ordering = ["-version", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "version"],
                condition=~Q(status="withdrawn"),
                name="one_supplement_per_version",
                violation_error_message="该协议已有一份在办的补充协议",
            ),
            models.CheckConstraint(
                name="supplement_signed_after_its_steps",
                condition=Q(status="signed", signed_on__isnull=False, reviewed_by__isnull=False,
                            accepted_by__isnull=False, signed_by__isnull=False)
                | (~Q(status="signed") & Q(signed_on=None)),
                violation_error_message="补充协议须经县财政局审核、承办单位确认，方可签署",
            ),
            models.CheckConstraint(
                name="A_323_supplement_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="签订补充协议须写明理由（规则 A-323）",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.no} {self.agreement.project.name}"

    def get_absolute_url(self):
        return reverse("supplement-detail", args=[self.pk])

    @property
    def project(self):
        return self.agreement.project

    @property
    def replaces(self):
        """The version that this one follows."""
        return self.version - 1

    def amended(self):
        """The agreement as it will read, in memory only: its rules judge this reading."""
        return self.agreement.reading(self.after)

    def missing_before_sign(self):
        found = breaches([both_management_rules_are_public], self.county) + breaches(self.BEFORE_SIGN, self)
        return found + breaches(Agreement.BEFORE_SIGN, self.amended())

    def changes(self):
        """Every difference, row by row (the diff page, the paper, the rule that something differs)."""
        old, new = self.agreement.reading(self.before), self.agreement.reading(self.after)
        found = [
            Difference("条款", Agreement._meta.get_field(name).verbose_name, _shown(old, name), _shown(new, name),
                       name == "account_no")
            for name in Agreement.TERMS
            if getattr(old, name) != getattr(new, name)
        ]  # fmt: skip
        stages = ({s.no: s for s in old.stages.all()}, {s.no: s for s in new.stages.all()})
        found += list(_rows_differ(Stage, *stages, lambda stage: f"第 {stage.no} 阶段"))
        goods = [
            {_key(items, n): item for n, item in enumerate(items)}
            for items in (old.equipment.all(), new.equipment.all())
        ]
        return found + list(_rows_differ(Equipment, *goods, lambda item: f"设备“{item.name}”"))

    # --- deeds -----------------------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def draft(cls, agreement, *, by, no, reason, terms, stages, equipment, file=None):
        """起草补充协议，或按退回意见修改；同一协议同时只有一份在办。"""
        agreement.hold()
        supplement = agreement.supplements.open().first() or cls(agreement=agreement)
        if supplement.pk:
            supplement.hold()
        supplement.agreement = agreement
        supplement.refuse_unless_draft()
        supplement.no, supplement.reason, supplement.drafted_by = no, reason, by
        supplement.version = agreement.version + 1
        supplement.before, supplement.file = agreement.snapshot(), file or supplement.file
        supplement.after = {
            "terms": {name: terms.get(name, getattr(agreement, name)) for name in Agreement.TERMS},
            "stages": [{"no": no} | _whole(Stage, row) for no, row in enumerate(stages, start=1)],
            "equipment": [_whole(Equipment, row) for row in equipment],
        }
        if agreement.status != Agreement.Status.SIGNED or not reason.strip():
            excuse(breaches([rules.supplement_changes_a_running_agreement], supplement), "")
        supplement.save()
        supplement.refresh_from_db()
        supplement.record("起草补充协议", by=by, target=supplement.status)
        return supplement

    @transaction.atomic
    def sign(self, *, by, reason=""):
        """县政府签署补充协议，即时生效并成为协议的新版本；原版本留存。"""
        self.agreement.hold()
        self.hold()
        different_people(by, self.drafted_by, words="起草人不能签署自己起草的补充协议")
        different_people(by, self.reviewed_by, words="财政条款审核人不能签署补充协议")
        if self.version != self.agreement.version + 1:
            raise Refused(Breach(STILL_THERE, "协议已有更新的版本，请撤回后重新起草"))
        excused = excuse(self.missing_before_sign(), reason)
        self._signed(by=by, words=f"签订补充协议（第 {self.version} 版）", reason=reason, excused=excused)
        self.agreement.amend(self, by=by)

    @transaction.atomic
    def withdraw(self, *, by, reason):
        """撤回尚未签署的补充协议；现行协议不变。"""
        self.hold()
        self.move(self.UNSIGNED, self.Status.WITHDRAWN, by=by, words="撤回补充协议", reason=reason)


def _whole(model, row):
    """A row as typed, with every word of the agreement's row."""
    return {name: row.get(name, model._meta.get_field(name).get_default()) for name in model.TERMS}


def _key(items, number):
    """Name and model, and which of its kind: two rows of the same name are two rows."""
    item = items[number]
    same = [n for n, other in enumerate(items) if (other.name, other.model) == (item.name, item.model)]
    return item.name, item.model, same.index(number)


def _rows_differ(model, old, new, called):
    for key in [*old, *(key for key in new if key not in old)]:
        before, after = old.get(key), new.get(key)
        for name in model.TERMS:
            one, two = (_shown(row, name) if row else "" for row in (before, after))
            if one != two:
                yield Difference(called(before or after), model._meta.get_field(name).verbose_name, one, two)


def _shown(row, name):
    if hasattr(row, f"get_{name}_display"):
        return getattr(row, f"get_{name}_display")()
    value = getattr(row, name)
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)
