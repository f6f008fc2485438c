"""合格后迟迟没有拨付的阶段：worst first, with the reason that stands in the way (A-317)."""

from django.shortcuts import render

from acceptance.models import Application
from funds.obstacles import days_since, in_treasury, obstacles, slow
from portal import clock
from portal.pages import page_of


def payments_slow(request):
    today = clock.today()
    applications = slow(Application.objects.visible_to(request.user), today).select_related(
        "project__county__region", "project__county__batch", "project__contractor", "stage"
    )
    page = page_of(request, applications)
    treasury = in_treasury({application.project.county_id for application in page})
    for application in page:
        application.days = days_since(application, today)
        application.payment = next(iter(application.on_their_way), None)
        application.obstacles = obstacles(application.payment, treasury, today) if application.payment else []
    return render(request, "funds/payments_slow.html", {"page": page})
