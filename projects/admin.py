from django.contrib import admin

from portal.admin import ReadOnlyAdmin
from projects.models import (
    Agreement,
    Assessment,
    Asset,
    Contractor,
    ContractorPlan,
    CreditCheck,
    CreditRating,
    Equipment,
    Import,
    Licence,
    Package,
    PlanOpinion,
    Procurement,
    Project,
    Qualification,
    Stage,
    Station,
    SupplementAgreement,
    SupplierQuery,
)


@admin.register(Contractor)
class ContractorAdmin(ReadOnlyAdmin):
    list_display = ["name", "credit_code", "category", "region"]
    list_select_related = ["region"]
    search_fields = ["name", "credit_code"]
    exclude = ["contact_phone", "contact_email"]


@admin.register(Procurement)
class ProcurementAdmin(ReadOnlyAdmin):
    list_display = ["name", "county", "status", "budget"]
    list_select_related = ["county__region"]
    list_filter = ["status", "method"]


@admin.register(Package)
class PackageAdmin(ReadOnlyAdmin):
    list_display = ["procurement", "no", "name", "status", "budget", "award_amount", "winner"]
    list_select_related = ["procurement", "winner"]
    list_filter = ["status"]


@admin.register(SupplierQuery)
class SupplierQueryAdmin(ReadOnlyAdmin):
    list_display = ["procurement", "kind", "received_on", "outcome", "answered_on"]
    list_select_related = ["procurement"]
    list_filter = ["kind", "outcome"]


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


@admin.register(Qualification)
class QualificationAdmin(ReadOnlyAdmin):
    list_display = ["procurement", "contractor", "reviewed_by", "concluded_at"]
    list_select_related = ["procurement", "contractor", "reviewed_by"]


@admin.register(Assessment)
class AssessmentAdmin(ReadOnlyAdmin):
    list_display = ["project", "contractor", "year", "score", "withdrawn_at"]
    list_select_related = ["project", "contractor"]


@admin.register(SupplementAgreement)
class SupplementAgreementAdmin(ReadOnlyAdmin):
    list_display = ["no", "agreement", "version", "status", "signed_on"]
    list_select_related = ["agreement__project"]
    list_filter = ["status"]
    exclude = ["before", "after"]  # they carry the account number


@admin.register(PlanOpinion)
class PlanOpinionAdmin(ReadOnlyAdmin):
    list_display = ["plan", "bureau", "agrees", "at"]
    list_select_related = ["plan__project"]


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
