"""以前年度存量资金的页面。"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import deeds_for, must
from counties.models import County
from funds.forms.receipt import StockForm, StockReturnForm
from funds.models import StockFund, StockReturn
from portal import money
from portal.pages import ask, page_of, posted
from portal.rules import breaches

WITHIN = ("存量资金", "stock-list")


def stock_list(request):
    """Every county and year that this person sees, with totals; one county when it is named."""
    funds = StockFund.objects.visible_to(request.user)
    county = _named(request)
    if county:
        funds = funds.filter(county=county)
    rows = funds.select_related("county__region__parent", "registered_by").prefetch_related("returns")
    page = page_of(request, rows)
    wanted = [
        (True, "register", "stock.register", "county"),
        (True, "take", "stock.take_back", "county"),
    ]
    context = {
        "page": page,
        "county": county,
        "sums": funds.sums(),
        "wrong": [found for fund in page for found in breaches(fund.SHOWN, fund)],
        "can": deeds_for(request.user, wanted, {"county": county.region}) if county else set(),
        "counties": County.objects.visible_to(request.user).public().select_related("region") if not county else [],
    }
    return render(request, "funds/stock_list.html", context)


def _named(request):
    number = request.GET.get("county", "")
    if not (number.isascii() and number.isdigit()):
        return None
    counties = County.objects.visible_to(request.user).select_related("region")
    return counties.filter(pk=int(number[:9])).first()


def stock_create(request, county_pk):
    county = _county(request, county_pk)
    must(request.user, "stock.register", county.region)
    form = StockForm(posted(request), county=county)
    if form.is_valid():
        fund = StockFund.register(county, by=request.user, **form.cleaned_data)
        messages.success(request, f"已登记 {fund.year} 年存量资金，未安排使用 {fund.amount} 元")
        return redirect(fund)
    last = county.batch.year - 2
    words = (
        f"登记 {last} 年及以前年份下达的中央资金：已下达减已安排使用，为未安排使用部分，由省级统一收回（48号 三）。"
        "以前项目已安排的部分不进本平台总账，只记未安排使用部分。"
    )
    return ask(request, county, form, "登记存量资金", within=WITHIN, words=words)


def stock_return(request, pk):
    funds = StockFund.objects.visible_to(request.user).select_related("county__region")
    fund = get_object_or_404(funds, pk=pk)
    must(request.user, "stock.take_back", fund.region)
    form = StockReturnForm(posted(request), initial={"amount": max(fund.balance(), money.ZERO)})
    if form.is_valid():
        StockReturn.take_back(fund, by=request.user, **form.cleaned_data)
        messages.success(request, f"已收回 {form.cleaned_data['amount']} 元并记账")
        return redirect(fund)
    words = f"尚未收回 {fund.balance()} 元。收回后记账：借 已上缴省级，贷 财政专账存款（存量）。"
    return ask(request, fund, form, "收回存量资金", within=WITHIN, words=words)


def _county(request, pk):
    return get_object_or_404(County.objects.visible_to(request.user).select_related("region", "batch"), pk=pk)
