from django.urls import path

from funds.views import batches, board, books, payments, receipts, recoveries, requests, settling, slow

urlpatterns = [
    path("payments/", payments.payment_list, name="payment-list"),
    path("payments/request/<int:application_pk>/", requests.payment_request, name="payment-request"),
    path("payments/<int:pk>/", payments.payment_detail, name="payment-detail"),
    path("payments/<int:pk>/commerce/", payments.payment_commerce, name="payment-commerce"),
    path("payments/<int:pk>/finance/", payments.payment_finance, name="payment-finance"),
    path("payments/<int:pk>/approve/", payments.payment_approve, name="payment-approve"),
    path("payments/<int:pk>/reject/", payments.payment_reject, name="payment-reject"),
    path("payments/<int:pk>/pay/", payments.payment_pay, name="payment-pay"),
    path("payments/<int:pk>/book/", settling.payment_book, name="payment-book"),
    path("payments/<int:pk>/scans/", requests.payment_scans, name="payment-scans"),
    path("payments/<int:pk>/publish/", settling.payment_publish, name="payment-publish"),
    path("payments/<int:pk>/bounce/", settling.payment_bounce, name="payment-bounce"),
    path("payments/<int:pk>/papers/<slug:form>/", settling.payment_paper, name="payment-paper"),
    path("payments/batch/", batches.payment_batch, name="payment-batch"),
    path("payments/slow/", slow.payments_slow, name="payments-slow"),
    path("payments/<int:pk>/consent/", recoveries.payment_consent, name="payment-consent"),
    path("payments/<int:payment_pk>/recovery/", recoveries.recovery_create, name="recovery-create"),
    path("recoveries/", recoveries.recovery_list, name="recovery-list"),
    path("recoveries/<int:pk>/", recoveries.recovery_detail, name="recovery-detail"),
    path("recoveries/<int:pk>/receipts/new/", recoveries.recovery_receive, name="recovery-receive"),
    path("recoveries/<int:pk>/hand-over/", recoveries.recovery_hand_over, name="recovery-hand-over"),
    path(
        "recoveries/<int:pk>/receipts/<int:receipt_pk>/reversal/", recoveries.recovery_reverse, name="recovery-reverse"
    ),
    path("recoveries/<int:pk>/close/", recoveries.recovery_close, name="recovery-close"),
    path("recoveries/<int:pk>/paper/", recoveries.recovery_paper, name="recovery-paper"),
    path("counties/<int:county_pk>/receipts/new/", receipts.receipt_create, name="receipt-create"),
    path("counties/<int:county_pk>/ledger/", books.ledger_detail, name="ledger-detail"),
    path("money/", board.money_board, name="money-board"),
    path("money/counties/<int:county_pk>/", board.money_county, name="money-county"),
    path("money/<slug:name>/", board.money_rows, name="money-rows"),
    path("money/<slug:name>/export/", board.money_rows_export, name="money-rows-export"),
]
