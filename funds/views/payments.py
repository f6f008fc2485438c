"""资金的页面：from the list of payments down to one voucher."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from acceptance.models import Application
from accounts.access import is_office, may, may_at_home, must
from accounts.confirmation import FIELD
from counties.models import County
from funds.documents.payment import papers_of
from funds.forms.payment import ApproveForm, PayForm, RejectForm
from funds.models import Account, Leg, Payment, recovered_words, requestable, with_money
from funds.rules.separation import reviewer_does_not_pay
from portal import money
from portal.models import Event
from portal.pages import posted, status_of
from portal.rules import Kind, breaches

PER_PAGE = 25
WHOLE = (  # everything that the gates, the ceilings and the chain of people look at
    "county__region",
    "county__batch",
    "notice",
    "account_voucher",
    "project__contractor",
    "project__fund_line__plan",
    "stage__agreement__project__county__region",
    "application__notice",
    *(f"{step}_by__office" for step in ("requested", "commerce", "finance", "approved", "paid")),
)


@dataclass(frozen=True)
class Step:
    """What a payment waits for in one status: who does it, at which address, in which words."""

    verb: str
    url: str
    label: str
    waits_for: str
    hint: str
    acts: str  # the step of the payment, as its rules about persons call it
    is_page: bool = False  # done on a page of its own, not by one button


PUBLISH = Step(
    "payment.publish",
    "payment-publish",
    "公示拨付",
    "县政府公示拨付",
    "公示项目、承办单位和金额，期满无异议后由县财政局支付。",
    "published",
    True,
)
STEPS = {
    Payment.Status.REQUESTED: Step(
        "payment.commerce",
        "payment-commerce",
        "商务局审核同意",
        "县商务局审核",
        "核对验收结论和发票凭证、负面清单。",
        "commerce",
    ),
    Payment.Status.COMMERCE: Step(
        "payment.finance", "payment-finance", "财政局审核同意", "县财政局审核", "核对四个上限、专账和用途。", "finance"
    ),
    Payment.Status.FINANCE: Step(
        "payment.approve",
        "payment-approve",
        "审批同意",
        "县政府审批",
        "审批后公示，再由县财政局支付。",
        "approved",
        True,
    ),
    Payment.Status.APPROVED: Step("payment.pay", "payment-pay", "办理支付", "县财政局支付", "", "paid", True),
    Payment.Status.PAID: Step(
        "payment.book",
        "payment-book",
        "登记入账",
        "承办单位登记入账",
        "收到资金并按资金性质分别核算后登记。",
        "booked",
        True,
    ),
}


def step_of(payment):
    """What the payment waits for now, or None."""
    return PUBLISH if payment.wants_notice else STEPS.get(payment.status)


def payment_list(request):
    payments = Payment.objects.visible_to(request.user).select_related(
        "county__region", "project__contractor", "stage", "application"
    )
    status = request.GET.get("status")
    if status in Payment.Status.values:
        payments = payments.filter(status=status)
    counties = with_money(County.objects.visible_to(request.user).public()).select_related("region", "batch")
    context = {
        "page": Paginator(payments, PER_PAGE).get_page(request.GET.get("page")),
        "is_office": is_office(request.user),
        "statuses": Payment.Status.choices,
        "status": status,
        "counties": Paginator(counties, PER_PAGE).get_page(request.GET.get("county_page")),
        "requestable": _requestable(request.user),
        "may_batch": any(may_at_home(request.user, step.verb) for step in list(STEPS.values())[:4]),
    }
    return render(request, "funds/payment_list.html", context)


def _requestable(user):
    if not user.has_perm("accounts.payment.request"):
        return []
    mine = Application.objects.visible_to(user)
    return requestable(mine).select_related("project", "stage")[:PER_PAGE]


def payment_detail(request, pk):
    return _detail(request, find_payment(request.user, pk), RejectForm())


def find_payment(user, pk):
    return get_object_or_404(Payment.objects.visible_to(user).select_related(*WHOLE), pk=pk)


def _detail(request, payment, reject_form, status=200):
    events = list(Event.objects.about(payment))
    step = step_of(payment)
    payment.judge = request.user
    legs = _legs(payment)
    may_act = bool(step) and may(request.user, step.verb, _place(payment))
    if may_act:
        payment.about_to(step.acts, request.user, events)
    ceilings, gates = _ceilings_and_gates(payment)
    context = {
        "payment": payment,
        "in_words": money.in_words(payment.amount),
        "gates": gates,
        "stopped": _stopped(payment, gates),
        "is_office": is_office(request.user),
        "ceilings": ceilings,
        "step": step,
        "may_act": may_act,
        "asks_reason": any(not gate.ok and gate.rule.kind is Kind.SOFT for gate in gates),
        "may_bounce": payment.status == Payment.Status.PAID
        and may(request.user, "payment.bounce", payment.county.region),
        "may_scan": payment.status == Payment.Status.REQUESTED
        and may(request.user, "payment.request", payment.project.contractor),
        "vouchers": payment.stated_vouchers(),
        "items": payment.stated_objects(),
        "agreed": ceilings[1],
        "papers": papers_of(payment),
        "may_reject": may_act and payment.status not in Payment.SPENT,
        "reject_form": reject_form,
        "chain": _chain(payment, events),
        "sees_account": sees_account(request.user, payment),
        "legs": legs,
        "recovered": recovered_words(payment, legs),
        "may_recover": bool(legs) and request.user.has_perm("accounts.recovery.open"),
        "may_consent": payment.county.status == "rectifying" and request.user.has_perm("accounts.payment.consent"),
        "events": events,
    }
    return render(request, "funds/payment_detail.html", context, status=status)


def _legs(payment):
    """Its own posting, and what was decided to come back of it and came back."""
    if payment.status not in Payment.SPENT:
        return []
    recovered = Leg.objects.filter(stage=payment.stage_id, account__in=(Account.RECALLED, Account.RECEIVABLE))
    legs = Leg.objects.about(payment) | recovered
    return list(legs.select_related("fund_line", "stage").order_by("pk"))


def _place(payment):
    """Where the step is done: by an office in its region, or by the contractor itself."""
    return payment.project.contractor if payment.status == Payment.Status.PAID else payment.county.region


@dataclass(frozen=True)
class ShownGate:
    """A gate with the record that opens it."""

    gate: object
    evidence: str

    @property
    def rule(self):
        return self.gate.rule

    @property
    def ok(self):
        return self.gate.ok

    @property
    def wrong(self):
        return self.gate.wrong

    @property
    def shuts(self):
        return self.gate.shuts


def _ceilings_and_gates(payment):
    """The table and the gate look at the same sums, asked of the database once (on a page that only shows)."""
    ceilings = payment.ceilings()
    payment.ceilings = lambda: ceilings
    freezes = list(payment.standing_freezes())
    payment.standing_freezes = lambda: freezes
    return ceilings, _gates_with_evidence(payment)


def _stopped(payment, gates):
    """The words of the banner: freezes that stand, and a failed spot check, which stops the money as well."""
    if payment.status not in Payment.OPEN:
        return []
    failed = [gate.wrong for gate in gates if gate.rule.id == "A-149f" and gate.wrong]
    return [freeze.in_words for freeze in payment.standing_freezes()] + failed


def _gates_with_evidence(payment):
    application, agreement, vouchers = payment.application, payment.agreement, payment.stated_vouchers()
    here = payment.get_absolute_url()
    counted = money.total(voucher.amount for voucher in vouchers if voucher.kind in voucher.COUNTED)
    evidence = {
        "A-303p": f"{here}#vouchers",
        "A-303w": f"{here}#vouchers",
        "A-305i": f"{here}#vouchers",
        "A-305o": f"{here}#items",
        "A-305e": f"{here}#items",
        "P-061": f"{here}#items",
        "P-064": f"{here}#vouchers",
        "A-315v": f"{len(vouchers)} 张凭证，发票、收据合计 {counted} 元",
        "A-302p": payment.notice.get_absolute_url() if payment.notice else "",
        "A-313": application.get_absolute_url(),
        "A-314": application.notice.get_absolute_url() if application.notice else "",
        "P-040": f"核定 {application.approved_amount} 元" if application.approved_amount is not None else "",
        "A-315": "见下方“四个上限”",
        "A-316": "本阶段为整体验收" if payment.stage.is_final else "本阶段不是最后一个阶段",
        "P-041": agreement.get_absolute_url(),
        "A-321": f"用途：{payment.get_purpose_display() or '没有写明'}",
    }
    return [ShownGate(gate, evidence.get(gate.rule.id, "")) for gate in payment.gates()]


def _chain(payment, events):
    """申请、审核、审批、支付：who acted at each step, and when."""
    at = {event.target: event.at for event in events if event.target}
    steps = [
        ("申请", payment.requested_by, Payment.Status.REQUESTED),
        ("商务审核", payment.commerce_by, Payment.Status.COMMERCE),
        ("财政审核", payment.finance_by, Payment.Status.FINANCE),
        ("县政府审批", payment.approved_by, Payment.Status.APPROVED),
        ("支付", payment.paid_by, Payment.Status.PAID),
    ]
    return [(words, person, at.get(status) if person else None) for words, person, status in steps]


def sees_account(user, payment):
    """The whole account number is for those who pay and those who are paid."""
    if not user.office_id:
        return False
    level, bureau = user.office.level, user.office.bureau
    # Whoever sees this payment is of its county or above it, or one of its contractor's people.
    return (level, bureau) == ("county", "finance") or level == "contractor"


@require_POST
def payment_commerce(request, pk):
    payment = find_payment(request.user, pk)
    must(request.user, "payment.commerce", payment.county.region)
    payment.commerce_review(by=request.user, reason=request.POST.get("reason", ""))
    return redirect(payment)


@require_POST
def payment_finance(request, pk):
    payment = find_payment(request.user, pk)
    must(request.user, "payment.finance", payment.county.region)
    payment.finance_review(by=request.user)
    return redirect(payment)


@sensitive_post_parameters(FIELD)
@require_http_methods(["GET", "POST"])
def payment_approve(request, pk):
    """审批前核对：figures, payee and every gate; the password again; one button that names the act."""
    payment = find_payment(request.user, pk)
    must(request.user, "payment.approve", payment.county.region)
    form = ApproveForm(posted(request), request=request)
    if request.method == "POST" and form.is_valid():
        payment.approve(by=request.user, **form.deed())
        messages.success(request, f"{payment.no} 已审批同意，由县财政局支付")
        return redirect(payment)
    if payment.status != Payment.Status.FINANCE:
        return redirect(payment)
    payment.about_to("approved", request.user)
    ceilings, gates = _ceilings_and_gates(payment)
    found = breaches(Payment.BEFORE_STEP, payment)
    context = {
        "payment": payment,
        "in_words": money.in_words(payment.amount),
        "found": found,
        "all_open": all(breach.kind is not Kind.HARD for breach in found),
        "gates": [gate for gate in gates if gate.rule not in Payment.BEFORE_STEP],
        "ceilings": ceilings,
        "form": form,
    }
    return render(request, "funds/payment_approve.html", context, status=status_of(form))


@require_POST
def payment_reject(request, pk):
    """不予拨付：by whoever may do the current step."""
    payment = find_payment(request.user, pk)
    step = step_of(payment) if payment.status in Payment.OPEN else STEPS[Payment.Status.APPROVED]
    verb = step.verb
    must(request.user, verb, payment.county.region)
    form = RejectForm(request.POST)
    if not form.is_valid() and payment.status in Payment.OPEN:
        return _detail(request, payment, form, status=422)
    payment.reject(by=request.user, reason=form.cleaned_data.get("reason", ""))
    return redirect(payment)


@sensitive_post_parameters(FIELD)
@require_http_methods(["GET", "POST"])
def payment_pay(request, pk):
    """支付前核对：figures and words, payee and account, every gate; then the voucher number."""
    payment = find_payment(request.user, pk)
    must(request.user, "payment.pay", payment.county.region)
    payment.about_to("paid", request.user)
    form = PayForm(posted(request), request=request, asks_reason=bool(reviewer_does_not_pay(payment)))
    if request.method == "POST" and form.is_valid():
        payment.pay(by=request.user, **form.deed())
        messages.success(request, f"{payment.no} 已拨付 {payment.amount} 元，已记账，并通知承办单位登记入账")
        return redirect(payment)
    if payment.status != Payment.Status.APPROVED:
        return redirect(payment)
    ceilings, gates = _ceilings_and_gates(payment)
    context = {
        "payment": payment,
        "in_words": money.in_words(payment.amount),
        "gates": gates,
        "all_open": not any(gate.shuts for gate in gates),
        "ceilings": ceilings,
        "form": form,
    }
    return render(request, "funds/payment_pay.html", context, status=status_of(form))
