"""The daily job of this room: silence of a provincial department counts as receipt after ten working days (G-19)."""

from counties.models import Review
from portal.periods import daily


@daily
def receive_silent_filings(today):
    for review in Review.objects.awaiting_receipt().select_related("plan__county__batch", "plan__county__region"):
        review.receive_silently(today)
