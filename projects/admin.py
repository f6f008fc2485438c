from django.contrib import admin

from portal.admin import ReadOnlyAdmin
from projects.models import (
    Agreement,
    Contractor,
    ContractorPlan,
    CreditCheck,
    CreditRating,
    Equipment,
    Licence,
    PlanOpinion,
    Procurement,
    Project,
    Stage,
    SupplementAgreement,
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
