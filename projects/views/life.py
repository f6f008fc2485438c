"""项目实施的页面：节点、进展、跟踪检查、问题、标识、后期运营，中止和恢复。find, must, do, go."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from accounts.access import may, must
from portal import clock, workdays
from portal.models import Attachment
from portal.pages import ask, page_of, posted, uploaded
from portal.rules import breaches
from projects.forms import life as forms
from projects.forms.shapes import ReasonForm
from projects.models import Milestone, Operation, Photo, Problem, Progress, Project, Visit
from projects.rules.milestone import MILESTONE_WORKDAYS
from projects.rules.signage import SIGNAGE

WITHIN = ("项目", "project-list")
Status = Project.Status


def project_life(request, pk):
    """实施概况：节点、进展、检查、问题、运营各到哪一步，哪些需要注意。"""
    project = _project(request, pk)
    context = {
        "project": project,
        "watched": project.watched() + breaches(SIGNAGE, project),
        "may_stop": may(request.user, "project.stop", project.region),
        "may_report": may(request.user, "project.progress", project),
        "is_stopped": project.status == Status.STOPPED,
        "signage_photos": [project.signage_photo] if project.signage_photo_id else [],
        "can_stop": project.status in (Status.PREPARING, Status.UNDERWAY),
    }
    return render(request, "projects/life.html", context)


# --- 节点 -----------------------------------------------------------------------------------------------------------


def milestone_list(request, pk):
    project, today = _project(request, pk), clock.today()
    rows = list(project.milestones.prefetch_related("evidence"))
    opened_on = clock.day_of(project.package.qualified_at)
    context = {
        "project": project,
        "rows": [(row, workdays.deadline(row.due_on, today)) for row in rows],
        "window": workdays.deadline(workdays.add_workdays(opened_on, MILESTONE_WORKDAYS), today),
        "may_plan": may(request.user, "project.edit", project.region),
        "may_finish": may(request.user, "project.progress", project),
    }
    return render(request, "projects/milestone_list.html", context)


def milestone_create(request, pk):
    project = _project(request, pk)
    must(request.user, "project.edit", project.region)
    form = forms.MilestoneForm(posted(request), project=project)
    if not form.is_valid():
        words = "开工前可以自由修改；开工后调整日期须说明理由（25号 四（二））。"
        return ask(request, project, form, "制定节点", within=WITHIN, words=words)
    Milestone.plan(project, by=request.user, **form.cleaned_data)
    messages.success(request, "节点已保存")
    return redirect("milestone-list", pk)


def milestone_edit(request, pk):
    milestone = _milestone(request, pk)
    must(request.user, "project.edit", milestone.project.region)
    form = forms.MilestoneEditForm(posted(request), instance=milestone, project=milestone.project)
    if not form.is_valid():
        return ask(request, milestone.project, form, "修改节点", within=WITHIN)
    milestone.edit(by=request.user, **form.cleaned_data)
    messages.success(request, "节点已修改")
    return redirect("milestone-list", milestone.project_id)


def milestone_finish(request, pk):
    milestone = _milestone(request, pk)
    project = milestone.project
    must(request.user, "project.progress", project)
    form = forms.MilestoneDoneForm(posted(request), uploaded(request))
    if not form.is_valid():
        words = f"{milestone.name}，应于 {milestone.due_on} 完成。"
        return ask(request, project, form, "登记节点完成", within=WITHIN, words=words)
    uploads = form.cleaned_data.pop("uploads")
    evidence = Attachment.keep_all(uploads, region=project.region, by=request.user)
    milestone.finish(by=request.user, evidence=evidence, **form.cleaned_data)
    messages.success(request, f"节点“{milestone.name}”已登记完成")
    return redirect("milestone-list", project.pk)


@require_POST
def milestone_drop(request, pk):
    milestone = _milestone(request, pk)
    must(request.user, "project.edit", milestone.project.region)
    milestone.drop(by=request.user)
    messages.success(request, "节点已删除")
    return redirect("milestone-list", milestone.project_id)


# --- 进展 -----------------------------------------------------------------------------------------------------------


def progress_list(request, pk):
    project = _project(request, pk)
    rows = project.progress.select_related("reported_by__office").prefetch_related("photos__file")
    context = {
        "project": project,
        "page": page_of(request, rows, 10),
        "planned": project.investment_planned(),
        "may_report": project.status == Status.UNDERWAY and may(request.user, "project.progress", project),
    }
    return render(request, "projects/progress_list.html", context)


def progress_create(request, pk):
    project = _project(request, pk)
    must(request.user, "project.progress", project)
    known = {"on": clock.today(), "percent": f"{project.progress_percent.normalize():f}"}
    form = forms.ProgressForm(posted(request), uploaded(request), initial=known)
    if not form.is_valid():
        return ask(request, project, form, "报告进展", within=WITHIN)
    photos = _photos(form, project, request.user)
    Progress.report(project, by=request.user, photos=photos, **form.cleaned_data)
    messages.success(request, f"进展已报告，形象进度 {form.cleaned_data['percent']}%")
    return redirect("progress-list", pk)


# --- 跟踪检查 --------------------------------------------------------------------------------------------------------


def visit_list(request, pk):
    project = _project(request, pk)
    rows = project.visits.select_related("recorded_by__office").prefetch_related("photos__file")
    may_visit = may(request.user, "project.track", project.region)
    context = {"project": project, "page": page_of(request, rows, 10), "may_visit": may_visit}
    return render(request, "projects/visit_list.html", context)


def visit_create(request, pk):
    project = _project(request, pk)
    must(request.user, "project.track", project.region)
    form = forms.VisitForm(posted(request), uploaded(request), initial={"on": clock.today()})
    if not form.is_valid():
        return ask(request, project, form, "登记跟踪检查", within=WITHIN)
    Visit.note(project, by=request.user, photos=_photos(form, project, request.user), **form.cleaned_data)
    messages.success(request, "跟踪检查已登记，并通知承办单位")
    return redirect("visit-list", pk)


# --- 问题台账 --------------------------------------------------------------------------------------------------------


def problem_list(request, pk):
    project, today = _project(request, pk), clock.today()
    page = page_of(request, project.problems.select_related("found_by__office", "solved_by__office"))
    context = {
        "project": project,
        "page": page,
        "rows": [(problem, workdays.deadline(problem.due_on, today)) for problem in page],
        "may_raise": may(request.user, "project.problem", project),
    }
    return render(request, "projects/problem_list.html", context)


def problem_create(request, pk):
    project = _project(request, pk)
    must(request.user, "project.problem", project)
    form = forms.ProblemForm(posted(request), initial={"found_on": clock.today()})
    if not form.is_valid():
        return ask(request, project, form, "登记问题", within=WITHIN)
    Problem.raise_in(project, by=request.user, **form.cleaned_data)
    messages.success(request, "问题已登记，并通知承办单位")
    return redirect("problem-list", pk)


def problem_solve(request, pk):
    problems = Problem.objects.filter(project__in=Project.objects.visible_to(request.user))
    problem = get_object_or_404(problems.select_related("project__county__region", "project__contractor"), pk=pk)
    must(request.user, "project.problem", problem.project)
    form = forms.SolvedForm(posted(request), problem=problem, initial={"solved_on": clock.today()})
    if not form.is_valid():
        return ask(request, problem.project, form, "登记问题解决", within=WITHIN, words=problem.title)
    problem.solve(by=request.user, **form.cleaned_data)
    messages.success(request, "问题已销号")
    return redirect("problem-list", problem.project_id)


# --- 标识、后期运营 ---------------------------------------------------------------------------------------------------


def signage_edit(request, pk):
    project = _project(request, pk)
    must(request.user, "project.progress", project)
    known = {"text": project.signage_text, "phone": project.signage_phone} if project.signage_text else None
    form = forms.SignageForm(posted(request), uploaded(request), initial=known)
    if not form.is_valid():
        words = "登记后，验收申请默认采用这里的文字、电话和照片。"
        return ask(request, project, form, "登记项目标识", within=WITHIN, gates=breaches(SIGNAGE, project), words=words)
    photo = next(iter(_photos(form, project, request.user)), None)
    project.show_signage(by=request.user, photo=photo, **form.cleaned_data)
    messages.success(request, "项目标识已登记")
    return redirect("project-life", pk)


def operation_list(request, pk):
    project = _project(request, pk)
    rows = list(project.operations.select_related("reported_by__office"))
    normal = sum(row.state == Operation.State.NORMAL for row in rows)
    context = {
        "project": project,
        "rows": rows,
        "normal": normal,
        "missing": project.operation_missing(clock.today()),
        "may_report": may(request.user, "project.operate", project),
    }
    return render(request, "projects/operation_list.html", context)


def operation_create(request, pk):
    project = _project(request, pk)
    must(request.user, "project.operate", project)
    months = project.operation_missing(clock.today())
    form = forms.OperationForm(posted(request), months=months)
    if not form.is_valid():
        words = "" if months else "没有需要登记的月份：项目完工后，每满一个月登记一次。"
        return ask(request, project, form, "登记运营情况", within=WITHIN, words=words)
    Operation.note_month(project, by=request.user, **form.cleaned_data)
    messages.success(request, "运营情况已登记")
    return redirect("operation-list", pk)


# --- 中止、恢复 ------------------------------------------------------------------------------------------------------


def project_stop(request, pk):
    return _halt(
        request, pk, Project.stop, "中止项目", "中止期间不能报告进展、申请验收；承办单位和县商务、财政部门收到通知。"
    )


def project_resume(request, pk):
    return _halt(request, pk, Project.resume, "恢复项目", "恢复到中止前的状态。")


def _halt(request, pk, deed, act, words):
    project = _project(request, pk)
    must(request.user, "project.stop", project.region)
    form = ReasonForm(posted(request), label=f"{act}的理由")
    if not form.is_valid():
        return ask(request, project, form, act, within=WITHIN, words=words)
    deed(project, by=request.user, **form.cleaned_data)
    messages.success(request, f"已{act}")
    return redirect(project)


# --- 照片 -----------------------------------------------------------------------------------------------------------


@cache_control(private=True, max_age=86400, immutable=True)
def photo_preview(request, pk, photo_pk):
    """The preview is made by us out of the original, so that a page may show it; the original is only downloaded."""
    project = _project(request, pk)
    photo = get_object_or_404(photos_of(project).select_related("file"), pk=photo_pk)
    if not photo.preview.exists():
        raise Http404("预览不在存储中")
    response = FileResponse(photo.preview.open("rb"), content_type="image/jpeg")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def photos_of(project):
    """Every photograph that a page of this project shows."""
    ids = Progress.photos.through.objects.filter(progress__project=project).values("photo")
    visited = Visit.photos.through.objects.filter(visit__project=project).values("photo")
    photos = Photo.objects.filter(pk__in=ids) | Photo.objects.filter(pk__in=visited)
    return photos | Photo.objects.filter(pk=project.signage_photo_id)


# --- what the pages ask for ------------------------------------------------------------------------------------------


def _project(request, pk):
    projects = Project.objects.visible_to(request.user).with_life(clock.today())
    projects = projects.select_related(
        "county__region", "county__batch", "contractor", "procurement", "agreement", "signage_photo__file"
    )
    return get_object_or_404(projects, pk=pk)


def _milestone(request, pk):
    milestones = Milestone.objects.filter(project__in=Project.objects.visible_to(request.user))
    return get_object_or_404(milestones.select_related("project__county__region", "project__contractor"), pk=pk)


def _photos(form, project, user):
    uploads = form.cleaned_data.pop("uploads")
    return [Photo.keep(upload, region=project.region, by=user) for upload in uploads]
