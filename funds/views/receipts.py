"""资金下达的页面。"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import must
from counties.models import County
from funds.forms.receipt import ReceiptForm
from funds.models import Receipt


@require_http_methods(["GET", "POST"])
def receipt_create(request, county_pk):
    county = get_object_or_404(County.objects.visible_to(request.user).select_related("region"), pk=county_pk)
    must(request.user, "receipt.register", county.region)
    form = ReceiptForm(request.POST or None, county=county)
    if request.method == "POST" and form.is_valid():
        receipt = Receipt.register(county, by=request.user, **form.cleaned_data)
        messages.success(request, f"已登记 {receipt.doc_no} 下达的 {receipt.amount} 元，并记入总账")
        return redirect("ledger-detail", county.pk)
    context = {"county": county, "form": form}
    return render(request, "funds/receipt_form.html", context, status=422 if form.is_bound else 200)
