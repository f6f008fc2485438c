"""The admin site shows records; it changes none. Every deed has one verb on one model, and the admin has no verb."""

from django.contrib import admin

from portal.models import CalendarDay, Delivery, DuePeriod, Event


class ReadOnlyAdmin(admin.ModelAdmin):
    """To look only: no form, no bulk action, no deletion."""

    actions = None

    def has_module_permission(self, request):
        return request.user.is_staff

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return request.user.is_staff


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["at", "chain", "words", "office_name"]
    list_filter = ["chain"]
    show_full_result_count = False


@admin.register(CalendarDay)
class CalendarDayAdmin(ReadOnlyAdmin):
    list_display = ["date", "is_workday", "name", "status"]


@admin.register(DuePeriod)
class DuePeriodAdmin(ReadOnlyAdmin):
    list_display = ["job", "period", "done_at"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["message", "channel", "state", "attempts", "done_at"]
    list_select_related = ["message"]


admin.site.site_header = admin.site.site_title = "管理后台（只读）"
