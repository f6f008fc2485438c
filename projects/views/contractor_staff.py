"""承办单位人员：its administrator opens and closes accounts; the county that registered it opens the first one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_variables

from accounts.access import may
from portal.pages import posted
from projects.forms.contractor import AccountForm
from projects.forms.shapes import ReasonForm
from projects.rules.contractor import MAX_STAFF
from projects.views.contractors import ask_contractor, keeps, read_contractor

SHOWN_ONCE = "password_shown_once"  # in the session from the opening until the next look at the list


def staff_list(request, pk):
    contractor = read_contractor(request, pk)
    if not keeps(request.user, contractor, "procurement.draft"):
        raise PermissionDenied("只有承办单位自己的人员和登记地的县级经办人可以查看人员账号")
    people = contractor.members.select_related("account_opened__opened_by").order_by("-is_active", "username")
    fresh = request.session.pop(SHOWN_ONCE, None)
    context = {
        "contractor": contractor,
        "people": people,
        "limit": MAX_STAFF,
        "fresh": fresh if fresh and fresh["contractor"] == contractor.pk else None,
        "may_open": _may_open(request.user, contractor),
        "may_close": may(request.user, "contractor.staff", contractor),
    }
    return render(request, "projects/staff_list.html", context)


@sensitive_variables("password")
def staff_open(request, pk):
    contractor = read_contractor(request, pk)
    if not _may_open(request.user, contractor):
        raise PermissionDenied("人员账号由承办单位管理员开通；还没有管理员的，由登记地的县级经办人开通第一个账号")
    form = AccountForm(posted(request))
    if not form.is_valid():
        words = f"初始密码只显示一次，请当面交给本人。每个单位在用账号不超过 {MAX_STAFF} 个。"
        return ask_contractor(request, contractor, form, "开通账号", words=words)
    person, password = contractor.open_account(by=request.user, **form.cleaned_data)
    request.session[SHOWN_ONCE] = {"contractor": contractor.pk, "username": person.username, "password": password}
    messages.success(request, f"已开通账号 {person.username}")
    return redirect("contractor-staff", contractor.pk)


def staff_close(request, pk, person_pk):
    contractor = read_contractor(request, pk)
    if not may(request.user, "contractor.staff", contractor):
        raise PermissionDenied("人员账号由承办单位管理员停用")
    person = get_object_or_404(contractor.members, pk=person_pk)
    form = ReasonForm(posted(request), label="停用理由")
    if not form.is_valid():
        words = f"停用“{person}”（{person.username}）的账号：当即不能再登录，办理记录保留。"
        return ask_contractor(request, contractor, form, "停用账号", words=words)
    contractor.close_account(person, by=request.user, **form.cleaned_data)
    messages.success(request, f"已停用账号 {person.username}")
    return redirect("contractor-staff", contractor.pk)


def _may_open(user, contractor):
    if may(user, "contractor.staff", contractor):
        return True
    return may(user, "procurement.draft", contractor.region) and not contractor.has_administrator()
