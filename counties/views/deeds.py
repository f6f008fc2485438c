"""实施方案：办. Find, must, do, go."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import must
from accounts.models import Office
from counties.forms import (
    DecisionForm,
    FilingForm,
    ReasonForm,
    ReturnForm,
    SiteForm,
)
from counties.models import Plan
from counties.views.found import before_filing, find_county, find_plan
from portal.models import Attachment
from portal.pages import ask, posted, uploaded

WITHIN = ("实施方案", "plan-list")


@require_POST
def plan_begin(request, pk):
    county = find_county(request, pk)
    must(request.user, "plan.draft", county.region)
    plan = Plan.begin(county, by=request.user)
    return redirect("plan-edit", plan.pk)


@require_POST
def plan_send(request, pk):
    plan = find_plan(request, pk)
    must(request.user, "plan.send", plan.region)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return ask(request, plan, form, "提交县内会签", within=WITHIN)
    plan.send(by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, "已提交县内会签，县商务、财政、扶贫三部门已收到待办")
    return redirect(plan)


def plan_approve(request, pk):
    plan = find_plan(request, pk)
    must(request.user, "plan.approve", plan.region)
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = DecisionForm(*data, plan=plan) if plan.is_change else SiteForm(*data)
    if not form.is_valid():
        act = "审定并送审变更方案" if plan.is_change else "审定并开始公示"
        return ask(request, plan, form, act, within=WITHIN, gates=plan.missing_before_approve())
    upload = form.cleaned_data.get("decision")
    decision = upload and Attachment.keep(upload, region=plan.region, by=request.user)
    site_url, snapshot = form.cleaned_data.get("site_url", ""), kept_snapshot(request, form, plan)
    plan.approve(by=request.user, site_url=site_url, decision_file=decision, snapshot=snapshot)
    messages.success(
        request, "已审定，变更方案送审" if plan.is_change else f"已审定并公示，公示期至 {plan.notice.ends_on}"
    )
    return redirect(plan)


def plan_return(request, pk):
    plan = find_plan(request, pk)
    must(request.user, "plan.approve", plan.region)
    form = ReturnForm(posted(request))
    if not form.is_valid():
        return ask(request, plan, form, "退回修改", within=WITHIN)
    plan.send_back_by_county(by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, "已退回起草单位修改")
    return redirect(plan)


def plan_publicise(request, pk):
    plan = find_plan(request, pk)
    must(request.user, "plan.publish", plan.region)
    form = SiteForm(posted(request), uploaded(request))
    if not form.is_valid():
        return ask(request, plan, form, "重新公示变更方案", within=WITHIN)
    snapshot = kept_snapshot(request, form, plan)
    plan.publicise_again(by=request.user, site_url=form.cleaned_data["site_url"], snapshot=snapshot)
    messages.success(request, f"变更方案重新公示，公示期至 {plan.notice.ends_on}")
    return redirect(plan)


def plan_file(request, pk):
    plan = find_plan(request, pk)
    must(request.user, _filing_verb(request.user), plan.region)
    form = FilingForm(posted(request))
    if not form.is_valid():
        document = ("查看备案报告（F-06，未盖章草稿，PDF）", reverse("plan-document", args=[plan.pk]))
        return ask(request, plan, form, "报省三部门备案", within=WITHIN, gates=before_filing(plan), document=document)
    filing = plan.file(by=request.user, **form.cleaned_data)
    messages.success(request, f"已以 {filing.doc_no} 报省商务厅、省财政厅、省扶贫办，等待三部门备案回执")
    return redirect(plan)


def kept_snapshot(request, form, plan):
    """The picture of the county's page, when one came along with its address (G-03)."""
    upload = form.cleaned_data.get("snapshot")
    return Attachment.keep(upload, region=plan.region, by=request.user) if upload else None


def _filing_verb(user) -> str:
    """The government of a 省直管县 files itself; everywhere else the city does."""
    at_county = user.office_id and user.office.level == Office.Level.COUNTY
    return "plan.file_direct" if at_county else "plan.file"
