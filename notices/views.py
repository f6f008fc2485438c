"""公示与异议的页面（内部）。The public reads the same notice in its own room."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import may, must
from notices.forms import AnswerForm, SnapshotForm
from notices.models import Notice, Objection
from portal import clock, workdays
from portal.models import Attachment, Event
from portal.pages import ask, posted, uploaded

ROWS_PER_PAGE = 25


def notice_list(request):
    notices = Notice.objects.visible_to(request.user).select_related("region").with_open_objections()
    chosen = request.GET.get("status", "")
    if chosen in Notice.Status.values:
        notices = notices.filter(status=chosen)
    page = Paginator(notices.order_by("-pk"), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    today = clock.today()
    for notice in page:
        notice.deadline = notice.ends_on and workdays.deadline(notice.ends_on, today)
        notice.is_over = notice.status != Notice.Status.RUNNING
    context = {"page": page, "statuses": Notice.Status.choices, "chosen": chosen}
    return render(request, "notices/notice_list.html", context)


def notice_detail(request, pk):
    notices = Notice.objects.visible_to(request.user).select_related("region__parent", "snapshot")
    notice = get_object_or_404(notices, pk=pk)
    today = clock.today()
    context = {
        "notice": notice,
        "subject": notice.subject,
        "is_over": notice.status != Notice.Status.RUNNING,
        "deadline": notice.ends_on and workdays.deadline(notice.ends_on, today),
        "attachments": notice.attachments.all(),
        "objections": _objections(notice, today),
        "may_publish": may(request.user, "notice.publish", notice.region),
        "may_answer": may(request.user, notice.answer_verb, notice.region),
        "events": Event.objects.about(notice),
    }
    return render(request, "notices/notice_detail.html", context)


def notice_snapshot(request, pk):
    """官网页面截图：evidence that the notice stood on the county's own site (G-03); may come after the start."""
    notices = Notice.objects.visible_to(request.user).select_related("region", "snapshot")
    notice = get_object_or_404(notices, pk=pk)
    must(request.user, "notice.publish", notice.region)
    form = SnapshotForm(posted(request), uploaded(request))
    if not form.is_valid():
        words = f"官网网址：{notice.site_url}。平台保存截图及其 SHA-256，不代为访问该网址。"
        return ask(request, notice, form, "上传官网页面截图", within=("公示", "notice-list"), words=words)
    snapshot = Attachment.keep(form.cleaned_data["snapshot"], region=notice.region, by=request.user)
    notice.keep_snapshot(snapshot, by=request.user)
    messages.success(request, f"已保存官网页面截图，SHA-256：{snapshot.sha256}")
    return redirect(notice)


def objection_answer(request, pk):
    objections = Objection.objects.visible_to(request.user).select_related("notice__region", "attachment")
    objection = get_object_or_404(objections, pk=pk)
    must(request.user, objection.notice.answer_verb, objection.region)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        page = {"objection": objection, "form": form}
        return render(request, "notices/objection_form.html", page, status=422 if form.is_bound else 200)
    objection.answer(by=request.user, **form.cleaned_data)
    messages.success(request, f"已答复异议 {objection.receipt_no}：{objection.get_outcome_display()}")
    return redirect("notice-detail", objection.notice_id)


def _objections(notice, today):
    objections = list(notice.objections.select_related("attachment", "answered_by").order_by("pk"))
    for objection in objections:
        objection.deadline = workdays.deadline(objection.due_on, today)
    return objections
