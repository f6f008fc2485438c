from django.urls import path

from acceptance.views import applications, onsite, spotchecks
from acceptance.views import applications, checklists, inspection

urlpatterns = [
    path("applications/", applications.application_list, name="application-list"),
    path("applications/<int:pk>/", applications.application_detail, name="application-detail"),
    path("applications/<int:pk>/edit/", applications.application_edit, name="application-edit"),
    path("applications/<int:pk>/submit/", applications.application_submit, name="application-submit"),
    path("applications/<int:pk>/withdraw/", applications.application_withdraw, name="application-withdraw"),
    path("applications/<int:pk>/correct/", applications.application_correct, name="application-correct"),
    path("applications/<int:pk>/receive/", applications.application_receive, name="application-receive"),
    path("applications/<int:pk>/inspect/", applications.application_inspect, name="application-inspect"),
    path("applications/<int:pk>/conclude/", applications.application_conclude, name="application-conclude"),
    path("applications/<int:pk>/checklist/", inspection.application_checklist, name="application-checklist"),
    path("applications/<int:pk>/panel/<int:member_pk>/", inspection.panel_change, name="panel-change"),
    path("applications/<int:pk>/panel/<int:member_pk>/sign/", inspection.panel_sign, name="panel-sign"),
    path("applications/<int:pk>/rectify/", inspection.application_rectify, name="application-rectify"),
    path("applications/<int:pk>/papers/<str:form>/", inspection.application_paper, name="application-paper"),
    path("checklists/", checklists.checklist_list, name="checklist-list"),
    path("checklists/new/", checklists.checklist_new, name="checklist-new"),
    path("applications/<int:pk>/deliver/", applications.application_deliver, name="application-deliver"),
    path("applications/<int:pk>/publicise/", applications.application_publicise, name="application-publicise"),
    path("applications/<int:pk>/files/<int:file_pk>/", applications.application_file, name="application-file"),
    path("stages/<int:pk>/apply/", applications.application_create, name="application-create"),
    path("deliveries/<int:pk>/acknowledge/", applications.delivery_acknowledge, name="delivery-acknowledge"),
    path("spotchecks/", spotchecks.spotcheck_list, name="spotcheck-list"),
    path("spotchecks/coverage/", spotchecks.coverage_list, name="coverage-list"),
    path("spotchecks/new/", spotchecks.spotcheck_create, name="spotcheck-create"),
    path("spotchecks/<int:pk>/", spotchecks.spotcheck_detail, name="spotcheck-detail"),
    path("spotchecks/<int:pk>/draw/", spotchecks.spotcheck_draw, name="spotcheck-draw"),
    path("spotchecks/<int:pk>/publish/", spotchecks.spotcheck_publish, name="spotcheck-publish"),
    path("spotchecks/<int:pk>/void/", spotchecks.spotcheck_void, name="spotcheck-void"),
    path("spotchecks/<int:pk>/population.csv", spotchecks.spotcheck_population, name="spotcheck-population"),
    path("spotchecks/<int:pk>/F-17.pdf", spotchecks.spotcheck_paper, name="spotcheck-paper"),
    path("spotcheck-items/<int:pk>/", spotchecks.spotcheck_item, name="spotcheck-item"),
    path("spotcheck-items/<int:pk>/record/", spotchecks.spotcheck_record_result, name="spotcheck-record"),
    path("spotcheck-items/<int:pk>/files/<int:file_pk>/", spotchecks.spotcheck_file, name="spotcheck-file"),
    path("onsite/applications/<int:pk>/", onsite.onsite_application, name="onsite-application"),
    path(
        "onsite/applications/<int:pk>/<int:file_pk>/", onsite.onsite_application_photo, name="onsite-application-photo"
    ),
    path("onsite/spotchecks/<int:pk>/", onsite.onsite_item, name="onsite-item"),
    path("onsite/spotchecks/<int:pk>/<int:file_pk>/", onsite.onsite_item_photo, name="onsite-item-photo"),
]
