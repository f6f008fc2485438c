"""培训台账的页面：courses and sessions with their figures, lists, signatures, results, follow-ups. find, must, do, go."""

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import may, must
from accounts.personal import may_read_personal, must_read_personal
from counties.rules.county import training_rules_are_on_file
from portal import clock
from portal.models import Attachment, Event, Unmasking
from portal.pages import page_of, posted, status_of, uploaded
from portal.rules import breaches
from portal.views import download
from projects.forms.shapes import ReasonForm
from projects.forms.training import (
    CourseForm,
    FollowUpForm,
    Marks,
    SessionFilesForm,
    SessionForm,
    TraineeEditForm,
    TraineeRows,
)
from projects.models import (
    Attendance,
    Course,
    Enrolment,
    FollowUp,
    Project,
    SessionFile,
    Trainee,
    TrainingSession,
)
from projects.models.trainee import enrol, sign, strike
from projects.rules import training as rules
from projects.training_figures import figures_of

EDIT = "ledger.edit"
BLANK_ROWS = 5


def training_list(request, pk):
    """一个项目的培训台账：统计、课程、期次，以及验收前还缺什么。"""
    project = _project(request, pk)
    sessions = list(project.training_sessions.select_related("course").with_records())
    figures = figures_of(project, sessions)
    context = {
        "project": project,
        "figures": figures,
        "gates": _gates(project, figures, sessions),
        "courses": project.courses.all(),
        "page": page_of(request, sessions),
        "may_edit": _takes_sessions(project) and may(request.user, EDIT, project),
    }
    return render(request, "projects/training_list.html", context)


def course_create(request, pk):
    project = _project(request, pk)
    must(request.user, EDIT, project)
    form = CourseForm(posted(request))
    if not form.is_valid():
        return _form(request, project, form, "登记课程", back=_ledger(project))
    course = Course.begin(project, by=request.user, **form.cleaned_data)
    messages.success(request, f"已登记课程“{course.name}”，可以按期次申报培训")
    return redirect(course)


def course_edit(request, pk):
    course = get_object_or_404(_with_place(Course.objects.visible_to(request.user)), pk=pk)
    must(request.user, EDIT, course)
    form = CourseForm(posted(request), instance=course)
    if not form.is_valid():
        return _form(request, course.project, form, "修改课程", back=_ledger(course.project))
    course.edit(by=request.user, **form.cleaned_data)
    messages.success(request, "课程已保存")
    return redirect(course)


def session_create(request, pk):
    course = get_object_or_404(_with_place(Course.objects.visible_to(request.user)), pk=pk)
    must(request.user, EDIT, course)
    form = SessionForm(posted(request), initial={"organizer": course.contractor.name})
    if not form.is_valid():
        return _form(request, course, form, f"申报一期：{course.name}", back=_ledger(course.project))
    session = TrainingSession.begin(course, by=request.user, **form.cleaned_data)
    messages.success(request, f"已申报第 {session.no} 期；请上传签到表和照片，登记学员和签到")
    return redirect(session)


def session_detail(request, pk):
    """一期培训：名单（脱敏）、逐日签到、成绩、跟踪服务、附件。"""
    session = _session(request, pk)
    user = request.user
    is_open = session.status == session.Status.CLAIMED
    people = session.enrolments.select_related("trainee").prefetch_related("attendance", "follow_ups")
    may_edit = may(user, EDIT, session)
    page = page_of(request, people)
    _mark_doubles(page)
    context = {
        "session": session,
        "project": session.project,
        "page": page,
        "days": session.days,
        "files": session.files.select_related("file"),
        "gates": session.missing_before_lock() if is_open else None,
        "counts": TrainingSession.objects.with_records().get(pk=session.pk),
        "may_edit": may_edit and is_open and _takes_sessions(session.project),
        "may_reopen": may_edit and not is_open and _takes_sessions(session.project),
        "may_follow": may_edit,
        "may_unmask": may_read_personal(user, session),
        "milestones": rules.FOLLOW_UP_DAYS,
        "events": Event.objects.about(session),
    }
    return render(request, "projects/session_detail.html", context)


def session_edit(request, pk):
    session = _editable(request, pk)
    form = SessionForm(posted(request), instance=session)
    if not form.is_valid():
        return _form(request, session, form, f"修改{session}")
    session.edit(by=request.user, **form.cleaned_data)
    messages.success(request, "期次已保存")
    return redirect(session)


def session_files(request, pk):
    """上传签到表和照片。"""
    session = _editable(request, pk)
    form = SessionFilesForm(posted(request), uploaded(request))
    if not form.is_valid():
        return _form(request, session, form, "上传签到表和照片")
    for kind, name in ((SessionFile.Kind.SHEET, "sheets"), (SessionFile.Kind.PHOTO, "photos")):
        is_sheet = kind == SessionFile.Kind.SHEET
        files = [
            Attachment.keep(file, region=session.region, by=request.user, is_private=is_sheet)
            for file in form.cleaned_data[name]
        ]
        if files:
            session.add_files(kind, files, by=request.user)
    messages.success(request, "附件已上传")
    return redirect(session)


def session_file(request, pk, file_pk):
    """Photographs, for everybody who sees the session; the signed sheet for those who may read what stands on it."""
    session = _session(request, pk)
    item = get_object_or_404(session.files.select_related("file"), file=file_pk)
    if item.kind == SessionFile.Kind.SHEET and not may(request.user, "acceptance.conclude", session.region):
        must_read_personal(request.user, session)
    return download(item.file)


def session_trainees(request, pk):
    """登记学员：several lines at once; a number already known in the project is the same person."""
    session = _editable(request, pk)
    rows = TraineeRows(request.POST, prefix="rows") if request.method == "POST" else _blank_rows()
    if "add_row" in request.POST:
        rows = rows.typed(blank=BLANK_ROWS)
    elif rows.is_bound and rows.is_valid():
        added = enrol(session, rows.rows(), by=request.user)
        messages.success(request, f"已列入 {added} 名学员；请登记逐日签到")
        return redirect(session)
    context = {"session": session, "project": session.project, "rows": rows}
    return render(request, "projects/trainee_rows.html", context, status=status_of(rows))


def session_attendance(request, pk):
    """逐日签到、成绩和证书，一页 25 人。"""
    session = _editable(request, pk)
    people = session.enrolments.select_related("trainee").prefetch_related("attendance")
    page = page_of(request, people)
    rows = Marks(posted(request), list(page), session.days)
    if rows.is_valid():
        sign(session, rows.marks(), by=request.user)
        messages.success(request, f"已登记本页 {len(rows.forms)} 名学员的签到和成绩")
        here = reverse("session-attendance", args=[session.pk])
        return redirect(f"{here}?page={page.next_page_number()}" if page.has_next() else session)
    context = {"session": session, "project": session.project, "page": page, "rows": rows, "days": session.days}
    return render(request, "projects/attendance.html", context, status=status_of(rows))


@require_POST
def session_lock(request, pk):
    session = _session(request, pk)
    must(request.user, EDIT, session)
    session.lock(by=request.user)
    messages.success(request, f"{session}记录已核对锁定，可以计入验收")
    return redirect(session)


def session_reopen(request, pk):
    session = _session(request, pk)
    must(request.user, EDIT, session)
    form = ReasonForm(posted(request), label="退回更正的理由")
    if not form.is_valid():
        return _form(request, session, form, f"退回{session}记录更正")
    session.reopen(by=request.user, **form.cleaned_data)
    messages.success(request, f"{session}记录已退回，更正后请重新核对锁定")
    return redirect(session)


def enrolment_strike(request, pk):
    enrolment = _enrolment(request, pk)
    must(request.user, EDIT, enrolment.session)
    form = ReasonForm(posted(request), label="删去的理由")
    if not form.is_valid():
        words = f"{enrolment.trainee}；只用于误登的学员，未到课的请保留在名单中、不勾选签到。"
        return _form(request, enrolment.session, form, "从名单删去学员", words=words)
    strike(enrolment, by=request.user, **form.cleaned_data)
    messages.success(request, "已从名单删去")
    return redirect(enrolment.session)


def follow_up(request, pk):
    """登记 30、90、180 天跟踪服务。"""
    enrolment = _enrolment(request, pk)
    must(request.user, EDIT, enrolment.session)
    form = FollowUpForm(posted(request), initial={"after_days": request.GET.get("after"), "on": clock.today()})
    if not form.is_valid():
        return _form(request, enrolment.session, form, "登记跟踪服务", words=str(enrolment.trainee))
    FollowUp.note(enrolment, by=request.user, **form.cleaned_data)
    messages.success(request, "跟踪服务已登记")
    return redirect(enrolment.session)


def trainee_edit(request, pk):
    trainee = _trainee(request, pk)
    must(request.user, EDIT, trainee)
    back = _back_of(trainee)
    form = TraineeEditForm(posted(request), instance=trainee)
    if not form.is_valid():
        return _form(request, trainee.project, form, "更正学员资料", back=back)
    trainee.edit(by=request.user, **form.given())
    messages.success(request, "学员资料已更正")
    return redirect(back)


def trainee_unmask(request, pk):
    """查看完整的身份证号和手机号：with a written reason, which stays."""
    trainee = _trainee(request, pk)
    must_read_personal(request.user, trainee)
    form = ReasonForm(posted(request), label="查看理由")
    if not form.is_valid():
        words = f"{trainee}：将显示完整的身份证号和手机号，15 分钟内有效；查看人、时间和理由记入办理记录，不能删除。"
        return _form(request, trainee.project, form, "查看完整身份证号、手机号", words=words, back=_back_of(trainee))
    look = Unmasking.make(trainee, Trainee.PERSONAL, by=request.user, **form.cleaned_data)
    return redirect(look)


# --- what the pages ask for ------------------------------------------------------------------------------------------


def _with_place(rows):
    return rows.select_related("project__county__region", "project__contractor", "project__fund_line")


def _project(request, pk):
    projects = Project.objects.visible_to(request.user)
    documents = Prefetch("county__documents")
    projects = projects.select_related("county__region", "contractor", "fund_line").prefetch_related(
        documents, "courses"
    )
    return get_object_or_404(projects, pk=pk)


def _session(request, pk):
    sessions = TrainingSession.objects.visible_to(request.user)
    return get_object_or_404(_with_place(sessions).select_related("course"), pk=pk)


def _editable(request, pk):
    """A session whose records may be written by this person now."""
    session = _session(request, pk)
    must(request.user, EDIT, session)
    session.refuse_unless_open()
    return session


def _enrolment(request, pk):
    people = Enrolment.objects.visible_to(request.user)
    people = people.select_related("trainee", "session__project__county__region", "session__project__contractor")
    return get_object_or_404(people, pk=pk)


def _trainee(request, pk):
    trainees = Trainee.objects.visible_to(request.user).filter(forgotten_on=None)
    return get_object_or_404(_with_place(trainees), pk=pk)


def _takes_sessions(project):
    return project.status == project.Status.UNDERWAY


def _ledger(project):
    return reverse("training-list", args=[project.pk])


def _back_of(trainee):
    last = trainee.enrolments.order_by("-pk").values_list("session_id", flat=True).first()
    return reverse("session-detail", args=[last]) if last else _ledger(trainee.project)


def _gates(project, figures, sessions):
    """What acceptance will ask of this ledger, and what the notice wants to be seen beside the head-count."""
    project_rules = [rules.courses_have_a_textbook_and_topics]
    found = breaches([training_rules_are_on_file], project.county) + breaches(project_rules, project)
    found += breaches([rules.trainees_are_those_named, rules.quality_stands_beside_the_head_count], figures)
    return breaches(rules.BEFORE_ACCEPTANCE, rules.Applying(project, sessions), clock.today()) + found


def _mark_doubles(page):
    """Whoever of this page signed elsewhere on one of these days, too: the day is marked in the grid."""
    elsewhere = Attendance.objects.filter(enrolment__in=[e.pk for e in page]).signed_elsewhere()
    days = {}
    for enrolment, day in elsewhere.values_list("enrolment_id", "day"):
        days.setdefault(enrolment, []).append(day)
    for enrolment in page:
        enrolment.signed_days = {mark.day for mark in enrolment.attendance.all() if mark.signed}
        enrolment.doubles = sorted(days.get(enrolment.pk, []))
        given = {note.after_days: note for note in enrolment.follow_ups.all()}
        enrolment.milestones = [(days, given.get(days)) for days in rules.FOLLOW_UP_DAYS]


def _blank_rows():
    return TraineeRows.showing([], blank=BLANK_ROWS, prefix="rows")


def _form(request, subject, form, act, *, words="", back=None):
    context = {
        "project": getattr(subject, "project", subject),
        "subject": subject,
        "form": form,
        "act": act,
        "words": words,
        "back": back or subject.get_absolute_url(),
    }
    return render(request, "projects/training_form.html", context, status=status_of(form))
