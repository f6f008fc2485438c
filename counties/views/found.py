"""Which county or plan a page is about, and what stands before its next deed: asked by the pages that show and those that do."""

from types import SimpleNamespace

from django.shortcuts import get_object_or_404

from accounts.models import Office
from counties.models import County, Filing, Plan, Review
from counties.rules import plan as rules
from portal import clock
from portal.rules import breaches


def find_county(request, pk):
    counties = County.objects.visible_to(request.user).select_related("region__parent", "batch")
    return get_object_or_404(counties, pk=pk)


def find_plan(request, pk):
    plans = Plan.objects.visible_to(request.user).select_related(
        "county__region__parent", "county__batch", "notice", "plan_file", "fund_file", "decision_file", "drafted_by"
    )
    return get_object_or_404(plans.prefetch_related("lines", "sections", "targets"), pk=pk)


def find_review(request, pk):
    reviews = Review.objects.visible_to(request.user).select_related("plan__county__region__parent")
    return get_object_or_404(reviews, pk=pk)


def before_filing(plan):
    """Everything that can be judged before the document number is typed, lateness included."""
    level = Office.Level.COUNTY if plan.is_direct else Office.Level.CITY
    filing = Filing(plan=plan, level=level, filed_on=clock.today())
    known = [rule for rule in Filing.BEFORE_FILE if rule is not rules.filed_by_formal_document]
    return plan.missing_before_file() + breaches(known, filing)


def shares_of(plan):
    """The four directions as the shape {% shares %} takes them."""
    whole = plan.arranged()
    return [
        SimpleNamespace(
            key=share["direction"],
            label=share["label"],
            part=share["amount"],
            whole=whole,
            floor=share["floor"] and share["floor"] / 100,
        )
        for share in plan.shares()
    ]
