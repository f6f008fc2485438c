from django.urls import path

from notices import views

urlpatterns = [
    path("notices/", views.notice_list, name="notice-list"),
    path("notices/<int:pk>/", views.notice_detail, name="notice-detail"),
    path("objections/<int:pk>/answer/", views.objection_answer, name="objection-answer"),
]
