from django.urls import path

from funds.views import board, books, payments, receipts

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
    path("money/", board.money_board, name="money-board"),
    path("money/counties/<int:county_pk>/", board.money_county, name="money-county"),
    path("money/<slug:name>/", board.money_rows, name="money-rows"),
    path("money/<slug:name>/export/", board.money_rows_export, name="money-rows-export"),
]
