"""资金看板的页面：all counties, one county, and the rows behind each figure."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.access import is_office
from counties.models import County, FundLine
from funds import board
from funds.figures import FIGURES, MOST_ROWS, ROWS, CountedPaginator
from funds.forms.board import BoardForm, RowsForm
from portal import clock, workbook
from portal.pages import page_of

PER_PAGE = 50


def money_board(request):
    """All counties that I see: money by county and by direction, at the end of a day."""
    mine = _counties(request.user)
    search = BoardForm(_asked_for(request), counties=mine)
    counties = mine
    if batch := search.wanted("batch"):
        counties = counties.filter(batch=batch)
    if city := search.wanted("city"):
        counties = counties.filter(region__parent=city)
    day = _day(search)
    shown = board.board(counties, day)
    _, order = board.ORDERS[search.wanted("order") or "region"]
    context = {
        "board": shown,
        "page": page_of(request, sorted(shown.rows, key=order), PER_PAGE),
        "directions": [(FundLine.Direction(name).label, name, sums) for name, sums in shown.directions.items()],
        "search": search,
        "day": day,
        "today": clock.today(),
        "query": urlencode({"on": day.isoformat()}),
        "path": _path(shown.total),
    }
    return render(request, "funds/board.html", context)


def money_county(request, county_pk):
    """One county: the path of the money from 核定 to 拨付, its directions against their floors, matching and private."""
    county = get_object_or_404(_counties(request.user), pk=county_pk)
    search = RowsForm(_asked_for(request), counties=County.objects.filter(pk=county.pk))
    day = _day(search)
    row = board.board(County.objects.filter(pk=county.pk).select_related("region", "batch"), day).rows[0]
    context = {
        "county": county,
        "row": row,
        "sums": row.sums,
        "shares": board.shares(row),
        "directions": [(FundLine.Direction(name).label, name, sums) for name, sums in row.directions.items()],
        "least": county.batch.second_apply_rate,
        "day": day,
        "today": clock.today(),
        "query": urlencode({"on": day.isoformat(), "county": county.pk}),
        "path": _path(row.sums),
    }
    return render(request, "funds/board_county.html", context)


def _path(sums):
    """The path of one yuan, each step as a share of what was allotted (or of the longest bar, where that is more)."""
    names = ("received", "arranged", "contracted", "accepted", "publicised", "paid")
    amounts = [("核定", "", sums.allotted), *((FIGURES[name].label, name, getattr(sums, name)) for name in names)]
    longest = max((amount for _, _, amount in amounts), default=0)
    return [
        {"label": label, "name": name, "amount": amount, "width": longest and round(float(amount / longest) * 100, 2)}
        for label, name, amount in amounts
    ]


def money_rows(request, name):
    """The rows behind one figure: their sum is the figure."""
    figure, search, day, rows, counties = _asked(request, name)
    total, count = figure.measure(rows, day, counties, search.wanted("direction"))
    page = CountedPaginator(rows, PER_PAGE, count).get_page(request.GET.get("page"))
    context = {
        "figure": figure,
        "name": name,
        "page": page,
        "rows": _shown(figure, page),
        "total": total,
        "search": search,
        "day": day,
        "query": request.GET.urlencode(),
    }
    return render(request, "funds/board_rows.html", context)


def money_rows_export(request, name):
    figure, search, day, rows, counties = _asked(request, name)
    _, count = figure.measure(rows, day, counties, search.wanted("direction"))
    if count > MOST_ROWS:
        messages.error(
            request, f"共 {count} 行，一次最多导出 {MOST_ROWS} 行；请选择示范县、支持方向或较早的日期后再导出"
        )
        return redirect(f"{reverse('money-rows', args=[name])}?{request.GET.urlencode()}")
    shown = [row.cells() for row in _shown(figure, rows)]
    return workbook.download(workbook.export(ROWS, shown), f"{figure.label}明细_{day:%Y%m%d}.xlsx")


def _asked(request, name):
    if name not in FIGURES:
        raise Http404("看板上没有这个数字")
    counties = _counties(request.user)
    search = RowsForm(_asked_for(request), counties=counties)
    day, figure = _day(search), FIGURES[name]
    if county := search.wanted("county"):
        counties = counties.filter(pk=county.pk)
    here = list(counties.order_by().values_list("pk", flat=True))
    return figure, search, day, figure.rows(day, here, search.wanted("direction")), here


def _shown(figure, rows):
    rows = list(rows)
    if figure.cell:
        prefetch_related_objects([leg.posting for leg in rows], "subject")
    return [figure.show(row) for row in rows]


def _counties(user):
    """The designated counties that an office sees; contractors have their own page of payments."""
    if not is_office(user):
        raise Http404("资金看板只对主管部门、评价和审计机构开放")
    return County.objects.visible_to(user).public().select_related("region", "batch")


def _asked_for(request):
    """What is in the address; the day stands in its field although nobody chose one."""
    return {"on": clock.today().isoformat()} | request.GET.dict()


def _day(search):
    """No day is later than today: what is not booked yet cannot be shown."""
    return min(search.wanted("on") or clock.today(), clock.today())
