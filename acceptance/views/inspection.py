"""现场查验的页面：the checklist, the panel's members and signatures, the rectification, the printed papers."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from acceptance import documents
from acceptance.forms import ChecklistForm, MemberChangeForm, RectificationForm
from acceptance.models import Application
from acceptance.views.found import WITHIN, find_application
from accounts.access import must
from portal.documents import shown
from portal.models import Attachment
from portal.pages import ask, posted, status_of, uploaded


def kept(uploads, application, user):
    return Attachment.keep_all(uploads, region=application.region, by=user)


def application_checklist(request, pk):
    """逐项填写查验结果；可以分几次填，结论作出后不能再改。"""
    application = find_application(request, pk)
    must(request.user, "acceptance.conclude", application.region)
    application.refuse_unless_inspecting()
    items = application.checklist_with_photos()
    form = ChecklistForm(posted(request), uploaded(request), items=items)
    if not form.is_valid():
        page = {"application": application, "form": form, "gates": application.missing_before_pass()}
        return render(request, "acceptance/checklist_fill.html", page, status=status_of(form))
    found = {}
    for item in form.items:
        typed = form.typed(item)
        found[item.no] = typed | {"photos": kept(typed["photos"], application, request.user)}
    application.fill_checklist(by=request.user, found=found)
    messages.success(request, "查验结果已保存；全部查验后作出结论")
    return redirect(application)


def panel_change(request, pk, member_pk):
    application = find_application(request, pk)
    must(request.user, "acceptance.conclude", application.region)
    application.refuse_unless_inspecting()
    member = get_object_or_404(application.panel, pk=member_pk)
    form = MemberChangeForm(posted(request), instance=member)
    if not form.is_valid():
        words = f"原成员：{application.panel.get(pk=member_pk)}。人数和承办单位回避的要求不变。"
        return ask(request, application, form, "更换验收组成员", within=WITHIN, words=words)
    application.change_member(application.panel.get(pk=member_pk), by=request.user, **form.cleaned_data)
    messages.success(request, "已更换验收组成员")
    return redirect(application)


@require_POST
def panel_sign(request, pk, member_pk):
    application = find_application(request, pk)
    must(request.user, "acceptance.conclude", application.region)
    member = get_object_or_404(application.panel, pk=member_pk)
    application.sign(member, by=request.user)
    messages.success(request, f"已登记 {member.name} 的签字")
    return redirect(application)


def application_rectify(request, pk):
    """承办单位逐项填写整改情况；填完后重新申请验收。"""
    application = find_application(request, pk)
    must(request.user, "acceptance.apply", application.project.contractor)
    application.refuse_unless_to_rectify()
    items = [item for item in application.checklist.prefetch_related("remedy_files") if item.failed]
    form = RectificationForm(
        posted(request), uploaded(request), items=items, initial={"text": application.rectification}
    )
    if not form.is_valid():
        page = {"application": application, "form": form}
        return render(request, "acceptance/rectification.html", page, status=status_of(form))
    remedies = {}
    for item in items:
        typed = form.typed(item)
        files = kept(typed["remedy_files"], application, request.user)
        remedies[item.no] = {"text": typed["remedy"], "files": files}
    files = kept(form.cleaned_data["uploads"], application, request.user)
    application.rectify(by=request.user, text=form.cleaned_data["text"], files=files, remedies=remedies)
    messages.success(request, "整改情况已保存；请重新申请验收")
    return redirect(application)


# --- 文书 ------------------------------------------------------------------------------------------------------------
def application_paper(request, pk, form):
    """F-12, F-13 or F-14, as a draft without a seal."""
    application = find_application(request, pk)
    if form not in dict(papers_of(application)):
        raise Http404(f"本申请没有 {form}")
    if form == "F-13":
        data = application.report_pdf()
    else:
        make = {"F-12": documents.application_form, "F-14": documents.result_notice}[form]
        data = make(application).pdf()
    return shown(data, f"{form}-{application.no}")


def papers_of(application):
    """(form, name) of the papers that this application has by now."""
    papers = [("F-12", "验收申请书")]
    if application.conclusion:
        papers.append(("F-13", "验收报告"))
    if application.conclusion == Application.Conclusion.PASSED:
        papers.append(("F-14", "验收结果公示"))
    return papers
