"""接口的页面：令牌的开通和停用，字段表，OpenAPI 文件。"""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import must
from portal import clock
from projects.api import ActivityRow, MonthRow, RecordRow, ServiceRow, description
from projects.forms.interface import TokenForm
from projects.models import ApiCall, ApiToken, Contractor

LAST_CALLS = 20
SHOWN_ONCE = "interface_secret"
TABLES = [
    ("records", "报送站点服务记录", "POST", RecordRow),
    ("services", "报送服务贫困户记录", "POST", ServiceRow),
    ("information", "报送月度交易和活动信息", "POST", MonthRow),
    ("information", "其中 activities 的每一项", "", ActivityRow),
]


@login_not_required
def interface(request):
    """字段表：for the people who write the contractor's side; public, it shows no data."""
    tables = [(path, words, method, _fields(row)) for path, words, method, row in TABLES]
    return render(request, "projects/interface.html", {"tables": tables})


def _fields(row):
    return [(name, field.is_required(), field.description) for name, field in row.model_fields.items()]


@login_not_required
def openapi(request):
    return JsonResponse(description(), json_dumps_params={"ensure_ascii": False})


def token_list(request, pk):
    contractor = _contractor(request, pk)
    must(request.user, "contractor.token", contractor)
    return _page(request, contractor, TokenForm(initial=TokenForm.usual(clock.today())))


@require_POST
def token_create(request, pk):
    contractor = _contractor(request, pk)
    must(request.user, "contractor.token", contractor)
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, contractor, form, status=422)
    token, secret = ApiToken.issue(contractor, by=request.user, **form.cleaned_data)
    request.session[SHOWN_ONCE] = [token.pk, secret]
    messages.success(request, f"已开通接口令牌“{token.name}”")
    return redirect("token-list", contractor.pk)


@require_POST
def token_revoke(request, pk):
    token = get_object_or_404(ApiToken.objects.visible_to(request.user).select_related("contractor__region"), pk=pk)
    must(request.user, "contractor.token", token.contractor)
    token.revoke(by=request.user)
    messages.success(request, f"令牌“{token.name}”已停用")
    return redirect("token-list", token.contractor_id)


# --- what the pages ask for ------------------------------------------------------------------------------------------


def _contractor(request, pk):
    return get_object_or_404(Contractor.objects.visible_to(request.user).select_related("region"), pk=pk)


def _page(request, contractor, form, status=200):
    today = clock.today()
    tokens = list(contractor.tokens.select_related("made_by"))
    for token in tokens:
        token.works = token.is_valid(today)
    _, secret = request.session.pop(SHOWN_ONCE, (None, ""))
    context = {
        "contractor": contractor,
        "form": form,
        "tokens": tokens,
        "secret": secret,
        "calls": ApiCall.objects.filter(token__contractor=contractor).select_related("token")[:LAST_CALLS],
    }
    return render(request, "projects/token_list.html", context, status=status)
