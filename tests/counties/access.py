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


def chapter(w):
    return [w.plan.pk, "brand"]


def review(w):
    """The county commerce bureau's own opinion on the recorded plan."""
    return [w.plan.reviews.get(level="county", bureau="commerce").pk]


def of(name):
    """The record of the world under this name."""
    return lambda w: [getattr(w, name).pk]


def province_deed(*rightful, status):
    """The round is read by every office; its deeds are the province's. Contractors do not see it."""
    row = deed_of(*rightful, status=status)
    offices = dict.fromkeys(("neighbour", "henan_finance", "zhumadian_finance"), 403)
    return row | offices | dict.fromkeys(rightful, status)


def round_readers():
    return seen_by_officials() | {"neighbour": 200, "henan_finance": 200}


def city_deed(*rightful, status):
    """What belongs to the city: the county itself does not see it."""
    unseen = dict.fromkeys((*COUNTY_PEOPLE, *STRANGERS), 404)
    above = dict.fromkeys((*ABOVE, "zhumadian_finance"), 403)
    return {"anonymous": 302, **unseen, **above, **dict.fromkeys(rightful, status)}


CITY_READERS = {actor: 200 if status == 403 else status for actor, status in city_deed(status=200).items()}
APPLICANTS = ("clerk", "government", "poverty")
BOTH = ("zhumadian_commerce", "zhumadian_finance")
ROUND_ROWS = [
    ("batch-list", nothing, "GET", {}, everyone()),
    ("batch-detail", of("batch"), "GET", {}, round_readers()),
    ("batch-edit", of("batch"), "GET", {}, province_deed("henan_commerce", status=200)),
    ("batch-edit", of("batch"), "POST", {}, province_deed("henan_commerce", status=422)),
    ("batch-copy", of("batch"), "GET", {}, province_deed("henan_commerce", status=200)),
    ("batch-copy", of("batch"), "POST", {}, province_deed("henan_commerce", status=422)),
    ("round-begin", of("batch"), "GET", {}, province_deed("henan_commerce", status=200)),
    ("round-begin", of("batch"), "POST", {}, province_deed("henan_commerce", status=422)),
    ("round-list", nothing, "GET", {}, everyone()),
    ("round-detail", of("round"), "GET", {}, round_readers()),
    ("round-edit", of("round"), "GET", {}, province_deed("henan_commerce", status=200)),
    ("round-edit", of("round"), "POST", {}, province_deed("henan_commerce", status=422)),
    ("round-open", of("round"), "POST", {}, province_deed("henan_commerce", status=409)),
    ("round-close", of("round"), "POST", {}, province_deed("henan_commerce", status=409)),
    ("round-include", of("round"), "GET", {}, province_deed("henan_commerce", status=200)),
    ("round-include", of("round"), "POST", {}, province_deed("henan_commerce", status=422)),
    ("round-ranking", of("round"), "GET", {}, province_deed("henan_commerce", "henan_finance", status=200)),
    ("round-ranking", of("round"), "POST", {}, province_deed("henan_commerce", status=422) | {"henan_finance": 422}),
    ("round-pack", of("round"), "GET", {}, province_deed("henan_commerce", status=200)),
    ("round-pack", of("round"), "POST", {}, province_deed("henan_commerce", status=409)),
    ("round-send", of("round"), "POST", {}, province_deed("henan_commerce", status=409)),
    ("round-publicise", of("round"), "GET", {}, province_deed("henan_commerce", status=200)),
    ("round-publicise", of("round"), "POST", {}, province_deed("henan_commerce", status=422)),
    ("round-decide", of("round"), "POST", {}, province_deed("henan_commerce", "henan_finance", status=409)),
    ("round-designate", of("round"), "GET", {}, province_deed("henan_commerce", status=200)),
    ("round-designate", of("round"), "POST", {}, province_deed("henan_commerce", status=422)),
    ("round-document", of("round"), "GET", {}, province_deed("henan_commerce", "henan_finance", status=200)),
    ("round-city", lambda w: [w.round.pk, "411700"], "GET", {}, CITY_READERS),
    (
        "county-application-begin",
        of("round"),
        "POST",
        {},
        # those at home in a county try; 确山 has applied already, 淅川 may still begin
        province_deed(status=403) | dict.fromkeys(APPLICANTS, 409) | {"neighbour": 302},
    ),
    ("recommendation-begin", of("round"), "POST", {}, province_deed("zhumadian_commerce", status=409)),
    ("county-application-detail", of("county_application"), "GET", {}, seen_by_officials()),
    ("county-application-document", of("county_application"), "GET", {}, seen_by_officials()),
    (
        "county-application-certificate",
        lambda w: [w.county_application.pk, "funds"],
        "GET",
        {},
        seen_by_officials(),
    ),
    # It was sent to the city: locked (C-401).
    ("county-application-edit", of("county_application"), "GET", {}, deed_of(*APPLICANTS, status=409)),
    (
        "county-application-section",
        lambda w: [w.county_application.pk, "facts"],
        "GET",
        {},
        deed_of(*APPLICANTS, status=409),
    ),
    ("county-application-targets", of("county_application"), "GET", {}, deed_of(*APPLICANTS, status=409)),
    ("county-application-funds", of("county_application"), "GET", {}, deed_of("finance", status=409)),
    ("county-application-acceptance", of("county_application"), "GET", {}, deed_of("clerk", status=409)),
    ("county-application-submit", of("county_application"), "POST", {}, deed_of("government", status=409)),
    ("county-application-accept", of("county_application"), "POST", {}, deed_of("henan_commerce", status=409)),
    ("county-application-decline", of("county_application"), "GET", {}, deed_of("henan_commerce", status=200)),
    ("county-application-decline", of("county_application"), "POST", {}, deed_of("henan_commerce", status=422)),
    (
        "county-application-score",
        of("county_application"),
        "GET",
        {},
        deed_of("henan_commerce", "henan_finance", status=200),
    ),
    (
        "county-application-score",
        of("county_application"),
        "POST",
        {},
        deed_of("henan_commerce", "henan_finance", status=422),
    ),
    ("opinion-agree", of("opinion"), "POST", {}, deed_of("zhumadian_commerce") | {"zhumadian_finance": 403}),
    (
        "opinion-return",
        of("opinion"),
        "POST",
        {"opinion": "补充"},
        deed_of("zhumadian_commerce") | {"zhumadian_finance": 403},
    ),
    ("recommendation-detail", of("recommendation"), "GET", {}, CITY_READERS),
    ("recommendation-document", of("recommendation"), "GET", {}, CITY_READERS),
    ("recommendation-edit", of("recommendation"), "GET", {}, city_deed("zhumadian_commerce", status=200)),
    ("recommendation-edit", of("recommendation"), "POST", {}, city_deed("zhumadian_commerce", status=302)),
    ("recommendation-sign", of("recommendation"), "POST", {}, city_deed(*BOTH, status=409)),
    ("recommendation-file", of("recommendation"), "POST", {}, city_deed("zhumadian_commerce", status=409)),
]


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
    ("county-allot", county, "GET", {}, deed_of("henan_finance", status=200)),
    ("county-allot", county, "POST", {}, deed_of("henan_finance", status=422)),
    ("liaison-appoint", county, "GET", {}, deed_of("clerk", "finance", "government", status=200)),
    ("liaison-appoint", county, "POST", {}, deed_of("clerk", "finance", "government", status=422)),
    ("plan-list", nothing, "GET", {}, everyone()),
    ("plan-begin", county, "POST", {}, deed_of(*DRAFTERS, status=409)),
    ("plan-detail", plan, "GET", {}, seen_by_officials()),
    ("plan-history", plan, "GET", {}, seen_by_officials()),
    ("plan-document", plan, "GET", {}, seen_by_officials()),
    ("plan-edit", plan, "GET", {}, deed_of(*DRAFTERS, status=409)),
    ("plan-edit", plan, "POST", {}, deed_of(*DRAFTERS, status=409)),
    ("plan-chapter", chapter, "GET", {}, deed_of(*DRAFTERS, status=409)),
    ("plan-chapter", chapter, "POST", {"text": "改"}, deed_of(*DRAFTERS, status=409)),
    ("plan-targets", plan, "GET", {}, deed_of(*DRAFTERS, status=409)),
    ("plan-targets", plan, "POST", {}, deed_of(*DRAFTERS, status=409)),
    ("plan-lines", plan, "GET", {}, deed_of(*DRAFTERS, status=409)),
    ("plan-lines", plan, "POST", {}, deed_of(*DRAFTERS, status=409)),
    ("plan-lines-paste", plan, "GET", {}, deed_of(*DRAFTERS, status=409)),
    ("plan-lines-paste", plan, "POST", {"block": "x"}, deed_of(*DRAFTERS, status=409)),
    ("plan-lines-import", plan, "GET", {}, deed_of(*DRAFTERS, status=409)),
    ("plan-lines-import", plan, "POST", {}, deed_of(*DRAFTERS, status=409)),
    ("plan-lines-export", plan, "GET", {}, seen_by_officials()),
    ("plan-lines-template", plan, "GET", {}, seen_by_officials()),
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
    ("plan-answers", plan, "GET", {}, deed_of(*DRAFTERS, status=409)),
    ("plan-answers", plan, "POST", {}, deed_of(*DRAFTERS, status=409)),
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
ROWS += ROUND_ROWS
