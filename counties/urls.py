from django.urls import path

from counties import views

urlpatterns = [
    path("counties/", views.county_list, name="county-list"),
    path("counties/<int:pk>/", views.county_detail, name="county-detail"),
    path("counties/<int:pk>/edit/", views.county_edit, name="county-edit"),
    path("counties/<int:pk>/liaison/", views.liaison_appoint, name="liaison-appoint"),
    path("counties/<int:pk>/plan/", views.plan_begin, name="plan-begin"),
    path("plans/", views.plan_list, name="plan-list"),
    path("plans/<int:pk>/", views.plan_detail, name="plan-detail"),
    path("plans/<int:pk>/edit/", views.plan_edit, name="plan-edit"),
    path("plans/<int:pk>/history/", views.plan_history, name="plan-history"),
    path("plans/<int:pk>/document/", views.plan_document, name="plan-document"),
    path("plans/<int:pk>/send/", views.plan_send, name="plan-send"),
    path("plans/<int:pk>/approve/", views.plan_approve, name="plan-approve"),
    path("plans/<int:pk>/return/", views.plan_return, name="plan-return"),
    path("plans/<int:pk>/publicise/", views.plan_publicise, name="plan-publicise"),
    path("plans/<int:pk>/file/", views.plan_file, name="plan-file"),
    path("plans/<int:pk>/change/", views.plan_change, name="plan-change"),
    path("reviews/<int:pk>/agree/", views.review_agree, name="review-agree"),
    path("reviews/<int:pk>/return/", views.review_return, name="review-return"),
]
