"""项目的页面：the whole chain of one project on one page; its ledger, its start, its months."""

from functools import reduce
from operator import or_

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import deeds_for, is_office, must
from notices.models import Notice
from portal import clock, workdays
from portal.models import Attachment, Event
from portal.pages import ask, page_of, posted, uploaded
from portal.views import download
from projects.chain import chain
from projects.forms.project import ContractorPlanForm, ProjectForm
from projects.forms.shapes import ReasonForm, SearchForm, SiteForm
from projects.models import ContractorPlan, Project
from projects.views.information import months_of

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
    project = _project(request, pk)
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
        "agreement": agreement,
        "sign_gates": agreement.missing_before_sign() if agreement and agreement.status == "draft" else None,
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


# --- 承办单位建设方案 -------------------------------------------------------------------------------------------------


def contractor_plan_edit(request, pk):
    project = _project(request, pk)
    must(request.user, "contractor_plan.draft", project.contractor)
    plan = project.contractor_plans.select_related("file").first() or ContractorPlan(project=project)
    plan.refuse_unless_editable()
    form = ContractorPlanForm(posted(request), uploaded(request), instance=plan)
    if not form.is_valid():
        return ask(request, project, form, "编制建设方案", within=WITHIN)
    upload = form.cleaned_data["upload"]
    file = upload and Attachment.keep(upload, region=project.region, by=request.user)
    amount = form.cleaned_data["central_amount"]
    ContractorPlan.draft(project, by=request.user, text=form.cleaned_data["text"], central_amount=amount, file=file)
    messages.success(request, "建设方案已保存；核对无误后请报县政府批准")
    return redirect(project)


@require_POST
def contractor_plan_submit(request, pk):
    plan = _plan(request, pk)
    must(request.user, "contractor_plan.draft", plan.project.contractor)
    plan.submit(by=request.user)
    messages.success(request, "建设方案已报县政府批准，批准后向社会公示")
    return redirect(plan.project)


def contractor_plan_approve(request, pk):
    plan = _plan(request, pk)
    must(request.user, "contractor_plan.approve", plan.region)
    form = SiteForm(posted(request))
    if not form.is_valid():
        gates = Notice.missing_before_start(plan.county)
        words = "批准后随即公示；公示期满无异议，承办单位方可组织实施（25号 一（一））。"
        return ask(request, plan, form, "批准并公示建设方案", within=WITHIN, gates=gates, words=words)
    plan.approve(by=request.user, **form.cleaned_data)
    messages.success(request, f"已批准建设方案并开始公示，公示期至 {plan.notice.ends_on}")
    return redirect(plan.project)


def contractor_plan_return(request, pk):
    plan = _plan(request, pk)
    must(request.user, "contractor_plan.approve", plan.region)
    form = ReasonForm(posted(request), label="退回理由")
    if not form.is_valid():
        return ask(request, plan, form, "退回建设方案", within=WITHIN)
    plan.send_back(by=request.user, **form.cleaned_data)
    messages.success(request, "已退回承办单位修改")
    return redirect(plan.project)


# --- what the pages ask for ------------------------------------------------------------------------------------------
# The one primary button of the page is the first of these that the reader may do now.
PRIMARY = (
    "agreement_sign",
    "contractor_plan_approve",
    "project_start",
    "agreement_edit",
    "contractor_plan_submit",
    "contractor_plan_edit",
    "information_create",
    "application_create",
)


def _project(request, pk):
    projects = Project.objects.visible_to(request.user).select_related(
        "county__region", "county__batch", "contractor", "procurement", "fund_line__plan", "agreement__file"
    )
    plans = Prefetch("contractor_plans", ContractorPlan.objects.select_related("notice", "file"))
    return get_object_or_404(projects.prefetch_related("agreement__stages", "agreement__equipment", plans), pk=pk)


def _plan(request, pk):
    plans = ContractorPlan.objects.filter(project__in=Project.objects.visible_to(request.user))
    plans = plans.select_related("project__county__region", "project__county__batch", "project__contractor", "file")
    return get_object_or_404(plans, pk=pk)


def _deeds(user, project, agreement, plan, months, stages):
    """What this person may do here now; a deed that its status does not allow is not asked about."""
    place = {"county": project.region, "contractor": project.contractor}
    open_agreement = not agreement or agreement.status == "draft"
    wanted = [
        (open_agreement, "agreement_edit", "agreement.draft", "county"),
        (open_agreement and agreement, "agreement_sign", "agreement.sign", "county"),
        (not plan or plan.status in plan.EDITABLE, "contractor_plan_edit", "contractor_plan.draft", "contractor"),
        (plan and plan.status in plan.EDITABLE, "contractor_plan_submit", "contractor_plan.draft", "contractor"),
        (plan and plan.status == "submitted", "contractor_plan_approve", "contractor_plan.approve", "county"),
        (project.status == Status.PREPARING, "project_start", "project.start", "county"),
        (project.status != Status.STOPPED, "project_edit", "project.edit", "county"),
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
    subjects = [project.procurement, project, agreement, plan, *applications, *payments]
    return reduce(or_, (Event.objects.about(subject) for subject in subjects if subject))
