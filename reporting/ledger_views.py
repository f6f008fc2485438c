"""项目台账的页面和工作簿。What stands in them is put together in ledger.py."""

from django.shortcuts import render

from portal import clock, workbook
from portal.pages import page_of
from reporting import ledger
from reporting.forms import LedgerSearchForm

PER_PAGE = 50


def ledger_list(request):
    """项目台账：filters, totals over all that they leave, 50 rows a page (or all of them, for paper)."""
    search = LedgerSearchForm(request.GET, user=request.user)
    today = clock.today()
    chosen = ledger.chosen(request.user, search, today)
    size = ledger.MOST_ROWS if "all" in request.GET else PER_PAGE
    page = page_of(request, ledger.ledger(chosen.with_life(today)), size)
    first = page.start_index()
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page,
        "rows": [(p, ledger.row_of(p, number, request.user)) for number, p in enumerate(page, start=first)],
        "totals": ledger.totals(chosen),
        "search": search,
        "is_filtered": any(search.wanted(name) for name in search.fields),
        "query": query.urlencode(),
        "today": today,
    }
    return render(request, "reporting/ledger_list.html", context)


def ledger_export(request):
    search = LedgerSearchForm(request.GET, user=request.user)
    today = clock.today()
    projects = ledger.ledger(ledger.chosen(request.user, search, today).with_life(today))[: ledger.MOST_ROWS]
    rows = [ledger.row_of(project, number, request.user) for number, project in enumerate(projects, start=1)]
    return workbook.download(workbook.export(ledger.LEDGER, rows), f"项目台账_{today:%Y%m%d}.xlsx")
