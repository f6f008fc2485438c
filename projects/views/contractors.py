"""承办单位的页面：the county registers, the contractor keeps its own file, the county judges by it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import may, may_at_home, must, own_region
from portal.models import Attachment
from portal.pages import page_of, posted, status_of
from portal.views import download
from projects.forms.contractor import ContractorForm, CreditCheckForm, CreditRatingForm, LicenceForm
from projects.forms.shapes import SearchForm
from projects.identity import is_credit_code
from projects.models import Contractor, Project


def contractor_list(request):
    search = SearchForm(request.GET)
    contractors = Contractor.objects.visible_to(request.user).named(search.wanted("q")).select_related("region")
    context = {
        "page": page_of(request, contractors.annotate(project_count=Count("projects", distinct=True)).order_by("name")),
        "search": search,
        "may_register": may_at_home(request.user, "procurement.draft"),
    }
    return render(request, "projects/contractor_list.html", context)


def contractor_detail(request, pk):
    return _page(request, _contractor(request, pk))


def contractor_create(request):
    """县里登记；代码核对校验位，已登记的不重复登记。"""
    region = own_region(request.user)
    must(request.user, "procurement.draft", region)
    form = ContractorForm(posted(request), instance=Contractor(region=region))
    if form.is_valid():
        contractor = form.save()
        messages.success(request, f"已登记承办单位“{contractor}”，请补充资质、信用查询和信用等级评价")
        return redirect(contractor)
    return render(request, "projects/contractor_form.html", {"form": form}, status=status_of(form))


def contractor_edit(request, pk):
    contractor = _contractor(request, pk)
    _must_keep(request.user, contractor, "procurement.draft")
    form = ContractorForm(posted(request), instance=contractor)
    if form.is_valid():
        form.save()
        messages.success(request, "承办单位资料已保存")
        return redirect(contractor)
    context = {"form": form, "contractor": Contractor.objects.get(pk=contractor.pk)}
    return render(request, "projects/contractor_form.html", context, status=status_of(form))


def contractor_file(request, pk, file_pk):
    """证明文件：whoever may see the contractor may read its credit rating."""
    ratings = _contractor(request, pk).credit_ratings.select_related("file")
    return download(get_object_or_404(ratings, file=file_pk).file)


@require_POST
def contractor_add_licence(request, pk):
    contractor = _contractor(request, pk)
    _must_keep(request.user, contractor, "procurement.qualify")
    return _add(request, contractor, LicenceForm(request.POST), "licence_form", "资质已登记")


@require_POST
def contractor_add_check(request, pk):
    contractor = _contractor(request, pk)
    _must_keep(request.user, contractor, "procurement.qualify")
    return _add(request, contractor, CreditCheckForm(request.POST), "check_form", "信用查询已登记")


@require_POST
def contractor_add_rating(request, pk):
    contractor = _contractor(request, pk)
    _must_keep(request.user, contractor, "procurement.qualify")
    form = CreditRatingForm(request.POST, request.FILES)
    if form.is_valid() and form.cleaned_data["upload"]:
        upload = form.cleaned_data["upload"]
        form.instance.file = Attachment.keep(upload, region=contractor.region, by=request.user)
    return _add(request, contractor, form, "rating_form", "信用等级评价已登记")


# --- what the pages ask for ------------------------------------------------------------------------------------------


def _contractor(request, pk):
    contractors = Contractor.objects.visible_to(request.user).select_related("region")
    return get_object_or_404(contractors, pk=pk)


def _keeps(user, contractor, verb):
    """The contractor's own people, or the clerks of the county that registered it (with their verb)."""
    return may(user, "contractor.edit", contractor) or may(user, verb, contractor.region)


def _must_keep(user, contractor, verb):
    if not _keeps(user, contractor, verb):
        raise PermissionDenied("只有承办单位自己的人员和登记地的县级经办人可以维护这份资料")


def _add(request, contractor, form, name, words):
    if not form.is_valid():
        return _page(request, contractor, **{name: form})
    form.instance.contractor = contractor
    form.save()
    messages.success(request, words)
    return redirect(contractor)


def _page(request, contractor, **wrong):
    user = request.user
    context = {
        "contractor": contractor,
        "code_is_right": is_credit_code(contractor.credit_code),
        "gates": contractor.missing_for_qualification(),
        "licences": contractor.licences.order_by("pk"),
        "checks": contractor.credit_checks.order_by("-checked_on"),
        "ratings": contractor.credit_ratings.select_related("file").order_by("-issued_on"),
        "projects": Project.objects.visible_to(user).filter(contractor=contractor).select_related("county__region"),
        "may_edit": _keeps(user, contractor, "procurement.draft"),
        "may_token": may(user, "contractor.token", contractor),
        "may_add": _keeps(user, contractor, "procurement.qualify"),
        "licence_form": LicenceForm(auto_id="licence_%s"),
        "check_form": CreditCheckForm(auto_id="check_%s"),
        "rating_form": CreditRatingForm(auto_id="rating_%s"),
    }
    return render(request, "projects/contractor_detail.html", context | wrong, status=status_of(*wrong.values()))
