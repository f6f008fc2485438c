"""资金冻结的页面：what is frozen in a county, one freeze more, and how one is lifted."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import may, must
from accounts.confirmation import FIELD
from counties.models import County
from funds.forms.freeze import FreezeForm, LiftForm
from funds.models import Freeze
from portal.pages import ask, page_of, posted

WHOLE = ("county__region", "project", "payment", "placed_by__office", "lifted_by__office")


def _county(user, pk):
    return get_object_or_404(County.objects.visible_to(user).select_related("region", "batch"), pk=pk)


def freeze_list(request, county_pk):
    """Every freeze of the county, those that stand first."""
    county = _county(request.user, county_pk)
    freezes = Freeze.objects.filter(county=county).select_related(*WHOLE).order_by("-lifted_on", "-pk")
    context = {
        "county": county,
        "page": page_of(request, freezes),
        "wanted": request.GET.urlencode(),
        "may_freeze": may(request.user, "money.freeze", county.region),
        "may_lift": may(request.user, "money.unfreeze", county.region),
    }
    return render(request, "funds/freeze_list.html", context)


@sensitive_post_parameters(FIELD)
@require_http_methods(["GET", "POST"])
def freeze_place(request, county_pk):
    """冻结一笔拨付、一个项目或者全县的资金。"""
    county = _county(request.user, county_pk)
    must(request.user, "money.freeze", county.region)
    wanted = {name: request.GET.get(name) for name in ("payment", "project")}
    form = FreezeForm(posted(request), request=request, county=county, initial=wanted)
    if request.method == "POST" and form.is_valid():
        freeze = Freeze.place(county, by=request.user, **form.deed())
        messages.success(request, f"已冻结：{freeze.what}；已通知县有关部门")
        return redirect("freeze-list", county.pk)
    words = "冻结期间，有关拨付的每一步都不能办理（规则 P-042），数据库也拒绝支付；解冻须由另一人写明原因办理。"
    return ask(request, county, form, "冻结资金", within=("资金", "payment-list"), words=words)


@sensitive_post_parameters(FIELD)
@require_http_methods(["GET", "POST"])
def freeze_lift(request, pk):
    """解冻，须写明原因；by another person of the same level or a higher one."""
    found = Freeze.objects.visible_to(request.user).select_related(*WHOLE)
    freeze = get_object_or_404(found, pk=pk)
    must(request.user, "money.unfreeze", freeze.county.region)
    form = LiftForm(posted(request), request=request)
    if request.method == "POST" and form.is_valid():
        freeze.lift(by=request.user, **form.deed())
        messages.success(request, f"已解除冻结：{freeze.what}")
        return redirect("freeze-list", freeze.county_id)
    gates = freeze.missing_before_lift(request.user)
    page = {"within": ("资金", "payment-list"), "gates": gates, "words": freeze.in_words}
    return ask(request, freeze, form, "解除冻结", **page)
