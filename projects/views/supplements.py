"""补充协议的页面：drafted on the same sheet as the agreement, compared word by word, signed on the same way."""

from copy import copy

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import deeds_for, is_office, must
from portal.documents import shown
from portal.models import Attachment, Event
from portal.pages import ask, posted
from portal.rules import breaches, excuse
from portal.templatetags.ui import mask
from projects.documents.agreement import supplement_paper
from projects.forms.agreement import AgreementForm, SupplementForm
from projects.forms.shapes import ReasonForm
from projects.models import Agreement, SupplementAgreement
from projects.rules.agreement import supplement_changes_a_running_agreement
from projects.views.agreements import (
    EQUIPMENT_FIELDS,
    NEXT,
    PRIMARY,
    STAGE_FIELDS,
    WITHIN,
    Sheet,
    buttons,
    find_agreement,
    places_of,
    reason_wanted,
    send_back,
    steps_of,
)


def supplement_edit(request, pk):
    """起草补充协议：the sheet of the agreement as it stands (or as the draft has it); what is altered is the supplement."""
    agreement = find_agreement(request, pk)
    must(request.user, "agreement.draft", agreement.region)
    supplement = _draft_of(agreement)
    reading = supplement.amended() if supplement.pk else copy(agreement)
    reading.file, account = supplement.file, reading.account_no
    sheet = Sheet(request, SupplementForm, reading, stored=_stored(supplement, reading, request.user))
    sheet.form.fields["account_no"].help_text = f"现为 {mask(account)}；不改的留空"
    if sheet.is_complete():
        typed = sheet.form.cleaned_data
        upload = typed["upload"]
        supplement = SupplementAgreement.draft(
            find_agreement(request, pk),
            by=request.user,
            no=typed["no"],
            reason=typed["reason"],
            terms={name: typed[name] for name in Agreement.TERMS} | {"account_no": typed["account_no"] or account},
            stages=sheet.stages.rows(),
            equipment=sheet.goods.rows(),
            file=upload and Attachment.keep(upload, region=agreement.region, by=request.user),
        )
        messages.success(request, "补充协议已保存；核对新旧条款后报县财政局审核")
        return redirect(supplement)
    back = supplement if supplement.pk else agreement
    return sheet.page(request, {"project": agreement.project, "heading": "起草补充协议", "back": back})


def supplement_detail(request, pk):
    supplement = _supplement(request, pk)
    user, agreement = request.user, supplement.agreement
    unsigned = supplement.status in supplement.UNSIGNED
    gates = supplement.missing_before_sign() if unsigned else None
    who, what = NEXT.get(supplement.status, ("", ""))
    context = {
        "supplement": supplement,
        "agreement": agreement,
        "project": agreement.project,
        "who": who,
        "what": what.replace("协议", "补充协议"),
        "gates": gates,
        "reason": reason_wanted(gates),
        "can": buttons(_deeds(user, supplement), PRIMARY),
        "changes": supplement.changes(),
        "opens_account": agreement.opens_account_to(user),
        "is_office": is_office(user),
        "events": Event.objects.about(supplement),
    }
    return render(request, "projects/supplement_detail.html", context)


@require_POST
def supplement_submit(request, pk):
    supplement = _supplement(request, pk)
    must(request.user, "agreement.draft", supplement.region)
    supplement.submit(by=request.user)
    messages.success(request, "补充协议已报县财政局审核")
    return redirect(supplement)


@require_POST
def supplement_review(request, pk):
    supplement = _supplement(request, pk)
    must(request.user, "agreement.review_funds", supplement.region)
    supplement.review_funds(by=request.user)
    messages.success(request, "已同意财政条款，待承办单位确认")
    return redirect(supplement)


@require_POST
def supplement_accept(request, pk):
    supplement = _supplement(request, pk)
    must(request.user, "agreement.accept", supplement.project.contractor)
    supplement.accept(by=request.user)
    messages.success(request, "已确认补充协议，待县政府签署")
    return redirect(supplement)


def supplement_return(request, pk):
    return send_back(request, _supplement(request, pk), "退回补充协议")


@require_POST
def supplement_sign(request, pk):
    supplement = _supplement(request, pk)
    must(request.user, "agreement.sign", supplement.region)
    supplement.sign(by=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, f"补充协议已签署，协议现为第 {supplement.version} 版")
    return redirect(supplement)


def supplement_withdraw(request, pk):
    supplement = _supplement(request, pk)
    must(request.user, "agreement.draft", supplement.region)
    form = ReasonForm(posted(request), label="撤回理由")
    if not form.is_valid():
        words = "撤回后现行协议不变，需要时重新起草。"
        return ask(request, supplement, form, "撤回补充协议", within=WITHIN, words=words)
    supplement.withdraw(by=request.user, **form.cleaned_data)
    messages.success(request, "已撤回补充协议")
    return redirect(supplement)


def supplement_paper_pdf(request, pk):
    supplement = _supplement(request, pk)
    document = supplement_paper(supplement, opens_account=supplement.agreement.opens_account_to(request.user))
    return shown(document.pdf(), f"F-11-{supplement.project.no}-supplement-{supplement.version}")


# --- what the pages ask for ------------------------------------------------------------------------------------------


def _supplement(request, pk):
    supplements = SupplementAgreement.objects.visible_to(request.user).select_related(
        "agreement__project__county__region",
        "agreement__project__county__batch",
        "agreement__project__contractor",
        "agreement__project__procurement",
        "agreement__project__fund_line__plan",
        "file",
        *(f"{step}_by__office" for step in ("drafted", "reviewed", "accepted", "signed")),
    )
    return get_object_or_404(supplements.prefetch_related("agreement__stages", "agreement__equipment"), pk=pk)


def _draft_of(agreement):
    """The supplement under way, if it may still be written; a new one otherwise, refused where none can be."""
    supplement = agreement.supplements.open().select_related("file").first()
    if supplement is None:
        supplement = SupplementAgreement(agreement=agreement, version=agreement.version + 1, reason="-")
        supplement.before = supplement.after = agreement.snapshot()
        wrong = breaches([supplement_changes_a_running_agreement], supplement)
        excuse([breach for breach in wrong if "没有不同" not in breach.wrong], "")
        return supplement
    supplement.agreement = agreement
    supplement.refuse_unless_draft()
    return supplement


def _stored(supplement, reading, user):
    """What the sheet begins with; the account stands there only for those who may read it."""
    agreement = supplement.agreement
    known = {name: getattr(reading, name) for name in AgreementForm.Meta.fields if name != "no"}
    if not agreement.opens_account_to(user):
        known["account_no"] = ""
    known["no"] = supplement.no or f"{agreement.no}-补{supplement.version - 1}"
    known["reason"] = supplement.reason if supplement.pk else ""
    stages = [{name: getattr(stage, name) for name in STAGE_FIELDS} for stage in reading.stages.all()]
    goods = [{name: getattr(item, name) for name in EQUIPMENT_FIELDS} for item in reading.equipment.all()]
    return known, stages, goods


def _deeds(user, supplement):
    wanted = [
        *steps_of(supplement),
        (supplement.status in supplement.UNSIGNED, "withdraw", "agreement.draft", "county"),
    ]
    return deeds_for(user, wanted, places_of(supplement.project))
