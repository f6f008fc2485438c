"""追回的页面：what is to come back, what came back, what went up."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header

from accounts.access import deeds_for, must
from funds.documents.recovery import recovery_notice
from funds.forms.recovery import ConsentForm, HandOverForm, OpenForm, ReceiptForm
from funds.models import Consent, Payment, Recovery
from funds.rules import standing
from portal import clock, workdays
from portal.models import Attachment, Event
from portal.pages import ask, page_of, posted, uploaded
from portal.rules import breaches
from projects.forms.shapes import ReasonForm

WITHIN = ("追回", "recovery-list")
Status = Recovery.Status


def recovery_list(request):
    recoveries = Recovery.objects.visible_to(request.user).select_related(
        "county__region", "agreement__project", "payment"
    )
    today, page = clock.today(), page_of(request, recoveries)
    rows = [(recovery, workdays.deadline(recovery.due_on, today)) for recovery in page]
    return render(request, "funds/recovery_list.html", {"page": page, "rows": rows})


def recovery_create(request, payment_pk):
    """决定追回一笔拨付（或者其协议已拨付的全部资金）。"""
    payment = _payment(request, payment_pk)
    must(request.user, "recovery.open", payment.county.region)
    form = OpenForm(posted(request))
    if not form.is_valid():
        return ask(request, payment, form, "决定追回资金", within=("资金", "payment-list"))
    fields = dict(form.cleaned_data)
    what = {"payment": payment} if fields.pop("scope") == "payment" else {"agreement": payment.agreement}
    recovery = Recovery.open(payment.county, by=request.user, **what, **fields)
    messages.success(request, f"已记账：应追回 {recovery.amount} 元，期限 {recovery.due_on}")
    return redirect(recovery)


def recovery_detail(request, pk):
    recovery = _find(request, pk)
    is_open = recovery.status == Status.OPEN
    wanted = [
        (is_open, "receive", "recovery.receive", "county"),
        (is_open, "hand_over", "recovery.hand_over", "county"),
        (is_open, "close", "recovery.close", "county"),
    ]
    legs = recovery.legs().select_related("posting", "fund_line", "agreement", "stage").order_by("pk")
    context = {
        "recovery": recovery,
        "left": recovery.left,
        "handed_over": recovery.handed_over(),
        "due": workdays.deadline(recovery.due_on, clock.today()),
        "can": deeds_for(request.user, wanted, {"county": recovery.county.region}),
        "sanction": getattr(recovery, "sanction", None),
        "records": breaches(recovery.RECORDS, recovery),
        "gates": recovery.missing_before_close() if is_open else None,
        "receipts": recovery.receipts.with_reversal().select_related("payment", "file"),
        "legs": legs,
        "events": Event.objects.about(recovery),
    }
    return render(request, "funds/recovery_detail.html", context)


def recovery_receive(request, pk):
    recovery = _find(request, pk)
    must(request.user, "recovery.receive", recovery.county.region)
    form = ReceiptForm(posted(request), uploaded(request), payments=recovery.payments())
    if not form.is_valid():
        return ask(request, recovery, form, "登记退回资金", within=WITHIN, words=f"尚未追回 {recovery.left} 元。")
    fields = _with_file(form, recovery, request.user)
    receipt = recovery.receive(by=request.user, **fields)
    messages.success(request, f"已记账：{receipt}")
    return redirect(recovery)


def recovery_hand_over(request, pk):
    recovery = _find(request, pk)
    must(request.user, "recovery.hand_over", recovery.county.region)
    form = HandOverForm(posted(request), uploaded(request))
    if not form.is_valid():
        words = f"现可上缴 {recovery.to_hand_over()} 元。"
        return ask(request, recovery, form, "登记上缴省级", within=WITHIN, words=words)
    receipt = recovery.hand_over(by=request.user, **_with_file(form, recovery, request.user))
    messages.success(request, f"已记账：{receipt}")
    return redirect(recovery)


def recovery_reverse(request, pk, receipt_pk):
    recovery = _find(request, pk)
    must(request.user, "recovery.receive", recovery.county.region)
    receipt = get_object_or_404(recovery.receipts.select_related("recovery__county__region"), pk=receipt_pk)
    form = ReasonForm(posted(request), label="冲销原因")
    if not form.is_valid():
        gates = breaches(receipt.BEFORE_REVERSE, receipt)
        words = f"{receipt}。原登记保留，以红字冲销；更正后另行登记。"
        return ask(request, recovery, form, "红字冲销", within=WITHIN, gates=gates, words=words)
    receipt.reverse(by=request.user, **form.cleaned_data)
    messages.success(request, "已红字冲销")
    return redirect(recovery)


def recovery_close(request, pk):
    recovery = _find(request, pk)
    must(request.user, "recovery.close", recovery.county.region)
    if request.method == "POST":
        recovery.close(by=request.user)
        messages.success(request, "已确认追回完毕")
    return redirect(recovery)


def recovery_paper(request, pk):
    recovery = _find(request, pk)
    response = HttpResponse(recovery_notice(recovery).pdf(), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{recovery.no}追回资金通知.pdf")
    return response


def payment_consent(request, pk):
    """整改期间的拨付，市级（省直管县：省级）同意。"""
    payment = _payment(request, pk)
    must(request.user, "payment.consent", payment.county.region)
    form = ConsentForm(posted(request))
    if not form.is_valid():
        gates = breaches([standing.consented_from_above], Consent(payment_id=payment.pk, given_by=request.user))
        return ask(request, payment, form, "同意拨付", within=("资金", "payment-list"), gates=gates)
    Consent.give(payment, by=request.user, **form.cleaned_data)
    messages.success(request, "已同意，县财政局可以办理支付")
    return redirect(payment)


def _with_file(form, recovery, by):
    fields = dict(form.cleaned_data)
    if fields["file"]:
        fields["file"] = Attachment.keep(fields["file"], region=recovery.region, by=by)
    return fields


def _find(request, pk):
    recoveries = Recovery.objects.visible_to(request.user).select_related(
        "county__region__parent", "county__batch", "agreement__project__contractor", "payment", "opened_by__office"
    )
    return get_object_or_404(recoveries, pk=pk)


def _payment(request, pk):
    payments = Payment.objects.visible_to(request.user).select_related(
        "county__region", "county__batch", "project__contractor", "stage__agreement"
    )
    return get_object_or_404(payments, pk=pk)
