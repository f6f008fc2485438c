"""资格复核：one page per winner, one row per item: the clause, what the system sees, the tick, the remark."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import may, must
from portal.models import Event
from portal.pages import posted, status_of
from projects.forms.qualification import ReviewForm
from projects.models import Procurement, Qualification


def qualification_review(request, pk, contractor_pk):
    qualification = _qualification(request, pk, contractor_pk)
    if request.method == "POST":
        must(request.user, "procurement.qualify", qualification.region)
    rows = qualification.rows()
    form = ReviewForm(posted(request), rows=rows)
    if form.is_valid():
        qualification.review(by=request.user, ticks=form.ticks())
        messages.success(request, "复核意见已保存；全部符合或写明理由后，再点“资格复核通过”")
        return redirect(qualification)
    may_conclude = may(request.user, "procurement.qualify", qualification.region)
    may_review = may_conclude and not qualification.concluded_at
    context = {
        "qualification": qualification,
        "procurement": qualification.procurement,
        "contractor": qualification.contractor,
        "form": form,
        "rows": rows,
        "may_review": may_review,
        "gates": None if qualification.concluded_at else qualification.missing(),
        "awaiting": qualification.awaiting() if may_conclude else [],
        "hints": qualification.hints(),
        "events": Event.objects.about(qualification) if qualification.pk else [],
    }
    return render(request, "projects/qualification_review.html", context, status=status_of(form))


def _qualification(request, pk, contractor_pk):
    """Of a winner only: who was not chosen is not reviewed."""
    procurements = Procurement.objects.visible_to(request.user).select_related("county__region")
    procurement = get_object_or_404(procurements, pk=pk)
    for winner in procurement.winners():
        if winner.pk == contractor_pk:
            return Qualification.of(procurement, winner)
    raise Http404
