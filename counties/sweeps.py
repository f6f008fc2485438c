"""The round locks itself the day after its deadline (C-401): nobody has to remember it."""

from counties.models import Round
from portal.periods import daily


@daily
def close_rounds(today):
    for round in Round.objects.past_their_deadline(today):
        round.close(by=None)
