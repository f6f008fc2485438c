"""资金到账的页面：the list over all counties, one receipt with its legs, the registration, the workbook."""

from django.contrib import messages
from django.db.models import Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import may, must
from counties.models import County
from funds.forms.receipt import ReceiptForm, ReceiptSearchForm
from funds.models import Receipt
from portal import clock, money, workbook
from portal.models import Event
from portal.pages import page_of, status_of
from portal.rules import breaches
from portal.schema import Column, Schema

MOST_ROWS = 5000
RECEIPTS = Schema(
    name="receipts",
    title="资金到账",
    version=1,
    max_rows=MOST_ROWS,
    columns=(
        Column("county", "示范县"),
        Column("doc_no", "下达文号"),
        Column("doc_date", "文件日期", "date"),
        Column("kind", "性质"),
        Column("source", "资金来源"),
        Column("year", "资金年度", "integer"),
        Column("arrived_on", "到账日期", "date"),
        Column("amount", "金额（元）", "money"),
        Column("treasury_account", "到账专账"),
        Column("state", "状态"),
        Column("note", "备注", max_length=500),
    ),
)


def receipt_list(request):
    search, receipts = _chosen(request)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page_of(request, receipts),
        "search": search,
        "total": receipts.standing().aggregate(sum=Sum("amount"))["sum"] or money.ZERO,
        "query": query.urlencode(),
        "is_filtered": bool(search.chosen()),
    }
    return render(request, "funds/receipt_list.html", context)


def receipt_export(request):
    _, receipts = _chosen(request)
    rows = [
        {
            **{name: getattr(receipt, name) for name in ("doc_no", "doc_date", "year", "arrived_on", "amount", "note")},
            "county": str(receipt.county),
            "kind": receipt.get_kind_display(),
            "source": receipt.get_source_display(),
            "treasury_account": receipt.treasury_account,
            "state": receipt.get_status_display(),
        }
        for receipt in receipts[:MOST_ROWS]
    ]
    return workbook.download(workbook.export(RECEIPTS, rows), f"资金到账_{clock.today():%Y%m%d}.xlsx")


def _chosen(request):
    counties = County.objects.visible_to(request.user).public().select_related("region")
    search = ReceiptSearchForm(request.GET, counties=counties)
    receipts = Receipt.objects.visible_to(request.user).select_related("county__region")
    return search, receipts.filter(**search.chosen())


def receipt_detail(request, pk):
    receipts = Receipt.objects.visible_to(request.user).select_related(
        "county__region", "row__appropriation", "registered_by__office", "reversed_by__office"
    )
    receipt = get_object_or_404(receipts, pk=pk)
    context = {
        "receipt": receipt,
        "in_words": money.in_words(receipt.amount),
        "legs": receipt.legs(),
        "may_reverse": not receipt.reversed_on and may(request.user, receipt.REVERSE_VERB, receipt.region),
        "events": Event.objects.about(receipt),
    }
    return render(request, "funds/receipt_detail.html", context)


def _of_the_row(request, county):
    """What stands in the form already when it is opened from a row of a document."""
    number = request.GET.get("row", "")
    if not (number.isascii() and number.isdigit()):
        return {}
    row = county.appropriation_rows.to_arrive().select_related("appropriation").filter(pk=int(number[:9])).first()
    return {"row": row.pk, "source": row.appropriation.source, "amount": row.amount - row.arrived} if row else {}


@require_http_methods(["GET", "POST"])
def receipt_create(request, county_pk):
    county = get_object_or_404(County.objects.visible_to(request.user).select_related("region"), pk=county_pk)
    must(request.user, "receipt.register", county.region)
    form = ReceiptForm(request.POST or None, county=county, initial=_of_the_row(request, county))
    if request.method == "POST" and form.is_valid():
        receipt = Receipt.register(county, by=request.user, **form.cleaned_data)
        messages.success(request, f"已登记 {receipt.doc_no} 下达的 {receipt.amount} 元，并记入总账")
        return redirect("ledger-detail", county.pk)
    gates = breaches(Receipt.BEFORE_REGISTER, Receipt(county=county, amount=money.ZERO))
    context = {"county": county, "form": form, "gates": gates}
    return render(request, "funds/receipt_form.html", context, status=status_of(form))
