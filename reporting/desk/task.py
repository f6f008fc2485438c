"""One matter on somebody's desk, and what every question asks of a person."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Subquery

from portal import workdays
from portal.models import Event
from portal.workdays import Deadline


@dataclass(frozen=True)
class Task:
    """One matter on somebody's desk: what to do, where, until when, since when."""

    title: str
    url: str
    kind: str
    due: Deadline | None = None
    since: datetime | None = None


def can(user, verb):
    return user.has_perm(f"accounts.{verb}")


def steps_of(user, steps):
    """Of `status → (verb, …)`, the statuses whose next step is this person's."""
    return {status: step for status, step in steps.items() if can(user, step[0])}


def acting(user, path):
    """Condition: an office of this person acts in the region reached by `path`."""
    return Exists(user.scopes.filter(can_act=True, region=OuterRef(path)))


def since(model, ref="pk"):
    """The moment of the last move of the row: since then it waits."""
    kind = ContentType.objects.get_for_model(model)
    about = Event.objects.filter(content_type=kind, object_id=OuterRef(ref)).exclude(target="")
    return Subquery(about.order_by("-pk").values("at")[:1])


def due_by(on, today):
    return workdays.deadline(on, today) if on else None
