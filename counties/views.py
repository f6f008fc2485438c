"""示范县和实施方案的页面：find, must, do, go. What a page says about policy it asks the model."""

from types import SimpleNamespace

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import may, must
from accounts.models import Office
from counties import documents, rules
from counties.forms import (
    AgreeForm,
    CountyForm,
    DecisionForm,
    FilingForm,
    LiaisonForm,
    Lines,
    PlanForm,
    ReasonForm,
    ReturnForm,
    SendBackForm,
    SiteForm,
    stored_lines,
    typed_lines,
    typed_plan,
)
from counties.models import Bureau, County, Filing, FundLine, Liaison, Plan, Review
from portal import clock, workdays
from portal.models import Attachment, Event
from portal.money import ZERO
from portal.rules import Kind, breaches, enforce

ROWS_PER_PAGE = 25
Status = Plan.Status


# --- 示范县 ---------------------------------------------------------------------------------------------------------
def county_list(request):
    counties = County.objects.visible_to(request.user).select_related("region__parent", "batch")
    counties = counties.prefetch_related(
        Prefetch("plans", Plan.objects.order_by("-version"), to_attr="versions"),
        Prefetch("liaisons", Liaison.objects.active(), to_attr="appointed"),
    )
    page = Paginator(counties, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "counties/county_list.html", {"page": page})


def county_detail(request, pk):
    county = _county(request, pk)
    user, region = request.user, county.region
    versions = list(county.plans.order_by("-version"))
    context = {
        "county": county,
        "is_direct": county.is_direct,
        "liaison": county.liaison(),
        "liaison_wrong": breaches([rules.exactly_one_liaison], county),
        "versions": versions,
        "received": county.receipts.filter(source="central").aggregate(sum=Sum("amount"))["sum"] or ZERO,
        "projects": county.projects.visible_to(user).aggregate(
            total=Count("pk"), underway=Count("pk", filter=Q(status="underway"))
        ),
        "reports": county.reports.owed().order_by("month"),
        "may_edit": may(user, "county.edit", region),
        "may_begin": not versions and may(user, "plan.draft", region),
        "events": Event.objects.about(county),
    }
    return render(request, "counties/county_detail.html", context)


def county_edit(request, pk):
    county = _county(request, pk)
    must(request.user, "county.edit", county.region)
    form = CountyForm(_posted(request), instance=county)
    if form.is_valid():
        county.edit(by=request.user, **form.cleaned_data)
        messages.success(request, "示范县信息已保存，改动前后的内容记入办理记录")
        return redirect(county)
    page = {"county": county, "form": form, "heading": "维护示范县信息", "act": "保存示范县信息"}
    return render(request, "counties/county_form.html", page, status=_status(form))


def liaison_appoint(request, pk):
    county = _county(request, pk)
    must(request.user, "county.edit", county.region)
    form = LiaisonForm(_posted(request), county=county)
    if form.is_valid():
        liaison = county.appoint_liaison(by=request.user, **form.cleaned_data)
        messages.success(request, f"已明确 {liaison} 为信息联络员，前任任期同日结束")
        return redirect(county)
    page = {"county": county, "form": form, "heading": "明确信息联络员", "act": "明确为信息联络员"}
    return render(request, "counties/county_form.html", page, status=_status(form))


# --- 实施方案：看 ----------------------------------------------------------------------------------------------------
def plan_list(request):
    plans = Plan.objects.visible_to(request.user).select_related("county__region__parent", "notice")
    chosen = request.GET.get("status", "")
    if chosen in Status.values:
        plans = plans.filter(status=chosen)
    page = Paginator(plans.prefetch_related("filings"), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "statuses": Status.choices,
        "chosen": chosen,
        "without_plan": _counties_without_plan(request.user),
    }
    return render(request, "counties/plan_list.html", context)


def plan_detail(request, pk):
    plan = _plan(request, pk)
    user, today = request.user, clock.today()
    versions = list(plan.county.plans.order_by("-version"))
    events = list(Event.objects.about(plan))
    who, what = NEXT[plan.status]
    context = {
        "plan": plan,
        "who": who,
        "what": what,
        "can": _deeds(user, plan, versions),
        "gates": _gates(plan),
        "shares": _shares(plan),
        "levels": _lights(plan),
        "mine": Review.objects.waiting_for(user).filter(plan=plan).first(),
        "filings": plan.filings.select_related("office").order_by("round"),
        "deadline": plan.notice and workdays.deadline(plan.notice.ends_on, today),
        "notice_over": plan.notice and plan.notice.status != plan.notice.Status.RUNNING,
        "objections": plan.notice.open_objections().count() if plan.notice else 0,
        "change_types": [_shown("change_types", kind) for kind in plan.change_types],
        "returned": _last_return(plan, events),
        "versions": versions,
        "events": events,
    }
    return render(request, "counties/plan_detail.html", context)


def plan_history(request, pk):
    """What was changed while drafting: every field and every fund line, old and new."""
    plan = _plan(request, pk)
    edits = Event.objects.about(plan).filter(words="修改方案").order_by("-pk")
    page = Paginator(edits, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    for event in page:
        event.changes = _changes(event.data)
    return render(request, "counties/plan_history.html", {"plan": plan, "page": page})


def plan_document(request, pk):
    """F-06 备案报告：a draft without a seal, as PDF."""
    plan = _plan(request, pk)
    pdf = documents.filing_report(plan).pdf()
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="F-06-{plan.county.region.code}-v{plan.version}.pdf"'
    return response


# --- 实施方案：办 ----------------------------------------------------------------------------------------------------
@require_POST
def plan_begin(request, pk):
    county = _county(request, pk)
    must(request.user, "plan.draft", county.region)
    plan = Plan.begin(county, by=request.user)
    return redirect("plan-edit", plan.pk)


def plan_edit(request, pk):
    plan = _plan(request, pk)
    must(request.user, "plan.draft", plan.region)
    enforce(plan.BEFORE_EDIT, plan)
    if "add_line" in request.POST:
        form, lines = typed_plan(request.POST, plan), typed_lines(request.POST)
    elif request.method == "POST":
        form = PlanForm(request.POST, request.FILES, instance=plan)
        lines = Lines(request.POST, known=[line.pk for line in plan.lines.all()])
        if all([form.is_valid(), lines.is_valid()]):  # both are judged, so that all errors show at once
            fields = form.values(by=request.user)
            plan.edit(by=request.user, revision=form.cleaned_data["revision"], fields=fields, lines=lines.rows())
            messages.success(request, "方案已保存")
            return redirect(plan)
    else:
        form, lines = PlanForm(instance=plan, initial={"revision": plan.revision}), stored_lines(plan)
    page = {"plan": plan, "form": form, "lines": lines, "shares": _shares(plan), "files_lost": bool(request.FILES)}
    return render(request, "counties/plan_form.html", page, status=_status(form, lines))


@require_POST
def plan_send(request, pk):
    plan = _plan(request, pk)
    must(request.user, "plan.send", plan.region)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _ask(request, plan, form, "提交县内会签")
    plan.send(by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, "已提交县内会签，县商务、财政、扶贫三部门已收到待办")
    return redirect(plan)


def plan_approve(request, pk):
    plan = _plan(request, pk)
    must(request.user, "plan.approve", plan.region)
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = DecisionForm(*data, plan=plan) if plan.is_change else SiteForm(*data)
    if not form.is_valid():
        act = "审定并送审变更方案" if plan.is_change else "审定并开始公示"
        return _ask(request, plan, form, act, gates=plan.missing_before_approve())
    upload = form.cleaned_data.get("decision")
    decision = upload and Attachment.keep(upload, region=plan.region, by=request.user)
    plan.approve(by=request.user, site_url=form.cleaned_data.get("site_url", ""), decision_file=decision)
    messages.success(
        request, "已审定，变更方案送审" if plan.is_change else f"已审定并公示，公示期至 {plan.notice.ends_on}"
    )
    return redirect(plan)


def plan_return(request, pk):
    plan = _plan(request, pk)
    must(request.user, "plan.approve", plan.region)
    form = ReturnForm(_posted(request))
    if not form.is_valid():
        return _ask(request, plan, form, "退回修改")
    plan.send_back_by_county(by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, "已退回起草单位修改")
    return redirect(plan)


def plan_publicise(request, pk):
    plan = _plan(request, pk)
    must(request.user, "plan.publish", plan.region)
    form = SiteForm(_posted(request))
    if not form.is_valid():
        return _ask(request, plan, form, "重新公示变更方案")
    plan.publicise_again(by=request.user, site_url=form.cleaned_data["site_url"])
    messages.success(request, f"变更方案重新公示，公示期至 {plan.notice.ends_on}")
    return redirect(plan)


def plan_file(request, pk):
    plan = _plan(request, pk)
    must(request.user, _filing_verb(request.user), plan.region)
    form = FilingForm(_posted(request))
    if not form.is_valid():
        return _ask(request, plan, form, "报省三部门备案", gates=_before_filing(plan), has_document=True)
    filing = plan.file(by=request.user, **form.cleaned_data)
    messages.success(request, f"已以 {filing.doc_no} 报省商务厅、省财政厅、省扶贫办，等待三部门备案回执")
    return redirect(plan)


@require_POST
def plan_change(request, pk):
    plan = _plan(request, pk)
    must(request.user, "plan.draft", plan.region)
    change = plan.begin_change(by=request.user)
    messages.success(request, f"已发起方案变更（第 {change.version} 版），生效前原方案继续有效")
    return redirect("plan-edit", change.pk)


# --- 部门意见 --------------------------------------------------------------------------------------------------------
@require_POST
def review_agree(request, pk):
    review = _review(request, pk)
    must(request.user, review.verb, review)
    form = AgreeForm(request.POST)
    if not form.is_valid():
        return _ask(request, review.plan, form, f"同意（{review}）")
    review.agree(by=request.user, opinion=form.cleaned_data["opinion"])
    messages.success(request, f"{review}：同意，已记录")
    return redirect(review.plan)


@require_POST
def review_return(request, pk):
    review = _review(request, pk)
    must(request.user, review.verb, review)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        return _ask(request, review.plan, form, f"退回（{review}）")
    review.send_back(by=request.user, opinion=form.cleaned_data["opinion"])
    messages.success(request, f"{review}：退回，方案已退县修改")
    return redirect(review.plan)


# --- what the pages ask for ------------------------------------------------------------------------------------------
NEXT = {  # who must act now, and on what
    Status.DRAFT: ("县商务局", "补齐下列各项，提交县内会签"),
    Status.RETURNED: ("县商务局", "按退回意见修改，重新提交县内会签"),
    Status.COUNTERSIGN: ("县商务、财政、扶贫三部门", "分别会签，三部门均同意后送县政府审定"),
    Status.APPROVAL: ("县政府", "审定方案并在县政府官网公示"),
    Status.PUBLICISED: ("公众、县政府", "公示期内接受异议；期满且无未结异议，自动进入下一环节"),
    Status.CITY_REVIEW: ("市商务、财政、扶贫三部门", "分别审核，三部门均同意后以正式文件报省"),
    Status.CITY_REVIEWED: ("市主管部门", "以正式文件分别报省商务厅、省财政厅、省扶贫办备案"),
    Status.DIRECT: ("县政府（省直管）", "以正式文件直接报省三部门备案，不经市级"),
    Status.FILED: ("省商务厅、财政厅、扶贫办", "分别办理备案回执，三部门均回执后生效"),
    Status.RECEIVED: ("县政府", "在县政府官网重新公示变更方案"),
    Status.REPUBLICISED: ("公众、县政府", "重新公示期满且无未结异议，变更方案自动生效"),
    Status.RECORDED: ("县政府", "按方案组织实施；确需调整的办理方案变更"),
    Status.REPLACED: ("", "本版已被后一版替代，留存备查"),
}
DEEDS = {  # status → the deeds that its page offers, with their verbs
    Status.DRAFT: {"edit": "plan.draft", "send": "plan.send"},
    Status.RETURNED: {"edit": "plan.draft", "send": "plan.send"},
    Status.APPROVAL: {"approve": "plan.approve"},
    Status.CITY_REVIEWED: {"file": "plan.file"},
    Status.DIRECT: {"file": "plan.file_direct"},
    Status.RECEIVED: {"publicise": "plan.publish"},
    Status.RECORDED: {"change": "plan.draft"},
}


def _county(request, pk):
    counties = County.objects.visible_to(request.user).select_related("region__parent", "batch")
    return get_object_or_404(counties, pk=pk)


def _plan(request, pk):
    plans = Plan.objects.visible_to(request.user).select_related(
        "county__region__parent", "county__batch", "notice", "plan_file", "fund_file", "decision_file", "drafted_by"
    )
    return get_object_or_404(plans.prefetch_related("lines"), pk=pk)


def _review(request, pk):
    reviews = Review.objects.visible_to(request.user).select_related("plan__county__region__parent")
    return get_object_or_404(reviews, pk=pk)


def _posted(request):
    return request.POST if request.method == "POST" else None


def _status(*forms) -> int:
    return 422 if any(form.is_bound and not form.is_valid() for form in forms) else 200


def _ask(request, plan, form, act, **context):
    """The page of one deed that needs words, an address or a file; shown again with its errors, nothing lost."""
    page = {"plan": plan, "form": form, "act": act, **context}
    return render(request, "counties/plan_deed.html", page, status=_status(form))


def _counties_without_plan(user):
    """Counties for which this person could begin a plan now."""
    if not user.has_perm("accounts.plan.draft"):
        return []
    counties = County.objects.visible_to(user).active().filter(plans=None).select_related("region")
    return [county for county in counties if may(user, "plan.draft", county.region)]


def _deeds(user, plan, versions):
    found = {name for name, verb in DEEDS.get(plan.status, {}).items() if may(user, verb, plan.region)}
    if any(version.status not in Plan.SETTLED for version in versions):
        found.discard("change")
    return found


def _gates(plan):
    """The checklist before the next deed; `reason`: does something on it ask for a written reason?"""
    if plan.status in Plan.EDITABLE:
        title, rows = "提交县内会签前检查", plan.missing_before_send()
    elif plan.status == Status.APPROVAL:
        title, rows = "县政府审定前检查", plan.missing_before_approve()
    elif plan.status in (Status.CITY_REVIEWED, Status.DIRECT):
        title, rows = "报省备案前检查", _before_filing(plan)
    else:
        return None
    excusable = any(breach.rule.kind is Kind.SOFT for breach in rows)
    return SimpleNamespace(title=title, rows=rows, reason="required" if excusable else "")


def _filing_verb(user) -> str:
    """The government of a 省直管县 files itself; everywhere else the city does."""
    at_county = user.office_id and user.office.level == Office.Level.COUNTY
    return "plan.file_direct" if at_county else "plan.file"


def _before_filing(plan):
    """Everything that can be judged before the document number is typed, lateness included."""
    level = Office.Level.COUNTY if plan.is_direct else Office.Level.CITY
    filing = Filing(plan=plan, level=level, filed_on=clock.today())
    known = [rule for rule in Filing.BEFORE_FILE if rule is not rules.filed_by_formal_document]
    return plan.missing_before_file() + breaches(known, filing)


def _shares(plan):
    """The four directions as the shape {% shares %} takes them."""
    whole = plan.arranged()
    return [
        SimpleNamespace(
            key=share["direction"],
            label=share["label"],
            part=share["amount"],
            whole=whole,
            floor=share["floor"] and share["floor"] / 100,
        )
        for share in plan.shares()
    ]


def _lights(plan):
    """Three lights for each level: the opinions of this round, or what is still to come."""
    given = {(review.level, review.bureau): review for review in _opinions(plan)}
    levels = [("county", "县内会签"), ("city", "市级审核"), ("province", "省级备案")]
    return [
        SimpleNamespace(
            label=label,
            skipped=level == "city" and plan.is_direct,
            lights=[(bureau.label, given.get((level, bureau.value))) for bureau in Bureau],
        )
        for level, label in levels
    ]


def _opinions(plan):
    return plan.reviews.filter(round=plan.round).select_related("decided_by")


def _last_return(plan, events):
    if plan.status != Status.RETURNED:
        return None
    return next((event for event in reversed(events) if event.target == Status.RETURNED), None)


NAMES = {field.name: field.verbose_name for model in (FundLine, Plan) for field in model._meta.fields}
CHOICES = {field.name: dict(field.choices) for field in FundLine._meta.fields if field.choices}
CHOICES["change_types"] = dict(Plan.ChangeType.choices)


def _changes(data):
    """(field, old, new) in words; of the fund lines only those that differ, matched by their number."""
    for name, (old, new) in data.items():
        if name != "lines":
            yield NAMES.get(name, name), _shown(name, old), _shown(name, new)
            continue
        before, after = ({line["no"]: line for line in lines or []} for lines in (old, new))
        for no in sorted(before.keys() | after.keys()):
            yield from _line_changes(before.get(no, {}), after.get(no, {}), f"第 {no} 行")


def _line_changes(old, new, words):
    for name in new or old:
        if old.get(name) != new.get(name) and name != "no":
            yield f"{words} {NAMES[name]}", _shown(name, old.get(name)), _shown(name, new.get(name))


def _shown(name, value):
    if isinstance(value, list):
        return "、".join(_shown(name, item) for item in value)
    return CHOICES.get(name, {}).get(value, value)
