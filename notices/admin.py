from django.contrib import admin

from notices.models import Notice, Objection
from portal.admin import ReadOnlyAdmin


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ["title", "kind", "region", "status", "starts_on", "ends_on"]
    list_filter = ["kind", "status"]
    search_fields = ["title"]


@admin.register(Objection)
class ObjectionAdmin(ReadOnlyAdmin):
    """Without the person who objects: the administrator handles no objection."""

    list_display = ["receipt_no", "notice", "outcome", "filed_at", "due_on"]
    exclude = ["name", "phone", "lookup_code"]
