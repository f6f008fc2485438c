from django.urls import path

from supervision.views import sanctions, standing

urlpatterns = [
    path("sanctions/", sanctions.sanction_list, name="sanction-list"),
    path("sanctions/<int:pk>/", sanctions.sanction_detail, name="sanction-detail"),
    path("sanctions/<int:pk>/statement/", sanctions.sanction_state, name="sanction-state"),
    path("sanctions/<int:pk>/opinion/", sanctions.sanction_opinion, name="sanction-opinion"),
    path("sanctions/<int:pk>/decision/", sanctions.sanction_decide, name="sanction-decide"),
    path("sanctions/<int:pk>/dismissal/", sanctions.sanction_dismiss, name="sanction-dismiss"),
    path("sanctions/<int:pk>/transfer/", sanctions.sanction_transfer, name="sanction-transfer"),
    path("sanctions/<int:pk>/papers/<slug:kind>/", sanctions.sanction_paper, name="sanction-paper"),
    path("counties/<int:county_pk>/sanctions/new/", sanctions.sanction_create, name="sanction-create"),
    path("counties/<int:pk>/rectification/", standing.county_rectify, name="county-rectify"),
    path("counties/<int:pk>/rectification/end/", standing.county_rectified, name="county-rectified"),
]
