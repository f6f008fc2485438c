from django.urls import path

from notices import views

urlpatterns = [
    path("notices/", views.notice_list, name="notice-list"),
    path("notices/<int:pk>/", views.notice_detail, name="notice-detail"),
    path("notices/<int:pk>/snapshot/", views.notice_snapshot, name="notice-snapshot"),
    path("objections/<int:pk>/answer/", views.objection_answer, name="objection-answer"),
]
