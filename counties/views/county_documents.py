"""县级制度文件：登记、公开。"""

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import may, must
from counties.models import CountyDocument
from counties.review_forms import CountyDocumentForm, PublishForm
from counties.rules import county as rules
from counties.views.found import find_county
from portal.models import Attachment
from portal.pages import ask, posted, status_of, uploaded
from portal.rules import breaches

WITHIN = ("示范县", "county-list")


def document_list(request, pk):
    county = find_county(request, pk)
    prefetch_related_objects([county], "documents__file")
    found = county.documents.all()
    kinds = [(kind, kind.label, [d for d in found if d.kind == kind]) for kind in CountyDocument.Kind]
    context = {
        "county": county,
        "kinds": [(label, CountyDocument.BASIS[kind], rows) for kind, label, rows in kinds],
        "wrong": breaches([rules.both_management_rules_are_public, *rules.RECORDS], county),
        "may_edit": may(request.user, "county.documents", county.region),
    }
    return render(request, "counties/document_list.html", context)


def document_new(request, pk):
    county = find_county(request, pk)
    must(request.user, "county.documents", county.region)
    form = CountyDocumentForm(posted(request), uploaded(request), initial={"kind": request.GET.get("kind", "")})
    if not form.is_valid():
        page = {"county": county, "form": form, "heading": "登记制度文件", "act": "登记文件"}
        return render(request, "counties/county_form.html", page, status=status_of(form))
    values = {**form.cleaned_data, "file": None}
    values["file"] = Attachment.keep(form.cleaned_data["file"], region=county.region, by=request.user)
    document = CountyDocument.register(county, by=request.user, **values)
    messages.success(request, f"已登记{document}" + ("，并公开" if document.published_on else "，尚未公开"))
    return redirect(document)


def document_publish(request, pk):
    documents = CountyDocument.objects.visible_to(request.user).select_related("county__region", "file")
    document = get_object_or_404(documents, pk=pk)
    must(request.user, "county.documents", document.region)
    form = PublishForm(posted(request))
    if not form.is_valid():
        return ask(request, document, form, "公开制度文件", within=WITHIN)
    document.publish(by=request.user, site_url=form.cleaned_data["site_url"])
    messages.success(request, f"{document}已公开")
    return redirect(document)
