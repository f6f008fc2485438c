"""取消示范资格的页面：open, hear, three opinions, decide."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header

from accounts.access import deeds_for, must
from counties.views.found import find_county
from funds.documents.recovery import recovery_notice
from portal import clock, workdays
from portal.models import Attachment, Event
from portal.pages import ask, page_of, posted, status_of, uploaded
from portal.rules import breaches
from projects.forms.shapes import ReasonForm
from supervision.documents import revocation_decision
from supervision.forms.sanction import DecisionForm, OpenForm, OpinionForm, StatementForm, TransferForm
from supervision.models import Sanction

WITHIN = ("监督", "sanction-list")
Status = Sanction.Status


def sanction_list(request):
    sanctions = Sanction.objects.visible_to(request.user).select_related("county__region", "recovery")
    today = clock.today()
    page = page_of(request, sanctions)
    context = {
        "page": page,
        "rows": [(sanction, workdays.deadline(sanction.statement_due_on, today)) for sanction in page],
    }
    return render(request, "supervision/sanction_list.html", context)


def sanction_create(request, county_pk):
    """立案：the county is told and its money stands still."""
    county = find_county(request, county_pk)
    must(request.user, "sanction.open", county.region)
    form = OpenForm(posted(request), uploaded(request))
    if form.is_valid():
        fields = dict(form.cleaned_data)
        files = Attachment.keep_all(fields.pop("evidence"), region=county.region, by=request.user)
        sanction = Sanction.open(county, by=request.user, evidence=files, **fields)
        messages.success(request, f"已立案，资金已冻结；已通知县政府在 {sanction.statement_due_on} 前陈述申辩")
        return redirect(sanction)
    page = {"county": county, "form": form, "days": county.batch.hearing_workdays}
    return render(request, "supervision/sanction_form.html", page, status=status_of(form))


def sanction_detail(request, pk):
    sanction = _find(request, pk)
    user, today = request.user, clock.today()
    heard = sanction.was_heard(today)
    hearing = sanction.status == Status.HEARING
    opinions = {opinion.bureau: opinion for opinion in sanction.opinions.select_related("given_by__office")}
    own = user.office.bureau if user.office_id else ""
    wanted = [
        (
            hearing and not sanction.stated_on and today <= sanction.statement_due_on,
            "state",
            "sanction.state",
            "county",
        ),
        (hearing and heard and own not in opinions, "agree", "sanction.agree", "county"),
        (hearing and heard, "decide", "sanction.decide", "county"),
        (sanction.status == Status.DECIDED, "transfer", "sanction.decide", "county"),
    ]
    context = {
        "sanction": sanction,
        "heard": heard,
        "due": workdays.deadline(sanction.statement_due_on, today),
        "can": deeds_for(user, wanted, {"county": sanction.county.region}),
        "evidence": sanction.evidence.order_by("pk"),
        "statement_files": sanction.statement_files.order_by("pk"),
        "opinions": [(words, opinions.get(bureau)) for bureau, words in sanction.departments()],
        "gates": sanction.missing_before_decide() if hearing else None,
        "records": breaches(sanction.RECORDS, sanction),
        "events": Event.objects.about(sanction),
    }
    return render(request, "supervision/sanction_detail.html", context)


def sanction_state(request, pk):
    sanction = _find(request, pk)
    must(request.user, "sanction.state", sanction.region)
    form = StatementForm(posted(request), uploaded(request))
    if not form.is_valid():
        gates = breaches(sanction.BEFORE_STATE, sanction)
        words = "陈述申辩只提交一次，提交后不能修改；省三部门据此提出意见。"
        return ask(request, sanction, form, "提交陈述申辩", within=WITHIN, gates=gates, words=words)
    files = Attachment.keep_all(form.cleaned_data["files"], region=sanction.region, by=request.user)
    sanction.state(by=request.user, statement=form.cleaned_data["statement"], files=files)
    messages.success(request, "陈述申辩已提交，并通知省三部门")
    return redirect(sanction)


def sanction_opinion(request, pk):
    sanction = _find(request, pk)
    must(request.user, "sanction.agree", sanction.region)
    form = OpinionForm(posted(request))
    if not form.is_valid():
        gates = breaches(sanction.BEFORE_OPINION, sanction)
        return ask(request, sanction, form, "提出意见", within=WITHIN, gates=gates)
    sanction.give_opinion(by=request.user, **form.values())
    messages.success(request, "意见已记录")
    return redirect(sanction)


def sanction_decide(request, pk):
    sanction = _find(request, pk)
    must(request.user, "sanction.decide", sanction.region)
    form = DecisionForm(posted(request), uploaded(request))
    if not form.is_valid():
        document = ("决定草稿（F-24，PDF）", sanction.paper_url("decision"))
        words = "作出决定后，该县各项业务只能查看，追回随即开始，决定在公开专栏公布；不能撤销。"
        page = {"within": WITHIN, "gates": sanction.missing_before_decide(), "words": words, "document": document}
        return ask(request, sanction, form, "作出取消决定", **page)
    fields = dict(form.cleaned_data)
    scan = Attachment.keep(fields.pop("scan"), region=sanction.region, by=request.user)
    sanction.decide(by=request.user, scan=scan, **fields)
    messages.success(request, f"已取消示范资格；应追回 {sanction.recovery.amount} 元，已通知县、市")
    return redirect(sanction)


def sanction_dismiss(request, pk):
    sanction = _find(request, pk)
    must(request.user, "sanction.decide", sanction.region)
    form = ReasonForm(posted(request), label="不予取消的理由")
    if not form.is_valid():
        gates = breaches(sanction.BEFORE_DISMISS, sanction)
        words = "该县恢复立案前的状态，资金解冻。"
        return ask(request, sanction, form, "不予取消", within=WITHIN, gates=gates, words=words)
    sanction.dismiss(by=request.user, **form.cleaned_data)
    messages.success(request, "已作出不予取消的决定，资金已解冻")
    return redirect(sanction)


def sanction_transfer(request, pk):
    sanction = _find(request, pk)
    must(request.user, "sanction.decide", sanction.region)
    form = TransferForm(posted(request))
    if not form.is_valid():
        words = "按《财政违法行为处罚处分条例》（国务院令第427号）移送有权机关处理的，在此登记。"
        return ask(request, sanction, form, "登记移送", within=WITHIN, words=words)
    sanction.transfer(by=request.user, **form.cleaned_data)
    messages.success(request, "移送情况已登记")
    return redirect(sanction)


def sanction_paper(request, pk, kind):
    """F-24：取消示范资格决定，追回资金通知。"""
    sanction = _find(request, pk)
    if kind not in ("decision", "recovery") or (kind == "recovery" and sanction.recovery is None):
        raise Http404("没有这份文书；追回资金通知在作出决定之后才有")
    if kind == "recovery":
        paper, words = recovery_notice(sanction.recovery), "追回资金通知"
    else:
        paper, words = revocation_decision(sanction), "取消示范资格决定"
    response = HttpResponse(paper.pdf(), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{sanction.no}{words}.pdf")
    return response


def _find(request, pk):
    sanctions = Sanction.objects.visible_to(request.user).select_related(
        "county__region__parent", "county__batch", "opened_by__office", "stated_by__office", "scan", "recovery__county"
    )
    return get_object_or_404(sanctions, pk=pk)
