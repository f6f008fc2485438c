"""The administrator's view of people and places: to look up, not to do business in."""

from django.contrib import admin

from accounts.models import Office, Region, User
from portal.admin import ReadOnlyAdmin


@admin.register(Region)
class RegionAdmin(ReadOnlyAdmin):
    list_display = ["code", "name", "level", "kind", "parent"]
    list_select_related = ["parent"]
    search_fields = ["code", "name"]


@admin.register(Office)
class OfficeAdmin(ReadOnlyAdmin):
    list_display = ["name", "level", "bureau", "region"]
    list_select_related = ["region"]
    search_fields = ["name"]


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ["username", "display_name", "office", "is_active"]
    list_select_related = ["office"]
    search_fields = ["username", "display_name"]
    exclude = ["password"]
