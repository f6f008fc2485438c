"""支付前后：公示拨付、退票、登记入账，以及公文（F-15、F-16）。"""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import must
from funds.documents import payment as documents
from funds.forms.payment import BookForm, BounceForm
from funds.views.payments import find_payment, sees_account
from funds.views.requests import WITHIN
from portal.models import Attachment
from portal.pages import ask, posted, uploaded
from projects.forms.shapes import SiteForm


@require_http_methods(["GET", "POST"])
def payment_publish(request, pk):
    payment = find_payment(request.user, pk)
    must(request.user, "payment.publish", payment.region)
    form = SiteForm(posted(request))
    if not form.is_valid():
        words = (
            f"公示{payment.project}、{payment.project.contractor}和拨付金额 {payment.amount} 元，"
            f"公示期 {payment.county.batch.payment_notice_workdays} 个工作日；期满无异议后由县财政局支付。"
        )
        paper = ("查看拨付公示的草稿（F-16，PDF）", reverse("payment-paper", args=[pk, "notice"]))
        gates = payment.missing_before_publish()
        return ask(request, payment, form, "公示拨付", within=WITHIN, gates=gates, words=words, document=paper)
    notice = payment.publish(by=request.user, **form.cleaned_data)
    messages.success(request, f"已开始公示，公示期至 {notice.ends_on}")
    return redirect(payment)


@require_http_methods(["GET", "POST"])
def payment_bounce(request, pk):
    payment = find_payment(request.user, pk)
    must(request.user, "payment.bounce", payment.region)
    form = BounceForm(posted(request))
    if not form.is_valid():
        words = (
            f"银行退回 {payment.amount} 元（支付凭证 {payment.voucher_no or '—'}）。登记后冲销原分录，资金回到财政专账，"
            "该阶段可以重新申请；由支付人以外的财政人员办理，承办单位入账之前有效。"
        )
        return ask(request, payment, form, "登记退票", within=WITHIN, words=words)
    payment.bounce(by=request.user, **form.cleaned_data)
    messages.success(request, f"已登记退票，{payment.amount} 元已冲销；已通知承办单位重新申请")
    return redirect(payment)


@require_http_methods(["GET", "POST"])
def payment_book(request, pk):
    payment = find_payment(request.user, pk)
    must(request.user, "payment.book", payment.project.contractor)
    form = BookForm(posted(request), uploaded(request))
    if not form.is_valid():
        words = (
            f"收到 {payment.amount} 元后，依据国家财务、会计制度进行账务处理，按资金性质分别核算；"
            f"拨付后 {payment.county.batch.booking_days} 天内登记。"
        )
        return ask(request, payment, form, "登记入账", within=WITHIN, words=words)
    entry = form.cleaned_data
    if upload := entry.pop("file"):
        entry["file"] = Attachment.keep(upload, region=payment.region, by=request.user)
    payment.book(by=request.user, **entry)
    messages.success(request, f"已登记入账，记账凭证 {payment.account_voucher_no}")
    return redirect(payment)


def payment_paper(request, pk, form):
    """F-15 拨付申请, F-16 拨付公示 or 拨付通知, as a draft without a seal; the account as far as the reader may see it."""
    payment = find_payment(request.user, pk)
    if form not in dict(documents.papers_of(payment)):
        raise Http404("本笔拨付没有这份公文")
    paper = documents.PAPERS[form](payment, sees_account=sees_account(request.user, payment))
    answer = HttpResponse(paper.pdf(), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{form}-{payment.no}.pdf"'
    return answer
