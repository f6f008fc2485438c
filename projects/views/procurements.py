"""采购的页面：拟定 → 条件公示 → 登记成交 → 资格复核。"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import is_office, may, may_at_home, must, own_region
from notices.models import Notice
from portal import clock, workdays
from portal.models import Event
from portal.pages import ask, page_of, posted, status_of
from projects.forms.procurement import AwardForm, ProcurementForm
from projects.forms.shapes import SearchForm, SiteForm
from projects.models import Contractor, Procurement

WITHIN = ("采购", "procurement-list")
Status = Procurement.Status


def procurement_list(request):
    search = SearchForm(request.GET, statuses=Status.choices)
    procurements = Procurement.objects.visible_to(request.user).named(search.wanted("q"))
    if status := search.wanted("status"):
        procurements = procurements.filter(status=status)
    context = {
        "page": page_of(request, procurements.select_related("county__region", "winner", "conditions_notice")),
        "search": search,
        "may_draft": may_at_home(request.user, "procurement.draft"),
    }
    return render(request, "projects/procurement_list.html", context)


def procurement_detail(request, pk):
    procurement = _procurement(request, pk)
    notice = procurement.conditions_notice
    context = {
        "procurement": procurement,
        "who": NEXT[procurement.status][0],
        "what": NEXT[procurement.status][1],
        "gates": _gates(procurement),
        "can": _deeds(request.user, procurement),
        "project": getattr(procurement, "project", None),
        "deadline": notice and workdays.deadline(notice.ends_on, clock.today()),
        "notice_over": bool(notice) and notice.is_over(clock.today()),
        "objections": notice.open_objections().count() if notice else 0,
        "is_office": is_office(request.user),
        "events": Event.objects.about(procurement),
    }
    return render(request, "projects/procurement_detail.html", context)


def procurement_create(request):
    """登记一项采购，须对应生效方案中的一行资金安排。"""
    region = own_region(request.user)
    must(request.user, "procurement.draft", region)
    lines = Procurement.lines_to_follow(region)
    form = ProcurementForm(posted(request), lines=lines)
    if form.is_valid():
        county = form.cleaned_data["fund_line"].plan.county
        procurement = Procurement.begin(county, by=request.user, **form.cleaned_data)
        messages.success(request, "已登记采购，请县政府公示项目建设内容和承办单位条件")
        return redirect(procurement)
    context = {"form": form, "has_lines": lines.exists()}
    return render(request, "projects/procurement_form.html", context, status=status_of(form))


def procurement_edit(request, pk):
    procurement = _procurement(request, pk)
    must(request.user, "procurement.draft", procurement.region)
    procurement.refuse_unless_draft()
    lines = Procurement.lines_to_follow(procurement.region)
    form = ProcurementForm(posted(request), instance=procurement, lines=lines)
    if form.is_valid():
        procurement.edit(by=request.user, **form.cleaned_data)
        messages.success(request, "采购已保存")
        return redirect(procurement)
    context = {"form": form, "has_lines": True, "procurement": _procurement(request, pk)}
    return render(request, "projects/procurement_form.html", context, status=status_of(form))


def procurement_publicise(request, pk):
    procurement = _procurement(request, pk)
    must(request.user, "procurement.publish", procurement.region)
    form = SiteForm(posted(request))
    if not form.is_valid():
        gates = Notice.missing_before_start(procurement.county)
        return ask(request, procurement, form, "公示建设内容和承办条件", within=WITHIN, gates=gates)
    procurement.publicise_conditions(by=request.user, **form.cleaned_data)
    messages.success(request, f"已开始公示，公示期至 {procurement.conditions_notice.ends_on}")
    return redirect(procurement)


def procurement_award(request, pk):
    procurement = _procurement(request, pk)
    must(request.user, "procurement.award", procurement.region)
    contractors = Contractor.objects.visible_to(request.user)
    form = AwardForm(posted(request), instance=procurement, contractors=contractors)
    if not form.is_valid():
        shown = _procurement(request, pk)
        words = "成交供应商须先登记为承办单位；资格复核在登记成交之后逐项进行。"
        return ask(request, shown, form, "登记成交结果", within=WITHIN, gates=shown.missing_before_open(), words=words)
    procurement.award(by=request.user, **form.cleaned_data)
    messages.success(request, f"已登记成交：{procurement.winner}，请办理资格复核")
    return redirect(procurement)


@require_POST
def procurement_qualify(request, pk):
    procurement = _procurement(request, pk)
    must(request.user, "procurement.qualify", procurement.region)
    project = procurement.qualify(by=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, f"资格复核通过，已建立项目 {project.no}")
    return redirect(project)


# --- what the pages ask for ------------------------------------------------------------------------------------------
NEXT = {  # who must act now, and on what
    Status.DRAFT: ("县政府", "在县政府官网公示项目建设内容和承办单位条件"),
    Status.CONDITIONS: ("公众、县政府", "公示期内接受异议；期满且无未结异议，自动进入采购"),
    Status.OPEN: ("县商务局", "依法组织政府采购，登记成交结果"),
    Status.AWARDED: ("县商务局、县财政局", "逐项复核成交供应商的资格，全部通过后确定承办单位"),
    Status.SELECTED: ("县商务局、承办单位", "承办单位已确定，在项目页面签订协议、报批建设方案"),
    Status.FAILED: ("", "本次采购已终止，留存备查"),
}
DEEDS = {  # status → the deeds that its page offers, with their verbs
    Status.DRAFT: {"publicise": "procurement.publish", "edit": "procurement.draft"},
    Status.OPEN: {"award": "procurement.award"},
    Status.AWARDED: {"qualify": "procurement.qualify"},
}


def _procurement(request, pk):
    procurements = Procurement.objects.visible_to(request.user).select_related(
        "county__region", "county__batch", "fund_line__plan", "winner__region", "conditions_notice", "project"
    )
    return get_object_or_404(procurements, pk=pk)


def _deeds(user, procurement):
    return {name for name, verb in DEEDS.get(procurement.status, {}).items() if may(user, verb, procurement.region)}


def _gates(procurement):
    """(title, breaches) of the next deed, before the click."""
    if procurement.status == Status.DRAFT:
        return "公示前检查", Notice.missing_before_start(procurement.county)
    if procurement.status in (Status.CONDITIONS, Status.OPEN):
        return "采购前检查", procurement.missing_before_open()
    if procurement.status == Status.AWARDED:
        return f"资格复核：{procurement.winner}", procurement.missing_before_select()
    return None
