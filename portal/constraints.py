"""The clerk's words for what the database refuses: constraints carry them in their declaration, triggers say them."""

from functools import cache

from django.apps import apps
from psycopg2 import errorcodes

RAISED_BY_TRIGGER = errorcodes.CHECK_VIOLATION


@cache
def _words():
    return {
        constraint.name: constraint.violation_error_message
        for model in apps.get_models()
        for constraint in model._meta.constraints
    }


def words_of(error) -> str:
    """What an IntegrityError means, in Chinese; empty when it is a defect of ours and not a refusal."""
    cause = error.__cause__
    diagnosis = getattr(cause, "diag", None)
    if diagnosis is None:
        return ""
    if diagnosis.constraint_name:
        words = _words().get(diagnosis.constraint_name, "")
        return "" if words.startswith("Constraint “") or "%(name)s" in words else words
    return diagnosis.message_primary if cause.pgcode == RAISED_BY_TRIGGER else ""
