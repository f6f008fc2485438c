from django.contrib import admin

from counties.models import (
    Batch,
    CityRecommendation,
    County,
    CountyApplication,
    Filing,
    FundLine,
    Liaison,
    Plan,
    Review,
    Round,
)
from portal.admin import ReadOnlyAdmin


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    list_display = ["year", "label", "doc_no", "plan_filing_deadline"]


@admin.register(County)
class CountyAdmin(ReadOnlyAdmin):
    list_display = ["region", "batch", "status", "central_total"]
    list_filter = ["batch", "status"]


@admin.register(Liaison)
class LiaisonAdmin(ReadOnlyAdmin):
    list_display = ["name", "post", "county", "since", "until"]


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    list_display = ["title", "version", "county", "status", "recorded_at"]
    list_filter = ["status"]


@admin.register(FundLine)
class FundLineAdmin(ReadOnlyAdmin):
    list_display = ["plan", "no", "name", "direction", "central_amount"]


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ["plan", "round", "level", "bureau", "status", "decided_by", "decided_at"]


@admin.register(Filing)
class FilingAdmin(ReadOnlyAdmin):
    list_display = ["plan", "doc_no", "office", "filed_on", "is_late"]


@admin.register(Round)
class RoundAdmin(ReadOnlyAdmin):
    list_display = ["title", "batch", "status", "opens_on", "closes_on"]


@admin.register(CountyApplication)
class CountyApplicationAdmin(ReadOnlyAdmin):
    list_display = ["region", "round", "status", "is_direct", "place", "poverty_place"]
    list_filter = ["status"]
    list_select_related = ["region", "round"]


@admin.register(CityRecommendation)
class CityRecommendationAdmin(ReadOnlyAdmin):
    list_display = ["region", "round", "number", "status", "doc_no", "filed_at"]
    list_select_related = ["region", "round"]
