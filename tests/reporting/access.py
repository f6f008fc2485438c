"""Who gets what at the desk, of messages and of reports. `w.report` is owed, `w.message` is the clerk's."""

COUNTY_PEOPLE = ("government", "clerk", "finance", "poverty", "liaison")
ABOVE = ("henan_commerce", "henan_finance", "henan_admin", "zhumadian_commerce", "evaluator", "auditor")
STRANGERS = {"neighbour": 404, "contractor": 404, "other_contractor": 404}
EVERYONE = {"anonymous": 302, **dict.fromkeys((*COUNTY_PEOPLE, *ABOVE, *STRANGERS), 200)}


def deed_of(*rightful, status=302):
    others = dict.fromkeys((*COUNTY_PEOPLE, *ABOVE), 403)
    return {"anonymous": 302, **others, **STRANGERS, **dict.fromkeys(rightful, status)}


def nothing(w):
    return []


def report(w):
    return [w.report.pk]


def message(w):
    return [w.message.pk]


ROWS = [
    ("desk", nothing, "GET", {}, EVERYONE),
    ("message-list", nothing, "GET", {}, EVERYONE),
    ("message-read", message, "POST", {}, dict.fromkeys(EVERYONE, 404) | {"anonymous": 302, "clerk": 302}),
    ("message-read-all", nothing, "POST", {}, dict.fromkeys(EVERYONE, 302)),
    ("project-ledger-list", nothing, "GET", {}, EVERYONE),
    ("project-ledger-export", nothing, "GET", {}, EVERYONE),
    (
        "project-ledger-pdf",
        nothing,
        "GET",
        {},
        {"anonymous": 302, **dict.fromkeys(("finance", "henan_finance", "contractor", "neighbour"), 200)},
    ),
    ("report-list", nothing, "GET", {}, EVERYONE),
    (
        "report-detail",
        report,
        "GET",
        {},
        {"anonymous": 302, **dict.fromkeys((*COUNTY_PEOPLE, *ABOVE), 200), **STRANGERS},
    ),
    ("report-fill", report, "GET", {}, deed_of("liaison", status=200)),
    ("report-fill", report, "POST", {"M04": "x"}, deed_of("liaison", status=422)),
    ("report-submit", report, "POST", {}, deed_of("liaison", status=409)),
    ("report-review", report, "POST", {}, deed_of("clerk", status=409)),
    (
        "report-return",
        report,
        "POST",
        {"reason": "x"},
        deed_of("clerk", "zhumadian_commerce", "henan_commerce", status=409),
    ),
    ("report-read", report, "POST", {}, deed_of("zhumadian_commerce", "henan_commerce", status=409)),
]
