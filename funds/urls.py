from django.urls import path

from funds import views

urlpatterns = [
    path("payments/", views.payment_list, name="payment-list"),
    path("payments/request/<int:application_pk>/", views.payment_request, name="payment-request"),
    path("payments/<int:pk>/", views.payment_detail, name="payment-detail"),
    path("payments/<int:pk>/commerce/", views.payment_commerce, name="payment-commerce"),
    path("payments/<int:pk>/finance/", views.payment_finance, name="payment-finance"),
    path("payments/<int:pk>/approve/", views.payment_approve, name="payment-approve"),
    path("payments/<int:pk>/reject/", views.payment_reject, name="payment-reject"),
    path("payments/<int:pk>/pay/", views.payment_pay, name="payment-pay"),
    path("payments/<int:pk>/book/", views.payment_book, name="payment-book"),
    path("counties/<int:county_pk>/receipts/new/", views.receipt_create, name="receipt-create"),
    path("counties/<int:county_pk>/ledger/", views.ledger_detail, name="ledger-detail"),
]
