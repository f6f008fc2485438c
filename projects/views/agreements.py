"""项目建设协议的页面：起草、财政条款审核、承办单位确认、县政府签署；四个文件核对、文本。"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import deeds_for, is_office, must
from portal.documents import shown
from portal.models import Attachment, Event
from portal.pages import ask, posted, status_of
from portal.rules import Kind
from projects.compare import compared
from projects.documents.agreement import agreement_paper
from projects.forms.agreement import AgreementForm, EquipmentForm, EquipmentRows, StageForm, StageRows
from projects.forms.shapes import ReasonForm, as_typed
from projects.models import Agreement, Project

WITHIN = ("项目", "project-list")
STAGE_FIELDS = StageForm.Meta.fields
EQUIPMENT_FIELDS = EquipmentForm.Meta.fields
Status = Agreement.Status
NEXT = {  # who must act now, and on what
    Status.DRAFT: ("县商务局", "补齐下列各项，报县财政局审核财政条款"),
    Status.FINANCE: ("县财政局", "审核财政条款：投入额度、阶段、设备归属、专账；不同意的写明理由退回"),
    Status.OFFERED: ("承办单位", "核对协议全文并确认；有异议的写明理由退回"),
    Status.ACCEPTED: ("县政府", "核对下列各项，签署协议"),
}
# The one primary button of the page is the first of these that the reader may do now.
PRIMARY = ("sign", "accept", "review", "submit", "edit", "supplement")


def agreement_detail(request, pk):
    agreement = find_agreement(request, pk)
    user = request.user
    unsigned = agreement.status in Agreement.UNSIGNED
    gates = agreement.missing_before_sign() if unsigned else None
    supplements = list(agreement.supplements.all())
    who, what = NEXT.get(agreement.status, ("", ""))
    context = {
        "agreement": agreement,
        "project": agreement.project,
        "who": who,
        "what": what,
        "gates": gates,
        "reason": reason_wanted(gates),
        "can": buttons(_deeds(user, agreement, supplements), PRIMARY),
        "shares": agreement.shares(),
        "opens_account": agreement.opens_account_to(user),
        "supplements": supplements,
        "is_office": is_office(user),
        "events": Event.objects.about(agreement),
    }
    return render(request, "projects/agreement_detail.html", context)


def agreement_edit(request, pk):
    """起草协议；“增加一行”只把表单多给一行，不保存，也不丢已填的内容。"""
    project = _project(request, pk)
    must(request.user, "agreement.draft", project.region)
    agreement = _draft_of(project)
    sheet = Sheet(request, AgreementForm, agreement, stored=_stored(agreement))
    if sheet.is_complete():
        fields = _fields(sheet.form, project, request.user)
        Agreement.draft(
            project, by=request.user, fields=fields, stages=sheet.stages.rows(), equipment=sheet.goods.rows()
        )
        messages.success(request, "协议已保存；检查通过后报县财政局审核财政条款")
        return redirect(project.agreement if hasattr(project, "agreement") else Agreement.objects.get(project=project))
    context = {"project": project, "heading": "起草项目建设协议", "back": agreement if agreement.pk else project}
    return sheet.page(request, context)


@require_POST
def agreement_submit(request, pk):
    agreement = find_agreement(request, pk)
    must(request.user, "agreement.draft", agreement.region)
    agreement.submit(by=request.user)
    messages.success(request, "协议已报县财政局审核财政条款")
    return redirect(agreement)


@require_POST
def agreement_review(request, pk):
    agreement = find_agreement(request, pk)
    must(request.user, "agreement.review_funds", agreement.region)
    agreement.review_funds(by=request.user)
    messages.success(request, "已同意财政条款，待承办单位确认")
    return redirect(agreement)


@require_POST
def agreement_accept(request, pk):
    agreement = find_agreement(request, pk)
    must(request.user, "agreement.accept", agreement.project.contractor)
    agreement.accept(by=request.user)
    messages.success(request, "已确认协议，待县政府签署")
    return redirect(agreement)


def agreement_return(request, pk):
    """退回修改：by whoever has the next step."""
    return send_back(request, find_agreement(request, pk), "退回协议")


@require_POST
def agreement_sign(request, pk):
    agreement = find_agreement(request, pk)
    must(request.user, "agreement.sign", agreement.region)
    agreement.sign(by=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, "协议已签署生效")
    return redirect(agreement)


def agreement_terminate(request, pk):
    agreement = find_agreement(request, pk)
    must(request.user, "agreement.terminate", agreement.region)
    form = ReasonForm(posted(request), label="解除协议的原因")
    if not form.is_valid():
        words = "解除后不能恢复；在建项目随之中止，已验收、已拨付的记录保留。需要追回资金的，另行办理。"
        return ask(request, agreement, form, "解除协议", within=WITHIN, words=words)
    agreement.terminate(by=request.user, **form.cleaned_data)
    messages.success(request, "协议已解除，已通知承办单位")
    return redirect(agreement)


def agreement_compare(request, pk):
    """四个文件核对：each difference, and the filed change that explains it (A-324)."""
    agreement = find_agreement(request, pk)
    plan = agreement.project.contractor_plans.first()
    if plan:
        plan.project = agreement.project
    rows = compared(agreement, plan)
    context = {
        "agreement": agreement,
        "project": agreement.project,
        "plan": plan,
        "rows": rows,
        "differing": sum(bool(row.refused) for row in rows),
        "explained": sum(bool(row.explained) and not row.refused for row in rows),
        "line": agreement.fund_line.in_force() or agreement.fund_line,
    }
    return render(request, "projects/agreement_compare.html", context)


def agreement_paper_pdf(request, pk, version):
    """F-11 项目建设协议, in any version that was ever signed (the account number as far as the reader may see it)."""
    agreement = find_agreement(request, pk)
    read = agreement.at_version(version)
    if read is None:
        raise Http404
    document = agreement_paper(read, opens_account=agreement.opens_account_to(request.user))
    return shown(document.pdf(), f"F-11-{agreement.project.no}-v{version}")


# --- what these pages and those of the supplements share -------------------------------------------------------------


class Sheet:
    """The sheet of an agreement: its form and its two tables, as stored, as typed, or as sent."""

    def __init__(self, request, form_class, instance, *, stored, **kwargs):
        self.file_lost = bool(request.FILES)
        asked = {"add_stage", "add_equipment"} & request.POST.keys()
        self.is_sent = request.method == "POST" and not asked
        if asked:
            self.form = as_typed(form_class, request.POST, instance=instance, **kwargs)
            self.stages = StageRows(request.POST, prefix="stages").typed(blank="add_stage" in asked)
            self.goods = EquipmentRows(request.POST, prefix="equipment").typed(blank="add_equipment" in asked)
        elif self.is_sent:
            self.form = form_class(request.POST, request.FILES, instance=instance, **kwargs)
            self.stages = StageRows(request.POST, prefix="stages")
            self.goods = EquipmentRows(request.POST, prefix="equipment")
        else:
            initial, stages, goods = stored
            self.form = form_class(instance=instance, initial=initial, **kwargs)
            self.stages = StageRows.showing(stages, blank=1 if stages else 3, prefix="stages")
            self.goods = EquipmentRows.showing(goods, blank=1 if goods else 2, prefix="equipment")

    def is_complete(self):
        """All three are judged, so that all errors show at once."""
        return self.is_sent and all([self.form.is_valid(), self.stages.is_valid(), self.goods.is_valid()])

    def page(self, request, context):
        context |= {"form": self.form, "stages": self.stages, "equipment": self.goods, "file_lost": self.file_lost}
        status = status_of(self.form, self.stages, self.goods)
        return render(request, "projects/agreement_form.html", context, status=status)


def find_agreement(request, pk):
    agreements = Agreement.objects.visible_to(request.user).select_related(
        "project__county__region",
        "project__county__batch",
        "project__contractor",
        "project__procurement",
        "project__fund_line__plan",
        "file",
        *(f"{step}_by__office" for step in ("drafted", "reviewed", "accepted", "signed")),
    )
    return get_object_or_404(agreements.prefetch_related("stages", "equipment"), pk=pk)


def reason_wanted(gates):
    """A reason field where only “原则上” stands in the way."""
    return "required" if any(breach.kind is Kind.SOFT for breach in gates or ()) else ""


def buttons(deeds, primary):
    """Deed → how its button looks; a page has one primary button."""
    first = next((deed for deed in primary if deed in deeds), None)
    return {deed: "primary" if deed == first else "secondary" for deed in deeds}


def steps_of(paper):
    """(possible now, deed, verb, place) of the way that an agreement and a supplement go."""
    verb, place = paper.step_verb()
    return [
        (paper.status == "draft", "edit", "agreement.draft", "county"),
        (paper.status == "draft", "submit", "agreement.draft", "county"),
        (paper.status == "finance", "review", "agreement.review_funds", "county"),
        (paper.status == "offered", "accept", "agreement.accept", "contractor"),
        (paper.status == "accepted", "sign", "agreement.sign", "county"),
        (paper.status in paper.ON_THE_WAY, "return", verb, place),
    ]


def places_of(project):
    return {"county": project.region, "contractor": project.contractor}


def send_back(request, paper, act):
    verb, place = paper.step_verb()
    must(request.user, verb, places_of(paper.project)[place])
    form = ReasonForm(posted(request), label="退回理由")
    if not form.is_valid():
        return ask(request, paper, form, act, within=WITHIN)
    paper.send_back(by=request.user, **form.cleaned_data)
    messages.success(request, "已退回县商务局修改")
    return redirect(paper)


def _deeds(user, agreement, supplements):
    is_signed = agreement.status == Status.SIGNED
    under_way = any(supplement.status in supplement.UNSIGNED for supplement in supplements)
    is_done = agreement.project.status == Project.Status.COMPLETED
    wanted = [
        *steps_of(agreement),
        (is_signed and not under_way and not is_done, "supplement", "agreement.draft", "county"),
        (is_signed and not is_done, "terminate", "agreement.terminate", "county"),
    ]
    return deeds_for(user, wanted, places_of(agreement.project))


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
        return {}, stages, list(agreement.equipment.order_by("pk").values(*EQUIPMENT_FIELDS))
    project = agreement.project
    return {"central_amount": project.award_amount, "account_holder": project.contractor.name}, [], []


def _fields(form, project, user):
    fields = {name: form.cleaned_data[name] for name in AgreementForm.Meta.fields}
    if upload := form.cleaned_data["upload"]:
        fields["file"] = Attachment.keep(upload, region=project.region, by=user)
    return fields
