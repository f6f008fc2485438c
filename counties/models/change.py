"""方案变更：old beside new, and the two ways in which a change ends without taking effect (domain/states.md 3.2)."""

from types import SimpleNamespace

from django.db import transaction

from accounts.models import User
from portal.outbox import tell
from portal.rules import Breach, Refused

COMPARED = (
    "title",
    "period_from",
    "period_to",
    "summary",
    "total_central",
    "total_matching",
    "total_private",
    "plan_file",
    "fund_file",
)
LINE_FIELDS = ("name", "direction", "expense", "support", "central_amount", "matching_amount", "private_amount")
TARGET_FIELDS = ("target", "target_value", "target_unit")


class ChangeDeeds:
    """What a plan knows and does as a change of the version before (mixed into Plan)."""

    def funds_differ(self) -> bool:
        """Is any fund line, or the total, other than in the version in force?"""
        if not self.replaces_id:
            return False
        old = {line.pk: line for line in self.replaces.lines.all()}
        new = list(self.lines.all())
        same = len(old) == len(new) and all(line.origin_id in old and line.same_as(old[line.origin_id]) for line in new)
        return not same or self.replaces.total_central != self.total_central

    def differences(self):
        """Fields of the plan that differ from the version it replaces: (label, old, new)."""
        old = self.replaces
        for name in COMPARED:
            before, after = getattr(old, name), getattr(self, name)
            if before != after:
                yield SimpleNamespace(label=self._meta.get_field(name).verbose_name, old=before, new=after)

    def line_differences(self):
        """Every fund line of both versions side by side: kept, changed (which fields), added or taken out."""
        successors = {line.origin_id: line for line in self.lines.all() if line.origin_id}
        for line in self.replaces.lines.all():
            after = successors.get(line.pk)
            if after is None:
                yield SimpleNamespace(kind="取消", tone="bad", old=line, new=None, fields=[])
            elif after.same_as(line):
                yield SimpleNamespace(kind="不变", tone="neutral", old=line, new=after, fields=[])
            else:
                fields = list(_line_fields(line, after))
                yield SimpleNamespace(kind="调整", tone="waiting", old=line, new=after, fields=fields)
        for line in self.lines.all():
            if not line.origin_id:
                yield SimpleNamespace(kind="新增", tone="running", old=None, new=line, fields=[])

    def share_differences(self):
        """The four directions before and after: (label, old 元, old %, new 元, new %, floor, below)."""
        for before, after in zip(self.replaces.shares(), self.shares(), strict=True):
            yield SimpleNamespace(label=after["label"], old=before, new=after, floor=after["floor"])

    @transaction.atomic
    def withdraw(self, *, by, reason):
        """撤回变更：by the county, before the province has it. Its version number stays used."""
        self.hold()
        if not self.is_change or self.received_at:
            words = "只有尚未报省的方案变更可以撤回；首版方案请直接修改，已收备的变更须办完"
            raise Refused(Breach(self.BEFORE_EDIT[0], words))
        if self.notice_id:
            self.notice.withdraw(by=by, reason=reason)
        self.move(self.UNFILED, self.Status.WITHDRAWN, by=by, words="撤回方案变更", reason=reason)
        people = [*User.objects.serving(self.region), *User.objects.serving(self.region.parent, "commerce")]
        key, link = f"plan:{self.pk}:withdrawn", self.get_absolute_url()
        tell(people, f"方案变更已撤回：{self}", key=key, text=reason, link=link)

    def rejected_by_the_province(self, *, by, reason, words):
        """不予认可：the version in force stays in force."""
        self.move(self.Status.FILED, self.Status.REJECTED, by=by, words=words, reason=reason)
        people = [*User.objects.serving(self.region), *User.objects.serving(self.region.parent, "commerce")]
        key, link = f"plan:{self.pk}:rejected", self.get_absolute_url()
        tell(people, f"方案变更不予认可：{self}", key=key, text=reason, link=link)


def _line_fields(old, new):
    for name in (*LINE_FIELDS, *TARGET_FIELDS):
        if getattr(old, name) != getattr(new, name):
            field = old._meta.get_field(name)
            shown = [
                getattr(line, f"get_{name}_display")() if field.choices else getattr(line, name) for line in (old, new)
            ]
            yield SimpleNamespace(label=field.verbose_name, old=shown[0], new=shown[1])
