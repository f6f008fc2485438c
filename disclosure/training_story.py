"""A demonstration of the training ledger: one course, one session, people who do not exist."""

from datetime import timedelta

from disclosure.demonstration import pdf, png
from portal.models import Attachment
from projects.identity import id_check_character
from projects.models import Course, SessionFile, Trainee, TrainingSession
from projects.models.trainee import enrol, sign

PEOPLE = 30
SCORES = (92, 85, 78, 66, 55)


def id_number(serial) -> str:
    """A well-formed 公民身份号码 of an area that does not exist (999999)."""
    first17 = (
        f"99999919{60 + serial // 366 % 40:02d}{serial // 28 % 12 + 1:02d}{serial % 28 + 1:02d}{serial % 1000:03d}"
    )
    return first17 + id_check_character(first17)


def trainee(serial) -> dict:
    categories = list(Trainee.Category)
    return {
        "name": f"演示学员{serial:02d}",
        "gender": ("male", "female")[serial % 2],
        "id_no": id_number(serial),
        "phone": f"1300000{serial:04d}",
        "village": f"演示村{serial % 6 + 1}",
        "category": categories[serial % len(categories)],
        "is_poor": serial % 5 == 3,
    }


def hold_training(story, project, people=PEOPLE) -> TrainingSession:
    """The contractor holds a session of three days: list, signatures, results, sheet and photograph; nothing is locked."""
    by, first = story.contractor_person, story.today
    story.today = first + timedelta(days=3)
    with story.day():
        course = Course.begin(
            project,
            by=by,
            name="农村电商实用技能（演示）",
            kind=Course.Kind.SKILLS,
            topics=[Course.Topic.BASICS, Course.Topic.LIVE, Course.Topic.SOCIAL],
            textbook="县级统编教材（演示）",
            hours=24,
            teachers="演示教师甲、演示教师乙",
        )
        session = TrainingSession.begin(
            course,
            by=by,
            date_from=first,
            date_to=first + timedelta(days=2),
            place="县级电商公共服务中心（演示）",
            organizer=project.contractor.name,
            planned=people,
            satisfaction=96,
        )
        enrol(session, [trainee(serial) for serial in range(1, people + 1)], by=by)
        marks = {}
        for place, enrolment in enumerate(session.enrolments.order_by("pk")):
            days = set(session.days[: 3 if place % 10 else 1])
            score = SCORES[place % len(SCORES)] if len(days) == 3 else None
            certificate = f"演示证书{place + 1:03d}" if score and score >= course.pass_mark else ""
            marks[enrolment] = {"days": days, "exam_score": score, "certificate_no": certificate}
        sign(session, marks, by=by)
        sheet = SessionFile.Kind.SHEET
        for kind, upload in (
            (sheet, pdf("签到表（演示）.pdf")),
            (SessionFile.Kind.PHOTO, png("现场（演示）.png")),
        ):
            session.add_files(
                kind, [Attachment.keep(upload, region=session.region, by=by, is_private=kind == sheet)], by=by
            )
        session.refresh_from_db()
        return session
