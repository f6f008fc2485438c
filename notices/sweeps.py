from notices.models import Notice
from portal.periods import daily


@daily
def close_notices(today):
    """End every notice whose last day is over and to which nothing is open."""
    for notice in Notice.objects.over(today):
        notice.close(today)
