from django.contrib import admin

from acceptance.models import Application, Delivery, PanelMember
from portal.admin import ReadOnlyAdmin


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    list_display = ["no", "project", "stage", "status", "received_at", "due_on", "concluded_at"]
    list_select_related = ["project", "stage"]
    list_filter = ["status"]


@admin.register(PanelMember)
class PanelMemberAdmin(ReadOnlyAdmin):
    list_display = ["application", "name", "organisation", "duty"]
    list_select_related = ["application__project", "application__stage"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["application", "level", "sent_at", "received_at"]
    list_select_related = ["application"]
