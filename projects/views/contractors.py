"""承办单位的页面：the county registers, the contractor keeps its own file, the county judges by it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import deeds_for, is_office, may, may_at_home, must, own_region
from portal import clock
from portal.models import Attachment, Event
from portal.pages import page_of, posted, status_of
from portal.views import download
from projects.forms.contractor import (
    ContractorForm,
    CreditCheckForm,
    CreditRatingForm,
    EvidenceForm,
    LicenceForm,
    MemberForm,
)
from projects.forms.shapes import ReasonForm, SearchForm
from projects.identity import is_credit_code
from projects.models import Contractor, Project
from projects.workspace import owed, with_what_is_owed

PAPERS = {  # word of the address → (relation, form, name of the form on the page, words)
    "licences": ("licences", LicenceForm, "licence_form", "资质已登记"),
    "checks": ("credit_checks", CreditCheckForm, "check_form", "信用查询已登记"),
    "ratings": ("credit_ratings", CreditRatingForm, "rating_form", "信用等级评价已登记"),
    "evidence": ("evidence", EvidenceForm, "evidence_form", "证明材料已登记"),
}


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
    return _page(request, read_contractor(request, pk))


def contractor_create(request):
    """县里登记；代码核对校验位，已登记的不重复登记。"""
    region = own_region(request.user)
    must(request.user, "procurement.draft", region)
    form = ContractorForm(posted(request), instance=Contractor(region=region), reader=request.user)
    if form.is_valid():
        contractor = Contractor.register(region, by=request.user, **form.cleaned_data)
        messages.success(request, f"已登记承办单位“{contractor}”，请补充资质、信用查询、信用等级评价和证明材料")
        return redirect(contractor)
    return render(request, "projects/contractor_form.html", {"form": form}, status=status_of(form))


def contractor_edit(request, pk):
    contractor = read_contractor(request, pk)
    must_keep(request.user, contractor, "procurement.draft")
    form = ContractorForm(posted(request), instance=contractor, reader=request.user)
    if form.is_valid():
        contractor.edit(by=request.user, **form.cleaned_data)
        messages.success(request, "承办单位资料已保存")
        return redirect(contractor)
    context = {"form": form, "contractor": Contractor.objects.get(pk=contractor.pk)}
    return render(request, "projects/contractor_form.html", context, status=status_of(form))


def contractor_file(request, pk, file_pk):
    """证明文件：whoever may see the contractor may read what is on its file."""
    contractor = read_contractor(request, pk)
    papers = ("licence", "creditcheck", "creditrating", "evidence", "assessment")
    wanted = Q()
    for paper in papers:
        wanted |= Q(**{f"{paper}__contractor": contractor})
    return download(get_object_or_404(Attachment.objects.filter(wanted).distinct(), pk=file_pk))


@require_POST
def contractor_add_licence(request, pk):
    return _add(request, pk, "licences")


@require_POST
def contractor_add_check(request, pk):
    return _add(request, pk, "checks")


@require_POST
def contractor_add_rating(request, pk):
    return _add(request, pk, "ratings")


@require_POST
def contractor_add_evidence(request, pk):
    return _add(request, pk, "evidence")


def contractor_withdraw(request, pk, paper, item_pk):
    """撤下登记有误的材料，写明理由；原记录保留。"""
    contractor = read_contractor(request, pk)
    must_keep(request.user, contractor, "procurement.qualify")
    if paper not in PAPERS:
        raise Http404
    item = get_object_or_404(getattr(contractor, PAPERS[paper][0]), pk=item_pk)
    form = ReasonForm(posted(request), label="撤下理由")
    if not form.is_valid():
        words = f"{item._meta.verbose_name}“{item}”撤下后不再作为资格依据，原记录和理由保留备查。"
        return ask_contractor(request, contractor, form, "撤下材料", words=words)
    contractor.withdraw_item(item, by=request.user, **form.cleaned_data)
    messages.success(request, f"已撤下“{item}”，原记录保留备查")
    return redirect(contractor)


# --- 联合体 -----------------------------------------------------------------------------------------------------------


def contractor_members(request, pk):
    """联合体成员：按统一社会信用代码加入，明确一个牵头单位和各自分工。"""
    contractor = read_contractor(request, pk)
    must_keep(request.user, contractor, "procurement.draft")
    contractor.refuse_unless_open_consortium()
    form = MemberForm(posted(request))
    if not form.is_valid():
        words = "每个成员都按同样的条件复核；牵头单位只有一个。"
        return ask_contractor(request, contractor, form, "登记联合体成员", words=words)
    data = form.cleaned_data
    contractor.add_member(form.member, by=request.user, is_lead=data["is_lead"], share=data["share"])
    messages.success(request, f"已登记联合体成员“{form.member}”")
    return redirect(contractor)


@require_POST
def contractor_remove_member(request, pk, row_pk):
    contractor = read_contractor(request, pk)
    must_keep(request.user, contractor, "procurement.draft")
    row = get_object_or_404(contractor.consortium_members.select_related("member"), pk=row_pk)
    contractor.remove_member(row, by=request.user)
    messages.success(request, f"已移除联合体成员“{row.member}”")
    return redirect(contractor)


# --- what the pages ask for ------------------------------------------------------------------------------------------


def read_contractor(request, pk):
    contractors = Contractor.objects.visible_to(request.user).select_related("region")
    return get_object_or_404(contractors, pk=pk)


def keeps(user, contractor, verb):
    """The contractor's own people, or the clerks of the county that registered it (with their verb)."""
    return may(user, "contractor.edit", contractor) or may(user, verb, contractor.region)


def must_keep(user, contractor, verb):
    if not keeps(user, contractor, verb):
        raise PermissionDenied("只有承办单位自己的人员和登记地的县级经办人可以维护这份资料")


def ask_contractor(request, contractor, form, act, *, words="", gates=None):
    """The page of one deed about a contractor (which has no status of its own to show)."""
    page = {"contractor": contractor, "form": form, "act": act, "words": words, "gates": gates}
    return render(request, "projects/contractor_deed.html", page, status=status_of(form))


def _add(request, pk, paper):
    contractor = read_contractor(request, pk)
    must_keep(request.user, contractor, "procurement.qualify")
    _, form_class, name, words = PAPERS[paper]
    form = form_class(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, contractor, **{name: form})
    if upload := form.cleaned_data["upload"]:
        form.instance.file = Attachment.keep(upload, region=contractor.region, by=request.user)
    contractor.file_item(form.instance, by=request.user)
    messages.success(request, words)
    return redirect(contractor)


def _papers(contractor):
    return {word: list(getattr(contractor, relation).all()) for word, (relation, *_) in PAPERS.items()}


def _assessments(user, contractor):
    """All that were made, also those withdrawn; the county that made one may withdraw it."""
    found = list(contractor.assessments.select_related("project__county", "file"))
    for assessment in found:
        own = is_office(user) and assessment.county.region_id == user.office.region_id
        assessment.may_withdraw = own and user.has_perm("accounts.contractor.assess")
    return found


def _page(request, contractor, **wrong):
    user, today = request.user, clock.today()
    contractor.with_what_the_rules_read()
    is_own = may(user, "contractor.edit", contractor)
    verbs = ("procurement.draft", "procurement.qualify")
    at_home = (
        set(verbs) if is_own else deeds_for(user, [(True, v, v, "home") for v in verbs], {"home": contractor.region})
    )
    projects = Project.objects.visible_to(user).filter(contractor=contractor).select_related("county__region")
    projects = list(with_what_is_owed(projects) if is_own else projects)
    gates, is_consortium = contractor.qualification_checklist(), contractor.form == Contractor.Form.CONSORTIUM
    context = {
        "contractor": contractor,
        "is_own": is_own,
        "is_consortium": is_consortium,
        "code_is_right": is_credit_code(contractor.credit_code),
        "opens_contacts": contractor.opens_contacts_to(user),
        "gates": gates,
        "is_qualified": all(gate.ok for gate in gates),
        "papers": {} if is_consortium else _papers(contractor),
        "rows": [(project, owed(project, today) if is_own else "") for project in projects],
        "assessments": _assessments(user, contractor),
        "may_edit": "procurement.draft" in at_home,
        "may_add": "procurement.qualify" in at_home,
        "may_change_members": "procurement.draft" in at_home and not projects,
        "may_token": may(user, "contractor.token", contractor),
        "licence_form": LicenceForm(auto_id="licence_%s"),
        "check_form": CreditCheckForm(auto_id="check_%s"),
        "rating_form": CreditRatingForm(auto_id="rating_%s"),
        "evidence_form": EvidenceForm(auto_id="evidence_%s"),
        "events": Event.objects.about(contractor),
    }
    return render(request, "projects/contractor_detail.html", context | wrong, status=status_of(*wrong.values()))
