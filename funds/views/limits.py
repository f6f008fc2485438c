"""审批限额的页面：what stands in a county, what waits for a second person."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import may, must
from accounts.confirmation import FIELD
from counties.models import County
from funds.forms.limit import AgreeForm, LimitForm
from funds.models import ApprovalLimit
from portal.pages import ask, page_of, posted
from projects.forms.shapes import ReasonForm

WHOLE = ("region", "person__office", "proposed_by__office", "agreed_by__office")
WITHIN = ("资金", "payment-list")


def approval_limits(request, county_pk):
    """The limits of a county: waiting, in force, and the whole history."""
    county = get_object_or_404(County.objects.visible_to(request.user).select_related("region", "batch"), pk=county_pk)
    limits = ApprovalLimit.objects.visible_to(request.user).filter(region=county.region).select_related(*WHOLE)
    context = {
        "county": county,
        "page": page_of(request, limits),
        "may_propose": may(request.user, "limit.propose", county.region),
        "may_agree": may(request.user, "limit.agree", county.region),
    }
    return render(request, "funds/approval_limits.html", context)


@require_http_methods(["GET", "POST"])
def approval_limit_propose(request, county_pk):
    county = get_object_or_404(County.objects.visible_to(request.user).select_related("region", "batch"), pk=county_pk)
    must(request.user, "limit.propose", county.region)
    form = LimitForm(posted(request), region=county.region)
    if request.method == "POST" and form.is_valid():
        limit = ApprovalLimit.propose(county.region, by=request.user, **form.cleaned_data)
        messages.success(request, f"已提出{limit}；另一人同意后生效")
        return redirect("approval-limits", county.pk)
    words = "限额经另一人（不是提出人，也不是被限定的本人）同意后生效；在此之前不起作用。不设限额的人没有限额。"
    return ask(request, county, form, "提出审批限额", within=WITHIN, words=words)


def _find(user, pk):
    return get_object_or_404(ApprovalLimit.objects.visible_to(user).select_related(*WHOLE), pk=pk)


@sensitive_post_parameters(FIELD)
@require_http_methods(["GET", "POST"])
def approval_limit_agree(request, pk):
    limit = _find(request.user, pk)
    must(request.user, "limit.agree", limit.region)
    form = AgreeForm(posted(request), request=request)
    if request.method == "POST" and form.is_valid():
        limit.agree(by=request.user, **form.deed())
        messages.success(request, f"{limit}已生效：{limit.in_words}")
        return redirect(limit)
    words = (
        f"{limit.person}（{limit.get_verb_display()}）：{limit.in_words}。{limit.proposed_by}提出，理由：{limit.why}"
    )
    gates = limit.missing_before_agree(request.user)
    return ask(request, limit, form, "同意审批限额", within=WITHIN, words=words, gates=gates)


@require_http_methods(["GET", "POST"])
def approval_limit_decline(request, pk):
    """不予同意；the proposer may take the proposal back in the same way."""
    limit = _find(request.user, pk)
    must(request.user, "limit.agree", limit.region)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        limit.decline(by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"{limit}没有生效")
        return redirect(limit)
    return ask(request, limit, form, "不予同意", within=WITHIN, words=f"{limit.person}：{limit.in_words}")
