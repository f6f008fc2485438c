"""How often one address may knock. A courtesy limit in the cache: losing it loses no record."""

from django.core.cache import cache

HOUR = 3600
OBJECTIONS_AN_HOUR = 5
LOOKUPS_AN_HOUR = 20


def too_many(request, what, limit) -> bool:
    """Count this one; more than `limit` in the hour since the first?"""
    key = f"limit:{what}:{request.META.get('REMOTE_ADDR', '')}"
    if cache.add(key, 1, HOUR):
        return False
    try:
        return cache.incr(key) > limit
    except ValueError:  # the hour ended between the two questions
        return False
