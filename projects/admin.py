from django.contrib import admin

from portal.admin import ReadOnlyAdmin
from projects.models import (
    Agreement,
    Asset,
    Contractor,
    ContractorPlan,
    CreditCheck,
    CreditRating,
    Equipment,
    Import,
    Licence,
    Procurement,
    Project,
    Stage,
    Station,
)


@admin.register(Contractor)
class ContractorAdmin(ReadOnlyAdmin):
    list_display = ["name", "credit_code", "category", "region"]
    list_select_related = ["region"]
    search_fields = ["name", "credit_code"]


@admin.register(Procurement)
class ProcurementAdmin(ReadOnlyAdmin):
    list_display = ["name", "county", "status", "budget", "award_amount", "winner"]
    list_select_related = ["county__region", "winner"]
    list_filter = ["status", "method"]


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin):
    list_display = ["no", "name", "county", "contractor", "status"]
    list_select_related = ["county__region", "contractor"]
    list_filter = ["status"]
    exclude = ["owner_phone"]


@admin.register(Agreement)
class AgreementAdmin(ReadOnlyAdmin):
    list_display = ["no", "project", "status", "central_amount", "signed_on"]
    list_select_related = ["project"]
    list_filter = ["status"]
    exclude = ["account_no"]


@admin.register(ContractorPlan)
class ContractorPlanAdmin(ReadOnlyAdmin):
    list_display = ["project", "version", "status", "approved_at"]
    list_select_related = ["project"]


@admin.register(Stage)
class StageAdmin(ReadOnlyAdmin):
    list_display = ["agreement", "no", "name", "amount", "is_final"]
    list_select_related = ["agreement__project"]


@admin.register(Equipment)
class EquipmentAdmin(ReadOnlyAdmin):
    list_display = ["agreement", "name", "quantity", "unit_price", "owner"]
    list_select_related = ["agreement__project"]


@admin.register(Licence)
class LicenceAdmin(ReadOnlyAdmin):
    list_display = ["contractor", "name", "valid_to"]
    list_select_related = ["contractor"]


@admin.register(CreditCheck)
class CreditCheckAdmin(ReadOnlyAdmin):
    list_display = ["contractor", "site", "checked_on", "found_record"]
    list_select_related = ["contractor"]


@admin.register(CreditRating)
class CreditRatingAdmin(ReadOnlyAdmin):
    list_display = ["contractor", "agency", "grade", "valid_to"]
    list_select_related = ["contractor"]


@admin.register(Station)
class StationAdmin(ReadOnlyAdmin):
    list_display = ["no", "name", "village_code", "operation", "project"]
    list_select_related = ["project"]
    list_filter = ["operation", "level"]
    exclude = ["operator_phone"]


@admin.register(Asset)
class AssetAdmin(ReadOnlyAdmin):
    list_display = ["asset_no", "name", "serial", "invoice_no", "amount", "project"]
    list_select_related = ["project"]


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    list_display = ["ledger", "project", "state", "added", "changed", "error_count", "at"]
    list_select_related = ["project"]
    list_filter = ["state"]
