"""县（市）申报的页面：a list of tasks for the county, opinions of the city, receipt and scores of the province."""

from types import SimpleNamespace

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import must, own_region
from counties import round_documents as documents
from counties.application_forms import (
    AcceptanceCertificateForm,
    DocumentForm,
    FundsCertificateForm,
    ScoreForm,
    SectionForm,
    Targets,
    Years,
    stored_rows,
)
from counties.forms import ReasonForm, ReturnForm
from counties.models import Bureau, CityOpinion, CountyApplication
from counties.review_forms import OpinionForm, SendBackForm
from counties.sections import BY_KEY
from counties.views.rounds import find_round
from portal.documents import shown
from portal.models import Event
from portal.money import percent
from portal.pages import ask, posted, status_of, uploaded
from portal.rules import Kind, enforce

WITHIN = ("申报", "round-list")
Status = CountyApplication.Status
NEXT = {
    Status.DRAFT: ("县商务局、财政局、扶贫办，县政府", "逐项完成材料，由县政府提交"),
    Status.RETURNED: ("县商务局、县政府", "按退回意见补正，由县政府重新提交"),
    Status.CITY_REVIEW: ("市商务、财政、扶贫三部门", "分别评议，三部门均同意后可以推荐"),
    Status.CITY_REVIEWED: ("市三部门", "在名额内择优，联合行文推荐"),
    Status.RECOMMENDED: ("省商务厅", "受理"),
    Status.ACCEPTED: ("省商务厅、省财政厅、省扶贫办", "分别评分"),
    Status.REVIEWED: ("省商务厅", "按得分排序"),
    Status.SHORTLISTED: ("省三部门", "报三部门核定，公示，公布名单"),
    Status.DESIGNATED: ("示范县", "制订实施方案"),
}
DONE, BEGUN, NOT_BEGUN = ("完成", "good"), ("进行中", "running"), ("未开始", "neutral")


def find_application(request, pk):
    found = CountyApplication.objects.visible_to(request.user).select_related(
        "region__parent", "round__batch", "document", "finance_certificate", "acceptance_certificate", "recommendation"
    )
    found = found.prefetch_related("sections", "targets", "support_years", "scores")
    return get_object_or_404(found, pk=pk)


def _for(request, pk, verb):
    application = find_application(request, pk)
    must(request.user, verb, application.region)
    return application


@require_POST
def application_begin(request, pk):
    round = find_round(request, pk)
    region = own_region(request.user)
    must(request.user, "application.draft", region)
    application = CountyApplication.begin(round, region, by=request.user)
    messages.success(request, "申报已建立，请逐项完成材料")
    return redirect(application)


def application_detail(request, pk):
    application = find_application(request, pk)
    user = request.user
    who, what = NEXT.get(application.status, ("", "本轮次办理完毕，材料留存备查"))
    gates = _gates(application)
    received, paid = application.money_counted()
    context = {
        "application": application,
        "who": who,
        "what": what,
        "tasks": _tasks(application),
        "written": application.written(),
        "gates": gates,
        "can": _deeds(user, application),
        "mine": CityOpinion.objects.waiting_for(user).filter(application=application).first(),
        "opinions": _opinions(application),
        "sheets": [(bureau.label, float(application.score_of(bureau))) for bureau in application.scored_by()],
        "total": float(application.score_of()) if len(application.scored_by()) == len(Bureau) else None,
        "rate": percent(paid, received) if received else None,
        "received": received,
        "paid": paid,
        "events": Event.objects.about(application),
    }
    return render(request, "counties/application_detail.html", context)


def _deeds(user, application):
    wanted = {
        "draft": ("application.draft", application.is_editable),
        "funds": ("application.certify_funds", application.is_editable and application.supported_before),
        "acceptance": ("application.certify_acceptance", application.is_editable and application.supported_before),
        "submit": ("application.submit", application.is_editable),
        "accept": ("application.accept", application.status == Status.RECOMMENDED),
        "score": ("application.score", application.status in CountyApplication.SCORABLE),
    }
    possible = {name: verb for name, (verb, now) in wanted.items() if now and user.has_perm(f"accounts.{verb}")}
    return set(possible) if possible and application.region.admits(user) else set()


def _gates(application):
    if application.is_editable:
        title, rows = "提交前检查", application.missing_before_submit()
    elif application.status == Status.RECOMMENDED:
        title, rows = "受理前检查", application.missing_before_accept()
    else:
        return None
    excusable = any(breach.kind is Kind.SOFT for breach in rows)
    return SimpleNamespace(title=title, rows=rows, reason="required" if excusable else "")


def _opinions(application):
    given = {opinion.bureau: opinion for opinion in application.opinions_now().select_related("decided_by")}
    return SimpleNamespace(
        label="市级评议",
        skipped=False,
        lights=[(bureau.label, given.get(bureau.value)) for bureau in Bureau],
    )


def _task(title, url, state, clause, note=""):
    return SimpleNamespace(title=title, url=url, label=state[0], tone=state[1], clause=clause, note=note)


def _tasks(application):
    """Every paper that this county owes: not begun, under way, done; with the clause that asks for it."""
    texts, pk = application.texts(), [application.pk]
    document = DONE if application.document_id and application.doc_no else NOT_BEGUN
    if bool(application.document_id) != bool(application.doc_no):
        document = BEGUN
    rows = [_task("县政府申报文件", reverse("county-application-edit", args=pk), document, "C-502")]
    for chapter in application.chapters():
        url = reverse("county-application-section", args=[application.pk, chapter.key])
        state = DONE if texts.get(chapter.key, "").strip() else NOT_BEGUN
        rows.append(_task(f"工作方案：{chapter.title}", url, state, chapter.rules[-1], chapter.hint))
    given = {target.direction for target in application.targets.all()}
    state = DONE if len(given) == 4 else BEGUN if given else NOT_BEGUN
    url = reverse("county-application-targets", args=pk)
    rows.append(_task("量化目标", url, state, "B-403", f"四个方向已有 {len(given)} 个"))
    if application.supported_before:
        years = bool(application.support_years.all())
        state = DONE if years and application.finance_certificate_id else BEGUN if years else NOT_BEGUN
        url = reverse("county-application-funds", args=pk)
        rows.append(_task("资金拨付率和财政部门证明", url, state, "C-103", "县财政局填写"))
        counted = application.projects_planned is not None
        state = DONE if counted and application.acceptance_certificate_id else BEGUN if counted else NOT_BEGUN
        url = reverse("county-application-acceptance", args=pk)
        rows.append(_task("项目验收和商务部门证明", url, state, "C-104", "县商务局填写"))
    return rows


# --- the county's tasks ----------------------------------------------------------------------------------------------
def application_edit(request, pk):
    application = _for(request, pk, "application.draft")
    enforce(application.BEFORE_EDIT, application)
    form = DocumentForm(posted(request), uploaded(request), instance=application)
    if form.is_valid():
        stored = find_application(request, pk)
        stored.edit(by=request.user, **form.values(region=stored.region, by=request.user))
        messages.success(request, "申报文件已保存")
        return redirect(stored)
    document = ("查看申报文件（F-01，未盖章草稿，PDF）", reverse("county-application-document", args=[application.pk]))
    return ask(request, application, form, "保存申报文件", within=WITHIN, document=document)


def application_section(request, pk, key):
    application = find_application(request, pk)
    chapter = BY_KEY.get(key)
    if chapter is None or chapter not in application.chapters():
        raise Http404
    must(request.user, "application.draft", application.region)
    enforce(application.BEFORE_EDIT, application)
    section = next(section for section in application.sections.all() if section.key == key)
    form = SectionForm(posted(request), initial={"text": section.text, "revision": section.revision})
    if form.is_valid():
        application.write(key, by=request.user, **form.cleaned_data)
        messages.success(request, f"“{chapter.title}”已保存")
        return redirect(application)
    rules = "、".join(chapter.rules)
    return ask(
        request,
        application,
        form,
        f"保存“{chapter.title}”",
        within=WITHIN,
        words=f"请写：{chapter.hint}。（规则 {rules}）",
    )


def application_targets(request, pk):
    application = _for(request, pk, "application.draft")
    enforce(application.BEFORE_EDIT, application)
    if request.method == "POST":
        rows = Targets(request.POST, prefix="targets")
        if rows.is_valid():
            application.set_rows("targets", rows.rows(), by=request.user)
            messages.success(request, "量化目标已保存")
            return redirect(application)
    else:
        rows = stored_rows(Targets, application.targets.all(), "targets")
    page = {
        "application": application,
        "form": None,
        "rows": rows,
        "heading": "量化目标",
        "words": "每个支持方向至少一个可量化、可考核的目标：指标、单位、基年基数、目标年目标值（48号 四）。留空的行不保存。",
    }
    return render(request, "counties/application_rows.html", page, status=status_of(rows))


def application_funds(request, pk):
    application = _for(request, pk, "application.certify_funds")
    enforce(application.BEFORE_EDIT, application)
    form = FundsCertificateForm(posted(request), uploaded(request), instance=application)
    if request.method == "POST":
        rows = Years(request.POST, prefix="years")
        if all([rows.is_valid(), form.is_valid()]):
            stored = find_application(request, pk)
            stored.set_rows("support_years", rows.rows(), by=request.user)
            stored.edit(by=request.user, **form.values(region=stored.region, by=request.user))
            messages.success(request, "以前年度资金和证明已保存")
            return redirect(stored)
    else:
        rows = stored_rows(Years, application.support_years.all(), "years")
    left_out = "、".join(map(str, application.batch.second_apply_excluded_years))
    page = {
        "application": application,
        "form": form,
        "rows": rows,
        "heading": "资金拨付率和财政部门证明",
        "words": f"逐年填写中央资金的下达和拨付；{left_out} 年下达的资金也请填写，计算拨付率时两边都不计（35号 一（二））。",
        "document": reverse("county-application-certificate", args=[application.pk, "funds"]),
    }
    return render(request, "counties/application_rows.html", page, status=status_of(rows, form))


def application_acceptance(request, pk):
    application = _for(request, pk, "application.certify_acceptance")
    enforce(application.BEFORE_EDIT, application)
    form = AcceptanceCertificateForm(posted(request), uploaded(request), instance=application)
    if form.is_valid():
        stored = find_application(request, pk)
        stored.edit(by=request.user, **form.values(region=stored.region, by=request.user))
        messages.success(request, "项目验收情况和证明已保存")
        return redirect(stored)
    address = reverse("county-application-certificate", args=[application.pk, "acceptance"])
    document = ("查看项目验收证明（F-03，未盖章草稿，PDF）", address)
    return ask(request, application, form, "保存项目验收证明", within=WITHIN, document=document)


@require_POST
def application_submit(request, pk):
    application = _for(request, pk, "application.submit")
    form = ReasonForm(request.POST)
    if not form.is_valid():
        gates = application.missing_before_submit()
        return ask(request, application, form, "县政府提交申报", within=WITHIN, gates=gates)
    application.submit(by=request.user, reason=form.cleaned_data["reason"])
    where = "省商务厅" if application.is_direct else f"{application.region.parent}三部门"
    messages.success(request, f"申报已提交，送{where}")
    return redirect(application)


# --- city and province -----------------------------------------------------------------------------------------------
def _opinion(request, pk):
    opinions = CityOpinion.objects.visible_to(request.user).select_related("application__region__parent")
    opinion = get_object_or_404(opinions, pk=pk)
    must(request.user, "application.review", opinion)
    return opinion


@require_POST
def opinion_agree(request, pk):
    opinion = _opinion(request, pk)
    form = OpinionForm(request.POST)
    if not form.is_valid():
        return ask(request, opinion.application, form, f"同意（{opinion}）", within=WITHIN)
    opinion.agree(by=request.user, opinion=form.cleaned_data["opinion"])
    messages.success(request, f"{opinion}：同意，已记录")
    return redirect(opinion.application)


@require_POST
def opinion_return(request, pk):
    opinion = _opinion(request, pk)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        return ask(request, opinion.application, form, f"退回（{opinion}）", within=WITHIN)
    opinion.send_back(by=request.user, opinion=form.cleaned_data["opinion"])
    messages.success(request, f"{opinion}：退回，申报已退县补正")
    return redirect(opinion.application)


@require_POST
def application_accept(request, pk):
    application = _for(request, pk, "application.accept")
    application.accept(by=request.user)
    messages.success(request, "已受理，截止后由三部门评分")
    return redirect(application)


def application_decline(request, pk):
    application = _for(request, pk, "application.accept")
    form = ReturnForm(posted(request))
    if not form.is_valid():
        return ask(request, application, form, "不予受理", within=WITHIN)
    application.decline(by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, "不予受理，理由已通知县政府")
    return redirect(application)


def application_score(request, pk):
    application = _for(request, pk, "application.score")
    bureau = request.user.office.bureau
    mine = [score for score in application.scores.all() if score.bureau == bureau]
    given = [score.points for score in mine]
    initial = {"comment": mine[0].comment} if mine else {}
    form = ScoreForm(posted(request), criteria=application.round.criteria, given=given, initial=initial)
    if form.is_valid():
        comment = form.cleaned_data["comment"]
        application.score(by=request.user, bureau=bureau, points=form.points(), comment=comment)
        messages.success(request, f"评分已保存：{application}")
        return redirect(application)
    words = "按本轮次公布的评审指标评分；排序之前可以修改，每次修改都留痕。"
    return ask(request, application, form, "保存评分", within=WITHIN, words=words)


def application_document(request, pk):
    """F-01 示范县申报文件。"""
    application = find_application(request, pk)
    return shown(documents.application_letter(application).pdf(), f"F-01-{application.region.code}")


def application_certificate(request, pk, kind):
    """F-03 资金拨付率证明（funds）、项目验收证明（acceptance）。"""
    application = find_application(request, pk)
    makers = {"funds": documents.funds_certificate, "acceptance": documents.acceptance_certificate}
    if kind not in makers:
        raise Http404
    return shown(makers[kind](application).pdf(), f"F-03-{kind}-{application.region.code}")
