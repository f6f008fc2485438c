"""批量办理：tick, type the voucher numbers, pay. The same verb for each payment, all or nothing per payment."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import may_at_home
from funds.forms.payment import PayForm
from funds.models import Payment
from funds.obstacles import attempt, in_treasury, obstacles, with_obstacles
from funds.views.payments import STEPS, step_of
from portal import clock

MOST = 50
RESULTS = "payment-batch"
BY_BUTTON = {  # what is agreed to by a tick; the voucher number comes with the payment itself
    Payment.Status.REQUESTED: lambda payment, by, voucher_no: payment.commerce_review(by=by),
    Payment.Status.COMMERCE: lambda payment, by, voucher_no: payment.finance_review(by=by),
    Payment.Status.FINANCE: lambda payment, by, voucher_no: payment.approve(by=by),
    Payment.Status.APPROVED: lambda payment, by, voucher_no: payment.pay(by=by, voucher_no=voucher_no),
}


@require_http_methods(["GET", "POST"])
def payment_batch(request):
    """The payments of my county whose next step is mine; each ticked row is done by itself and answers for itself."""
    statuses = [status for status in BY_BUTTON if may_at_home(request.user, STEPS[status].verb)]
    if not statuses:
        raise PermissionDenied("您的岗位不办理拨付")
    waiting = _waiting(request.user, statuses)
    if request.method == "POST":
        request.session[RESULTS] = _do(request, {str(payment.pk): payment for payment in waiting})
        done = sum(not row["wrong"] for row in request.session[RESULTS])
        messages.info(request, f"勾选 {len(request.session[RESULTS])} 笔，办成 {done} 笔")
        return redirect("payment-batch")
    results, today = request.session.pop(RESULTS, []), clock.today()
    typed = {row["pk"]: row["voucher_no"] for row in results if row["wrong"]}
    treasury = in_treasury({payment.county_id for payment in waiting})
    for payment in waiting:
        payment.step = step_of(payment)
        payment.obstacles = obstacles(payment, treasury, today)
        payment.typed = typed.get(payment.pk, "")
    context = {"payments": waiting, "results": results, "pays": Payment.Status.APPROVED in statuses, "most": MOST}
    return render(request, "funds/payment_batch.html", context)


def _waiting(user, statuses):
    mine = Payment.objects.visible_to(user).filter(county__region=user.office.region, status__in=statuses)
    rows = with_obstacles(mine).select_related(
        "county__region", "county__batch", "project__contractor", "stage", "notice", "application"
    )
    return [payment for payment in rows.order_by("pk")[:MOST] if not payment.wants_notice]


def _do(request, waiting):
    rows = []
    for key in dict.fromkeys(request.POST.getlist("tick")):
        if payment := waiting.get(key):
            voucher_no = request.POST.get(f"voucher-{key}", "")
            wrong = _attempt(payment, request.user, voucher_no)
            row = {"pk": payment.pk, "words": str(payment), "url": payment.get_absolute_url()}
            rows.append(row | {"voucher_no": voucher_no[:60], "wrong": wrong, "amount": str(payment.amount)})
    return rows


def _attempt(payment, by, voucher_no):
    if payment.status == Payment.Status.APPROVED:
        form = PayForm({"voucher_no": voucher_no})
        if not form.is_valid():
            return form["voucher_no"].wrong()
        voucher_no = form.cleaned_data["voucher_no"]
    fresh = Payment.objects.get(pk=payment.pk)
    return attempt(lambda: BY_BUTTON[payment.status](fresh, by, voucher_no))
