"""培训名单和跟踪服务的成批登记：a workbook of rows goes the same way as the page, in a few statements."""

from django.db import transaction

from portal.secrets import digest_of, digests_of, plain
from projects.models.trainee import Attendance, Enrolment, FollowUp, Trainee
from projects.models.training import TrainingSession

PERSON = ("name", "gender", "village", "category", "is_poor")
RESULT = ("exam_score", "certificate_no")
BATCH = 1000


def is_masked(text) -> bool:
    return "*" in text


@transaction.atomic
def enter_sessions(project, rows, *, by, sha256="") -> tuple[int, int]:
    """申报和更正期次。Returns (added, changed)."""
    project.hold()
    courses = {course.name: course for course in project.courses.all()}
    kept = {session.no: session for session in project.training_sessions.all()}
    added = changed = 0
    for row in rows:
        fields = {name: value for name, value in row.items() if name not in ("no", "course")}
        session = kept.get(row["no"])
        if session is None:
            TrainingSession.begin(courses[row["course"]], by=by, no=row["no"], **fields)
            added += 1
        elif any(getattr(session, name) != value for name, value in fields.items()):
            session.edit(by=by, **fields)
            changed += 1
    _told(project, "培训期次台账", added, changed, by, sha256)
    return added, changed


@transaction.atomic
def enter_enrolments(project, rows, *, by, sha256="") -> tuple[int, int]:
    """登记名单、签到和成绩。A known number is the same person; a masked one is left as it is. Returns (added, changed)."""
    project.hold()
    sessions = {s.no: s for s in project.training_sessions.filter(no__in={row["session_no"] for row in rows})}
    for session in sessions.values():
        session.hold()
        session.refuse_unless_open()
    kept = _kept(project, rows)
    people = _people(project, rows, kept)
    fresh, changed = [], []
    for row in rows:
        trainee = people[_number(row, kept)]
        values = {"trainee": trainee} | {name: row[name] for name in RESULT}
        enrolment = kept.get(row["no"])
        if enrolment is None:
            fresh.append(Enrolment(session=sessions[row["session_no"]], no=row["no"], **values))
        elif any(getattr(enrolment, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(enrolment, name, value)
            changed.append(enrolment)
    Enrolment.objects.bulk_create(fresh, batch_size=BATCH)
    Enrolment.objects.bulk_update(changed, ["trainee", *RESULT], batch_size=BATCH)
    signed = _sign(rows, kept | {enrolment.no: enrolment for enrolment in fresh})
    _told(project, "培训学员台账", len(fresh), len(changed), by, sha256, signed)
    return len(fresh), len(changed)


def _kept(project, rows):
    here = Enrolment.objects.filter(session__project=project, no__in=[row["no"] for row in rows])
    return {enrolment.no: enrolment for enrolment in here.select_related("trainee").prefetch_related("attendance")}


def _number(row, kept):
    return plain(kept[row["no"]].trainee.id_no) if is_masked(row["id_no"]) else row["id_no"]


def _people(project, rows, kept):
    """Identity number → its trainee in this project, made or put right as the rows say."""
    wanted = {_number(row, kept): row for row in rows}
    digests = [digest for number in wanted for digest in digests_of(number)]
    known = {t.id_no.plain: t for t in project.trainees.filter(id_digest__in=digests)}
    fresh, changed = [], []
    for number, row in wanted.items():
        values = {name: row[name] for name in PERSON}
        if not is_masked(row["phone"]):
            values["phone"] = row["phone"]
        trainee = known.get(number)
        if trainee is None:
            known[number] = Trainee(project=project, id_no=number, id_digest=digest_of(number), **values)
            fresh.append(known[number])
        elif any(getattr(trainee, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(trainee, name, value)
            changed.append(trainee)
    Trainee.objects.bulk_create(fresh, batch_size=BATCH)
    Trainee.objects.bulk_update(changed, [*PERSON, "phone"], batch_size=BATCH)
    return known


def _sign(rows, enrolments) -> int:
    """The days of each row become the signatures of its line, no more and no fewer."""
    wanted = {(enrolments[row["no"]].pk, day) for row in rows for day in row["days"]}
    stored = Attendance.objects.filter(enrolment__in=[enrolments[row["no"]].pk for row in rows])
    there = {(mark.enrolment_id, mark.day): mark.pk for mark in stored}
    Attendance.objects.filter(pk__in=[there[key] for key in there.keys() - wanted]).delete()
    fresh = [Attendance(enrolment_id=pk, day=day) for pk, day in sorted(wanted - there.keys())]
    Attendance.objects.bulk_create(fresh, batch_size=BATCH)
    return len(wanted)


@transaction.atomic
def enter_follow_ups(project, rows, *, by, sha256="") -> tuple[int, int]:
    """登记跟踪服务；完工后照常登记。Returns (added, changed)."""
    project.hold()
    numbers = {row["no"].partition("/")[0] for row in rows}
    lines = {e.no: e for e in Enrolment.objects.filter(session__project=project, no__in=numbers)}
    stored = FollowUp.objects.filter(enrolment__in=lines.values())
    kept = {(note.enrolment_id, note.after_days): note for note in stored}
    fresh, changed = [], []
    for row in rows:
        number, _, days = row["no"].partition("/")
        values = {name: row[name] for name in ("on", "outcome", "income")}
        note = kept.get((lines[number].pk, int(days)))
        if note is None:
            fresh.append(FollowUp(enrolment=lines[number], after_days=int(days), **values))
        elif any(getattr(note, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(note, name, value)
            changed.append(note)
    FollowUp.objects.bulk_create(fresh, batch_size=BATCH)
    FollowUp.objects.bulk_update(changed, ["on", "outcome", "income"], batch_size=BATCH)
    _told(project, "培训跟踪服务台账", len(fresh), len(changed), by, sha256)
    return len(fresh), len(changed)


def _told(project, title, added, changed, by, sha256, signatures=None):
    data = {"added": added, "changed": changed, "sha256": sha256}
    data |= {"signatures": signatures} if signatures is not None else {}
    project.record(f"{title}：新增 {added} 行，更新 {changed} 行", by=by, data=data)
