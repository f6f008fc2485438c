from django.urls import path

from projects.views import agreements, contractors, procurements, projects

urlpatterns = [
    path("contractors/", contractors.contractor_list, name="contractor-list"),
    path("contractors/new/", contractors.contractor_create, name="contractor-create"),
    path("contractors/<int:pk>/", contractors.contractor_detail, name="contractor-detail"),
    path("contractors/<int:pk>/edit/", contractors.contractor_edit, name="contractor-edit"),
    path("contractors/<int:pk>/licences/", contractors.contractor_add_licence, name="contractor-add-licence"),
    path("contractors/<int:pk>/checks/", contractors.contractor_add_check, name="contractor-add-check"),
    path("contractors/<int:pk>/ratings/", contractors.contractor_add_rating, name="contractor-add-rating"),
    path("contractors/<int:pk>/files/<int:file_pk>/", contractors.contractor_file, name="contractor-file"),
    path("procurements/", procurements.procurement_list, name="procurement-list"),
    path("procurements/new/", procurements.procurement_create, name="procurement-create"),
    path("procurements/<int:pk>/", procurements.procurement_detail, name="procurement-detail"),
    path("procurements/<int:pk>/edit/", procurements.procurement_edit, name="procurement-edit"),
    path("procurements/<int:pk>/publicise/", procurements.procurement_publicise, name="procurement-publicise"),
    path("procurements/<int:pk>/award/", procurements.procurement_award, name="procurement-award"),
    path("procurements/<int:pk>/qualify/", procurements.procurement_qualify, name="procurement-qualify"),
    path("projects/", projects.project_list, name="project-list"),
    path("projects/<int:pk>/", projects.project_detail, name="project-detail"),
    path("projects/<int:pk>/edit/", projects.project_edit, name="project-edit"),
    path("projects/<int:pk>/start/", projects.project_start, name="project-start"),
    path("projects/<int:pk>/plan/", projects.contractor_plan_edit, name="contractor-plan-edit"),
    path("projects/<int:pk>/agreement/", agreements.agreement_edit, name="agreement-edit"),
    path("projects/<int:pk>/information/", projects.information_create, name="information-create"),
    path("projects/<int:pk>/files/<int:file_pk>/", projects.project_file, name="project-file"),
    path("contractor-plans/<int:pk>/submit/", projects.contractor_plan_submit, name="contractor-plan-submit"),
    path("contractor-plans/<int:pk>/approve/", projects.contractor_plan_approve, name="contractor-plan-approve"),
    path("contractor-plans/<int:pk>/return/", projects.contractor_plan_return, name="contractor-plan-return"),
    path("agreements/<int:pk>/sign/", agreements.agreement_sign, name="agreement-sign"),
]
