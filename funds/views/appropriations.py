"""下达文件的页面：one document, the rows of the counties, what arrived, and the performance targets."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import may, may_at_home, must
from funds.allocations import ALLOCATIONS, TARGETS
from funds.forms.appropriation import AppropriationForm, TakenBackForm, TargetsForm
from funds.models import Appropriation, AppropriationRow
from portal import clock, money, workbook
from portal.models import Attachment, Event
from portal.pages import ask, page_of, posted, status_of, uploaded
from portal.rules import breaches

WITHIN = ("下达文件", "appropriation-list")


def appropriation_list(request):
    documents = Appropriation.objects.visible_to(request.user).with_sums(request.user)
    context = {
        "page": page_of(request, documents),
        "may_issue": may_at_home(request.user, "appropriation.issue"),
    }
    return render(request, "funds/appropriation_list.html", context)


def appropriation_create(request):
    _must_issue(request.user)
    today = clock.today()
    form = AppropriationForm(posted(request), uploaded(request), initial={"year": today.year, "doc_date": today})
    if form.is_valid():
        values = {**form.cleaned_data}
        values.pop("block")
        values.pop("workbook")
        province = request.user.office.region
        values["file"] = Attachment.keep(values["file"], region=province, by=request.user)
        document = Appropriation.issue(by=request.user, province=province, **values)
        messages.success(request, f"已登记 {document.doc_no}，各县财政局已收到通知，资金到账后登记")
        return redirect(document)
    context = {"form": form}
    if form.annotated:
        context["annotated"] = workbook.as_link(form.annotated)
    return render(request, "funds/appropriation_form.html", context, status=status_of(form))


def appropriation_template(request):
    _must_issue(request.user)
    return workbook.download(workbook.template(ALLOCATIONS), "下达明细模板.xlsx")


def _must_issue(user):
    if not may_at_home(user, "appropriation.issue"):
        raise PermissionDenied("您的岗位没有“appropriation.issue”权限，或不在您的管辖范围内")


def appropriation_detail(request, pk):
    document = _find(request.user, pk)
    rows = AppropriationRow.objects.visible_to(request.user).filter(appropriation=document)
    rows = list(rows.select_related("county__region", "target_file").prefetch_related("targets", "receipts"))
    for row in rows:
        row.appropriation = document  # read already
    issues = may(request.user, "appropriation.issue", document.province) and not document.withdrawn_on
    context = {
        "document": document,
        "rows": rows,
        "total": money.total(row.amount for row in rows),
        "left": money.total(row.left() for row in rows),
        "wrong": [] if document.withdrawn_on else [found for row in rows for found in breaches(row.SHOWN, row)],
        "may_issue": issues,
        "events": Event.objects.about(document),
    }
    return render(request, "funds/appropriation_detail.html", context)


def appropriation_withdraw(request, pk):
    document = _find(request.user, pk)
    must(request.user, "appropriation.issue", document.province)
    form = TakenBackForm(posted(request))
    if form.is_valid():
        document.withdraw(by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"已撤销 {document.doc_no}，各县核定额度随之恢复")
        return redirect(document)
    gates = breaches(document.BEFORE_WITHDRAW, document)
    words = "文件登记有误时撤销；撤销后文号可以重新登记，原记录保留。"
    return ask(request, document, form, "撤销下达文件", within=WITHIN, gates=gates, words=words)


def appropriation_targets(request, pk):
    """细化绩效目标并分解至县：the whole table of one county at once."""
    rows = AppropriationRow.objects.visible_to(request.user).select_related("appropriation__province", "county__region")
    row = get_object_or_404(rows, pk=pk)
    must(request.user, "appropriation.issue", row.appropriation.province)
    written = "\n".join("\t".join((t.indicator, t.unit, t.target)) for t in row.targets.all())
    form = TargetsForm(posted(request), uploaded(request), initial={"block": written})
    if form.is_valid():
        file = form.cleaned_data["file"]
        kept = Attachment.keep(file, region=row.county.region, by=request.user) if file else None
        row.break_down(by=request.user, targets=form.cleaned_data["block"], file=kept)
        messages.success(request, f"已分解{row.county}绩效目标 {len(form.cleaned_data['block'])} 项")
        return redirect(row)
    words = f"{'、'.join(column.title for column in TARGETS.columns)}各一列；保存后替换原有的目标，原目标留在记录中。"
    return ask(request, row, form, "分解绩效目标", within=WITHIN, words=words)


def _find(user, pk):
    documents = Appropriation.objects.visible_to(user).select_related("province", "file", "issued_by")
    return get_object_or_404(documents, pk=pk)
