"""The public pages: the same for everybody, signed in or not."""

from tests.conftest import ACTORS

EVERYONE = ("anonymous", *ACTORS)


def answers(status):
    return dict.fromkeys(EVERYONE, status)


def nothing(w):
    return []


def county(w):
    return [w.county.region.code]


def public_file(w):
    return [w.attachment.pk]


def complaint(w):
    return [w.complaint.pk]


ROWS = [
    ("home", nothing, "GET", {}, answers(200)),
    ("public-county", county, "GET", {}, answers(200)),
    ("public-matching", county, "GET", {}, answers(200)),
    ("public-plan", lambda w: [w.county.region.code, w.plan.version], "GET", {}, answers(200)),
    ("public-project", lambda w: [w.county.region.code, w.project.no], "GET", {}, answers(200)),
    ("public-notice-list", nothing, "GET", {}, answers(200)),
    ("public-notice", lambda w: [w.notice.pk], "GET", {}, answers(200)),
    ("public-round-list", nothing, "GET", {}, answers(200)),
    ("public-round", lambda w: [w.round.pk], "GET", {}, answers(200)),
    ("public-payment-list", nothing, "GET", {}, answers(200)),
    ("public-file", public_file, "GET", {}, answers(200)),
    ("objection-create", lambda w: [w.running_notice.pk], "GET", {}, answers(200)),
    ("objection-create", lambda w: [w.running_notice.pk], "POST", {}, answers(422)),
    ("objection-receipt", lambda w: [w.objection.receipt_no], "GET", {}, answers(200)),
    ("objection-lookup", nothing, "GET", {}, answers(200)),
    ("complaint-create", nothing, "GET", {}, answers(200)),
    ("complaint-create", nothing, "POST", {}, answers(422)),
    ("complaint-receipt", lambda w: [w.complaint.receipt_no], "GET", {}, answers(200)),
    ("complaint-list", nothing, "GET", {}, answers(200) | {"anonymous": 302}),
    ("complaint-detail", complaint, "GET", {}, answers(404) | {"anonymous": 302, "henan_commerce": 200}),
    ("complaint-answer", complaint, "GET", {}, answers(404) | {"anonymous": 302, "henan_commerce": 200}),
    ("complaint-answer", complaint, "POST", {}, answers(404) | {"anonymous": 302, "henan_commerce": 422}),
    ("rule-list", nothing, "GET", {}, answers(200)),
]
