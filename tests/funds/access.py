"""Who gets what on every page of the money: rows for tests/test_access.py. `w.payment` is paid, not booked yet."""

COUNTY_PEOPLE = ("government", "clerk", "finance", "poverty", "liaison")
ABOVE = ("henan_commerce", "henan_finance", "henan_admin", "zhumadian_commerce", "evaluator", "auditor")
FREEZING = ("government", "finance", "zhumadian_commerce", "henan_commerce", "henan_finance")
REPORTING = (*FREEZING, "clerk", "auditor")
CONFIRMED = {"password_again": "demo-2020"}
STRANGERS = {"neighbour": 404, "other_contractor": 404}


def deed_of(*rightful, status=302):
    """A deed on a payment: 403 for those who see it but have another job, 404 for strangers."""
    others = dict.fromkeys((*COUNTY_PEOPLE, *ABOVE, "contractor"), 403)
    return {"anonymous": 302, **others, **STRANGERS, **dict.fromkeys(rightful, status)}


def deed_of_the_county(*rightful, status=302):
    """The same on a county: its contractors see nothing of it."""
    return deed_of(*rightful, status=status) | {"contractor": 404}


def readers():
    return {"anonymous": 302, **dict.fromkeys((*COUNTY_PEOPLE, *ABOVE, "contractor"), 200), **STRANGERS}


def freeze(w):
    return [w.freeze.pk]


def limit(w):
    return [w.limit.pk]


def breach(w):
    return [w.breach.pk]


def nothing(w):
    return []


def payment(w):
    return [w.payment.pk]


def application(w):
    return [w.application.pk]


def county(w):
    return [w.county.pk]


EVERYONE = {"anonymous": 302, **dict.fromkeys((*COUNTY_PEOPLE, *ABOVE, "contractor", *STRANGERS), 200)}
# A payment already made: the office whose job the step is gets 409, not a second effect.
ROWS = [
    ("payment-list", nothing, "GET", {}, EVERYONE),
    ("payment-detail", payment, "GET", {}, readers()),
    ("payment-request", application, "GET", {}, deed_of("contractor", status=200)),
    ("payment-request", application, "POST", {"amount": "1"}, deed_of("contractor", status=409)),
    ("payment-commerce", payment, "POST", {}, deed_of("clerk", status=409)),
    ("payment-finance", payment, "POST", {}, deed_of("finance", status=409)),
    ("payment-approve", payment, "GET", {}, deed_of("government")),
    ("payment-approve", payment, "POST", CONFIRMED, deed_of("government", status=409)),
    ("payment-reject", payment, "POST", {"reason": "x"}, deed_of("finance", status=409)),
    ("payment-pay", payment, "GET", {}, deed_of("finance")),
    ("payment-pay", payment, "POST", {"voucher_no": "1"} | CONFIRMED, deed_of("finance", status=409)),
    ("payment-book", payment, "POST", {}, deed_of("contractor")),
    ("receipt-create", county, "GET", {}, deed_of_the_county("finance", "henan_finance", status=200)),
    ("receipt-create", county, "POST", {"amount": "x"}, deed_of_the_county("finance", "henan_finance", status=422)),
    ("ledger-detail", county, "GET", {}, readers() | {"contractor": 404}),
    ("freeze-list", county, "GET", {}, readers() | {"contractor": 404}),
    ("freeze-place", county, "GET", {}, deed_of_the_county(*FREEZING, status=200)),
    ("freeze-place", county, "POST", {"reason": ""}, deed_of_the_county(*FREEZING, status=422)),
    ("freeze-lift", freeze, "GET", {}, deed_of(*FREEZING, status=200)),
    ("freeze-lift", freeze, "POST", {"reason": ""}, deed_of(*FREEZING, status=422)),
    ("approval-limits", county, "GET", {}, readers() | {"contractor": 404}),
    ("approval-limit-propose", county, "GET", {}, deed_of_the_county("government", "finance", status=200)),
    ("approval-limit-propose", county, "POST", {"why": ""}, deed_of_the_county("government", "finance", status=422)),
    ("approval-limit-agree", limit, "GET", {}, deed_of_the_county("government", "finance", status=200)),
    ("approval-limit-agree", limit, "POST", {}, deed_of_the_county("government", "finance", status=422)),
    ("approval-limit-decline", limit, "GET", {}, deed_of_the_county("government", "finance", status=200)),
    ("approval-limit-decline", limit, "POST", {"reason": ""}, deed_of_the_county("government", "finance", status=422)),
    ("breach-list", nothing, "GET", {}, EVERYONE),
    ("breach-export", nothing, "GET", {}, EVERYONE),
    ("breach-detail", breach, "GET", {}, readers() | {"contractor": 404}),
    ("breach-create", county, "GET", {}, deed_of_the_county(*REPORTING, status=200)),
    ("breach-create", county, "POST", {"why": ""}, deed_of_the_county(*REPORTING, status=422)),
    ("breach-correct", breach, "GET", {}, deed_of_the_county(*REPORTING, status=200)),
    ("breach-correct", breach, "POST", {"why": ""}, deed_of_the_county(*REPORTING, status=422)),
]
