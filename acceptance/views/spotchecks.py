"""抽查的页面：fix a population, draw, record what was found; whoever may read can repeat the draw."""

import csv

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from acceptance import draws
from acceptance.models import SpotCheck, SpotCheckItem
from acceptance.models.spotcheck import Coverage, Quarter
from acceptance.spotcheck_documents import spotcheck_record
from acceptance.spotcheck_forms import ItemForm, SpotCheckForm
from accounts.access import deeds_for, in_scope, is_office, may, must, own_region
from counties.models import County
from portal import clock
from portal.documents import shown
from portal.models import Attachment, Event
from portal.pages import ask, page_of, posted, status_of, uploaded
from portal.views import download
from projects.forms.shapes import ReasonForm, SearchForm

WITHIN = ("抽查", "spotcheck-list")
VERB = "spotcheck.check"
Status = SpotCheck.Status


def spotcheck_list(request):
    search = SearchForm(request.GET, statuses=Status.choices)
    checks = SpotCheck.objects.visible_to(request.user).named(search.wanted("q"))
    if status := search.wanted("status"):
        checks = checks.filter(status=status)
    counted = (
        checks.select_related("region")
        .order_by("-pk")
        .annotate(
            done=Count("items", filter=~Q(items__status="pending"), distinct=True),
            failed=Count("items", filter=Q(items__status="failed"), distinct=True),
        )
    )
    context = {"page": page_of(request, counted), "search": search, "may_draw": _may_draw(request.user)}
    context["covers"] = is_office(request.user)
    return render(request, "acceptance/spotcheck_list.html", context)


def coverage_list(request):
    """各县各季度的现场抽查次数（A-422）：a county that nobody has visited this quarter stands out."""
    user, quarters = request.user, Quarter.last(clock.today())
    if not is_office(user):
        raise PermissionDenied("现场检查覆盖表供各级主管部门使用")
    counties = County.objects.filter(in_scope(user, "region")).select_related("region").order_by("region__code")
    visits = SpotCheckItem.objects.visible_to(user).visits(quarters)
    rows = [Coverage(county, [visits[county.pk, quarter] for quarter in quarters]) for county in counties]
    return render(request, "acceptance/coverage_list.html", {"rows": rows, "quarters": quarters})


def spotcheck_create(request):
    """固定总体；抽取在下一步，总体固定之前没有种子。"""
    must(request.user, VERB, own_region(request.user))
    acting = request.user.scopes.filter(can_act=True).values("region")
    counties = County.objects.filter(region__in=acting).select_related("region")
    form = SpotCheckForm(posted(request), counties=counties)
    if not form.is_valid():
        return render(request, "acceptance/spotcheck_form.html", {"form": form}, status=status_of(form))
    check = SpotCheck.fix(by=request.user, **form.cleaned_data)
    messages.success(request, f"总体已固定，共 {check.rows.count()} 件；请核对后抽取")
    return redirect(check)


def spotcheck_detail(request, pk):
    check = _check(request, pk)
    user = request.user
    wanted = [
        (check.status == Status.FIXED, "draw", VERB, "office"),
        (check.status in (Status.FIXED, Status.DRAWN), "void", VERB, "office"),
        (check.is_hidden_below and check.status == Status.DONE, "publish", VERB, "office"),
    ]
    items = SpotCheckItem.objects.visible_to(user).filter(spotcheck=check)
    context = {
        "check": check,
        "can": deeds_for(user, wanted, {"office": check}),
        "items": items.select_related("row", "application__project__county__region", "application__stage"),
        "population": check.rows.count(),
        "seal": check.fixed_by and getattr(check.fixed_by, "seal", None),  # made at the commit of the event
        "events": Event.objects.about(check),
    }
    return render(request, "acceptance/spotcheck_detail.html", context)


def spotcheck_population(request, pk):
    """总体：every row with its digest, so that anyone can repeat the draw with sha256sum and sort."""
    check = _check(request, pk)
    drawn = set(check.items.values_list("row_id", flat=True))
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{check.no}总体.csv")
    response.write("\ufeff")
    sheet = csv.writer(response)
    sheet.writerow(["序号", "行文本", "行摘要", "排序值", "抽中"])
    for row in check.rows.all():
        rank = draws.rank_of(check.seed, row.digest) if check.seed else ""
        sheet.writerow([row.ordinal, row.text, row.digest, rank, "是" if row.pk in drawn else ""])
    return response


def spotcheck_paper(request, pk):
    check = _check(request, pk)
    return shown(spotcheck_record(check).pdf(), f"{check.no}抽查记录")


@require_POST
def spotcheck_draw(request, pk):
    check = _check(request, pk)
    must(request.user, VERB, check)
    check.draw(by=request.user)
    messages.success(request, f"已抽出 {check.size} 件，请组织现场抽查并逐件登记结果")
    return redirect(check)


@require_POST
def spotcheck_publish(request, pk):
    check = _check(request, pk)
    must(request.user, VERB, check)
    check.publish(by=request.user)
    messages.success(request, "已公布，县和承办单位可以看到抽查结果")
    return redirect(check)


def spotcheck_void(request, pk):
    check = _check(request, pk)
    must(request.user, VERB, check)
    form = ReasonForm(posted(request), label="作废理由")
    if not form.is_valid():
        words = "作废的抽查保留编号和全部记录备查；已登记的结果仍然有效。"
        return ask(request, check, form, "作废本次抽查", within=WITHIN, words=words)
    check.void(by=request.user, **form.cleaned_data)
    messages.success(request, "本次抽查已作废，记录保留")
    return redirect(check)


def spotcheck_item(request, pk):
    item = _item(request, pk)
    context = {
        "item": item,
        "may_record": item.status == "pending"
        and item.spotcheck.status == Status.DRAWN
        and may(request.user, VERB, item),
        "reads_check": is_office(request.user),
        "photos": item.photos.all(),
        "onsite": item.onsite_photos.select_related("file"),
        "events": Event.objects.about(item),
    }
    return render(request, "acceptance/spotcheck_item.html", context)


def spotcheck_record_result(request, pk):
    item = _item(request, pk)
    must(request.user, VERB, item)
    form = ItemForm(posted(request), uploaded(request))
    if not form.is_valid():
        words = f"{item.application}。不通过的，验收随即重开，该阶段资金停止拨付。"
        return ask(request, item, form, "登记抽查结果", within=WITHIN, words=words)
    fields = dict(form.cleaned_data)
    uploads = fields.pop("uploads")
    photos = Attachment.keep_all(uploads, region=item.region, by=request.user)
    item.conclude(by=request.user, photos=photos, **fields)
    messages.success(request, f"已登记：抽查{item.get_status_display()}")
    return redirect(item)


def spotcheck_file(request, pk, file_pk):
    return download(get_object_or_404(_item(request, pk).photos, pk=file_pk))


# --- what the pages ask for ------------------------------------------------------------------------------------------


def _may_draw(user):
    return is_office(user) and may(user, VERB, user.office.region)


def _check(request, pk):
    checks = SpotCheck.objects.visible_to(request.user)
    return get_object_or_404(
        checks.select_related("region", "county__region", "drawn_by__office", "fixed_by__seal"), pk=pk
    )


def _item(request, pk):
    items = SpotCheckItem.objects.visible_to(request.user).select_related(
        "spotcheck__region",
        "row",
        "recorded_by__office",
        "application__stage",
        "application__project__contractor",
        "application__project__county__region",
    )
    return get_object_or_404(items, pk=pk)
