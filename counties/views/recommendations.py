"""市推荐报告的页面：drafted by commerce, signed by three, sent once."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import may, must, own_region
from counties import round_documents as documents
from counties.models import Bureau, CityRecommendation
from counties.round_forms import RecommendationForm
from counties.views.rounds import find_round
from portal.documents import shown
from portal.models import Event
from portal.pages import ask, posted, uploaded
from portal.rules import enforce

WITHIN = ("申报", "round-list")


def find_report(request, pk, verb=None):
    reports = CityRecommendation.objects.visible_to(request.user).select_related(
        "region__parent", "round__batch", "method_file"
    )
    report = get_object_or_404(reports.prefetch_related("signatures__signed_by", "chosen__region"), pk=pk)
    if verb:
        must(request.user, verb, report.region)
    return report


@require_POST
def recommendation_begin(request, pk):
    round = find_round(request, pk)
    city = own_region(request.user)
    must(request.user, "recommendation.draft", city)
    report = CityRecommendation.begin(round, city, by=request.user)
    return redirect("recommendation-edit", report.pk)


def recommendation_detail(request, pk):
    report = find_report(request, pk)
    user = request.user
    is_draft = report.status == report.Status.DRAFT
    without, including = report.counts()
    signed = {signature.bureau: signature for signature in report.signatures.all()}
    valid = report.signed_by()
    context = {
        "report": report,
        "proposed": report.proposed(),
        "used": report.places_used(),
        "quota": report.quota if not is_draft else report.quota_now(),
        "without": without,
        "including": including,
        "gates": report.missing_before_file() if is_draft else None,
        "signatures": [(bureau.label, signed.get(bureau.value), bureau.value in valid) for bureau in Bureau],
        "may_edit": is_draft and may(user, "recommendation.draft", report.region),
        "may_sign": is_draft and user.office.bureau not in valid and may(user, "recommendation.sign", report.region),
        "may_file": is_draft and may(user, "recommendation.file", report.region),
        "events": Event.objects.about(report),
    }
    return render(request, "counties/recommendation_detail.html", context)


def recommendation_edit(request, pk):
    report = find_report(request, pk, "recommendation.draft")
    enforce(report.BEFORE_EDIT, report)
    initial = {"chosen": [application.pk for application in report.proposed()]}
    form = RecommendationForm(posted(request), uploaded(request), instance=report, initial=initial)
    if form.is_valid():
        stored = find_report(request, pk)
        values = form.values(region=stored.region, by=request.user)
        chosen = list(values.pop("chosen"))
        stored.edit(by=request.user, chosen=chosen, **values)
        messages.success(request, "推荐报告已保存；内容有改动的，三部门须对新内容签署")
        return redirect(stored)
    return ask(request, report, form, "保存推荐报告", within=WITHIN)


@require_POST
def recommendation_sign(request, pk):
    report = find_report(request, pk, "recommendation.sign")
    report.sign(by=request.user)
    messages.success(request, "本部门已签署")
    return redirect(report)


@require_POST
def recommendation_file(request, pk):
    report = find_report(request, pk, "recommendation.file")
    report.file(by=request.user)
    messages.success(request, f"已以 {report.doc_no} 联合行文报省三部门")
    return redirect(report)


def recommendation_document(request, pk):
    """F-02 市推荐报告（三部门联合行文）。"""
    report = find_report(request, pk)
    return shown(documents.recommendation_report(report).pdf(), f"F-02-{report.region.code}-{report.number}")
