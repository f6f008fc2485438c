"""Daily jobs of this room: a round locks after its deadline (C-401), a department's silence counts as receipt (G-19)."""

from counties.models import Review, Round
from portal.periods import daily


@daily
def close_rounds(today):
    for round in Round.objects.past_their_deadline(today):
        round.close(by=None)


@daily
def receive_silent_filings(today):
    for review in Review.objects.awaiting_receipt().select_related("plan__county__batch", "plan__county__region"):
        review.receive_silently(today)
