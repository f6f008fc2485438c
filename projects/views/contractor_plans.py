"""承办单位建设方案的页面：编制、县商务和财政审查、县政府批准并公示；每一版都留存。"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import deeds_for, is_office, must
from notices.models import Notice
from portal import clock, workdays
from portal.documents import shown
from portal.models import Attachment, Event
from portal.pages import ask, posted, uploaded
from projects.documents.agreement import contractor_plan_reply
from projects.forms.project import ContractorPlanForm, PlanOpinionForm
from projects.forms.shapes import ReasonForm, SiteForm
from projects.models import ContractorPlan, Project
from projects.views.agreements import buttons, places_of

WITHIN = ("项目", "project-list")
Status = ContractorPlan.Status
NEXT = {
    Status.DRAFT: ("承办单位", "核对建设方案，报县商务局、财政局审查"),
    Status.REVIEW: ("县商务局、县财政局", "各自审查：内容、时限、金额、设备与协议一致；一个部门退回即退回"),
    Status.RETURNED: ("承办单位", "按意见修改，成为新的一版，重新报审"),
    Status.SUBMITTED: ("县政府", "批准建设方案并向社会公示，或退回修改"),
    Status.PUBLICISED: ("公众、县政府", "公示期内接受异议；期满无异议方可组织实施"),
}
PRIMARY = ("approve", "review", "submit", "edit")


def contractor_plan_detail(request, pk):
    plan = _plan(request, pk)
    user, today = request.user, clock.today()
    latest = plan.project.contractor_plans.order_by("-version").values_list("pk", flat=True).first()
    who, what = NEXT.get(plan.status, ("", "")) if plan.pk == latest else ("", "")
    context = {
        "plan": plan,
        "project": plan.project,
        "agreement": getattr(plan.project, "agreement", None),
        "who": who,
        "what": what,
        "gates": plan.missing_before_submit() if plan.status in ("draft", "review", "submitted") else None,
        "can": buttons(_deeds(user, plan, plan.pk == latest), PRIMARY),
        "opinions": _opinions(plan),
        "versions": plan.project.contractor_plans.only("pk", "version", "status", "project", "approved_at"),
        "deadline": plan.notice and workdays.deadline(plan.notice.ends_on, today),
        "notice_over": bool(plan.notice) and plan.notice.is_over(today),
        "is_office": is_office(user),
        "events": Event.objects.about(plan),
    }
    return render(request, "projects/contractor_plan_detail.html", context)


def contractor_plan_edit(request, pk):
    project = _project(request, pk)
    must(request.user, "contractor_plan.draft", project.contractor)
    plan = project.contractor_plans.select_related("file").first()
    if plan is None:
        plan = ContractorPlan(project=project, **ContractorPlan.beginning(project))
    plan.refuse_unless_editable()
    form = ContractorPlanForm(posted(request), uploaded(request), instance=plan)
    if not form.is_valid():
        words = "已退回或已批准的方案不改原文，保存后成为新的一版。" if plan.pk and plan.status != Status.DRAFT else ""
        return ask(request, project, form, "编制建设方案", within=WITHIN, words=words)
    fields = {name: value for name, value in form.cleaned_data.items() if name != "upload"}
    upload = form.cleaned_data["upload"]
    file = upload and Attachment.keep(upload, region=project.region, by=request.user)
    plan = ContractorPlan.draft(_project(request, pk), by=request.user, file=file, **fields)
    messages.success(request, "建设方案已保存；核对无误后请报县商务局、财政局审查")
    return redirect(plan)


@require_POST
def contractor_plan_submit(request, pk):
    plan = _plan(request, pk)
    must(request.user, "contractor_plan.draft", plan.project.contractor)
    plan.submit(by=request.user)
    messages.success(request, "建设方案已报县商务局、财政局审查，同意后报县政府批准")
    return redirect(plan)


def contractor_plan_review(request, pk):
    plan = _plan(request, pk)
    must(request.user, "contractor_plan.review", plan.region)
    form = PlanOpinionForm(posted(request))
    if not form.is_valid():
        gates = plan.missing_before_submit()
        return ask(request, plan, form, "审查建设方案", within=WITHIN, gates=gates)
    plan.review(by=request.user, **form.cleaned_data)
    messages.success(request, "已出具审查意见")
    return redirect(plan)


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
    return redirect(plan)


def contractor_plan_return(request, pk):
    plan = _plan(request, pk)
    must(request.user, "contractor_plan.approve", plan.region)
    form = ReasonForm(posted(request), label="退回理由")
    if not form.is_valid():
        return ask(request, plan, form, "退回建设方案", within=WITHIN)
    plan.send_back(by=request.user, **form.cleaned_data)
    messages.success(request, "已退回承办单位修改")
    return redirect(plan)


def contractor_plan_reply_pdf(request, pk):
    """F-10 建设方案批复."""
    plan = _plan(request, pk)
    return shown(contractor_plan_reply(plan).pdf(), f"F-10-{plan.project.no}-v{plan.version}")


# --- what the pages ask for ------------------------------------------------------------------------------------------


def _plan(request, pk):
    plans = ContractorPlan.objects.visible_to(request.user).select_related(
        "project__county__region",
        "project__county__batch",
        "project__contractor",
        "project__procurement",
        "project__fund_line__plan",
        "project__agreement",
        "file",
        "notice",
        "drafted_by__office",
    )
    prefetched = ("opinions__by__office", "project__agreement__stages", "project__agreement__equipment")
    return get_object_or_404(plans.prefetch_related(*prefetched), pk=pk)


def _project(request, pk):
    projects = Project.objects.visible_to(request.user).select_related("county__region", "contractor", "agreement")
    return get_object_or_404(projects, pk=pk)


def _opinions(plan):
    """(bureau, its opinion or None) of the two that review."""
    given = {opinion.bureau: opinion for opinion in plan.opinions.all()}
    return [(f"县{bureau.label}部门", given.get(bureau.value)) for bureau in ContractorPlan.REVIEWERS]


def _deeds(user, plan, is_latest):
    editable = is_latest and plan.status in (*ContractorPlan.EDITABLE, Status.READY)
    wanted = [
        (editable, "edit", "contractor_plan.draft", "contractor"),
        (plan.status == Status.DRAFT, "submit", "contractor_plan.draft", "contractor"),
        (plan.waits_for(user), "review", "contractor_plan.review", "county"),
        (plan.status == Status.SUBMITTED, "approve", "contractor_plan.approve", "county"),
        (plan.status == Status.SUBMITTED, "return", "contractor_plan.approve", "county"),
    ]
    return deeds_for(user, wanted, places_of(plan.project))
