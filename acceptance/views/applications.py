"""验收的页面：申请 → 受理 → 验收组 → 结论与报告 → 报省市 → 公示。find, must, do, go."""

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from acceptance.forms import AcceptanceSearchForm, ApplicationForm, ConclusionForm, PanelRows
from acceptance.models import Application, Delivery
from acceptance.views.found import WITHIN, find_application
from acceptance.views.inspection import papers_of
from accounts.access import deeds_for, is_office, may, must
from notices.models import Notice
from portal import clock, workdays
from portal.models import Attachment, Event
from portal.pages import ask, page_of, posted, status_of, uploaded
from portal.rules import Kind
from portal.views import download
from projects.forms.shapes import ReasonForm, SiteForm
from projects.models import Project, Stage
from projects.rules.signage import names_the_phone

Status = Application.Status
TONES = {"正常": "good", "预警": "waiting", "到期": "bad", "逾期": "bad"}


def application_list(request):
    search, today = AcceptanceSearchForm(request.GET, statuses=Status.choices), clock.today()
    applications = Application.objects.visible_to(request.user).named(search.wanted("q"))
    if status := search.wanted("status"):
        applications = applications.filter(status=status)
    applications = _due(applications, search.wanted("due"), request.user, today)
    applications = applications.select_related("project__county__region", "project__county__batch",
                                               "project__contractor", "stage")  # fmt: skip
    page = page_of(request, applications)
    for application in page:
        application.clock = _clock(application, today)
        if application.status in Application.TO_RECTIFY and application.rectify_by:
            application.rectify_on = workdays.deadline(application.rectify_by, today)
    return render(request, "acceptance/application_list.html", {"page": page, "search": search})


def _due(applications, due, user, today):
    """待我办理、临近期限、办结逾期、整改逾期。"""
    return {
        "mine": lambda: applications.waiting_for(user),
        "amber": lambda: applications.amber(today),
        "overdue": lambda: applications.overdue(today),
        "rectify": lambda: applications.rectification_overdue(today),
    }.get(due, lambda: applications)()


def application_detail(request, pk):
    application = find_application(request, pk)
    user, today = request.user, clock.today()
    prefetch_related_objects([application], "panel", "checklist__photos")
    notice = application.notice
    deliveries = list(application.deliveries.select_related("sent_by__office", "received_by__office"))
    payments = list(application.payments.order_by("pk"))
    who, what = _next(application, deliveries, payments)
    gates = _gates(application, deliveries)
    checklist = list(application.checklist_with_photos())
    context = {
        "application": application,
        "who": who,
        "what": what,
        "clock_of": _clock(application, today),
        "gates": gates,
        "can": _buttons(_deeds(user, application, deliveries), checked=all(item.is_filled for item in checklist)),
        "evidence": application.evidence.order_by("pk"),
        "reason": "required" if gates and any(breach.rule.kind is Kind.SOFT for breach in gates[1]) else "",
        "panel": sorted(application.panel.all(), key=lambda member: member.pk),
        "checklist": checklist,
        "papers": papers_of(application),
        "rectify_by": application.status in Application.TO_RECTIFY
        and application.rectify_by
        and workdays.deadline(application.rectify_by, today),
        "rectified": application.rectification and application.rectification_files.order_by("pk"),
        "successor": getattr(application, "successor", None),
        "report_due": _report_due(application, deliveries, today),
        "is_concluded": application.status in Application.CONCLUDED,
        "deliveries": [(delivery, _acknowledges(user, delivery)) for delivery in deliveries],
        "notice_deadline": notice and workdays.deadline(notice.ends_on, today),
        "notice_over": bool(notice) and notice.is_over(today),
        "objections": notice.open_objections().count() if notice else 0,
        "payments": payments,
        "last_visit": application.project.visits.first(),
        "is_office": is_office(user),
        "events": Event.objects.about(application),
    }
    return render(request, "acceptance/application_detail.html", context)


def _report_due(application, deliveries, today):
    """When the report is due upward, while it has not gone."""
    if application.status not in Application.CONCLUDED or deliveries:
        return None
    return workdays.deadline(application.report_due_on(), today)


def application_file(request, pk, file_pk):
    """Evidence, for everybody who may see the application (also a colleague of the one who uploaded it)."""
    application = find_application(request, pk)
    return download(get_object_or_404(application.files(), pk=file_pk))


# --- 承办单位 --------------------------------------------------------------------------------------------------------


def application_create(request, pk):
    """承办单位按协议的一个阶段起草验收申请。"""
    stages = Stage.objects.filter(agreement__project__in=Project.objects.visible_to(request.user))
    stage = get_object_or_404(stages.select_related("agreement__project__county__region"), pk=pk)
    project = stage.agreement.project
    must(request.user, "acceptance.apply", project.contractor)
    form = ApplicationForm(posted(request), uploaded(request), initial=_signage_of(project))
    if not form.is_valid():
        act = f"申请验收：{stage}"
        return ask(request, project, form, act, within=("项目", "project-list"), words=stage.deliverables)
    fields = _typed(form, project.region, request.user)
    if project.signage_photo_id:
        fields.setdefault("signage_photo", project.signage_photo.file)
    application = Application.begin(stage, by=request.user, **fields)
    application.evidence.add(*_kept(form, project.region, request.user))
    messages.success(request, f"已起草验收申请 {application.no}；检查通过后请提交")
    return redirect(application)


def application_edit(request, pk):
    application = find_application(request, pk)
    must(request.user, "acceptance.apply", application.project.contractor)
    application.refuse_unless_open()
    form = ApplicationForm(posted(request), uploaded(request), initial=_stored(application))
    if not form.is_valid():
        return ask(request, application, form, "修改验收申请", within=WITHIN, words=application.corrections)
    evidence = _kept(form, application.region, request.user)
    application.amend(by=request.user, evidence=evidence, **_typed(form, application.region, request.user))
    messages.success(request, "验收申请已保存；检查通过后请提交")
    return redirect(application)


@require_POST
def application_submit(request, pk):
    application = find_application(request, pk)
    must(request.user, "acceptance.apply", application.project.contractor)
    application.submit(by=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, f"验收申请 {application.no} 已提交，县商务局收到后开始计算十个工作日")
    return redirect(application)


def application_withdraw(request, pk):
    application = find_application(request, pk)
    must(request.user, "acceptance.apply", application.project.contractor)
    form = ReasonForm(posted(request), label="撤回原因")
    if not form.is_valid():
        return ask(request, application, form, "撤回验收申请", within=WITHIN)
    application.withdraw(by=request.user, **form.cleaned_data)
    messages.success(request, f"验收申请 {application.no} 已撤回；可以另行申请")
    return redirect(application)


# --- 县 -------------------------------------------------------------------------------------------------------------


@require_POST
def application_receive(request, pk):
    application = find_application(request, pk)
    must(request.user, "acceptance.receive", application.region)
    application.receive(by=request.user)
    messages.success(request, f"已收到，应于 {application.due_on}（含当日）前作出验收结论")
    return redirect(application)


def application_correct(request, pk):
    application = find_application(request, pk)
    must(request.user, "acceptance.receive", application.region)
    form = ReasonForm(posted(request), label="需补正的内容")
    if not form.is_valid():
        words = "补正只能要求一次，请把需要补正的内容一次列全。"
        return ask(request, application, form, "要求补正", within=WITHIN, words=words)
    application.ask_correction(by=request.user, **form.cleaned_data)
    messages.success(request, "已通知承办单位补正")
    return redirect(application)


def application_inspect(request, pk):
    """组成验收组；“增加一人”只把表单多给一行，不保存，也不丢已填的内容。"""
    application = find_application(request, pk)
    must(request.user, "acceptance.conclude", application.region)
    rows = PanelRows(request.POST, prefix="panel") if request.method == "POST" else None
    if "add_member" in request.POST:
        rows = rows.typed(blank=1)
    elif rows is None:
        rows = PanelRows.showing([], blank=application.county.batch.panel_minimum, prefix="panel")
    elif rows.is_valid():
        application.inspect(by=request.user, panel=rows.rows())
        messages.success(request, "验收组已组成，请现场查验后作出结论")
        return redirect(application)
    context = {"application": application, "rows": rows, "clock_of": _clock(application, clock.today())}
    return render(request, "acceptance/panel_form.html", context, status=status_of(rows))


def application_conclude(request, pk):
    application = find_application(request, pk)
    must(request.user, "acceptance.conclude", application.region)
    form = ConclusionForm(posted(request), application=application)
    if not form.is_valid():
        gates = application.missing_before_pass()
        words = f"本阶段应完成：{application.stage.deliverables}"
        return ask(request, application, form, "作出验收结论", within=WITHIN, gates=gates, words=words)
    application.conclude(by=request.user, **form.cleaned_data)
    messages.success(request, f"验收结论：{application.get_conclusion_display()}；请将验收报告报省、市主管部门")
    return redirect(application)


@require_POST
def application_deliver(request, pk):
    application = find_application(request, pk)
    must(request.user, "acceptance.deliver", application.region)
    application.deliver(by=request.user)
    messages.success(request, "验收报告已报送，等待签收")
    return redirect(application)


def application_publicise(request, pk):
    application = find_application(request, pk)
    must(request.user, "notice.publish", application.region)
    form = SiteForm(posted(request))
    if not form.is_valid():
        gates = application.missing_before_publicise()
        return ask(request, application, form, "公示验收结果", within=WITHIN, gates=gates)
    notice = application.publicise(by=request.user, **form.cleaned_data)
    messages.success(request, f"已开始公示，公示期至 {notice.ends_on}；期满无异议，承办单位可以申请拨付")
    return redirect(application)


# --- 省、市 ----------------------------------------------------------------------------------------------------------


@require_POST
def delivery_acknowledge(request, pk):
    deliveries = Delivery.objects.visible_to(request.user).select_related("application__project__county__region")
    delivery = get_object_or_404(deliveries, pk=pk)
    must(request.user, "acceptance.acknowledge", delivery)
    delivery.acknowledge(by=request.user)
    messages.success(request, "已签收验收报告")
    return redirect(delivery.application)


# --- what the pages ask for ------------------------------------------------------------------------------------------
NEXT = {  # who must act now, and on what
    Status.DRAFT: ("承办单位", "补齐下列各项，提交验收申请"),
    Status.CORRECTION: ("承办单位", "按县商务局列出的内容补正，重新提交"),
    Status.SUBMITTED: ("县商务局", "受理；材料不齐的要求补正（一次列全）。满两个工作日未受理，视为收到"),
    Status.RECEIVED: ("县政府", "组成验收组（至少三人，承办单位人员回避），现场查验"),
    Status.INSPECTING: ("县政府", "作出“合格”或“不合格”的结论，形成验收报告"),
    Status.PASSED: ("县政府", "将验收报告报省、市主管部门，然后在县政府官网公示验收结果"),
    Status.FAILED: ("县政府、承办单位", "验收报告报省、市；承办单位限期整改后重新申请验收"),
    Status.REOPENED: ("承办单位", "按要求整改，重新申请验收；整改期间不拨付"),
    Status.SUPERSEDED: ("", "整改后已重新申请，本申请留存备查"),
    Status.WITHDRAWN: ("", "申请已撤回，留存备查"),
}
# The one primary button of the page is the first of these that the reader may do now.
PRIMARY = ("submit", "receive", "inspect", "conclude", "again", "rectify", "deliver", "publicise", "pay")


def _next(application, deliveries, payments):
    """Who must act now, and on what; after 合格 the report, the notice and the money follow one another."""
    if application.status != Status.PASSED or not deliveries:
        return NEXT[application.status]
    if payments:
        return "", "拨付正在资金页面办理"
    states = Notice.Status
    return {
        None: ("县政府", "在县政府官网公示验收结果"),
        states.RUNNING: ("公众、县政府", "公示期内接受异议；期满且无未结异议，承办单位可以申请拨付"),
        states.CLEAR: ("承办单位", "公示无异议，可以申请拨付"),
    }.get(application.notice and application.notice.status, ("县政府", "异议成立或公示已撤回，更正后重新公示验收结果"))


def _kept(form, region, user):
    return Attachment.keep_all(form.cleaned_data["uploads"], region=region, by=user)


def _typed(form, region, user):
    """Statement and signage as the verbs take them; a new photo is kept, without one the old stays."""
    typed = {name: form.cleaned_data[name] for name in ("statement", "self_amount", *form.SIGNAGE)}
    upload = form.cleaned_data["signage_upload"]
    return typed | ({"signage_photo": Attachment.keep(upload, region=region, by=user)} if upload else {})


def _signage_of(project):
    """The signage as the project shows it, taken over unless something else is typed (A-426, B-612)."""
    if not project.signage_text:
        return {}
    return {"signage_text": project.signage_text, "signage_has_phone": names_the_phone(project.signage_phone)}


def _stored(application):
    return {name: getattr(application, name) for name in ("statement", "self_amount", *ApplicationForm.SIGNAGE)}


def _clock(application, today):
    """What the ten working days say: the deadline, the words, their tone; nothing before the receipt."""
    words = application.clock_words(today)
    return {
        "deadline": application.due_on and application.deadline(today),
        "done": application.status not in Application.ON_THE_CLOCK,
        "words": words,
        "tone": TONES.get(words, "neutral"),
    }


def _deeds(user, application, deliveries):
    """What this person may do here now; a deed that its status does not allow is not asked about."""
    status, place = application.status, {"county": application.region, "contractor": application.project.contractor}
    is_open = status in Application.WITH_THE_CONTRACTOR
    settled_notice = application.notice and application.notice.status in ("running", "clear")
    wanted = [
        (is_open, "submit", "acceptance.apply", "contractor"),
        (is_open, "edit", "acceptance.apply", "contractor"),
        (status in Application.WITHDRAWABLE, "withdraw", "acceptance.apply", "contractor"),
        (status == Status.SUBMITTED, "receive", "acceptance.receive", "county"),
        (status == Status.SUBMITTED and not application.corrected_once, "correct", "acceptance.receive", "county"),
        (status == Status.RECEIVED, "inspect", "acceptance.conclude", "county"),
        (status == Status.INSPECTING, "conclude", "acceptance.conclude", "county"),
        (status == Status.INSPECTING, "check", "acceptance.conclude", "county"),
        (status in (Status.INSPECTING, *Application.CONCLUDED), "sign", "acceptance.conclude", "county"),
        (status in Application.TO_RECTIFY, "rectify", "acceptance.apply", "contractor"),
        (status in Application.TO_RECTIFY and application.rectification, "again", "acceptance.apply", "contractor"),
        (status in Application.CONCLUDED and not deliveries, "deliver", "acceptance.deliver", "county"),
        (status == Status.PASSED and not settled_notice, "publicise", "notice.publish", "county"),
        (settled_notice, "pay", "payment.request", "contractor"),
    ]
    return deeds_for(user, wanted, place)


def _buttons(deeds, *, checked):
    """Deed → how its button looks; a page has one primary button (the list is filled in before a conclusion)."""
    order = PRIMARY if checked else ("check", *PRIMARY)
    first = next((deed for deed in order if deed in deeds), None)
    return {deed: "primary" if deed == first else "secondary" for deed in deeds}


def _acknowledges(user, delivery):
    return delivery.received_at is None and may(user, "acceptance.acknowledge", delivery)


def _gates(application, deliveries):
    """(title, breaches) of the next deed, before the click."""
    if application.status in Application.WITH_THE_CONTRACTOR:
        return "提交前检查", application.missing_before_submit()
    if application.status == Status.RECEIVED:
        return "验收组", application.missing_before_inspect()
    if application.status == Status.INSPECTING:
        return "合格结论的条件", application.missing_before_pass()
    if application.status in Application.CONCLUDED and not deliveries:
        return "报送前检查", application.missing_before_deliver()
    if application.status == Status.PASSED and not application.notice:
        return "公示前检查", application.missing_before_publicise()
    return None
