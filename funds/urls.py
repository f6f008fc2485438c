from django.urls import path

from funds.views import books, breaches, freezes, limits, payments, receipts

urlpatterns = [
    path("payments/", payments.payment_list, name="payment-list"),
    path("payments/request/<int:application_pk>/", payments.payment_request, name="payment-request"),
    path("payments/<int:pk>/", payments.payment_detail, name="payment-detail"),
    path("payments/<int:pk>/commerce/", payments.payment_commerce, name="payment-commerce"),
    path("payments/<int:pk>/finance/", payments.payment_finance, name="payment-finance"),
    path("payments/<int:pk>/approve/", payments.payment_approve, name="payment-approve"),
    path("payments/<int:pk>/reject/", payments.payment_reject, name="payment-reject"),
    path("payments/<int:pk>/pay/", payments.payment_pay, name="payment-pay"),
    path("payments/<int:pk>/book/", payments.payment_book, name="payment-book"),
    path("counties/<int:county_pk>/receipts/new/", receipts.receipt_create, name="receipt-create"),
    path("counties/<int:county_pk>/ledger/", books.ledger_detail, name="ledger-detail"),
    path("counties/<int:county_pk>/freezes/", freezes.freeze_list, name="freeze-list"),
    path("counties/<int:county_pk>/freezes/new/", freezes.freeze_place, name="freeze-place"),
    path("freezes/<int:pk>/lift/", freezes.freeze_lift, name="freeze-lift"),
    path("counties/<int:county_pk>/limits/", limits.approval_limits, name="approval-limits"),
    path("counties/<int:county_pk>/limits/new/", limits.approval_limit_propose, name="approval-limit-propose"),
    path("limits/<int:pk>/agree/", limits.approval_limit_agree, name="approval-limit-agree"),
    path("limits/<int:pk>/decline/", limits.approval_limit_decline, name="approval-limit-decline"),
    path("breaches/", breaches.breach_list, name="breach-list"),
    path("breaches/export/", breaches.breach_export, name="breach-export"),
    path("breaches/<int:pk>/", breaches.breach_detail, name="breach-detail"),
    path("breaches/<int:pk>/correct/", breaches.breach_correct, name="breach-correct"),
    path("counties/<int:county_pk>/breaches/new/", breaches.breach_create, name="breach-create"),
]
