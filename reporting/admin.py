from django.contrib import admin

from portal.admin import ReadOnlyAdmin
from reporting.models import IndicatorValue, MonthlyReport


@admin.register(MonthlyReport)
class MonthlyReportAdmin(ReadOnlyAdmin):
    list_display = ["county", "month", "status", "due_on", "submitted_at", "overdue_since"]
    list_filter = ["status", "month"]


@admin.register(IndicatorValue)
class IndicatorValueAdmin(ReadOnlyAdmin):
    list_display = ["report", "code", "number"]
    list_filter = ["code"]
