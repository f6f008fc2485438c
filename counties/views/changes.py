"""方案变更：begin with types and reasons, old beside new, withdraw."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from accounts.access import must
from counties.models import Plan
from counties.review_forms import ChangeForm, WithdrawForm
from counties.views.found import find_plan
from portal.pages import ask, posted

WITHIN = ("实施方案", "plan-list")


def plan_change(request, pk):
    plan = find_plan(request, pk)
    must(request.user, "plan.draft", plan.region)
    form = ChangeForm(posted(request))
    if not form.is_valid():
        words = "方案备案后不得擅自更改。变更重走全部程序，先报省收备，再重新公示，期满无异议后生效；办完之前，受影响的资金安排不能验收、拨付。"
        return ask(request, plan, form, "发起方案变更", within=WITHIN, words=words)
    change = plan.begin_change(by=request.user, **form.cleaned_data)
    messages.success(request, f"已发起方案变更（第 {change.version} 版），生效前原方案继续有效")
    return redirect("plan-edit", change.pk)


def plan_compare(request, pk):
    """变更对照：every field and every fund line of the change beside the version that it replaces."""
    plan = find_plan(request, pk)
    if not plan.is_change:
        raise Http404("首版方案没有变更对照")
    plan.replaces = Plan.objects.select_related("county__batch").prefetch_related("lines").get(pk=plan.replaces_id)
    context = {
        "plan": plan,
        "old": plan.replaces,
        "types": [plan.ChangeType(kind).label for kind in plan.change_types],
        "fields": list(plan.differences()),
        "lines": list(plan.line_differences()),
        "shares": list(plan.share_differences()),
    }
    return render(request, "counties/plan_compare.html", context)


def plan_withdraw(request, pk):
    plan = find_plan(request, pk)
    must(request.user, "plan.withdraw", plan.region)
    form = WithdrawForm(posted(request))
    if not form.is_valid():
        words = "变更撤回后不再办理，版本号保留，原备案方案继续有效。报省收备之后不能撤回。"
        return ask(request, plan, form, "撤回方案变更", within=WITHIN, words=words)
    plan.withdraw(by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, "方案变更已撤回，原备案方案继续有效")
    return redirect(plan)
