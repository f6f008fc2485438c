"""报省备案：the papers of a plan, the sealed scan beside the draft, the receipts of the three departments."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.access import must
from counties import documents
from counties.models import Filing, Review
from counties.review_forms import ScanForm
from counties.views.found import find_plan, find_review
from portal.documents import shown
from portal.models import Attachment
from portal.pages import ask

WITHIN = ("实施方案", "plan-list")


def plan_paper(request, pk, form):
    """F-04, F-05, F-06 or F-08 of a plan, as a draft without a seal."""
    plan = find_plan(request, pk)
    if form not in dict(documents.papers_of(plan)):
        raise Http404(f"本方案没有 {form}")
    _, make = documents.PAPERS[form]
    return shown(make(plan).pdf(), f"{form}-{plan.region.code}-v{plan.version}")


def review_receipt(request, pk):
    """F-07 备案回执 or 补正通知 of one provincial department."""
    review = find_review(request, pk)
    if review.level != "province":
        raise Http404("只有省级部门出具备案回执")
    review = Review.objects.prefetch_related("points").select_related("plan__county__batch").get(pk=review.pk)
    return shown(documents.filing_receipt(review).pdf(), f"F-07-{review.region.code}-{review.pk}")


def filing_scan(request, pk):
    """The draft F-06 and the digest of its content beside the sealed scan and its digest; a scan may come later than the filing."""
    filings = Filing.objects.visible_to(request.user).select_related("plan__county__region__parent", "sealed_scan")
    filing = get_object_or_404(filings.select_related("plan__county__batch"), pk=pk)
    must(request.user, filing.verb, filing.region)
    form = ScanForm(*((request.POST, request.FILES) if request.method == "POST" else (None, None)))
    if not form.is_valid():
        now = filing.sealed_scan
        words = (
            f"方案内容摘要（印在草稿 F-06 上）：{filing.plan.digest()}。"
            f"盖章扫描件：{f'{now.name}，SHA-256：{now.sha256}' if now else '尚未上传'}。"
        )
        paper = (f"查看 {filing.doc_no} 的草稿（F-06，PDF）", reverse("plan-document", args=[filing.plan_id]))
        return ask(request, filing.plan, form, "上传盖章扫描件", within=WITHIN, words=words, document=paper)
    scan = Attachment.keep(form.cleaned_data["scan"], region=filing.region, by=request.user)
    filing.keep_sealed_scan(scan, by=request.user)
    messages.success(request, f"已保存 {filing.doc_no} 的盖章扫描件，SHA-256：{scan.sha256}")
    return redirect(filing.plan)
