from django.urls import path

from projects.views import agreements, contractors, procurement_deeds, procurements, projects, supplier_queries

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
    path("procurements/<int:pk>/again/", procurements.procurement_again, name="procurement-again"),
    path("procurements/<int:pk>/publicise/", procurement_deeds.procurement_publicise, name="procurement-publicise"),
    path("procurements/<int:pk>/announce/", procurement_deeds.procurement_announce, name="procurement-announce"),
    path("procurements/<int:pk>/result/", procurement_deeds.procurement_result, name="procurement-result"),
    path("procurements/<int:pk>/abandon/", procurement_deeds.procurement_abandon, name="procurement-abandon"),
    path("procurements/<int:pk>/papers/<slug:form>/", procurement_deeds.procurement_paper, name="procurement-paper"),
    path("procurements/<int:pk>/queries/new/", supplier_queries.query_register, name="query-register"),
    path("supplier-queries/<int:pk>/answer/", supplier_queries.query_answer, name="query-answer"),
    path(
        "procurements/<int:pk>/packages/<int:no>/award/", procurement_deeds.procurement_award, name="procurement-award"
    ),
    path(
        "procurements/<int:pk>/packages/<int:no>/qualify/",
        procurement_deeds.procurement_qualify,
        name="procurement-qualify",
    ),
    path(
        "procurements/<int:pk>/packages/<int:no>/contract/",
        procurement_deeds.procurement_contract,
        name="procurement-contract",
    ),
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
