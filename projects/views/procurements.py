"""采购的页面：列表、一项采购、登记和修改（标段逐行填写）、废标后重新采购。"""

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import deeds_for, is_office, may_at_home, must, own_region
from portal import clock, workdays
from portal.pages import page_of, status_of
from projects.deadlines import terms_of
from projects.forms.procurement import ProcurementForm, package_rows
from projects.forms.shapes import SearchForm, as_typed
from projects.models import Package, Procurement, SupplierQuery

WITHIN = ("采购", "procurement-list")
Status = Procurement.Status
PACKAGE_FIELDS = ("name", "fund_line", "budget", "content_text")


def procurement_list(request):
    search = SearchForm(request.GET, statuses=Status.choices)
    procurements = Procurement.objects.visible_to(request.user).named(search.wanted("q"))
    if status := search.wanted("status"):
        procurements = procurements.filter(status=status)
    procurements = procurements.select_related("county__region", "conditions_notice")
    context = {
        "page": page_of(request, procurements.prefetch_related("packages__winner")),
        "search": search,
        "may_draft": may_at_home(request.user, "procurement.draft"),
    }
    return render(request, "projects/procurement_list.html", context)


def procurement_detail(request, pk):
    procurement = find_procurement(request, pk)
    packages = list(procurement.packages.all())
    today, notice = clock.today(), procurement.conditions_notice
    chosen = _chosen(packages, request.GET.get("package", ""))
    office = is_office(request.user)
    who, what = _next(procurement, chosen)
    context = {
        "procurement": procurement,
        "packages": packages,
        "several": len(packages) > 1,
        "chosen": chosen,
        "who": who,
        "what": what,
        "gates": _gates(procurement, chosen),
        "can": _deeds(request.user, procurement, packages, chosen),
        "to_publicise": [package for package in packages if package.signed_on and not package.contract_publicised_on],
        "terms": [(package, terms_of(package, today)) for package in packages if package.status != "open"],
        "queries": _queries(procurement, request.user, today) if office else [],
        "retenders": procurement.retenders.all() if procurement.failed_packages() else [],
        "deadline": notice and workdays.deadline(notice.ends_on, today),
        "notice_over": bool(notice) and notice.is_over(today),
        "objections": notice.open_objections().count() if notice else 0,
        "is_office": office,
        "events": procurement.history() if office else procurement.events.select_related("by").order_by("pk"),
    }
    return render(request, "projects/procurement_detail.html", context)


def procurement_create(request):
    """登记一项采购，每个标段对应生效方案中的一行资金安排。"""
    region = own_region(request.user)
    must(request.user, "procurement.draft", region)
    return _draft_page(request, region, Procurement(), [])


def procurement_edit(request, pk):
    procurement = find_procurement(request, pk)
    must(request.user, "procurement.draft", procurement.region)
    procurement.refuse_unless_draft()
    rows = list(procurement.packages.order_by("no").values(*PACKAGE_FIELDS))
    return _draft_page(request, procurement.region, procurement, rows)


def procurement_again(request, pk):
    """废标的标段重新采购：内容、条件照原样带入，修改后重新公示。"""
    earlier = find_procurement(request, pk)
    must(request.user, "procurement.draft", earlier.region)
    failed = earlier.failed_packages()
    again = Procurement(
        county=earlier.county,
        again=earlier,
        name=f"{earlier.name}（重新采购）"[:120],
        content_text=earlier.content_text,
        conditions=earlier.conditions,
        budget=sum(package.budget for package in failed) or None,
    )
    again.refuse_unless_failed_before()
    rows = [
        {
            "name": package.name,
            "fund_line": package.fund_line_id,
            "budget": package.budget,
            "content_text": package.content_text,
        }
        for package in failed
    ]
    return _draft_page(request, earlier.region, again, rows)


# --- what the pages ask for ------------------------------------------------------------------------------------------
def find_procurement(request, pk):
    procurements = Procurement.objects.visible_to(request.user).select_related(
        "county__region", "county__batch", "conditions_notice", "again"
    )
    packages = Package.objects.select_related(
        "fund_line__plan", "winner__region", "result_notice", "project__agreement"
    ).prefetch_related("bidders")
    procurements = procurements.prefetch_related(Prefetch("packages", packages))
    return get_object_or_404(procurements, pk=pk)


def find_package(request, pk, no):
    packages = Package.objects.select_related(
        "procurement__county__region", "procurement__county__batch", "procurement__conditions_notice",
        "winner__region", "result_notice", "project__agreement",
    )  # fmt: skip
    mine = Procurement.objects.visible_to(request.user)
    return get_object_or_404(packages.filter(procurement__in=mine), procurement=pk, no=no)


def _draft_page(request, region, procurement, rows):
    """登记、修改和重新采购共用的一页；“增加一个标段”只把表单多给一行，不保存。"""
    lines = list(Procurement.lines_to_follow(region))
    Rows = package_rows(lines)
    if "add_package" in request.POST:
        form = as_typed(ProcurementForm, request.POST, instance=procurement)
        packages = Rows(request.POST, prefix="packages").typed(blank=1)
    elif request.method == "POST":
        form = ProcurementForm(request.POST, instance=procurement)
        packages = Rows(request.POST, prefix="packages")
        if _complete(form, packages):
            return _keep_draft(request, procurement, lines, form.cleaned_data, packages.rows())
    else:
        form = ProcurementForm(instance=procurement)
        packages = Rows.showing(rows, blank=0 if rows else 1, prefix="packages")
    context = {
        "form": form,
        "packages": packages,
        "has_lines": bool(lines) or bool(procurement.pk),
        "procurement": Procurement.objects.filter(pk=procurement.pk).first(),
        "again": procurement.again if procurement.again_id else None,
    }
    return render(request, "projects/procurement_form.html", context, status=status_of(form, packages))


def _complete(form, packages):
    judged = all([form.is_valid(), packages.is_valid()])  # all judged: all errors show at once
    if judged and not packages.rows():
        form.add_error(None, "请至少填写一个标段；不分标段的填写一行")
        return False
    return judged


def _keep_draft(request, procurement, lines, fields, rows):
    if procurement.pk:
        procurement.edit(by=request.user, packages=rows, **fields)
        messages.success(request, "采购已保存")
        return redirect(procurement)
    if procurement.again_id:
        fields["again"] = procurement.again
    county = rows[0]["fund_line"].plan.county
    begun = Procurement.begin(county, by=request.user, packages=rows, **fields)
    messages.success(request, "已登记采购，请县政府公示项目建设内容和承办单位条件")
    return redirect(begun)


def _chosen(packages, wanted):
    """The package that the next deed is about: the one asked for, else the first that is not settled."""
    for package in packages:
        if str(package.no) == wanted:
            return package
    unsettled = [package for package in packages if package.status in ("open", "awarded")]
    return next(iter(unsettled), packages[0] if packages else None)


def _next(procurement, package):
    """(who must act now, on what)"""
    if procurement.status == Status.DRAFT:
        return "县政府", "在县政府官网公示项目建设内容和承办单位条件"
    if procurement.status == Status.CONDITIONS:
        return "公众、县政府", "公示期内接受异议；期满且无未结异议，自动进入采购"
    if procurement.status == Status.OPEN and not procurement.notice_date:
        return "县商务局", "依法组织政府采购，登记采购公告"
    if package.status == package.Status.OPEN and procurement.status == Status.OPEN:
        return "县商务局", f"组织评审，登记{package}的成交结果；废标的写明理由"
    if procurement.unannounced():
        return "县政府", "公告采购结果（成交后 2 个工作日内）"
    if package.status == package.Status.AWARDED:
        return "县商务局、县财政局", f"逐项复核{package}成交供应商的资格，全部通过后确定承办单位"
    if procurement.status == Status.FAILED:
        return "县商务局、县财政局", "本次采购已废标（终止），留存备查；可以重新采购"
    return "县商务局、承办单位", "承办单位已确定，在项目页面签订协议、报批建设方案"


def _gates(procurement, package):
    """(title, breaches) of the next deed, before the click."""
    if procurement.status == Status.DRAFT:
        return "公示前检查", procurement.missing_before_publicise()
    if procurement.status == Status.CONDITIONS:
        return "采购前检查", procurement.missing_before_open()
    if package.status == package.Status.OPEN and procurement.status == Status.OPEN:
        return f"采购前检查：{package}", package.missing_before_award()
    if package.status == package.Status.AWARDED:
        return f"资格复核前检查：{package}", package.missing_before_review()
    return None


def _deeds(user, procurement, packages, chosen):
    """The deeds that this page offers this person, each with its verb."""
    status, begun = procurement.status, procurement.status not in (Status.DRAFT, Status.CONDITIONS)
    open_ = chosen is not None and chosen.status == "open"
    wanted = [
        (status == Status.DRAFT, "publicise", "procurement.publish", "region"),
        (status == Status.DRAFT, "edit", "procurement.draft", "region"),
        (status == Status.OPEN, "announce", "procurement.award", "region"),
        (status == Status.OPEN and open_ and procurement.notice_date, "award", "procurement.award", "region"),
        (begun and procurement.unannounced(), "result", "procurement.publish", "region"),
        (chosen is not None and chosen.status == "awarded", "qualify", "procurement.qualify", "region"),
        (begun, "contract", "procurement.award", "region"),
        (begun, "query", "procurement.award", "region"),
        (begun, "answer", "procurement.answer", "region"),
        (
            status == Status.CONDITIONS or any(package.status in ("open", "awarded") for package in packages) and begun,
            "abandon",
            "procurement.award",
            "region",
        ),
        (procurement.failed_packages(), "again", "procurement.draft", "region"),
    ]
    return deeds_for(user, wanted, {"region": procurement.region})


def _queries(procurement, user, today):
    queries = SupplierQuery.objects.filter(procurement=procurement).select_related("package", "file", "answered_by")
    return [(query, workdays.deadline(query.due_on, today)) for query in queries]
