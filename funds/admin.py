from django.contrib import admin

from funds.models import (
    Appropriation,
    ApprovalLimit,
    Freeze,
    Leg,
    MatchingFund,
    MatchingPayment,
    OutsideBreach,
    Payment,
    Posting,
    Receipt,
    Recovery,
    StockFund,
)
from portal.admin import ReadOnlyAdmin


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    list_display = ["doc_no", "county", "source", "arrived_on", "amount"]
    list_filter = ["source"]


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ["no", "county", "project", "amount", "status", "paid_on"]
    list_filter = ["status"]
    exclude = ["payee_account"]


@admin.register(Recovery)
class RecoveryAdmin(ReadOnlyAdmin):
    list_display = ["no", "county", "amount", "status", "decided_on", "due_on"]
    list_filter = ["status"]


@admin.register(Freeze)
class FreezeAdmin(ReadOnlyAdmin):
    list_display = ["county", "project", "payment", "placed_on", "lifted_on"]


@admin.register(ApprovalLimit)
class ApprovalLimitAdmin(ReadOnlyAdmin):
    list_display = ["person", "verb", "amount", "status", "since", "until"]


@admin.register(OutsideBreach)
class OutsideBreachAdmin(ReadOnlyAdmin):
    list_display = ["no", "county", "kind", "rule_id", "amount", "registered_at"]
    list_filter = ["kind"]


@admin.register(Posting)
class PostingAdmin(ReadOnlyAdmin):
    list_display = ["words", "county", "at"]


@admin.register(Leg)
class LegAdmin(ReadOnlyAdmin):
    list_display = ["posting", "county", "account", "source", "amount"]
    list_filter = ["account", "source"]


@admin.register(Appropriation)
class AppropriationAdmin(ReadOnlyAdmin):
    list_display = ["doc_no", "doc_date", "kind", "source", "withdrawn_on"]
    list_filter = ["source"]


@admin.register(MatchingFund)
class MatchingFundAdmin(ReadOnlyAdmin):
    list_display = ["doc_no", "county", "year", "amount", "arrived_on"]


@admin.register(MatchingPayment)
class MatchingPaymentAdmin(ReadOnlyAdmin):
    list_display = ["agreement", "county", "amount", "paid_on"]
    exclude = ["payee_account"]


@admin.register(StockFund)
class StockFundAdmin(ReadOnlyAdmin):
    list_display = ["county", "year", "received", "arranged"]
