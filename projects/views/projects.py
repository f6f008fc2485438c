"""项目的页面：the whole chain of one project on one page; its ledger, its start, its months."""

from functools import reduce
from operator import or_

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import deeds_for, is_office, must
from portal import clock, workdays
from portal.models import Attachment, Event
from portal.pages import ask, page_of, posted
from portal.views import download
from projects.chain import chain
from projects.forms.project import ProjectForm
from projects.forms.shapes import SearchForm
from projects.models import ContractorPlan, Project
from projects.rules.project import built_as_published
from projects.views.information import months_of
from projects.views.life import photos_of

WITHIN = ("项目", "project-list")
Status = Project.Status


def project_list(request):
    search = SearchForm(request.GET, statuses=Status.choices)
    projects = Project.objects.visible_to(request.user).named(search.wanted("q"))
    if status := search.wanted("status"):
        projects = projects.filter(status=status)
    projects = projects.select_related("county__region", "contractor", "fund_line", "agreement")
    context = {"page": page_of(request, projects), "search": search}
    return render(request, "projects/project_list.html", context)


def project_detail(request, pk):
    project = _project(request, pk, Project.objects.with_life(clock.today()))
    user, today = request.user, clock.today()
    agreement = getattr(project, "agreement", None)
    plan = project.latest_plan()
    applications = list(project.applications.select_related("stage", "notice").order_by("pk"))
    payments = list(project.payments.select_related("stage").order_by("pk"))
    stages = _stages(agreement, applications, payments)
    months = months_of(project, today)
    missing = sorted(item.month for item in months if item.tone != "good")
    context = {
        "project": project,
        "chain": chain(project, agreement, plan, missing, stages, applications, payments, is_office=is_office(user)),
        "can": _buttons(_deeds(user, project, agreement, plan, months, stages)),
        "start_gates": project.missing_before_start() if project.status == Status.PREPARING else None,
        "deviations": built_as_published(project, today) if project.deviates else None,
        "agreement": agreement,
        "opens_account": bool(agreement) and agreement.opens_account_to(user),
        "opens_phone": project.opens_phone_to(user),
        "equipment": agreement.equipment.all() if agreement else [],
        "stages": stages,
        "plan": plan,
        "plan_deadline": plan and plan.notice and workdays.deadline(plan.notice.ends_on, today),
        "plan_notice_over": bool(plan and plan.notice) and plan.notice.is_over(today),
        "months": months,
        "missing": missing,
        "applications": applications,
        "payments": payments,
        "is_office": is_office(user),
        "events": _story(project, agreement, plan, applications, payments),
    }
    return render(request, "projects/project_detail.html", context)


def project_file(request, pk, file_pk):
    """Files of the project, for everybody who may see the project: the contractor reads what the county uploaded."""
    project = _project(request, pk)
    agreement = getattr(project, "agreement", None)
    files = set(project.contractor_plans.values_list("file_id", flat=True)) | {agreement and agreement.file_id}
    if agreement:
        files |= set(agreement.supplements.values_list("file_id", flat=True))
    files |= set(photos_of(project).values_list("file_id", flat=True))
    files |= set(project.milestones.values_list("evidence", flat=True))
    if file_pk not in files:
        raise Http404
    return download(get_object_or_404(Attachment, pk=file_pk))


def project_edit(request, pk):
    project = _project(request, pk)
    must(request.user, "project.edit", project.region)
    form = ProjectForm(posted(request), instance=project)
    if not form.is_valid():
        return ask(request, _project(request, pk), form, "维护项目台账", within=WITHIN)
    project.edit(by=request.user, **form.cleaned_data)
    messages.success(request, "项目台账已保存")
    return redirect(project)


@require_POST
def project_start(request, pk):
    project = _project(request, pk)
    must(request.user, "project.start", project.region)
    project.start(by=request.user)
    messages.success(request, "已登记开工；自本月起，承办单位须按月报送交易和活动信息")
    return redirect(project)


# --- what the pages ask for ------------------------------------------------------------------------------------------
# The one primary button of the page is the first of these that the reader may do now.
PRIMARY = (
    "agreement_step",
    "contractor_plan_step",
    "project_start",
    "agreement_edit",
    "contractor_plan_edit",
    "information_create",
    "application_create",
)


def _project(request, pk, projects=Project.objects):
    projects = projects.visible_to(request.user).select_related(
        "county__region",
        "county__batch",
        "contractor",
        "procurement",
        "package__result_notice",
        "fund_line__plan",
        "agreement__file",
    )
    plans = Prefetch("contractor_plans", ContractorPlan.objects.select_related("notice", "file"))
    return get_object_or_404(projects.prefetch_related("agreement__stages", "agreement__equipment", plans), pk=pk)


def _deeds(user, project, agreement, plan, months, stages):
    """What this person may do here now; a deed that its status does not allow is not asked about."""
    place = {"county": project.region, "contractor": project.contractor}
    step_verb, step_place = agreement.step_verb() if agreement else ("agreement.draft", "county")
    wanted = [
        (not agreement, "agreement_edit", "agreement.draft", "county"),
        (agreement and agreement.status == "draft", "agreement_step", "agreement.draft", "county"),
        (agreement and agreement.status in agreement.ON_THE_WAY, "agreement_step", step_verb, step_place),
        (not plan, "contractor_plan_edit", "contractor_plan.draft", "contractor"),
        (plan and plan.status in plan.EDITABLE, "contractor_plan_step", "contractor_plan.draft", "contractor"),
        (plan and plan.waits_for(user), "contractor_plan_step", "contractor_plan.review", "county"),
        (plan and plan.status == "submitted", "contractor_plan_step", "contractor_plan.approve", "county"),
        (project.status == Status.PREPARING, "project_start", "project.start", "county"),
        (project.status != Status.STOPPED, "project_edit", "project.edit", "county"),
        (project.started_on, "assessment_create", "contractor.assess", "county"),
        (any(item.is_owed for item in months), "information_create", "information.submit", "contractor"),
        (_next_stage(project, stages), "application_create", "acceptance.apply", "contractor"),
    ]
    return deeds_for(user, wanted, place)


def _buttons(deeds):
    """Deed → how its button looks; a page has one primary button."""
    first = next((deed for deed in PRIMARY if deed in deeds), None)
    return {deed: "primary" if deed == first else "secondary" for deed in deeds}


def _stages(agreement, applications, payments):
    """The stages of the agreement, each with its latest application and its payment; the first free one is next."""
    stages = list(agreement.stages.all()) if agreement else []
    for stage in stages:
        stage.application = next((a for a in reversed(applications) if a.stage_id == stage.pk), None)
        stage.payment = next((p for p in reversed(payments) if p.stage_id == stage.pk), None)
        stage.is_next = False
    free = (s for s in stages if not s.application or s.application.status in ("failed", "withdrawn"))
    if first := next(free, None):
        first.is_next = True
    return stages


def _next_stage(project, stages):
    return project.status == Status.UNDERWAY and any(stage.is_next for stage in stages)


def _story(project, agreement, plan, applications, payments):
    """Everything that happened on the way of this project, in one line of time."""
    subjects = [project.procurement, project.package, project, agreement, plan, *applications, *payments]
    return reduce(or_, (Event.objects.about(subject) for subject in subjects if subject))
