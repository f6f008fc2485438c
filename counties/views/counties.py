"""示范县的页面：one county, one file (一县一档)."""

from django.contrib import messages
from django.db.models import Count, Prefetch, Q, Sum
from django.shortcuts import redirect, render

from accounts.access import may, must
from counties.forms import CountyForm, LiaisonForm
from counties.models import County, Liaison, Plan
from counties.rules import county as rules
from counties.views.found import find_county
from portal.models import Event
from portal.money import ZERO
from portal.pages import page_of, posted, status_of
from portal.rules import breaches


def county_list(request):
    counties = County.objects.visible_to(request.user).select_related("region__parent", "batch")
    counties = counties.prefetch_related(
        Prefetch("plans", Plan.objects.order_by("-version"), to_attr="versions"),
        Prefetch("liaisons", Liaison.objects.active(), to_attr="appointed"),
    )
    page = page_of(request, counties)
    return render(request, "counties/county_list.html", {"page": page})


def county_detail(request, pk):
    county = find_county(request, pk)
    user, region = request.user, county.region
    versions = list(county.plans.order_by("-version"))
    context = {
        "county": county,
        "is_direct": county.is_direct,
        "liaison": county.liaison(),
        "liaison_wrong": breaches([rules.exactly_one_liaison], county),
        "versions": versions,
        "received": county.receipts.filter(source="central").aggregate(sum=Sum("amount"))["sum"] or ZERO,
        "projects": county.projects.visible_to(user).aggregate(
            total=Count("pk"), underway=Count("pk", filter=Q(status="underway"))
        ),
        "reports": county.reports.owed().order_by("month"),
        "may_edit": may(user, "county.edit", region),
        "may_begin": not versions and may(user, "plan.draft", region),
        "events": Event.objects.about(county),
    }
    return render(request, "counties/county_detail.html", context)


def county_edit(request, pk):
    county = find_county(request, pk)
    must(request.user, "county.edit", county.region)
    form = CountyForm(posted(request), instance=county)
    if form.is_valid():
        county.edit(by=request.user, **form.cleaned_data)
        messages.success(request, "示范县信息已保存，改动前后的内容记入办理记录")
        return redirect(county)
    page = {"county": county, "form": form, "heading": "维护示范县信息", "act": "保存示范县信息"}
    return render(request, "counties/county_form.html", page, status=status_of(form))


def liaison_appoint(request, pk):
    county = find_county(request, pk)
    must(request.user, "county.edit", county.region)
    form = LiaisonForm(posted(request), county=county)
    if form.is_valid():
        liaison = county.appoint_liaison(by=request.user, **form.cleaned_data)
        messages.success(request, f"已明确 {liaison} 为信息联络员，前任任期同日结束")
        return redirect(county)
    page = {"county": county, "form": form, "heading": "明确信息联络员", "act": "明确为信息联络员"}
    return render(request, "counties/county_form.html", page, status=status_of(form))
