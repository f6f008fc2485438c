from django.urls import path

from counties.views import authoring, counties, deeds, plans, workbooks

urlpatterns = [
    path("counties/", counties.county_list, name="county-list"),
    path("counties/<int:pk>/", counties.county_detail, name="county-detail"),
    path("counties/<int:pk>/edit/", counties.county_edit, name="county-edit"),
    path("counties/<int:pk>/liaison/", counties.liaison_appoint, name="liaison-appoint"),
    path("counties/<int:pk>/plan/", deeds.plan_begin, name="plan-begin"),
    path("plans/", plans.plan_list, name="plan-list"),
    path("plans/<int:pk>/", plans.plan_detail, name="plan-detail"),
    path("plans/<int:pk>/edit/", authoring.plan_edit, name="plan-edit"),
    path("plans/<int:pk>/chapters/<slug:key>/", authoring.plan_chapter, name="plan-chapter"),
    path("plans/<int:pk>/targets/", authoring.plan_targets, name="plan-targets"),
    path("plans/<int:pk>/lines/", authoring.plan_lines, name="plan-lines"),
    path("plans/<int:pk>/lines/paste/", workbooks.lines_paste, name="plan-lines-paste"),
    path("plans/<int:pk>/lines/import/", workbooks.lines_import, name="plan-lines-import"),
    path("plans/<int:pk>/lines/export/", workbooks.lines_export, name="plan-lines-export"),
    path("plans/<int:pk>/lines/template/", workbooks.lines_template, name="plan-lines-template"),
    path("plans/<int:pk>/history/", plans.plan_history, name="plan-history"),
    path("plans/<int:pk>/document/", plans.plan_document, name="plan-document"),
    path("plans/<int:pk>/send/", deeds.plan_send, name="plan-send"),
    path("plans/<int:pk>/approve/", deeds.plan_approve, name="plan-approve"),
    path("plans/<int:pk>/return/", deeds.plan_return, name="plan-return"),
    path("plans/<int:pk>/publicise/", deeds.plan_publicise, name="plan-publicise"),
    path("plans/<int:pk>/file/", deeds.plan_file, name="plan-file"),
    path("plans/<int:pk>/change/", deeds.plan_change, name="plan-change"),
    path("reviews/<int:pk>/agree/", deeds.review_agree, name="review-agree"),
    path("reviews/<int:pk>/return/", deeds.review_return, name="review-return"),
]
