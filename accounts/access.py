"""The doors: `visible_to` (on each QuerySet) is the only door to rows, `must` the only door to deeds.

Not yours → 404 (the row is not in `visible_to`). Yours but not your job → 403 (`must`). Your job but against policy →
409 with the clauses (`Refused`).
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef

from accounts.models import Scope


def may(user, verb, place) -> bool:
    """`place` is whatever can admit a person: a Region (by office) or a Contractor (by membership)."""
    return user.has_perm(f"accounts.{verb}") and place.admits(user)


def deeds_for(user, wanted, places) -> set[str]:
    """Of `wanted` (possible now, deed, verb, name of the place), the deeds that this person may do; each place of
    `places` (name → Region or Contractor) is asked once, however many deeds a page offers."""
    asked = {}
    for possible, deed, verb, where in wanted:
        if possible and user.has_perm(f"accounts.{verb}"):
            asked.setdefault(where, set()).add(deed)
    return {deed for where, deeds in asked.items() if places[where].admits(user) for deed in deeds}


def must(user, verb, place):
    if not may(user, verb, place):
        raise PermissionDenied(f"您的岗位没有“{verb}”权限，或不在您的管辖范围内")


def in_scope(user, path="region"):
    """Condition for a list: the row's region (reached by `path`) is one that the user may see."""
    return Exists(Scope.objects.filter(user=user, region=OuterRef(path)))


def is_office(user) -> bool:
    """Of an office of the state, not of a contractor."""
    return bool(user.office_id) and user.office.level != user.office.Level.CONTRACTOR


def own_region(user):
    """The region of the person's office: what a clerk registers, the clerk registers there."""
    if not user.office_id:
        raise PermissionDenied("您的账号没有所属单位")
    return user.office.region


def may_at_home(user, verb) -> bool:
    return bool(user.office_id) and may(user, verb, user.office.region)
