"""总账的页面：the postings of a county with their legs, and the trial balance."""

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, render

from accounts.access import may
from counties.models import County
from funds.models import OutsideBreach, with_money
from portal import money

PER_PAGE = 25


def ledger_detail(request, county_pk):
    """县级总账：every posting with its legs, the balance after each, and the trial balance."""
    counties = with_money(County.objects.visible_to(request.user)).select_related("region", "batch")
    known = OutsideBreach.objects.standing().filter(county=OuterRef("pk"))
    county = get_object_or_404(counties.annotate(has_breaches=Exists(known)), pk=county_pk)
    legs = county.legs.running().select_related("posting", "fund_line", "stage").order_by("-posting_id", "pk")
    trial = county.legs.trial_balance()
    context = {
        "county": county,
        "page": Paginator(legs.prefetch_related("posting__subject"), 2 * PER_PAGE).get_page(request.GET.get("page")),
        "trial": trial,
        "trial_total": money.total(row["balance"] for row in trial),
        "freezes": county.freezes.active().select_related("county__region", "placed_by__office", "project", "payment"),
        "may_report": request.user.has_perm("accounts.breach.register"),
        "receipts": county.receipts.all()[:PER_PAGE],
        "may_register": may(request.user, "receipt.register", county.region),
    }
    return render(request, "funds/ledger_detail.html", context)
