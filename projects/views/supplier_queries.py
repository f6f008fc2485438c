"""质疑和投诉的页面：登记、答复。"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect

from accounts.access import must
from portal.models import Attachment
from portal.pages import ask, posted, uploaded
from projects.forms.procurement import QueryAnswerForm, QueryForm
from projects.models import SupplierQuery
from projects.views.procurements import WITHIN, find_procurement


def query_register(request, pk):
    """登记收到的质疑、投诉；答复之前，涉及的采购活动暂停。"""
    procurement = find_procurement(request, pk)
    must(request.user, "procurement.award", procurement.region)
    packages = procurement.packages.model.objects.filter(procurement=pk)
    form = QueryForm(posted(request), uploaded(request), packages=packages)
    if not form.is_valid():
        words = "登记之后、答复之前，涉及的标段不能成交、不能确定承办单位、不能签订协议。供应商名称不向社会公开。"
        return ask(request, procurement, form, "登记质疑投诉", within=WITHIN, words=words)
    fields = {name: form.cleaned_data[name] for name in QueryForm.Meta.fields}
    if upload := form.cleaned_data["upload"]:
        fields["file"] = Attachment.keep(upload, region=procurement.region, by=request.user)
    query = SupplierQuery.register(procurement, by=request.user, **fields)
    messages.success(request, f"已登记{query.get_kind_display()}，答复期限 {query.due_on}；采购活动暂停")
    return redirect(procurement)


def query_answer(request, pk):
    query = _query(request, pk)
    must(request.user, "procurement.answer", query.region)
    form = QueryAnswerForm(posted(request))
    if not form.is_valid():
        words = f"{query.supplier} {query.received_on} 提出：{query.text}"
        return ask(request, query, form, f"答复{query.get_kind_display()}", within=WITHIN, words=words)
    query.answer(by=request.user, **form.cleaned_data)
    messages.success(request, f"已答复：{query.get_outcome_display()}，{query.get_consequence_display()}")
    return redirect(query.procurement)


def _query(request, pk):
    queries = SupplierQuery.objects.visible_to(request.user).select_related("procurement__county__region")
    return get_object_or_404(queries, pk=pk)
