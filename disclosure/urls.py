from django.urls import path

from disclosure import complaints, views

urlpatterns = [
    path("", views.home, name="home"),
    path("county/<slug:code>/", views.county, name="public-county"),
    path("county/<slug:code>/plans/<int:version>/", views.plan, name="public-plan"),
    path("county/<slug:code>/projects/<slug:no>/", views.project, name="public-project"),
    path("county/<slug:code>/matching/", views.matching, name="public-matching"),
    path("public/notices/", views.notice_list, name="public-notice-list"),
    path("public/notices/<int:pk>/", views.notice, name="public-notice"),
    path("public/notices/<int:pk>/objection/", views.objection_create, name="objection-create"),
    path("public/payments/", views.payment_list, name="public-payment-list"),
    path("public/rounds/", views.round_list, name="public-round-list"),
    path("public/rounds/<int:pk>/", views.round, name="public-round"),
    path("public/files/<int:pk>/", views.file, name="public-file"),
    path("objections/receipt/<slug:receipt_no>/", views.objection_receipt, name="objection-receipt"),
    path("objections/lookup/", views.objection_lookup, name="objection-lookup"),
    path("complaints/", complaints.complaint_list, name="complaint-list"),
    path("complaints/new/", complaints.complaint_create, name="complaint-create"),
    path("complaints/receipt/<slug:receipt_no>/", complaints.complaint_receipt, name="complaint-receipt"),
    path("complaints/<int:pk>/", complaints.complaint_detail, name="complaint-detail"),
    path("complaints/<int:pk>/answer/", complaints.complaint_answer, name="complaint-answer"),
    path("rules/", views.rule_list, name="rule-list"),
]
