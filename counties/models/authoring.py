"""How the parts of a draft are written: rows in bulk, autosaves without noise, every change in an event, old and new.

An autosave stores the text but no event: what stood there before is kept in `Plan.unrecorded` (of a chapter in
`recorded_text`). The next save by hand, the next other person and the sending each write the one event that tells it.
"""

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F

from counties.models.lines import FundLine
from counties.models.workplan import PlanSection, PlanTarget
from portal import clock
from portal.rules import STILL_THERE, Breach, Refused, enforce

CHANGED_BY_OTHERS = "您打开页面之后，方案已被他人修改；请重新打开页面核对后再保存"
ALL_BUT_THE_KEYS = [
    field.name for field in FundLine._meta.concrete_fields if field.name not in ("id", "plan", "origin")
]


def open_for(plan, by):
    """Hold the draft; what another person only autosaved is told as theirs before this one writes."""
    plan.hold()
    plan.must_be_open()  # an autosave leaves no event
    enforce(plan.BEFORE_EDIT, plan)
    if plan.unrecorded and plan.drafted_by_id != by.pk:
        _record(plan)


def same_revision(opened, stored):
    if opened != stored:
        raise Refused(Breach(STILL_THERE, CHANGED_BY_OTHERS))


def content_of(plan, parts):
    """Only those parts of the content that an edit touches: 200 lines need not be read to change a title."""
    found = {}
    for part in parts:
        if part == "lines":
            found[part] = [line.content() for line in plan.lines.order_by("no")]
        elif part == "targets":
            found[part] = [target.content() for target in plan.targets.order_by("pk")]
        elif part in ("plan_file", "fund_file", "decision_file"):
            found[part] = getattr(plan, part) and getattr(plan, part).sha256
        elif part.startswith("total_"):
            found[part] = f"{getattr(plan, part):.2f}"
        else:
            found[part] = getattr(plan, part)
    return _as_stored(found)


def _as_stored(value):
    """As JSON keeps it, so that old and new are compared in the same shape."""
    encoder = DjangoJSONEncoder()
    if isinstance(value, dict):
        return {key: _as_stored(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_stored(item) for item in value]
    return value if isinstance(value, str | int | bool | None) else encoder.default(value)


def keep(plan, before, *, by, autosave):
    """Save the plan; by hand with the event, by itself with a note of what stood there before."""
    plan.unrecorded = before | (plan.unrecorded or {})  # the oldest words win
    plan.drafted_by = by
    plan.save()
    if not autosave:
        _record(plan)


def settle(plan):
    """Tell what was only autosaved: before the plan leaves the desk nothing is untold."""
    if plan.unrecorded:
        _record(plan)
    for section in plan.sections.exclude(text=F("recorded_text")).select_related("edited_by__office"):
        _record_section(plan, section)


def _record(plan):
    before, plan.unrecorded = plan.unrecorded, None
    plan.save(update_fields=["unrecorded"])
    after = content_of(plan, before)
    changed = {part: [before[part], after[part]] for part in after if before[part] != after[part]}
    if changed:
        plan.record("修改方案", by=plan.drafted_by, data=changed)


def write_lines(plan, rows):
    """Rows with an `id` are kept (and with them their origin in the version before), the others are new.

    One statement for all changed rows and one for all new ones: a table of 200 rows is saved in one go.
    """
    plan.lines.exclude(pk__in=[row["id"] for row in rows if row.get("id")]).delete()
    kept = {line.pk: line for line in plan.lines.all()}
    changed, new, moved = [], [], []
    for no, values in enumerate(rows, start=1):
        values = {**values, "no": no}
        line = kept.get(values.pop("id", None))
        if line is None:
            new.append(FundLine(plan=plan, **values))
        elif any(getattr(line, name) != value for name, value in values.items()):
            if line.no != no:
                moved.append(line.pk)
            for name, value in values.items():
                setattr(line, name, value)
            changed.append(line)
    # Numbers are unique: move the kept ones out of the way before they get their new places.
    if moved:
        plan.lines.filter(pk__in=moved).update(no=F("no") + 1000)
    if changed:
        FundLine.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["id"], update_fields=ALL_BUT_THE_KEYS
        )
    FundLine.objects.bulk_create(new)
    plan._prefetched_objects_cache = {}


def write_targets(plan, rows):
    plan.targets.exclude(pk__in=[row["id"] for row in rows if row.get("id")]).delete()
    kept = {target.pk: target for target in plan.targets.all()}
    for row in rows:
        values = dict(row)
        target = kept.get(values.pop("id", None)) or PlanTarget(plan=plan)
        for name, value in values.items():
            setattr(target, name, value)
        target.save()


def write_section(plan, key, *, by, revision, text, autosave):
    section = plan.sections.filter(key=key).first() or PlanSection(plan=plan, key=key)
    same_revision(revision, section.revision)
    if section.pk and section.edited_by_id != by.pk and section.text != section.recorded_text:
        _record_section(plan, section)
    section.text, section.edited_by, section.edited_at = text, by, clock.now()
    section.revision += 1
    section.save()
    if not autosave:
        _record_section(plan, section)


def _record_section(plan, section):
    old, section.recorded_text = section.recorded_text, section.text
    section.save(update_fields=["recorded_text"])
    if old != section.text:
        data = {f"chapter_{section.key}": [old, section.text]}
        plan.record(f"修改章节：{section}", by=section.edited_by, data=data)
