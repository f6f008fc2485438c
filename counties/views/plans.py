"""实施方案：看. What a page says about policy it asks the model."""

from types import SimpleNamespace

from django.shortcuts import render

from accounts.access import deeds_for, may
from counties import documents, sections, tasklist
from counties.models import Bureau, County, FundLine, Plan, PlanTarget, Review
from counties.review_forms import AgreeForm
from counties.views.found import before_filing, find_plan, shares_of
from portal import clock, workdays
from portal.documents import shown
from portal.models import Event
from portal.pages import page_of
from portal.rules import Kind

Status = Plan.Status


def plan_list(request):
    plans = Plan.objects.visible_to(request.user).select_related("county__region__parent", "notice")
    chosen = request.GET.get("status", "")
    if chosen in Status.values:
        plans = plans.filter(status=chosen)
    page = page_of(request, plans.prefetch_related("filings"))
    context = {
        "page": page,
        "statuses": Status.choices,
        "chosen": chosen,
        "without_plan": _counties_without_plan(request.user),
    }
    return render(request, "counties/plan_list.html", context)


def plan_detail(request, pk):
    plan = find_plan(request, pk)
    user, today = request.user, clock.today()
    versions = list(plan.county.plans.order_by("-version"))
    events = list(Event.objects.about(plan))
    who, what = NEXT[plan.status]
    can, gates = _deeds(user, plan, versions), _gates(plan)
    mine, points = _opinion_owed(user, plan), list(plan.last_return_points())
    filings = list(plan.filings.select_related("office", "sealed_scan").order_by("round"))
    context = {
        "plan": plan,
        "who": who,
        "what": what,
        "can": can,
        "gates": gates,
        "tasks": tasklist.of(plan, gates.rows) if "edit" in can else None,
        "chapters": tasklist.written(plan),
        "shares": shares_of(plan),
        "levels": _lights(plan),
        "mine": mine,
        "filings": filings,
        "papers": documents.papers_of(plan),
        "exceptions": plan.exceptions(),
        "agree_form": mine and AgreeForm(review=mine),
        "may_reject": mine and mine.level == "province" and plan.is_change,
        "receipt_due": filings and plan.status == Status.FILED and _receipt_due(plan, filings[-1], today),
        "points": points,
        "correct_by": _correct_by(points, today) if plan.status == Status.RETURNED else None,
        "may_scan": {filing.pk for filing in filings if may(user, filing.verb, plan.region)},
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
    plan = find_plan(request, pk)
    edits = Event.objects.about(plan).filter(words__startswith="修改").order_by("-pk")
    page = page_of(request, edits)
    for event in page:
        event.changes = _changes(event.data)
    return render(request, "counties/plan_history.html", {"plan": plan, "page": page})


def plan_document(request, pk):
    """F-06 备案报告：a draft without a seal, as PDF."""
    plan = find_plan(request, pk)
    return shown(documents.filing_report(plan).pdf(), f"F-06-{plan.county.region.code}-v{plan.version}")


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
    Status.WITHDRAWN: ("", "变更已由县里撤回，原备案方案继续有效"),
    Status.REJECTED: ("", "省级不予认可，原备案方案继续有效"),
}
DEEDS = {  # status → the deeds that its page offers, with their verbs
    Status.DRAFT: {"edit": "plan.draft", "send": "plan.send"},
    Status.RETURNED: {"edit": "plan.draft", "send": "plan.send", "answers": "plan.draft"},
    Status.APPROVAL: {"approve": "plan.approve"},
    Status.CITY_REVIEWED: {"file": "plan.file"},
    Status.DIRECT: {"file": "plan.file_direct"},
    Status.RECEIVED: {"publicise": "plan.publish"},
    Status.RECORDED: {"change": "plan.draft"},
}


def _opinion_owed(user, plan):
    """The opinion that this person owes on this plan; it knows the plan of the page."""
    if plan.status not in Review.ASKING.values():
        return None
    mine = Review.objects.waiting_for(user).filter(plan=plan).first()
    if mine:
        mine.plan = plan
    return mine


def _receipt_due(plan, filing, today):
    """The day by which the three departments answer (G-19)."""
    on = workdays.add_workdays(filing.filed_on, plan.county.batch.receipt_workdays)
    return workdays.deadline(on, today)


def _correct_by(points, today):
    """Until when what the province returned is to be put right and sent again."""
    days = [point.review.correct_by for point in points if point.review.correct_by]
    return workdays.deadline(min(days), today) if days else None


def _counties_without_plan(user):
    """Counties for which this person could begin a plan now."""
    if not user.has_perm("accounts.plan.draft"):
        return []
    counties = County.objects.visible_to(user).active().filter(plans=None).select_related("region")
    return [county for county in counties if may(user, "plan.draft", county.region)]


def _deeds(user, plan, versions):
    may_withdraw = plan.is_change and plan.status in Plan.UNFILED and not plan.received_at
    is_open = any(version.status not in Plan.SETTLED for version in versions)
    wanted = [
        (not (deed == "change" and is_open), deed, verb, "county") for deed, verb in DEEDS.get(plan.status, {}).items()
    ]
    wanted.append((may_withdraw, "withdraw", "plan.withdraw", "county"))
    return deeds_for(user, wanted, {"county": plan.region})


def _gates(plan):
    """The checklist before the next deed; `reason`: does something on it ask for a written reason?"""
    if plan.status in Plan.EDITABLE:
        title, rows = "提交县内会签前检查", plan.missing_before_send()
    elif plan.status == Status.APPROVAL:
        title, rows = "县政府审定前检查", plan.missing_before_approve()
    elif plan.status in (Status.CITY_REVIEWED, Status.DIRECT):
        title, rows = "报省备案前检查", before_filing(plan)
    else:
        return None
    excusable = any(breach.kind is Kind.SOFT for breach in rows)
    return SimpleNamespace(title=title, rows=rows, reason="required" if excusable else "")


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


NAMES = {field.name: field.verbose_name for model in (FundLine, PlanTarget, Plan) for field in model._meta.fields}
NAMES |= {f"chapter_{key}": f"章节“{chapter.title}”" for key, chapter in sections.BY_KEY.items()}
CHOICES = {field.name: dict(field.choices) for field in FundLine._meta.fields if field.choices}
CHOICES["change_types"] = dict(Plan.ChangeType.choices)
ROWS = {"lines": "资金安排第 {} 行", "targets": "量化目标第 {} 项"}


def _changes(data):
    """(field, old, new) in words; of tables only the cells that differ, row by row."""
    for name, (old, new) in data.items():
        if name not in ROWS:
            yield NAMES.get(name, name), _shown(name, old), _shown(name, new)
            continue
        before, after = ({row.get("no", n): row for n, row in enumerate(rows or [], 1)} for rows in (old, new))
        for no in sorted(before.keys() | after.keys()):
            yield from _row_changes(before.get(no, {}), after.get(no, {}), ROWS[name].format(no))


def _row_changes(old, new, words):
    for name in new or old:
        if old.get(name) != new.get(name) and name != "no":
            yield f"{words} {NAMES[name]}", _shown(name, old.get(name)), _shown(name, new.get(name))


def _shown(name, value):
    if isinstance(value, list):
        return "、".join(_shown(name, item) for item in value)
    return CHOICES.get(name, {}).get(value, value)
