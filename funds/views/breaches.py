"""违规事实登记的页面 (G-23)：the list of all that I may see, one fact with its evidence, a new one, a correction."""

from django.contrib import messages
from django.forms.models import model_to_dict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import must
from accounts.confirmation import FIELD
from counties.models import County
from funds.forms.breach import BreachForm, BreachSearchForm, CorrectionForm
from funds.models import Leg, OutsideBreach, Watched
from portal import clock, workbook
from portal.models import Attachment, Event
from portal.pages import ask, page_of, posted, uploaded
from portal.rules import breaches as found_by
from portal.schema import Column, Schema

WHOLE = ("county__region", "county__batch", "project", "agreement", "registered_by__office", "corrects", "correction")
MOST_ROWS = 5000
BREACHES = Schema(
    name="outside-breaches",
    title="违规事实登记",
    version=1,
    max_rows=MOST_ROWS,
    columns=(
        Column("no", "登记编号"),
        Column("county", "示范县"),
        Column("kind", "类别"),
        Column("rule_id", "违反的规则"),
        Column("clause", "条款", max_length=500),
        Column("happened_on", "发生日期", "date"),
        Column("project", "项目"),
        Column("agreement", "协议号"),
        Column("amount", "涉及金额（元）", "money"),
        Column("source", "资金来源"),
        Column("left_treasury", "已从专账付出"),
        Column("payee", "收款单位"),
        Column("voucher_no", "凭证号"),
        Column("responsible", "责任单位"),
        Column("why", "原因", max_length=500),
        Column("description", "事实经过", max_length=5000),
        Column("registered_by", "登记单位"),
        Column("registered_on", "登记日期", "date"),
        Column("corrected_by", "更正情况"),
    ),
)


def _chosen(user, search):
    """What the filters above the list leave of all that this person may see."""
    breaches = OutsideBreach.objects.visible_to(user).select_related(*WHOLE)
    for name in ("county", "kind", "project"):
        if value := search.wanted(name):
            breaches = breaches.filter(**{name: value})
    return breaches


def breach_list(request):
    search = BreachSearchForm(request.GET, user=request.user)
    breaches = _chosen(request.user, search)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page_of(request, breaches),
        "search": search,
        "is_filtered": any(search.wanted(name) for name in search.fields),
        "total": breaches.standing().total(),
        "query": query.urlencode(),
    }
    return render(request, "funds/breach_list.html", context)


def breach_export(request):
    search = BreachSearchForm(request.GET, user=request.user)
    rows = [_row_of(breach) for breach in _chosen(request.user, search)[:MOST_ROWS]]
    return workbook.download(workbook.export(BREACHES, rows), f"违规事实登记_{clock.today():%Y%m%d}.xlsx")


def _row_of(breach):
    plain = ("no", "rule_id", "clause", "happened_on", "amount", "payee", "voucher_no")
    row = {name: getattr(breach, name) for name in (*plain, "responsible", "why", "description")}
    later = getattr(breach, "correction", None)
    return row | {
        "county": str(breach.county),
        "kind": breach.get_kind_display(),
        "project": breach.project.name if breach.project else "",
        "agreement": breach.agreement.no if breach.agreement else "",
        "source": breach.get_source_display(),
        "left_treasury": "是" if breach.left_treasury else "否",
        "registered_by": breach.registered_by.office_name,
        "registered_on": clock.day_of(breach.registered_at),
        "corrected_by": f"已由 {later.no} 更正" if later else f"更正 {breach.corrects.no}" if breach.corrects else "",
    }


def breach_detail(request, pk):
    breach = _find(request.user, pk)
    context = {
        "breach": breach,
        "later": getattr(breach, "correction", None),
        "files": breach.files.select_related("file"),
        "legs": Leg.objects.about(breach).select_related("fund_line", "stage").order_by("pk"),
        "may_correct": request.user.has_perm("accounts.breach.register"),
        "events": Event.objects.about(breach),
    }
    return render(request, "funds/breach_detail.html", context)


def _find(user, pk):
    return get_object_or_404(OutsideBreach.objects.visible_to(user).select_related(*WHOLE), pk=pk)


@require_http_methods(["GET", "POST"])
def breach_create(request, county_pk):
    """登记违规事实：by whoever watches over the county's money."""
    county = get_object_or_404(County.objects.visible_to(request.user).select_related("region", "batch"), pk=county_pk)
    must(request.user, "breach.register", Watched(county.region))
    known = {"project": request.GET.get("project"), "amount": "0"}
    form = BreachForm(posted(request), uploaded(request), county=county, initial=known)
    if request.method == "POST" and form.is_valid():
        breach = OutsideBreach.register(county, by=request.user, **_told(form, county, request.user))
        messages.success(request, f"已登记 {breach.no}，市、省主管部门已收到消息")
        return redirect(breach)
    words = (
        "平台之外已经发生的违规，如实登记：县、市、省、审计立即可见，不能修改或删除，只能更正；"
        "登记不等于准许，平台上的办理条件不因此放宽。"
    )
    return ask(request, county, form, "登记违规事实", within=("违规事实登记", "breach-list"), words=words)


@sensitive_post_parameters(FIELD)
@require_http_methods(["GET", "POST"])
def breach_correct(request, pk):
    """更正：a second record beside the first; what was booked by mistake is reversed."""
    breach = _find(request.user, pk)
    must(request.user, "breach.register", Watched(breach.county.region))
    known = model_to_dict(breach, BreachForm.Meta.fields)
    form = CorrectionForm(posted(request), uploaded(request), request=request, county=breach.county, initial=known)
    if request.method == "POST" and form.is_valid():
        told = _told(form, breach.county, request.user)
        right = breach.correct(by=request.user, reason=form.cleaned_data["correction_reason"], **told)
        messages.success(request, f"已登记 {right.no}，更正 {breach.no}；原登记保留")
        return redirect(right)
    gates = found_by(OutsideBreach.BEFORE_CORRECT, breach)
    return ask(request, breach, form, "更正登记", within=("违规事实登记", "breach-list"), gates=gates)


def _told(form, county, user):
    """What the form says, for the verb, with its files kept."""
    files = Attachment.keep_all(form.cleaned_data["uploads"], region=county.region, by=user)
    return {"files": files, "excuse": form.cleaned_data["reason"]} | form.fact()
