"""The application that a page is about: one that the reader may see, with what every page of it shows."""

from django.shortcuts import get_object_or_404

from acceptance.models import Application

WITHIN = ("验收", "application-list")


def find_application(request, pk):
    applications = Application.objects.visible_to(request.user).select_related(
        "project__county__region__parent__parent",
        "project__county__batch",
        "project__contractor",
        "project__fund_line",
        "stage__agreement",
        "notice",
        "checklist_template__county__region",
        "signage_photo",
        "report",
        "previous",
        "successor",
        "applied_by",
        "concluded_by__office",
    )
    return get_object_or_404(applications, pk=pk)
