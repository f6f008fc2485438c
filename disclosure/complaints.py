"""投诉举报的页面：anybody files and looks up, the province answers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import may, must
from accounts.models import Region
from disclosure import limits
from disclosure.forms import ComplaintForm, ReplyForm
from disclosure.models import Complaint
from portal import clock, workdays
from portal.models import Event
from portal.pages import ask, page_of, posted, status_of

WITHIN = ("投诉举报", "complaint-list")
RECEIPT = "complaint-receipt"  # session key: the receipt whose lookup code may be shown, once


@login_not_required
@sensitive_post_parameters("name", "phone")
@require_http_methods(["GET", "POST"])
def complaint_create(request):
    asked = request.method == "POST"
    chosen = {"region": request.GET.get("county", "")}
    form = ComplaintForm(request.POST, request.FILES) if asked else ComplaintForm(initial=chosen)
    if not form.is_valid():
        return render(request, "disclosure/complaint_form.html", {"form": form}, status=status_of(form))
    if limits.too_many(request, "complaint", limits.OBJECTIONS_AN_HOUR):
        return render(request, "disclosure/too_many.html", status=429)
    # The evidence is kept with the province: whoever sees the county's files must not see it.
    complaint = Complaint.file(**form.values(Region.objects.get(level=Region.Level.PROVINCE)))
    request.session[RECEIPT] = {"no": complaint.receipt_no, "code": complaint.lookup_code}
    return redirect("complaint-receipt", complaint.receipt_no)


@login_not_required
def complaint_receipt(request, receipt_no):
    """The lookup code is shown once, to the browser that filed the complaint; the words of it to nobody."""
    complaint = get_object_or_404(Complaint, receipt_no=receipt_no)
    mine = request.session.get(RECEIPT, {}).get("no") == receipt_no
    code = request.session.pop(RECEIPT)["code"] if mine else ""
    return render(request, "disclosure/complaint_receipt.html", {"complaint": complaint, "code": code})


def complaint_list(request):
    complaints = Complaint.objects.visible_to(request.user).select_related("region")
    page, today = page_of(request, complaints), clock.today()
    rows = [(complaint, workdays.deadline(complaint.due_on, today)) for complaint in page]
    return render(request, "disclosure/complaint_list.html", {"page": page, "rows": rows})


def complaint_detail(request, pk):
    complaint = _find(request, pk)
    context = {
        "complaint": complaint,
        "deadline": workdays.deadline(complaint.due_on, clock.today()),
        "may_answer": complaint.status == complaint.Status.RECEIVED
        and may(request.user, "complaint.answer", complaint.region),
        "events": Event.objects.about(complaint),
    }
    return render(request, "disclosure/complaint_detail.html", context)


def complaint_answer(request, pk):
    complaint = _find(request, pk)
    must(request.user, "complaint.answer", complaint.region)
    form = ReplyForm(posted(request))
    if not form.is_valid():
        return ask(request, complaint, form, "答复投诉举报", within=WITHIN, words=complaint.text)
    complaint.answer(by=request.user, **form.cleaned_data)
    messages.success(request, f"已答复 {complaint.receipt_no}，提出人可以凭回执编号和查询码看到答复")
    return redirect(complaint)


def _find(request, pk):
    complaints = Complaint.objects.visible_to(request.user).select_related("region", "attachment", "answered_by")
    return get_object_or_404(complaints, pk=pk)
