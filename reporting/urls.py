from django.urls import path

from reporting import ledger_views, views

urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("messages/", views.message_list, name="message-list"),
    path("messages/read/", views.message_read_all, name="message-read-all"),
    path("messages/<int:pk>/read/", views.message_read, name="message-read"),
    path("project-ledger/", ledger_views.ledger_list, name="project-ledger-list"),
    path("project-ledger/export/", ledger_views.ledger_export, name="project-ledger-export"),
    path("project-ledger/pdf/", ledger_views.ledger_pdf, name="project-ledger-pdf"),
    path("reports/", views.report_list, name="report-list"),
    path("reports/<int:pk>/", views.report_detail, name="report-detail"),
    path("reports/<int:pk>/fill/", views.report_fill, name="report-fill"),
    path("reports/<int:pk>/submit/", views.report_submit, name="report-submit"),
    path("reports/<int:pk>/review/", views.report_review, name="report-review"),
    path("reports/<int:pk>/return/", views.report_return, name="report-return"),
    path("reports/<int:pk>/read/", views.report_read, name="report-read"),
]
