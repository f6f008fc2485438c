"""现场页面（手机）：one photograph at a time, kept on the device until it has arrived."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from acceptance.models import OnSitePhoto
from acceptance.onsite_forms import PhotoForm
from acceptance.views.found import find_application
from acceptance.views.spotchecks import VERB, _item
from accounts.access import may
from portal.models import Attachment
from portal.pages import posted, status_of, uploaded
from portal.views import download

PANEL = ("acceptance.conclude", "acceptance.receive")


def onsite_application(request, pk):
    """验收组现场查验。"""
    application = find_application(request, pk)
    if not any(may(request.user, verb, application.region) for verb in PANEL):
        raise PermissionDenied("现场照片由县政府验收组和县商务局上传")
    return _page(request, application, "onsite-application-photo", application)


def onsite_item(request, pk):
    """省、市现场抽查。"""
    item = _item(request, pk)
    if not may(request.user, VERB, item):
        raise PermissionDenied("抽查照片由组织抽查的单位上传")
    return _page(request, item, "onsite-item-photo", item.application)


def onsite_application_photo(request, pk, file_pk):
    return _file(find_application(request, pk), file_pk)


def onsite_item_photo(request, pk, file_pk):
    return _file(_item(request, pk), file_pk)


def _page(request, matter, photo_url, application):
    if request.method == "POST":
        OnSitePhoto.refuse_unless_open(matter)
    form = PhotoForm(posted(request), uploaded(request))
    if form.is_valid():
        fields = dict(form.cleaned_data)
        file = Attachment.keep(fields.pop("photo"), region=matter.region, by=request.user)
        OnSitePhoto.take(matter, by=request.user, file=file, **fields)
        messages.success(request, "照片已收到")
        return redirect(request.path)
    photos = [
        (photo, reverse(photo_url, args=[matter.pk, photo.file_id]))
        for photo in matter.onsite_photos.select_related("file", "taken_by__office")
    ]
    context = {"matter": matter, "form": form, "photos": photos, "is_open": OnSitePhoto.is_open_for(matter)}
    context["short_name"] = application.no
    return render(request, "acceptance/onsite.html", context, status=status_of(form))


def _file(matter, file_pk):
    return download(get_object_or_404(matter.onsite_photos.select_related("file"), file=file_pk).file)
