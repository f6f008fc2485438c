"""培训的规则。豫商体系〔2020〕25号，以下简称“25号”。

如实: the same person in two places on one day is not refused when the sign-in sheet is typed in (what stands on the paper
must be enterable, or the record would be made to fit); it is shown at once, and nothing is locked or accepted with it.
"""

from dataclasses import dataclass

from portal.rules import Kind, rule

FOLLOW_UP_DAYS = (30, 90, 180)  # days after the last day of a session (domain/rules.md A-214, a default)
OTHERS_AT_MOST = 50  # per cent of the trainees who belong to none of the groups named by the notice, before it is said
RECORD = "25号 二（四）：如实做好培训记录"


@dataclass(frozen=True)
class Applying:
    """A project looked at as if it applied for acceptance now: the ledger shows the gate before there is an application."""

    project: object
    sessions: list  # read once, for the page and for the gate
    stage: object = None


@rule("A-215", RECORD)
def every_claimed_session_is_recorded(application):
    project = application.project
    read = application.sessions if isinstance(application, Applying) else project.training_sessions.with_records()
    sessions = list(read)
    if not sessions and project.is_training and (application.stage is None or application.stage.is_final):
        return "培训项目没有登记任何一期培训，不能申请整体验收"
    wrong = [f"{session}{words}" for session in sessions for words in missing_records(session)]
    return wrong + [
        f"{session}记录已齐，尚未核对锁定"
        for session in sessions
        if session.status == session.Status.CLAIMED and not missing_records(session)
    ]


@rule("A-215r", RECORD)
def session_is_recorded(session):
    return missing_records(type(session).objects.with_records().get(pk=session.pk))


def missing_records(session) -> list[str]:
    """What a claimed session lacks; `session` comes from TrainingSessionQuerySet.with_records()."""
    wrong = []
    if not session.sheets:
        wrong.append("缺签到表")
    if not session.photos:
        wrong.append("缺现场照片")
    if not session.enrolled:
        wrong.append("缺学员名单")
    elif not session.attended:
        wrong.append("学员没有签到记录")
    return wrong


@rule("A-215d", f"{RECORD}（同一人同一天不得计入两期）")
def nobody_twice_a_day(application):
    return _twice_a_day(application.project.training_sessions.all())


@rule("A-215s", f"{RECORD}（同一人同一天不得计入两期）")
def nobody_of_the_session_twice_a_day(session):
    return _twice_a_day(type(session).objects.filter(pk=session.pk))


def _twice_a_day(sessions):
    """Says the session, the day and how many, never who: the page of the session shows that to those who may know."""
    return [
        f"第 {no} 期 {day}：有 {people} 人同一天还在另一期培训（含其他项目）签到，请核实后更正"
        for no, day, people in sessions.signed_twice_a_day()
    ]


@rule("A-215t", f"{RECORD}（期次在开工后、完工前登记）")
def project_takes_sessions(session):
    project = session.project
    if project.status != project.Status.UNDERWAY:
        return f"项目当前为“{project.get_status_display()}”，不能登记培训；跟踪服务不受此限"
    return None


@rule("A-215u", f"{RECORD}（只登记已经举办的）")
def session_lies_behind_us(session, today):
    if session.date_to > today:
        return f"本期至 {session.date_to} 结束，举办完毕后方可核对锁定"
    return None


@rule("A-214", "25号 二（四）：指导对接就业用工，注重跟踪服务而非“一锤子”培训", Kind.SOFT)
def trainees_are_followed_up(application, today):
    return [
        f"第 {no} 期满 {days} 天，{people} 名学员没有跟踪服务记录"
        for no, days, people in application.project.training_sessions.not_followed_up(today)
    ]


@rule(
    "A-211",
    "25号 二（四）：重点支持对返乡农民工、大学生、退伍军人、贫困户等开展农村电商基础知识和技能提升培训",
    Kind.RECORD,
)
def trainees_are_those_named(figures):
    if figures.people and figures.others * 100 > figures.people * OTHERS_AT_MOST:
        return f"{figures.people} 名学员中有 {figures.others} 名属“其他”，超过 {OTHERS_AT_MOST}%；请核对学员类别"
    return None


@rule("A-212", "25号 二（四）：突出培训质量而非数量", Kind.RECORD)
def quality_stands_beside_the_head_count(figures):
    wrong = []
    if figures.times and not figures.examined:
        wrong.append(f"已有 {figures.times} 人次参训，还没有考核成绩")
    if figures.times and figures.satisfaction is None:
        wrong.append(f"已有 {figures.times} 人次参训，还没有满意度")
    return wrong


@rule(
    "A-213",
    "25号 二（四）：完善标准化教材，提升培训的针对性，根据实际需求丰富直播带货、社交电商等培训内容",
    Kind.RECORD,
)
def courses_have_a_textbook_and_topics(project):
    wrong = []
    for course in project.courses.all():
        if not course.textbook:
            wrong.append(f"课程“{course.name}”没有写明教材")
        if not course.topics:
            wrong.append(f"课程“{course.name}”没有标明培训内容")
    return wrong


BEFORE_ACCEPTANCE = [every_claimed_session_is_recorded, nobody_twice_a_day, trainees_are_followed_up]
