"""采购的每一步：条件公示、采购公告、成交、结果公告、资格复核、合同公告、废标（终止），以及公文（F-09）。"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import must
from portal.documents import shown
from portal.pages import ask, posted, status_of
from projects.documents import procurement as documents
from projects.forms.procurement import (
    AbandonForm,
    AnnouncementForm,
    AwardForm,
    BidderRows,
    ContractPublicityForm,
    ResultForm,
)
from projects.forms.shapes import SiteForm, as_typed
from projects.models import Contractor
from projects.views.procurements import WITHIN, find_package, find_procurement

BIDDER_FIELDS = ("name", "offer", "score", "rank", "is_consortium")


def procurement_publicise(request, pk):
    procurement = find_procurement(request, pk)
    must(request.user, "procurement.publish", procurement.region)
    form = SiteForm(posted(request))
    if not form.is_valid():
        gates = procurement.missing_before_publicise()
        paper = ("查看条件公示的草稿（F-09，PDF）", reverse("procurement-paper", args=[pk, "conditions"]))
        return ask(request, procurement, form, "公示建设内容和承办条件", within=WITHIN, gates=gates, document=paper)
    procurement.publicise_conditions(by=request.user, **form.cleaned_data)
    messages.success(request, f"已开始公示，公示期至 {procurement.conditions_notice.ends_on}")
    return redirect(procurement)


def procurement_announce(request, pk):
    """登记采购公告；成交之前可以更正，前后内容都留在办理记录里。"""
    procurement = find_procurement(request, pk)
    must(request.user, "procurement.award", procurement.region)
    form = AnnouncementForm(posted(request), instance=procurement)
    if not form.is_valid():
        shown = find_procurement(request, pk)
        words = "采购公告在政府采购平台发布，这里登记它的编号、日期和网址。"
        gates = shown.missing_before_open()
        return ask(request, shown, form, "登记采购公告", within=WITHIN, gates=gates, words=words)
    procurement.announce(by=request.user, **form.cleaned_data)
    messages.success(request, "已登记采购公告；开标、评审后登记各标段的成交结果")
    return redirect(procurement)


def procurement_award(request, pk, no):
    """登记一个标段的成交结果和供应商清单；“增加一家供应商”只把表单多给一行，不保存。"""
    package = find_package(request, pk, no)
    must(request.user, "procurement.award", package.region)
    contractors = Contractor.objects.visible_to(request.user)
    if "add_bidder" in request.POST:
        form = as_typed(AwardForm, request.POST, instance=package, contractors=contractors)
        bidders = BidderRows(request.POST, prefix="bidders").typed(blank=1)
    elif request.method == "POST":
        form = AwardForm(request.POST, instance=package, contractors=contractors)
        bidders = BidderRows(request.POST, prefix="bidders")
        if all([form.is_valid(), bidders.is_valid()]):
            package.award(by=request.user, bidders=bidders.rows(), **form.cleaned_data)
            messages.success(request, f"已登记成交：{package.winner}，请公告采购结果并办理资格复核")
            return redirect(package.procurement)
    else:
        form = AwardForm(instance=package, contractors=contractors)
        stored = list(package.bidders.values(*BIDDER_FIELDS))
        bidders = BidderRows.showing(stored, blank=0 if stored else 3, prefix="bidders")
    shown = find_package(request, pk, no) if request.method == "POST" else package  # as stored, not as typed
    context = {
        "package": shown,
        "procurement": shown.procurement,
        "form": form,
        "bidders": bidders,
        "gates": shown.missing_before_award(),
    }
    return render(request, "projects/package_award.html", context, status=status_of(form, bidders))


def procurement_result(request, pk):
    procurement = find_procurement(request, pk)
    must(request.user, "procurement.publish", procurement.region)
    form = ResultForm(posted(request))
    if not form.is_valid():
        gates = procurement.missing_before_result()
        words = "公告成交供应商和金额、废标的标段；不公开未成交供应商的报价。公告期 1 个工作日。"
        paper = ("查看结果公告的草稿（F-09，PDF）", reverse("procurement-paper", args=[pk, "result"]))
        act = "公告采购结果"
        return ask(request, procurement, form, act, within=WITHIN, gates=gates, words=words, document=paper)
    notice = procurement.publicise_result(by=request.user, **form.cleaned_data)
    messages.success(request, f"已公告采购结果，公告期至 {notice.ends_on}")
    return redirect(procurement)


@require_POST
def procurement_qualify(request, pk, no):
    package = find_package(request, pk, no)
    must(request.user, "procurement.qualify", package.region)
    project = package.qualify(by=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, f"资格复核通过，已建立项目 {project.no}")
    return redirect(project)


def procurement_contract(request, pk, no):
    package = find_package(request, pk, no)
    must(request.user, "procurement.award", package.region)
    form = ContractPublicityForm(posted(request), instance=package)
    if not form.is_valid():
        shown = find_package(request, pk, no)
        words = f"{shown}的合同公告：签订后 2 个工作日内在政府采购平台公告。"
        return ask(request, shown.procurement, form, "登记合同公告", within=WITHIN, words=words)
    package.publicise_contract(by=request.user, **form.cleaned_data)
    messages.success(request, "已登记合同公告")
    return redirect(package.procurement)


def procurement_abandon(request, pk):
    procurement = find_procurement(request, pk)
    must(request.user, "procurement.award", procurement.region)
    undecided = procurement.packages.model.objects.filter(procurement=pk, status__in=["open", "awarded"])
    form = AbandonForm(posted(request), packages=undecided)
    if not form.is_valid():
        words = "废标（终止）的标段留存备查，可以另行重新采购；已成交的，成交结果随之无效。"
        return ask(request, procurement, form, "废标（终止）", within=WITHIN, words=words)
    procurement.abandon(by=request.user, **form.cleaned_data)
    messages.success(request, "已登记废标（终止）；请公告结果")
    return redirect(procurement)


def procurement_paper(request, pk, form):
    """F-09 承办单位条件公示, or 结果公告, as a draft without a seal."""
    procurement = find_procurement(request, pk)
    if form not in documents.PAPERS or (form == "result" and not documents.has_result(procurement)):
        raise Http404("本采购没有这份公文")
    pdf = documents.PAPERS[form](procurement).pdf()
    return shown(pdf, f"F-09-{form}-{procurement.region.code}-{procurement.pk}")
