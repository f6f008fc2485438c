"""承办单位申请拨付：amount and purpose, vouchers and objects as rows; then the scans of the vouchers, one by one."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from acceptance.models import Application
from accounts.access import must
from funds.forms.payment import RequestForm
from funds.forms.request import ScansForm, VoucherRows, object_rows
from funds.models import Payment
from funds.views.payments import find_payment
from portal import clock, money
from portal.models import Attachment
from portal.pages import ask, posted, status_of, uploaded
from portal.rules import breaches
from projects.forms.shapes import as_typed

WITHIN = ("资金", "payment-list")
BLANK_ROWS = 2


@require_http_methods(["GET", "POST"])
def payment_request(request, application_pk):
    """承办单位申请拨付：the amount approved at the acceptance stands there already."""
    applications = Application.objects.visible_to(request.user).select_related(
        "project__contractor", "project__county__region", "project__fund_line__plan", "stage__agreement"
    )
    application = get_object_or_404(applications, pk=application_pk)
    must(request.user, "payment.request", application.project.contractor)
    ItemRows = object_rows(application.project)
    if "add_voucher" in request.POST or "add_item" in request.POST:
        form = as_typed(RequestForm, request.POST)
        vouchers = VoucherRows(request.POST, prefix="vouchers").typed(blank=int("add_voucher" in request.POST))
        items = ItemRows(request.POST, prefix="items").typed(blank=int("add_item" in request.POST))
    elif request.method == "POST":
        form = RequestForm(request.POST)
        vouchers, items = VoucherRows(request.POST, prefix="vouchers"), ItemRows(request.POST, prefix="items")
        if all([form.is_valid(), vouchers.is_valid(), items.is_valid()]):
            rows = {"vouchers": vouchers.rows(), "objects": items.rows()}
            payment = Payment.request(application, by=request.user, **form.cleaned_data, **rows)
            messages.success(request, f"拨付申请 {payment.no} 已提交；请上传每张凭证的扫描件，由县商务局审核")
            return redirect("payment-scans", payment.pk)
    else:
        form = RequestForm(
            initial={"amount": application.approved_amount, "purpose": application.project.fund_line.direction}
        )
        vouchers = VoucherRows.showing([], blank=BLANK_ROWS, prefix="vouchers")
        known = {"content": f"{application.project.name} · {application.stage}", "amount": application.approved_amount}
        items = ItemRows.showing([known], blank=1, prefix="items")
    context = {
        "application": application,
        "form": form,
        "vouchers": vouchers,
        "items": items,
        "missing": _missing_before_request(application, request.user),
    }
    if application.approved_amount:
        context["in_words"] = money.in_words(application.approved_amount)
    return render(request, "funds/payment_form.html", context, status=status_of(form, vouchers, items))


def _missing_before_request(application, by):
    """What stands against a request whatever is typed: the rest is judged when it is sent."""
    wanted = Payment(
        application=application,
        stage=application.stage,
        project=application.project,
        county=application.project.county,
        amount=application.approved_amount or money.ZERO,
        purpose=application.project.fund_line.direction,
        requested_by=by,
        requested_on=clock.today(),
    )
    typed = {*Payment.WHAT_IT_PAYS, *Payment.NOT_TWICE}
    return breaches([rule for rule in Payment.BEFORE_REQUEST if rule not in typed], wanted)


@require_http_methods(["GET", "POST"])
def payment_scans(request, pk):
    """凭证扫描件：a file that was taken stays, whatever is wrong with the next one."""
    payment = find_payment(request.user, pk)
    must(request.user, "payment.request", payment.project.contractor)
    missing = [voucher for voucher in payment.stated_vouchers() if not voucher.file_id]
    form = ScansForm(posted(request), uploaded(request), vouchers=missing)
    if not missing or payment.status != Payment.Status.REQUESTED or not form.is_valid():
        words = "每张凭证上传一个扫描件，可以分几次上传；全部上传后县商务局才能审核。"
        if not missing:
            words = "全部凭证都已有扫描件。"
        if request.method == "POST" and (not missing or payment.status != Payment.Status.REQUESTED):
            payment.keep_scans({}, by=request.user)
            return redirect(payment)
        return ask(request, payment, form, "上传凭证扫描件", within=WITHIN, words=words)
    scans = {
        voucher: Attachment.keep(upload, region=payment.region, by=request.user)
        for voucher, upload in form.uploads().items()
    }
    payment.keep_scans(scans, by=request.user)
    messages.success(request, f"已保存 {len(scans)} 张凭证的扫描件")
    return redirect(payment)
