"""项目台账的页面和工作簿。What stands in them is put together in ledger.py."""

from django.shortcuts import render
from django.urls import reverse

from funds.sheets import too_long_for_paper
from portal import clock
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
        "paper_wrong": too_long_for_paper(page.paginator.count),
    }
    return render(request, "reporting/ledger_list.html", context)


def ledger_export(request):
    return _file(request, "xlsx")


def ledger_pdf(request):
    return _file(request, "pdf")


def _file(request, form):
    search = LedgerSearchForm(request.GET, user=request.user)
    url = f"{reverse('project-ledger-list')}?{request.GET.urlencode()}"
    return ledger.book(request.user, search, clock.today(), form, url).answer(form)
