"""Who gets what on every page of this room: rows for tests/test_access.py."""

COUNTY_PEOPLE = ("government", "clerk", "finance", "poverty", "liaison")
ABOVE = ("henan_commerce", "henan_admin", "zhumadian_commerce", "evaluator", "auditor")
STRANGERS = {"neighbour": 404, "contractor": 404, "other_contractor": 404}


def seen_by_officials():
    """A list or page that everybody with the region in scope reads."""
    return {"anonymous": 302, **dict.fromkeys((*COUNTY_PEOPLE, *ABOVE), 200), **STRANGERS}


def deed_of(*rightful, status=302, level_people=()):
    """A deed: 403 for those who see the record but have another job, 404 for strangers."""
    others = dict.fromkeys((*COUNTY_PEOPLE, *ABOVE), 403)
    return {"anonymous": 302, **others, **STRANGERS, **dict.fromkeys(rightful, status)}


def everyone():
    actors = (*COUNTY_PEOPLE, *ABOVE, *STRANGERS)
    return {"anonymous": 302, **dict.fromkeys(actors, 200)}


def nothing(w):
    return []


def county(w):
    return [w.county.pk]


def plan(w):
    return [w.plan.pk]


def review(w):
    """The county commerce bureau's own opinion on the recorded plan."""
    return [w.plan.reviews.get(level="county", bureau="commerce").pk]


def document(w):
    return [w.county.documents.of_kind("leading_group").get().pk]


def filing(w):
    return [w.plan.filings.get().pk]


def provincial(w):
    """The receipt of the provincial commerce department on the recorded plan."""
    return [w.plan.reviews.get(level="province", bureau="commerce").pk]


def paper(w):
    return [w.plan.pk, "F-04"]


FILERS = ("zhumadian_commerce", "government")
DRAFTERS = ("clerk", "finance", "poverty")
ROWS = [
    ("county-list", nothing, "GET", {}, everyone()),
    ("county-detail", county, "GET", {}, seen_by_officials()),
    ("county-edit", county, "GET", {}, deed_of("clerk", "finance", "government", status=200)),
    ("county-edit", county, "POST", {"complaint_email": "x"}, deed_of("clerk", "finance", "government", status=422)),
    ("liaison-appoint", county, "GET", {}, deed_of("clerk", "finance", "government", status=200)),
    ("liaison-appoint", county, "POST", {}, deed_of("clerk", "finance", "government", status=422)),
    ("plan-list", nothing, "GET", {}, everyone()),
    ("plan-begin", county, "POST", {}, deed_of(*DRAFTERS, status=409)),
    ("plan-detail", plan, "GET", {}, seen_by_officials()),
    ("plan-history", plan, "GET", {}, seen_by_officials()),
    ("plan-document", plan, "GET", {}, seen_by_officials()),
    ("plan-edit", plan, "GET", {}, deed_of(*DRAFTERS, status=409)),
    ("plan-edit", plan, "POST", {}, deed_of(*DRAFTERS, status=409)),
    ("plan-send", plan, "POST", {}, deed_of("clerk", status=409)),
    ("plan-approve", plan, "GET", {}, deed_of("government", status=200)),
    ("plan-approve", plan, "POST", {"site_url": "https://a.example/"}, deed_of("government", status=409)),
    ("plan-return", plan, "GET", {}, deed_of("government", status=200)),
    ("plan-return", plan, "POST", {"reason": "补充"}, deed_of("government", status=409)),
    ("plan-publicise", plan, "GET", {}, deed_of("government", status=200)),
    ("plan-publicise", plan, "POST", {"site_url": "https://a.example/"}, deed_of("government", status=409)),
    # The government of a county that is not 省直管 may try: the rule refuses it, with its clause.
    ("plan-file", plan, "GET", {}, deed_of("zhumadian_commerce", "government", status=200)),
    (
        "plan-file",
        plan,
        "POST",
        {"doc_no": "驻商〔2020〕12号"},
        deed_of("zhumadian_commerce", "government", status=409),
    ),
    ("plan-change", plan, "GET", {}, deed_of(*DRAFTERS, status=200)),
    ("plan-change", plan, "POST", {}, deed_of(*DRAFTERS, status=422)),
    ("plan-change", plan, "POST", {"types": ["content"], "reason": "合并"}, deed_of(*DRAFTERS)),
    ("plan-compare", plan, "GET", {}, dict.fromkeys((*COUNTY_PEOPLE, *ABOVE, *STRANGERS), 404) | {"anonymous": 302}),
    ("plan-withdraw", plan, "GET", {}, deed_of("clerk", "government", status=200)),
    ("plan-withdraw", plan, "POST", {"reason": "不办了"}, deed_of("clerk", "government", status=409)),
    ("plan-answers", plan, "GET", {}, deed_of(*DRAFTERS, status=200)),
    ("plan-answers", plan, "POST", {}, deed_of(*DRAFTERS, status=302)),
    ("plan-paper", paper, "GET", {}, seen_by_officials()),
    ("filing-scan", filing, "GET", {}, deed_of("zhumadian_commerce", status=200)),
    ("filing-scan", filing, "POST", {}, deed_of("zhumadian_commerce", status=422)),
    ("review-receipt", provincial, "GET", {}, seen_by_officials()),
    ("review-reject", provincial, "GET", {}, deed_of("henan_commerce", status=200)),
    ("review-reject", provincial, "POST", {"opinion": "不认可"}, deed_of("henan_commerce", status=409)),
    ("county-file", county, "GET", {}, seen_by_officials()),
    ("liaison-paper", county, "GET", {}, deed_of("clerk", "finance", "government", status=200)),
    ("document-list", county, "GET", {}, seen_by_officials()),
    ("document-new", county, "GET", {}, deed_of("clerk", "finance", "government", status=200)),
    ("document-new", county, "POST", {}, deed_of("clerk", "finance", "government", status=422)),
    ("document-publish", document, "GET", {}, deed_of("clerk", "finance", "government", status=200)),
    (
        "document-publish",
        document,
        "POST",
        {"site_url": "https://a.example/"},
        deed_of("clerk", "finance", "government"),
    ),
    ("review-agree", review, "POST", {}, deed_of("clerk", status=409)),
    ("review-return", review, "GET", {}, deed_of("clerk", status=200)),
    ("review-return", review, "POST", {"opinion": "退"}, deed_of("clerk", status=409)),
]
