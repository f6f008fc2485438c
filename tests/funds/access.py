"""Who gets what on every page of the money: rows for tests/test_access.py. `w.payment` is paid, not booked yet."""

from funds.models import Posting

COUNTY_PEOPLE = ("government", "clerk", "finance", "poverty", "liaison")
ABOVE = ("henan_commerce", "henan_finance", "henan_admin", "zhumadian_commerce", "evaluator", "auditor")
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


def nothing(w):
    return []


def payment(w):
    return [w.payment.pk]


def application(w):
    return [w.application.pk]


def county(w):
    return [w.county.pk]


def agreement(w):
    return [w.agreement.pk]


def posting(w):
    return [Posting.of(w.payment).pk]


EVERYONE = {"anonymous": 302, **dict.fromkeys((*COUNTY_PEOPLE, *ABOVE, "contractor", *STRANGERS), 200)}
ON_PAPER = {"anonymous": 302, **dict.fromkeys(("finance", "zhumadian_commerce", "auditor", "contractor"), 200)}
# A payment already made: the office whose job the step is gets 409, not a second effect.
ROWS = [
    ("payment-list", nothing, "GET", {}, EVERYONE),
    ("payment-detail", payment, "GET", {}, readers()),
    ("payment-request", application, "GET", {}, deed_of("contractor", status=200)),
    ("payment-request", application, "POST", {"amount": "1"}, deed_of("contractor", status=409)),
    ("payment-commerce", payment, "POST", {}, deed_of("clerk", status=409)),
    ("payment-finance", payment, "POST", {}, deed_of("finance", status=409)),
    ("payment-approve", payment, "POST", {}, deed_of("government", status=409)),
    ("payment-reject", payment, "POST", {"reason": "x"}, deed_of("finance", status=409)),
    ("payment-pay", payment, "GET", {}, deed_of("finance")),
    ("payment-pay", payment, "POST", {"voucher_no": "1"}, deed_of("finance", status=409)),
    ("payment-book", payment, "POST", {}, deed_of("contractor")),
    ("receipt-create", county, "GET", {}, deed_of_the_county("finance", "henan_finance", status=200)),
    ("receipt-create", county, "POST", {"amount": "x"}, deed_of_the_county("finance", "henan_finance", status=422)),
    ("ledger-detail", county, "GET", {}, readers() | {"contractor": 404}),
    ("trial-balance-list", nothing, "GET", {}, EVERYONE),
    ("trial-balance-file", lambda w: ["xlsx"], "GET", {}, EVERYONE),
    ("trial-balance-file", lambda w: ["pdf"], "GET", {}, ON_PAPER),
    ("statement-detail", county, "GET", {}, readers() | {"contractor": 404}),
    ("statement-file", lambda w: [w.county.pk, "xlsx"], "GET", {}, readers() | {"contractor": 404}),
    ("statement-file", lambda w: [w.county.pk, "pdf"], "GET", {}, ON_PAPER | STRANGERS | {"contractor": 404}),
    ("agreement-statement", agreement, "GET", {}, readers()),
    ("agreement-statement-file", lambda w: [w.agreement.pk, "xlsx"], "GET", {}, readers()),
    ("agreement-statement-file", lambda w: [w.agreement.pk, "pdf"], "GET", {}, ON_PAPER | STRANGERS),
    ("posting-detail", posting, "GET", {}, readers() | {"contractor": 404}),
    ("fund-register-list", nothing, "GET", {}, EVERYONE),
    ("fund-register-file", lambda w: ["xlsx"], "GET", {}, EVERYONE),
    ("fund-register-file", lambda w: ["pdf"], "GET", {}, ON_PAPER),
]
