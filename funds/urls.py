from django.urls import path

from funds.views import books, payments, receipts

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
    path("counties/<int:county_pk>/ledger/statement/", books.statement_detail, name="statement-detail"),
    path("counties/<int:county_pk>/ledger/statement/<str:form>/", books.statement_file, name="statement-file"),
    path("payments/trial-balance/", books.trial_balance_list, name="trial-balance-list"),
    path("payments/trial-balance/<str:form>/", books.trial_balance_file, name="trial-balance-file"),
    path("payments/register/", books.fund_register_list, name="fund-register-list"),
    path("payments/register/<str:form>/", books.fund_register_file, name="fund-register-file"),
    path("payments/postings/<int:pk>/", books.posting_detail, name="posting-detail"),
    path("agreements/<int:pk>/statement/", books.agreement_statement, name="agreement-statement"),
    path("agreements/<int:pk>/statement/<str:form>/", books.agreement_statement_file, name="agreement-statement-file"),
]
