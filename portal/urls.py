"""All doors of the house; the apps are named by string, a lower floor never imports a higher one."""

from django.contrib import admin
from django.urls import include, path

from portal import gallery, views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("clock/", views.training_clock, name="clock"),
    path("clock/set/", views.set_training_clock, name="clock-set"),
    path("files/<int:pk>/", views.file, name="file"),
    path("unmaskings/<int:pk>/", views.unmasking_detail, name="unmasking-detail"),
    path("ui/", gallery.page, name="gallery"),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("notices.urls")),
    path("", include("counties.urls")),
    path("", include("projects.urls")),
    path("", include("acceptance.urls")),
    path("", include("funds.urls")),
    path("", include("reporting.urls")),
    path("", include("supervision.urls")),
    path("", include("disclosure.urls")),
]
