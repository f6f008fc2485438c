from django.urls import path

from acceptance import views

urlpatterns = [
    path("applications/", views.application_list, name="application-list"),
    path("applications/<int:pk>/", views.application_detail, name="application-detail"),
    path("applications/<int:pk>/edit/", views.application_edit, name="application-edit"),
    path("applications/<int:pk>/submit/", views.application_submit, name="application-submit"),
    path("applications/<int:pk>/correct/", views.application_correct, name="application-correct"),
    path("applications/<int:pk>/receive/", views.application_receive, name="application-receive"),
    path("applications/<int:pk>/inspect/", views.application_inspect, name="application-inspect"),
    path("applications/<int:pk>/conclude/", views.application_conclude, name="application-conclude"),
    path("applications/<int:pk>/deliver/", views.application_deliver, name="application-deliver"),
    path("applications/<int:pk>/publicise/", views.application_publicise, name="application-publicise"),
    path("applications/<int:pk>/files/<int:file_pk>/", views.application_file, name="application-file"),
    path("stages/<int:pk>/apply/", views.application_create, name="application-create"),
    path("deliveries/<int:pk>/acknowledge/", views.delivery_acknowledge, name="delivery-acknowledge"),
]
