"""公开页面：the column 电商进农村, out of the same records. Only what a `.public()` queryset returns is shown."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from acceptance.models import Application
from counties import tasklist
from counties.models import Batch, County, CountyApplication, FundLine, Plan, Round
from disclosure import column, limits
from disclosure.forms import LookupForm, ObjectionForm
from disclosure.models import Complaint
from funds.models import Matching, MatchingPayment, Payment, with_money
from notices.models import Notice, Objection
from portal import catalogue, clock, money, workdays
from portal.models import Attachment, Event
from portal.rules import CATALOGUE
from portal.views import download
from projects.models import ContractorPlan, Project
from projects.training_figures import figures_of
from supervision.models import Sanction

PER_PAGE = 25
RECEIPT = "objection-receipt"  # session key: the receipt whose lookup code may be shown, once


# --- 申报 ----------------------------------------------------------------------------------------------------------
@login_not_required
def round_list(request):
    rounds = Round.objects.public().select_related("batch")
    page = Paginator(rounds, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "disclosure/round_list.html", {"page": page})


@login_not_required
def round(request, pk):
    """The rules of the round, and after the list was publicised the list with the way it came about (A-002)."""
    rounds = Round.objects.public().select_related("batch", "notice")
    round = get_object_or_404(rounds, pk=pk)
    listed = round.on_the_list().prefetch_related("scores") if round.notice_id else []
    context = {
        "round": round,
        "batch": round.batch,
        "steps": _steps(round),
        "listed": [(application, float(application.score_of())) for application in listed],
        "reasons": _reasons(round),
    }
    return render(request, "disclosure/round.html", context)


def _steps(round):
    """评审 → 上报备案 → 名单确定 → 公示 → 公布, each with its day."""
    moved = {event.target: event.at for event in Event.objects.about(round) if event.target}
    notice = round.notice
    return [
        ("申报截止", moved.get("closed"), f"截止 {round.closes_on}，逾期视为放弃"),
        ("评审排序", moved.get("ranked"), "省商务厅、省财政厅、省扶贫办分别评分，贫困县单独排序"),
        ("报三部门", round.sent_at, round.letter_no),
        ("名单公示", notice and notice.starts_on, f"公示至 {notice.ends_on}" if notice else ""),
        ("公布名单", round.doc_date, round.doc_no),
    ]


def _reasons(round):
    """What was excused by a written reason is public (“原则上”)."""
    events = Event.objects.about(round).exclude(excused=[])
    return [(event.words, "、".join(event.excused), event.reason) for event in events]


# --- 专栏 ----------------------------------------------------------------------------------------------------------
@login_not_required
def home(request):
    batch = Batch.objects.designated().first()
    counties = with_money(County.objects.public().filter(batch=batch)).select_related("region__parent")
    counties = list(counties)
    running = Notice.objects.public().running().select_related("region").order_by("ends_on", "pk")[:PER_PAGE]
    context = {
        "batch": batch,
        "counties": counties,
        "notices": _with_deadlines(running),
        "planned": money.total(county.central_total for county in counties),
        "arrived": money.total(county.arrived for county in counties),
        "spent": money.total(county.spent for county in counties),
    }
    return render(request, "disclosure/home.html", context)


def _with_deadlines(notices):
    today = clock.today()
    return [(notice, workdays.deadline(notice.ends_on, today)) for notice in notices]


def _county(code):
    """The county's latest designation."""
    counties = County.objects.public().select_related("region", "batch").filter(region__code=code)
    return get_object_or_404(with_money(counties).order_by("-batch__year")[:1])


@login_not_required
def county(request, code):
    county = _county(code)
    classes = column.seven_classes(county)
    running = Notice.objects.public().running().filter(region=county.region).order_by("ends_on", "pk")
    context = {
        "county": county,
        "classes": classes,
        "complete": sum(item.is_complete for item in classes),
        "notices": _with_deadlines(running),
        "round": Round.objects.public().filter(batch=county.batch, applications__in=_won_by(county)).first(),
        "revocation": _revocation(county),
    }
    return render(request, "disclosure/county.html", context)


def _revocation(county):
    """The decision stays with the page of a revoked county (G-38)."""
    if county.status != County.Status.REVOKED:
        return None
    return Sanction.objects.public().filter(county=county).select_related("scan", "recovery").first()


def _won_by(county):
    """The application that led to this designation, if the round was held here (A-002)."""
    return CountyApplication.objects.filter(region=county.region, status=CountyApplication.Status.DESIGNATED)


@dataclass(frozen=True)
class ShownShare:
    """One direction as the shape `shares` reads it."""

    key: str
    label: str
    part: object
    whole: object
    floor: object


@login_not_required
def plan(request, code, version):
    plans = Plan.objects.public().filter(county__region__code=code)
    found = plans.filter(version=version).select_related("county__region", "county__batch", "notice")
    found = (
        found.select_related("plan_file", "fund_file")
        .order_by("-county__batch__year")
        .prefetch_related("lines", "sections", "targets")
    )
    plan = get_object_or_404(found[:1])
    lines = list(plan.lines.all())
    context = {
        "plan": plan,
        "lines": lines,
        "shares": _shares(plan, lines),
        "chapters": tasklist.written(plan),
        "files": [file for file in (plan.plan_file, plan.fund_file) if file and file.is_public],
        "versions": plans.filter(county=plan.county).order_by("-version").only("version", "status", "county"),
        "central": money.total(line.central_amount for line in lines),
        "matching": money.total(line.matching_amount for line in lines),
        "private": money.total(line.private_amount for line in lines),
    }
    return render(request, "disclosure/plan.html", context)


def _shares(plan, lines):
    batch, whole = plan.county.batch, money.total(line.central_amount for line in lines)
    floors = {
        "logistics": batch.min_logistics_share,
        "produce": batch.min_produce_share,
        "goods": batch.min_goods_share,
        "training": None,
    }
    return [
        ShownShare(
            direction.value,
            direction.label,
            money.total(line.central_amount for line in lines if line.direction == direction),
            whole,
            floors[direction],
        )
        for direction in FundLine.Direction
    ]


@login_not_required
def project(request, code, no):
    """The path of the money: plan line → procurement → agreement → acceptance → publicity → payment."""
    projects = Project.objects.public().select_related(
        "county__region",
        "contractor",
        "fund_line__plan",
        "procurement__conditions_notice",
        "package__result_notice",
        "agreement",
    )
    publicised = ContractorPlan.objects.exclude(approved_at=None).select_related("notice")
    projects = projects.prefetch_related(
        Prefetch("contractor_plans", publicised),
        Prefetch("applications", Application.objects.public().select_related("notice", "stage")),
        Prefetch("payments", Payment.objects.public().select_related("stage")),
    )
    project = get_object_or_404(projects, county__region__code=code, no=no)
    agreement = getattr(project, "agreement", None)
    signed = agreement if agreement and agreement.signed_on else None
    sessions = list(project.training_sessions.select_related("course").with_records()) if project.is_training else []
    context = {
        "project": project,
        "sessions": sessions,
        "figures": figures_of(project, sessions) if sessions else None,
        "line": project.fund_line,
        "procurement": project.procurement,
        "package": project.package,
        "contractor_plan": next(iter(project.contractor_plans.all()), None),
        "agreement": signed,
        "stages": _stages(project, signed),
        "equipment": signed.equipment.all() if signed else [],
    }
    return render(request, "disclosure/project.html", context)


@dataclass(frozen=True)
class StageShown:
    """One stage of the agreement with its acceptance and its payment, as far as they are public."""

    stage: object
    application: object
    payment: object


def _stages(project, agreement):
    if not agreement:
        return []
    accepted = {application.stage_id: application for application in reversed(project.applications.all())}
    paid = {payment.stage_id: payment for payment in project.payments.all()}
    return [StageShown(stage, accepted.get(stage.pk), paid.get(stage.pk)) for stage in agreement.stages.all()]


@login_not_required
def payment_list(request):
    payments = Payment.objects.public().order_by("-paid_on", "-pk")
    code = request.GET.get("county", "")
    if code.isascii() and code.isdigit():
        payments = payments.filter(county__region__code=code[:9])
    rows = payments.select_related("project__contractor", "county__region", "stage")
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "total": payments.total(),
    }
    return render(request, "disclosure/payment_list.html", context)


@login_not_required
def matching(request, code):
    """What the county promised, arranged and paid of its own money (A-307)."""
    county = _county(code)
    paid = MatchingPayment.objects.paid().filter(county=county).select_related("agreement__project__contractor")
    context = {
        "county": county,
        "matching": Matching(county),
        "page": Paginator(paid, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "disclosure/matching.html", context)


@login_not_required
def file(request, pk):
    return download(get_object_or_404(Attachment.objects.public(), pk=pk))


# --- 公示与异议 ----------------------------------------------------------------------------------------------------
@login_not_required
def notice_list(request):
    notices = Notice.objects.public().select_related("region").order_by("-starts_on", "-pk")
    kind = request.GET.get("kind", "")
    if kind in Notice.Kind.values:
        notices = notices.filter(kind=kind)
    page = Paginator(notices, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": _with_deadlines(page), "kinds": Notice.Kind.choices, "kind": kind}
    return render(request, "disclosure/notice_list.html", context)


@login_not_required
def notice(request, pk):
    notice = _notice(pk)
    today = clock.today()
    context = {
        "notice": notice,
        "deadline": workdays.deadline(notice.ends_on, today),
        "takes_objections": _takes_objections(notice, today),
        "unaltered": notice.digest() == notice.frozen_digest,
        "files": notice.attachments.public(),
        "answers": notice.objections.public().order_by("answered_at"),
        "form": ObjectionForm(),
    }
    return render(request, "disclosure/notice.html", context)


def _notice(pk):
    return get_object_or_404(Notice.objects.public().select_related("region"), pk=pk)


def _takes_objections(notice, today):
    return notice.status == Notice.Status.RUNNING and today <= notice.ends_on


@login_not_required
@sensitive_post_parameters("name", "phone")
@require_http_methods(["GET", "POST"])
def objection_create(request, pk):
    """Anyone may object while the notice runs. Shown again with what was typed when something is wrong."""
    notice = _notice(pk)
    asked = request.method == "POST"
    form = ObjectionForm(request.POST, request.FILES) if asked else ObjectionForm()
    if not form.is_valid():
        context = {"notice": notice, "form": form, "takes_objections": _takes_objections(notice, clock.today())}
        return render(request, "disclosure/objection_form.html", context, status=422 if asked else 200)
    if limits.too_many(request, "objection", limits.OBJECTIONS_AN_HOUR):
        return render(request, "disclosure/too_many.html", {"notice": notice}, status=429)
    objection = notice.object(**form.values(notice.region))
    request.session[RECEIPT] = {"no": objection.receipt_no, "code": objection.lookup_code}
    return redirect("objection-receipt", objection.receipt_no)


@login_not_required
def objection_receipt(request, receipt_no):
    """The receipt. The lookup code is shown once, to the browser that filed the objection."""
    objection = get_object_or_404(Objection.objects.select_related("notice__region"), receipt_no=receipt_no)
    code = ""
    if request.session.get(RECEIPT, {}).get("no") == receipt_no:
        code = request.session.pop(RECEIPT)["code"]
    context = {"objection": objection, "notice": objection.notice, "code": code}
    return render(request, "disclosure/objection_receipt.html", context)


@login_not_required
@require_http_methods(["GET", "POST"])
def objection_lookup(request):
    asked = request.method == "POST"
    form = LookupForm(request.POST) if asked else LookupForm()
    if not form.is_valid():
        return _lookup_page(request, form, 422 if asked else 200)
    if limits.too_many(request, "lookup", limits.LOOKUPS_AN_HOUR):
        return render(request, "disclosure/too_many.html", status=429)
    objection = Objection.objects.select_related("notice__region").filter(**form.cleaned_data).first()
    if objection:
        return render(request, "disclosure/objection_status.html", {"objection": objection, "notice": objection.notice})
    if complaint := Complaint.objects.select_related("region").filter(**form.cleaned_data).first():
        return render(request, "disclosure/complaint_status.html", {"complaint": complaint})
    form.add_error(None, "回执编号或查询码不正确，请核对后再查")
    return _lookup_page(request, form, 422)


def _lookup_page(request, form, status):
    return render(request, "disclosure/objection_lookup.html", {"form": form}, status=status)


# --- 规则 ----------------------------------------------------------------------------------------------------------
CLASSES = {
    "HARD": ("硬性：不符合就不能办理", "bad"),
    "SOFT": ("原则：须说明理由", "waiting"),
    "RECORD": ("记录在案", "running"),
    "OUT": ("不由平台执行", "neutral"),
}
ENFORCERS = {
    "rule": "规则检查",
    "flow": "流程步骤",
    "constraint": "数据库约束",
    "trigger": "数据库触发器",
    "permission": "岗位权限",
}


@dataclass(frozen=True)
class ShownRule:
    """One rule in plain words: what it says, where it stands, what keeps it."""

    id: str
    clause: str
    words: str
    kind: str
    tone: str
    enforcers: list
    tests: int


@login_not_required
def rule_list(request):
    documents, known = {}, set()
    for entry in catalogue.entries():
        known.add(entry.id)
        documents.setdefault(entry.document, []).append(_shown(entry))
    own = [_shown_own(rule) for id, rule in sorted(CATALOGUE.items()) if id not in known]
    documents["平台补充规则"] = own
    context = {"documents": documents.items(), "count": sum(len(rules) for rules in documents.values())}
    return render(request, "disclosure/rule_list.html", context)


def _shown(entry):
    rule = CATALOGUE.get(entry.id)
    kind, tone = CLASSES.get(entry.rule_class, (entry.rule_class, "neutral"))
    return ShownRule(
        id=entry.id,
        clause=rule.clause if rule else f"{entry.document} {entry.clause}",
        words=entry.words,
        kind=kind,
        tone=tone,
        enforcers=[_enforcer(what) for what in entry.implemented or []],
        tests=len(entry.tested or []),
    )


def _shown_own(rule):
    kind, tone = CLASSES[rule.kind.name]
    name = f"{rule.check.__module__}.{rule.check.__qualname__}"
    enforcers = [] if "<lambda>" in name else [(ENFORCERS["rule"], name)]
    return ShownRule(rule.id, rule.clause, "", kind, tone, enforcers, 0)


def _enforcer(what):
    """“constraint: A_102_…” → (数据库约束, A_102_…)"""
    kind, _, name = what.partition(": ")
    return ENFORCERS.get(kind, kind), name
