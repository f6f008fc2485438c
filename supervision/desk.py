"""What supervision puts on the desk. The desk lies a floor below: this room hands its question down (apps.py)."""

from django.db.models import Count, Exists, OuterRef, Q

from portal import workdays
from reporting.desk import Task
from supervision.models import DEPARTMENTS, Sanction, SanctionOpinion


def sanctions(user, today):
    """The county's statement, the three opinions, and then the decision: one question for all of them."""
    states, agrees = (user.has_perm(f"accounts.sanction.{verb}") for verb in ("state", "agree"))
    if not (states or agrees):
        return
    own = SanctionOpinion.objects.filter(sanction=OuterRef("pk"), bureau=user.office.bureau)
    wanted = Q(stated_on=None, statement_due_on__gte=today) if states else Q()
    here = Sanction.objects.hearing().filter(
        wanted, Exists(user.scopes.filter(can_act=True, region=OuterRef("county__region")))
    )
    for sanction in here.select_related("county__region").annotate(given=Exists(own), opinion_count=Count("opinions")):
        due = workdays.deadline(sanction.statement_due_on, today)
        if states:
            yield Task(f"陈述申辩：{sanction}", sanction.get_absolute_url(), "监督", due)
        elif sanction.was_heard(today) and not sanction.given:
            yield Task(f"提出意见：{sanction}", sanction.get_absolute_url(), "监督")
        elif sanction.opinion_count == len(DEPARTMENTS) and user.has_perm("accounts.sanction.decide"):
            yield Task(f"作出决定：{sanction}", sanction.get_absolute_url(), "监督")
