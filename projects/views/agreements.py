"""项目建设协议的页面：起草（阶段、设备逐行填写），县政府签署。"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import must
from portal.models import Attachment
from portal.pages import status_of
from projects.forms.agreement import AgreementForm, EquipmentRows, StageRows
from projects.forms.shapes import as_typed
from projects.models import Agreement, Project

STAGE_FIELDS = ("name", "deliverables", "amount")
EQUIPMENT_FIELDS = ("name", "model", "quantity", "unit_price", "owner", "place")


def agreement_edit(request, pk):
    """起草协议；“增加一行”只把表单多给一行，不保存，也不丢已填的内容。"""
    project = _project(request, pk)
    must(request.user, "agreement.draft", project.region)
    agreement = _draft_of(project)
    asked = {"add_stage", "add_equipment"} & request.POST.keys()
    if asked:
        form, stages, equipment = _typed(request.POST, agreement, asked)
    elif request.method == "POST":
        form = AgreementForm(request.POST, request.FILES, instance=agreement)
        stages = StageRows(request.POST, prefix="stages")
        equipment = EquipmentRows(request.POST, prefix="equipment")
        if all([form.is_valid(), stages.is_valid(), equipment.is_valid()]):  # all judged: all errors show at once
            fields = _fields(form, project, request.user)
            Agreement.draft(project, by=request.user, fields=fields, stages=stages.rows(), equipment=equipment.rows())
            messages.success(request, "协议已保存；检查通过后由县政府签署")
            return redirect(project)
    else:
        form, stages, equipment = _stored(agreement)
    context = {
        "project": project,
        "form": form,
        "stages": stages,
        "equipment": equipment,
        "file_lost": bool(request.FILES),
    }
    return render(request, "projects/agreement_form.html", context, status=status_of(form, stages, equipment))


@require_POST
def agreement_sign(request, pk):
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user), pk=pk)
    must(request.user, "agreement.sign", agreement.region)
    agreement.sign(by=request.user)
    messages.success(request, "协议已签署生效")
    return redirect(agreement.project)


def _project(request, pk):
    projects = Project.objects.visible_to(request.user)
    projects = projects.select_related("county__region", "contractor", "package", "fund_line", "agreement__file")
    return get_object_or_404(projects, pk=pk)


def _draft_of(project):
    agreement = getattr(project, "agreement", None) or Agreement(project=project)
    agreement.refuse_unless_draft()
    return agreement


def _stored(agreement):
    """The draft as it stands. A first draft begins with what the award already says."""
    if agreement.pk:
        stages = list(agreement.stages.values(*STAGE_FIELDS))
        equipment = list(agreement.equipment.order_by("pk").values(*EQUIPMENT_FIELDS))
        return (
            AgreementForm(instance=agreement),
            StageRows.showing(stages, blank=1, prefix="stages"),
            EquipmentRows.showing(equipment, blank=1, prefix="equipment"),
        )
    project = agreement.project
    known = {"central_amount": project.package.award_amount, "account_holder": project.contractor.name}
    return (
        AgreementForm(instance=agreement, initial=known),
        StageRows.showing([], blank=3, prefix="stages"),
        EquipmentRows.showing([], blank=2, prefix="equipment"),
    )


def _typed(data, agreement, asked):
    return (
        as_typed(AgreementForm, data, instance=agreement),
        StageRows(data, prefix="stages").typed(blank="add_stage" in asked),
        EquipmentRows(data, prefix="equipment").typed(blank="add_equipment" in asked),
    )


def _fields(form, project, user):
    fields = {name: form.cleaned_data[name] for name in AgreementForm.Meta.fields}
    if upload := form.cleaned_data["upload"]:
        fields["file"] = Attachment.keep(upload, region=project.region, by=user)
    return fields
