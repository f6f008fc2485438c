"""县级配套资金和社会资金的页面。"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.access import deeds_for, may, must
from counties.models import County
from funds.forms.matching import ArriveForm, BudgetForm, ConfirmForm, InvestmentForm, MatchingRequestForm, VoucherForm
from funds.models import Matching, MatchingFund, MatchingPayment, PrivateInvestment
from funds.rules.matching import private_money_follows
from portal import clock, money
from portal.models import Attachment
from portal.pages import ask, page_of, posted, uploaded
from portal.rules import breaches
from projects.models import Project

WITHIN = ("资金", "payment-list")


def county_matching(request, county_pk):
    """承诺、安排、到位、支付，and the gap (A-307; never refused, G-29)."""
    county = _county(request, county_pk)
    matching = Matching(county)
    verbs = ("matching.budget", "matching.request", "matching.pay")
    payments = county.matching_payments.select_related("agreement__project__contractor", "registered_by", "paid_by")
    context = {
        "county": county,
        "matching": matching,
        "wrong": breaches(Matching.SHOWN, matching),
        "funds": county.matching_funds.all(),
        "page": page_of(request, payments),
        "can": deeds_for(
            request.user, [(True, verb.partition(".")[2], verb, "county") for verb in verbs], {"county": county.region}
        ),
    }
    return render(request, "funds/county_matching.html", context)


def matching_budget(request, county_pk):
    county = _county(request, county_pk)
    must(request.user, "matching.budget", county.region)
    form = BudgetForm(posted(request), county=county, initial={"year": clock.today().year})
    if form.is_valid():
        fund = MatchingFund.budget(county, by=request.user, **form.cleaned_data)
        messages.success(request, f"已登记 {fund.doc_no} 安排 {fund.amount} 元；资金进入专账后登记到位")
        return redirect(fund)
    words = f"申报时承诺配套 {county.matching_promised} 元。登记预算安排的文件；到位后记账。"
    return ask(request, county, form, "登记配套资金安排", within=WITHIN, words=words)


def matching_arrive(request, pk):
    funds = MatchingFund.objects.visible_to(request.user).select_related("county__region")
    fund = get_object_or_404(funds, pk=pk)
    must(request.user, "matching.budget", fund.region)
    form = ArriveForm(posted(request), initial={"arrived_on": clock.today()})
    if form.is_valid():
        fund.arrive(by=request.user, arrived_on=form.cleaned_data["arrived_on"])
        messages.success(request, f"{fund.doc_no} 的 {fund.amount} 元已到位并记账")
        return redirect(fund)
    return ask(request, fund, form, "登记配套资金到位", within=WITHIN, gates=breaches(fund.BEFORE_ARRIVE, fund))


def matching_request(request, county_pk):
    county = _county(request, county_pk)
    must(request.user, "matching.request", county.region)
    form = MatchingRequestForm(posted(request), county=county)
    if form.is_valid():
        payment = MatchingPayment.register(by=request.user, **form.cleaned_data)
        messages.success(request, f"已登记支付 {payment.amount} 元，由县财政局支付")
        return redirect(payment)
    words = "配套资金可以在验收前按协议预付（中央资金不可以）；支付之和不超过协议约定的县级配套。"
    return ask(request, county, form, "登记配套资金支付", within=WITHIN, words=words)


def matching_pay(request, pk):
    payments = MatchingPayment.objects.visible_to(request.user).select_related(
        "county__region", "agreement__project__county__region", "agreement__project__fund_line"
    )
    payment = get_object_or_404(payments, pk=pk)
    must(request.user, "matching.pay", payment.region)
    form = VoucherForm(posted(request))
    if form.is_valid():
        payment.pay(by=request.user, voucher_no=form.cleaned_data["voucher_no"])
        messages.success(request, f"已支付配套资金 {payment.amount} 元并记账")
        return redirect(payment)
    payment.paying_by = request.user
    agreement = payment.agreement
    words = (
        f"金额 {payment.amount} 元（{money.in_words(payment.amount)}）；收款人 {agreement.account_holder}，"
        f"开户行 {agreement.account_bank}，账号 {agreement.account_no}；事由：{payment.note}"
    )
    gates = breaches(payment.BEFORE_PAY, payment)
    return ask(request, payment, form, "支付配套资金", within=WITHIN, gates=gates, words=words)


# --- 社会资金 ------------------------------------------------------------------------------------------------------
def private_list(request, project_pk):
    """What the contractor of a project put in, beside what it promised and what the state paid."""
    project = _project(request, project_pk)
    agreement = getattr(project, "agreement", None)
    investments = PrivateInvestment.objects.none()
    if agreement:
        investments = agreement.private_investments.select_related("evidence", "recorded_by", "confirmed_by")
    rows = list(investments)
    confirmed = money.total(row.amount for row in rows if row.confirmed_on and not row.reversed_on)
    context = {
        "project": project,
        "agreement": agreement,
        "rows": rows,
        "confirmed": confirmed,
        "ratio": money.percent(confirmed, agreement.central_amount) if agreement else None,
        "wrong": breaches([private_money_follows], agreement) if agreement else [],
        "may_record": bool(agreement) and may(request.user, "private.record", project.contractor),
        "may_confirm": may(request.user, "private.confirm", project.region),
    }
    return render(request, "funds/private_list.html", context)


def private_record(request, project_pk):
    project = _project(request, project_pk)
    must(request.user, "private.record", project.contractor)
    form = InvestmentForm(posted(request), uploaded(request))
    if form.is_valid() and (agreement := _agreement(project, form)):
        values = {**form.cleaned_data}
        values["evidence"] = Attachment.keep(values["evidence"], region=project.region, by=request.user)
        investment = PrivateInvestment.put_in(agreement, by=request.user, **values)
        messages.success(request, f"已登记 {investment.amount} 元，由县商务局确认后记账")
        return redirect(investment)
    words = "登记本单位在这个项目上投入的自筹资金，附凭证；县商务局确认后记入总账，不占中央资金。"
    return ask(request, project, form, "登记社会资金", within=WITHIN, words=words)


def _agreement(project, form):
    agreement = getattr(project, "agreement", None)
    if agreement is None:
        form.add_error(None, "项目还没有协议，签署后方可登记")
    return agreement


def private_confirm(request, pk):
    investments = PrivateInvestment.objects.visible_to(request.user).select_related(
        "agreement__project__county__region", "agreement__project__fund_line", "evidence"
    )
    investment = get_object_or_404(investments, pk=pk)
    must(request.user, "private.confirm", investment.region)
    form = ConfirmForm(posted(request))
    if form.is_valid():
        investment.confirm(by=request.user)
        messages.success(request, f"已确认 {investment.amount} 元并记账")
        return redirect(investment)
    investment.confirming_by = request.user
    gates = breaches(investment.BEFORE_CONFIRM, investment)
    words = f"{investment.invested_on} 投入 {investment.amount} 元：{investment.note}"
    document = (f"凭证：{investment.evidence.name}", reverse("file", args=[investment.evidence_id]))
    return ask(request, investment, form, "确认社会资金", within=WITHIN, gates=gates, words=words, document=document)


def _county(request, pk):
    return get_object_or_404(County.objects.visible_to(request.user).select_related("region", "batch"), pk=pk)


def _project(request, pk):
    projects = Project.objects.visible_to(request.user)
    return get_object_or_404(projects.select_related("county__region", "contractor", "agreement"), pk=pk)
