from django.contrib import admin

from portal.admin import ReadOnlyAdmin
from supervision.models import Sanction


@admin.register(Sanction)
class SanctionAdmin(ReadOnlyAdmin):
    list_display = ["no", "county", "ground", "status", "opened_on", "decided_on"]
    list_filter = ["status", "ground"]
