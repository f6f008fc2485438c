"""红字冲销：one page for whatever was entered into the books by mistake."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect

from accounts.access import must
from funds.forms.appropriation import TakenBackForm
from funds.models import MatchingFund, MatchingPayment, PrivateInvestment, Receipt, StockFund, StockReturn
from portal.pages import ask, posted
from portal.rules import breaches

KINDS = {  # the word of the address → the record, and the road to its region
    "receipts": (Receipt, "county__region"),
    "stock": (StockFund, "county__region"),
    "stock-returns": (StockReturn, "fund__county__region"),
    "matching": (MatchingFund, "county__region"),
    "matching-payments": (MatchingPayment, "county__region"),
    "private": (PrivateInvestment, "agreement__project__county__region"),
}
WITHIN = ("资金", "payment-list")


def booking_reverse(request, kind, pk):
    if kind not in KINDS:
        raise Http404
    model, road = KINDS[kind]
    record = get_object_or_404(model.objects.visible_to(request.user).select_related(road), pk=pk)
    must(request.user, model.REVERSE_VERB, record.region)
    form = TakenBackForm(posted(request))
    if form.is_valid():
        record.reverse(by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"已冲销：{record}")
        return redirect(record)
    record.reversing_by = request.user
    gates = breaches(record.BEFORE_REVERSE, record)
    words = "原分录保留，另记一笔方向相反的红字分录；冲销后可以按正确的内容重新登记。"
    return ask(request, record, form, "红字冲销", within=WITHIN, gates=gates, words=words)
