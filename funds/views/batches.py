"""批量办理：tick, type the voucher numbers, pay. The same verb for each payment, all or nothing per payment."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import may_at_home
from accounts.confirmation import FIELD
from funds.forms.payment import BatchForm, PayForm
from funds.models import Payment
from funds.obstacles import attempt, in_treasury, obstacles, with_obstacles
from funds.views.payments import STEPS, step_of
from portal import clock
from portal.pages import posted, status_of

MOST = 50
RESULTS = "payment-batch"
VOUCHER_NO = PayForm.base_fields["voucher_no"]
BY_BUTTON = {  # what is agreed to by a tick; the voucher number comes with the payment itself
    Payment.Status.REQUESTED: lambda payment, by, voucher_no: payment.commerce_review(by=by),
    Payment.Status.COMMERCE: lambda payment, by, voucher_no: payment.finance_review(by=by),
    Payment.Status.FINANCE: lambda payment, by, voucher_no: payment.approve(by=by, confirmed=True),
    Payment.Status.APPROVED: lambda payment, by, voucher_no: payment.pay(by=by, voucher_no=voucher_no, confirmed=True),
}


@sensitive_post_parameters(FIELD)
@require_http_methods(["GET", "POST"])
def payment_batch(request):
    """The payments of my county whose next step is mine; each ticked row is done by itself and answers for itself."""
    statuses = [status for status in BY_BUTTON if may_at_home(request.user, STEPS[status].verb)]
    if not statuses:
        raise PermissionDenied("您的岗位不办理拨付")
    waiting = _waiting(request.user, statuses)
    form = BatchForm(posted(request), request=request)
    if request.method == "POST" and (form.is_valid() or not waiting):
        request.session[RESULTS] = _do(request, {str(payment.pk): payment for payment in waiting})
        done = sum(not row["wrong"] for row in request.session[RESULTS])
        messages.info(request, f"勾选 {len(request.session[RESULTS])} 笔，办成 {done} 笔")
        return redirect("payment-batch")
    results, today = request.session.pop(RESULTS, []), clock.today()
    typed = {row["pk"]: row["voucher_no"] for row in results if row["wrong"]}
    ticked = set(request.POST.getlist("tick"))
    treasury = in_treasury({payment.county_id for payment in waiting})
    for payment in waiting:
        payment.step = step_of(payment)
        payment.obstacles = obstacles(payment, treasury, today)
        payment.typed = request.POST.get(f"voucher-{payment.pk}") or typed.get(payment.pk, "")
        payment.is_ticked = str(payment.pk) in ticked
    context = {
        "payments": waiting,
        "results": results,
        "pays": Payment.Status.APPROVED in statuses,
        "most": MOST,
        "form": form,
    }
    return render(request, "funds/payment_batch.html", context, status=status_of(form))


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
        try:
            voucher_no = VOUCHER_NO.clean(voucher_no)
        except ValidationError as error:
            return error.messages if voucher_no.strip() else ["请填写支付凭证号"]
    fresh = Payment.objects.get(pk=payment.pk)
    return attempt(lambda: BY_BUTTON[payment.status](fresh, by, voucher_no))
