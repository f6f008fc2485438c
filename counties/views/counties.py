"""示范县的页面：one county, one file (一县一档)."""

from django.contrib import messages
from django.db.models import Count, Min, OuterRef, Prefetch, Q, Subquery, Sum, prefetch_related_objects
from django.shortcuts import redirect, render

from accounts.access import deeds_for, must
from counties.forms import AllotForm, CountyForm, LiaisonForm
from counties.models import County, Liaison, Plan
from counties.rules import county as rules
from counties.views.found import find_county
from notices.models import Notice
from portal import clock, workdays
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
    versions = list(county.plans.select_related("notice").order_by("-version"))
    prefetch_related_objects([county], "documents")  # the rules ask for them five times
    projects = county.projects.visible_to(user).aggregate(
        total=Count("pk"),
        underway=Count("pk", filter=Q(status="underway")),
        agreed=Sum("agreement__central_amount", filter=Q(agreement__status="signed")),
    )
    reports = list(county.reports.owed().order_by("month"))
    liaison = county.liaison()
    wanted = [
        (True, "edit", "county.edit", "region"),
        (True, "allot", "county.allot", "region"),
        (not versions, "begin", "plan.draft", "region"),
        (county.status == "designated", "rectify", "county.rectify", "region"),
        (county.status == "rectifying", "rectified", "county.rectify", "region"),
        (county.is_active, "sanction", "sanction.open", "region"),
    ]
    can = deeds_for(user, wanted, {"region": region})
    context = {
        "county": county,
        "is_direct": county.is_direct,
        "liaison": liaison,
        "liaison_wrong": [] if liaison else breaches([rules.exactly_one_liaison], county),
        "versions": versions,
        "documents": county.documents.all(),
        "wrong": breaches([rules.both_management_rules_are_public, *rules.RECORDS], county),
        "money": _money(county, projects),
        "deadlines": _deadlines(county, versions, reports, clock.today()),
        "projects": projects,
        "reports": reports,
        "may_edit": "edit" in can,
        "may_allot": "allot" in can,
        "may_begin": "begin" in can,
        "can": can,
        "sanction": None if county.is_active else county.sanctions.first(),
        "events": Event.objects.about(county),
    }
    return render(request, "counties/county_detail.html", context)


def _money(county, projects):
    """Received, agreed and paid central money, each asked of the records that hold it."""
    received = county.receipts.model.objects.standing().filter(county=OuterRef("pk"), source="central")
    paid = county.payments.model.objects.filter(county=OuterRef("pk"), status__in=["paid", "booked"])
    sums = [Subquery(rows.values("county").annotate(sum=Sum("amount")).values("sum")) for rows in (received, paid)]
    found = County.objects.filter(pk=county.pk).values_list(*sums).get()
    return {"received": found[0] or ZERO, "agreed": projects["agreed"] or ZERO, "paid": found[1] or ZERO}


def _deadlines(county, versions, reports, today):
    """(words, deadline, address) of what is due in this county: filing, notices that run, acceptance, reports."""
    found = []
    if not any(version.status in (Plan.Status.FILED, *Plan.FILED_FOR_GOOD) for version in versions):
        found.append(("实施方案报省备案", county.batch.plan_filing_deadline, ""))
    for notice in Notice.objects.running().filter(region=county.region):
        found.append((f"公示截止：{notice}", notice.ends_on, notice.get_absolute_url()))
    inspected = county.projects.filter(applications__status__in=["received", "inspecting"])
    for project in inspected.annotate(due=Min("applications__due_on")):
        found.append((f"验收结论：{project}", project.due, project.get_absolute_url()))
    for report in reports:
        found.append((f"{report.month:%Y年%-m月}月报", report.due_on, report.get_absolute_url()))
    return [(words, workdays.deadline(on, today), url) for words, on, url in found if on]


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


def county_allot(request, pk):
    county = find_county(request, pk)
    must(request.user, "county.allot", county.region)
    form = AllotForm(posted(request), instance=county)
    if form.is_valid():
        find_county(request, pk).allot(by=request.user, **form.cleaned_data)
        messages.success(request, "已核定，改动前后的内容和理由记入办理记录")
        return redirect(county)
    page = {"county": county, "form": form, "heading": "核定中央财政资金", "act": "核定"}
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
