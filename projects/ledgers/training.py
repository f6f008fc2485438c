"""培训台账 as workbooks (domain/dictionary.md 4.3): sessions, their people with signatures, follow-ups.

Identity numbers and phones leave masked, always; a masked one that comes back unchanged means “as it is”.
"""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat

from portal import clock
from portal.forms import DateField
from portal.ledgers import Ledger, register
from portal.schema import Column, Schema
from portal.secrets import plain
from projects.identity import MOBILE, is_id_number
from projects.models.trainee import Enrolment, FollowUp, Trainee
from projects.models.training import TrainingSession
from projects.models.training_entry import enter_enrolments, enter_follow_ups, enter_sessions, is_masked
from projects.rules.training import FOLLOW_UP_DAYS

MAX_SESSIONS, MAX_TRAINEES = 500, 10_000
DAYS_AT_MOST = 31


def _choices(model, name):
    return tuple(model._meta.get_field(name).choices)


@dataclass(frozen=True)
class Derived(Ledger):
    """A ledger whose rows stand in several records: `read(record)` puts them together."""

    read: object = None

    def row(self, record):
        return self.read(record)

    def _masked_without_original(self, project, rows):
        return {}  # `check` compares a masked number with the stored one


# --- 期次 ---------------------------------------------------------------------------------------------------------------
def session_shape(values):
    first, last = values["date_from"], values["date_to"]
    if last < first:
        return {"date_to": "结束日期不能早于开始日期"}
    if (last - first).days >= TrainingSession.LONGEST:
        return {"date_to": f"一期培训不超过 {TrainingSession.LONGEST} 天"}
    return {}


def check_sessions(project, rows):
    courses = {course.name for course in project.courses.all()}
    kept = {session.no: session for session in project.training_sessions.select_related("course")}
    wrong = {}
    for number, row in enumerate(rows):
        session = kept.get(row["no"])
        if row["course"] not in courses:
            wrong[number] = {"course": "项目没有这门课程，请先登记课程"}
        elif session and session.course.name != row["course"]:
            wrong[number] = {"course": f"第 {row['no']} 期已登记为“{session.course}”，课程不能改"}
        elif session and session.status != session.Status.CLAIMED and _changed(session, row):
            wrong[number] = {"no": f"第 {row['no']} 期记录已锁定，不能改"}
    return wrong


def _changed(session, row):
    return any(getattr(session, name) != value for name, value in row.items() if name not in ("no", "course"))


def session_row(session):
    return {name: getattr(session, name) for name in SESSION_FIELDS} | {"course": session.course.name}


SESSION_COLUMNS = (
    Column("no", "期次", "integer", True, least=1, most=32767, note="项目内不重复；再次导入时按期次更新"),
    Column("course", "课程", required=True, max_length=80, note="先在培训台账登记课程，这里填写课程名称"),
    Column("date_from", "开始日期", "date", True),
    Column("date_to", "结束日期", "date", True),
    Column("place", "地点", required=True, max_length=120),
    Column("organizer", "组织单位", required=True, max_length=80),
    Column("planned", "计划人数", "integer", True, least=1, most=1_000_000),
    Column("satisfaction", "满意度（%）", "decimal", most=100),
)
SESSION_FIELDS = [column.name for column in SESSION_COLUMNS if column.name != "course"]

SESSIONS = register(
    Derived(
        name="training-sessions",
        title="培训期次台账",
        schema=Schema("training-sessions", "培训期次台账", 1, SESSION_COLUMNS, MAX_SESSIONS, session_shape),
        key="no",
        records=lambda project, words="": project.training_sessions.filter(
            Q(place__icontains=words) | Q(course__name__icontains=words)
        ).select_related("course"),
        read=session_row,
        check=check_sessions,
        apply=enter_sessions,
        about="承办单位按课程申报的培训期次，会列在这里。",
        links=(("培训台账", "training-list"),),
    )
)


# --- 学员 ---------------------------------------------------------------------------------------------------------------
def read_days(text) -> set:
    """The days of “2020-09-01、2020-09-02”. Raises ValidationError for what is no day."""
    return {DateField().clean(word) for word in re.split(r"[、,，;；\s]+", text) if word}


def trainee_shape(values):
    wrong = {}
    values["id_no"], values["phone"] = values["id_no"].upper(), values["phone"].replace("-", "")
    if not is_masked(values["id_no"]) and not is_id_number(values["id_no"]):
        wrong["id_no"] = "身份证号校验不符（GB 11643），请对照证件逐位核对"
    if values["phone"] and not is_masked(values["phone"]) and not MOBILE.fullmatch(values["phone"]):
        wrong["phone"] = "请填写 11 位手机号"
    if not re.fullmatch(rf"{values['session_no']}-[0-9]{{1,6}}", values["no"]):
        wrong["no"] = f"应为“期次-序号”，如 {values['session_no']}-001"
    try:
        values["days"] = sorted(read_days(values["days"]))
    except ValidationError:
        wrong["days"] = "请填写签到的日期，用顿号分开，例如 2020-09-01、2020-09-02"
    return wrong


def check_trainees(project, rows):
    """What one row cannot know: its session, who stands behind a masked number, the same person twice on a list."""
    sessions = {session.no: session for session in project.training_sessions.all()}
    known = Enrolment.objects.filter(session__project=project, no__in=[row["no"] for row in rows])
    kept = {enrolment.no: enrolment for enrolment in known.select_related("trainee")}
    listed = {(e.session_id, plain(e.trainee.id_no)): e.no for e in _of_sessions(project, rows)}
    wrong, seen = {}, {}
    for number, row in enumerate(rows):
        session, enrolment = sessions.get(row["session_no"]), kept.get(row["no"])
        found = _of_session(session, row) | _masked_wrong(enrolment, row)
        if session and not is_masked(row["id_no"]):
            there = seen.setdefault((session.pk, row["id_no"]), row["no"])
            if (there := listed.get((session.pk, row["id_no"]), there)) != row["no"]:
                found["id_no"] = f"该身份证号已在本期名单中（编号 {there}）"
        if found:
            wrong[number] = found
    return wrong


def _of_sessions(project, rows):
    here = Enrolment.objects.filter(session__project=project, session__no__in={row["session_no"] for row in rows})
    return here.select_related("trainee")


def _of_session(session, row):
    if session is None:
        return {"session_no": f"第 {row['session_no']} 期还没有申报"}
    if session.status != session.Status.CLAIMED:
        return {"session_no": f"第 {session.no} 期记录已锁定，不能改"}
    outside = [f"{day}" for day in row["days"] if not session.date_from <= day <= session.date_to]
    return (
        {"days": f"{'、'.join(outside[:5])} 不在本期 {session.date_from} 至 {session.date_to} 之内"} if outside else {}
    )


def _masked_wrong(enrolment, row):
    wrong = {}
    for name in Trainee.PERSONAL:
        text = row[name]
        if is_masked(text) and (enrolment is None or plain(getattr(enrolment.trainee, name))[-4:] != text[-4:]):
            wrong[name] = "是隐去的号码，且与台账不符；请填写完整号码"
    return wrong


def trainee_row(enrolment):
    trainee = enrolment.trainee
    person = {name: getattr(trainee, name) for name in Trainee.FIELDS}
    days = "、".join(f"{mark.day}" for mark in sorted(enrolment.attendance.all(), key=lambda mark: mark.day))
    return person | {
        "no": enrolment.no,
        "session_no": enrolment.session.no,
        "days": days,
        "exam_score": enrolment.exam_score,
        "certificate_no": enrolment.certificate_no,
    }


TRAINEE_COLUMNS = (
    Column("no", "名单编号", required=True, max_length=12, note="期次-序号，如 1-001；再次导入时按编号更新"),
    Column("session_no", "期次", "integer", True, least=1, most=32767),
    Column("name", "姓名", required=True, max_length=40),
    Column("gender", "性别", "choice", True, _choices(Trainee, "gender")),
    Column("id_no", "身份证号", required=True, max_length=18, pattern=r"[0-9]{17}[0-9Xx]|[0-9]{0,3}\*+.{4}",
           pattern_words="身份证号应为 18 位", note="请按文本填写；导出时只留末四位，原样导入即不改动", personal=True),
    Column("phone", "手机号", max_length=20, note="导出时只留末四位，原样导入即不改动", personal=True),
    Column("village", "所在村", required=True, max_length=80),
    Column("category", "学员类别", "choice", True, _choices(Trainee, "category")),
    Column("is_poor", "建档立卡贫困户", "bool"),
    Column("days", "签到日期", max_length=11 * DAYS_AT_MOST, note="签到的日期，用顿号分开；没有签到的留空"),
    Column("exam_score", "考核成绩（分）", "decimal", most=100),
    Column("certificate_no", "证书编号", max_length=40),
)  # fmt: skip

TRAINEES = register(
    Derived(
        name="trainees",
        title="培训学员台账",
        schema=Schema("trainees", "培训学员台账", 1, TRAINEE_COLUMNS, MAX_TRAINEES, trainee_shape),
        key="no",
        records=lambda project, words="": (
            Enrolment.objects.filter(
                Q(trainee__name__icontains=words) | Q(trainee__village__icontains=words) | Q(no__startswith=words),
                session__project=project,
            )
            .select_related("trainee", "session")
            .prefetch_related("attendance")
        ),
        read=trainee_row,
        check=check_trainees,
        apply=enter_enrolments,
        shown=("no", "name", "gender", "id_no", "phone", "village", "category", "is_poor", "days", "exam_score"),
        about="承办单位登记或导入学员名单后，会列在这里；身份证号、手机号一律脱敏显示。",
        links=(("培训台账", "training-list"),),
    )
)


# --- 跟踪服务 -----------------------------------------------------------------------------------------------------------
def follow_up_shape(values):
    if values["on"] > clock.today():
        return {"on": f"不能晚于今天（{clock.today()}）"}
    return {}


def check_follow_ups(project, rows):
    numbers = {row["no"].partition("/")[0] for row in rows}
    known = set(
        Enrolment.objects.filter(session__project=project, no__in=numbers).values_list("no", flat=True)
    )  # fmt: skip
    return {n: {"no": "名单中没有这个编号"} for n, row in enumerate(rows) if row["no"].partition("/")[0] not in known}


def follow_ups_of(project, words=""):
    notes = FollowUp.objects.filter(enrolment__session__project=project)
    number = Concat(F("enrolment__no"), Value("/"), Cast("after_days", CharField()), output_field=CharField())
    return notes.annotate(no=number).filter(no__startswith=words).order_by("enrolment", "after_days")


FOLLOW_UP_COLUMNS = (
    Column("no", "跟踪编号", required=True, max_length=16, pattern=rf"[0-9]+-[0-9]+/({'|'.join(map(str, FOLLOW_UP_DAYS))})",
           pattern_words="应为“名单编号/跟踪天数”，如 1-001/30",
           note="名单编号/跟踪天数（30、90、180），如 1-001/30"),
    Column("on", "跟踪日期", "date", True),
    Column("outcome", "转化情况", "choice", True, _choices(FollowUp, "outcome")),
    Column("income", "收入（元/月）", "money"),
)  # fmt: skip

FOLLOW_UPS = register(
    Ledger(
        name="follow-ups",
        title="培训跟踪服务台账",
        schema=Schema("follow-ups", "培训跟踪服务台账", 1, FOLLOW_UP_COLUMNS, MAX_TRAINEES, follow_up_shape),
        key="no",
        records=follow_ups_of,
        check=check_follow_ups,
        apply=enter_follow_ups,
        about="培训结束后 30、90、180 天的跟踪服务登记后，会列在这里。",
        links=(("培训台账", "training-list"),),
    )
)
