"""履约考核：the county scores the contractor of a project once a year; a wrong score is withdrawn, not erased."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect

from accounts.access import must
from portal import clock
from portal.models import Attachment
from portal.pages import ask, posted, uploaded
from projects.forms.contractor import AssessmentForm
from projects.forms.shapes import ReasonForm
from projects.models import Assessment, Project

WITHIN = ("项目", "project-list")


def assessment_create(request, pk):
    projects = Project.objects.visible_to(request.user).select_related("county__region", "contractor")
    project = get_object_or_404(projects, pk=pk)
    must(request.user, "contractor.assess", project.region)
    form = AssessmentForm(posted(request), uploaded(request), initial={"year": clock.today().year})
    if not form.is_valid():
        words = f"考核 {project.contractor} 的履约能力；得分和理由各级都能看到，并在以后选择承办单位时显示。"
        return ask(request, project, form, "履约考核", within=WITHIN, words=words)
    fields = dict(form.cleaned_data)
    upload = fields.pop("upload")
    file = upload and Attachment.keep(upload, region=project.region, by=request.user)
    assessment = Assessment.make(project, by=request.user, file=file, **fields)
    messages.success(request, f"已登记{assessment}")
    return redirect(project.contractor)


def assessment_withdraw(request, pk):
    assessments = Assessment.objects.visible_to(request.user).select_related("project__county__region", "contractor")
    assessment = get_object_or_404(assessments, pk=pk)
    must(request.user, "contractor.assess", assessment.region)
    form = ReasonForm(posted(request), label="撤回理由")
    if not form.is_valid():
        return ask(request, assessment.project, form, "撤回履约考核", within=WITHIN, words=str(assessment))
    assessment.withdraw(by=request.user, **form.cleaned_data)
    messages.success(request, "履约考核已撤回，可以重新考核")
    return redirect(assessment.contractor)
