"""Who gets what on every page of this room: rows for tests/test_access.py."""

from tests.counties.access import deed_of, everyone, nothing, seen_by_officials


def notice(w):
    return [w.notice.pk]


def objection(w):
    return [w.objection.pk]


ROWS = [
    ("notice-list", nothing, "GET", {}, everyone()),
    ("notice-detail", notice, "GET", {}, seen_by_officials()),
    ("notice-snapshot", notice, "GET", {}, deed_of("government", status=200)),
    ("notice-snapshot", notice, "POST", {}, deed_of("government", status=422)),
    ("objection-answer", objection, "GET", {}, deed_of("government", status=200)),
    ("objection-answer", objection, "POST", {"reply": "x"}, deed_of("government", status=422)),
]
