"""Who gets what on every page of the money: rows for tests/test_access.py. `w.payment` is paid, not booked yet."""

from funds.models import Posting

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


def figure(w):
    return ["paid"]


# Contractors have no board; a neighbour's people see their own.
OFFICES = {"anonymous": 302, **dict.fromkeys((*COUNTY_PEOPLE, *ABOVE, "neighbour"), 200), "contractor": 404,
           "other_contractor": 404}  # fmt: skip


def recovery(w):
    return [w.recovery.pk]


def recovery_receipt(w):
    return [w.recovery.pk, w.recovery_receipt.pk]


RECOVERED = {"scope": "payment", "ground": "x", "doc_no": "演示〔2020〕1号", "decided_on": "2020-09-01"}
BACK = {"amount": "99999", "paid_on": "2020-09-01", "payer": "x", "voucher_no": "1"}
CONSENTING = ("zhumadian_commerce", "henan_commerce", "henan_finance")


def document(w):
    return [w.appropriation.pk]


def row_of_document(w):
    return [w.appropriation.rows.get().pk]


def receipt(w):
    return [w.receipt.pk]


def reversal(w):
    return ["receipts", w.receipt.pk]


def stock(w):
    return [w.stock.pk]


def matching_fund(w):
    return [w.matching_fund.pk]


def matching_payment(w):
    return [w.matching_payment.pk]


def investment(w):
    return [w.investment.pk]


def project(w):
    return [w.project.pk]


def of_the_county():
    return readers() | {"contractor": 404}


def only(*rightful, status=200):
    """A page without a row of its own: no stranger, only the wrong post."""
    return deed_of(*rightful, status=status) | dict.fromkeys(STRANGERS, 403)


EVERYONE = {"anonymous": 302, **dict.fromkeys((*COUNTY_PEOPLE, *ABOVE, "contractor", *STRANGERS), 200)}
SITE = "https://example.invalid/gongshi/"
BATCHERS = ("government", "clerk", "finance", "neighbour")  # the bureaus of a county that take a step
BATCH = {"anonymous": 302, **dict.fromkeys(("poverty", "liaison", *ABOVE, "contractor", "other_contractor"), 403)}
BATCH |= dict.fromkeys(BATCHERS, 200)
BOOKED = {"booked_on": "2020-10-17", "account_voucher_no": "记-1", "books_separately": "on"}
REQUEST = {
    "amount": "1",
    "vouchers-TOTAL_FORMS": "0",
    "vouchers-INITIAL_FORMS": "0",
    "items-TOTAL_FORMS": "0",
    "items-INITIAL_FORMS": "0",
}


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
    ("payment-request", application, "POST", REQUEST, deed_of("contractor", status=409)),
    ("payment-request", application, "POST", {"amount": "x"}, deed_of("contractor", status=422)),
    ("payment-scans", payment, "GET", {}, deed_of("contractor", status=200)),
    ("payment-scans", payment, "POST", {}, deed_of("contractor", status=409)),
    ("payment-publish", payment, "GET", {}, deed_of("government", status=200)),
    ("payment-publish", payment, "POST", {}, deed_of("government", status=422)),
    ("payment-publish", payment, "POST", {"site_url": SITE}, deed_of("government", status=409)),
    ("payment-bounce", payment, "GET", {}, deed_of("finance", status=200)),
    ("payment-bounce", payment, "POST", {}, deed_of("finance", status=422)),
    ("payment-bounce", payment, "POST", {"reason": "户名不符"}, deed_of("finance", status=409)),
    ("payment-paper", lambda w: [w.payment.pk, "request"], "GET", {}, readers()),
    ("payment-batch", nothing, "GET", {}, BATCH),
    ("payment-batch", nothing, "POST", {"tick": "1"}, BATCH | dict.fromkeys(BATCHERS, 302)),
    ("payments-slow", nothing, "GET", {}, EVERYONE),
    ("payment-commerce", payment, "POST", {}, deed_of("clerk", status=409)),
    ("payment-finance", payment, "POST", {}, deed_of("finance", status=409)),
    ("payment-approve", payment, "GET", {}, deed_of("government")),
    ("payment-approve", payment, "POST", CONFIRMED, deed_of("government", status=409)),
    ("payment-reject", payment, "POST", {"reason": "x"}, deed_of("finance", status=409)),
    ("payment-pay", payment, "GET", {}, deed_of("finance")),
    ("payment-book", payment, "GET", {}, deed_of("contractor", status=200)),
    ("payment-book", payment, "POST", {}, deed_of("contractor", status=422)),
    ("payment-book", payment, "POST", BOOKED, deed_of("contractor")),
    ("payment-pay", payment, "POST", {"voucher_no": "1"} | CONFIRMED, deed_of("finance", status=409)),
    ("receipt-create", county, "GET", {}, deed_of_the_county("finance", "henan_finance", status=200)),
    ("receipt-create", county, "POST", {"amount": "x"}, deed_of_the_county("finance", "henan_finance", status=422)),
    ("money-board", nothing, "GET", {}, OFFICES),
    ("money-county", county, "GET", {}, readers() | {"contractor": 404}),
    ("money-rows", figure, "GET", {}, OFFICES),
    ("money-rows-export", figure, "GET", {}, OFFICES),
    ("ledger-detail", county, "GET", {}, readers() | {"contractor": 404}),
    ("payment-consent", payment, "GET", {}, deed_of(*CONSENTING, status=200)),
    ("payment-consent", payment, "POST", {"words": "x"}, deed_of(*CONSENTING, status=409)),
    ("recovery-list", nothing, "GET", {}, EVERYONE),
    ("recovery-detail", recovery, "GET", {}, readers()),
    ("recovery-paper", recovery, "GET", {}, readers()),
    ("recovery-create", payment, "GET", {}, deed_of("finance", "henan_finance", status=200)),
    (
        "recovery-create",
        payment,
        "POST",
        RECOVERED | {"doc_no": "x"},
        deed_of("finance", "henan_finance", status=409),
    ),
    ("recovery-receive", recovery, "GET", {}, deed_of("finance", status=200)),
    ("recovery-receive", recovery, "POST", BACK, deed_of("finance", status=409)),
    ("recovery-hand-over", recovery, "GET", {}, deed_of("finance", status=200)),
    ("recovery-hand-over", recovery, "POST", BACK, deed_of("finance", status=409)),
    ("recovery-reverse", recovery_receipt, "GET", {}, deed_of("finance", status=200)),
    ("recovery-reverse", recovery_receipt, "POST", {"reason": ""}, deed_of("finance", status=422)),
    ("recovery-close", recovery, "POST", {}, deed_of("henan_finance", status=409)),
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
    ("appropriation-list", nothing, "GET", {}, EVERYONE),
    ("appropriation-create", nothing, "GET", {}, only("henan_finance")),
    ("appropriation-create", nothing, "POST", {"doc_no": "x"}, only("henan_finance", status=422)),
    ("appropriation-template", nothing, "GET", {}, only("henan_finance")),
    ("appropriation-detail", document, "GET", {}, of_the_county()),
    ("appropriation-withdraw", document, "GET", {}, deed_of_the_county("henan_finance", status=200)),
    ("appropriation-withdraw", document, "POST", {}, deed_of_the_county("henan_finance", status=422)),
    ("appropriation-targets", row_of_document, "GET", {}, deed_of_the_county("henan_finance", status=200)),
    ("appropriation-targets", row_of_document, "POST", {}, deed_of_the_county("henan_finance", status=422)),
    ("receipt-list", nothing, "GET", {}, EVERYONE),
    ("receipt-export", nothing, "GET", {}, EVERYONE),
    ("receipt-detail", receipt, "GET", {}, of_the_county()),
    ("booking-reverse", reversal, "GET", {}, deed_of_the_county("finance", "henan_finance", status=200)),
    ("booking-reverse", reversal, "POST", {"reason": "x"}, deed_of_the_county("finance", "henan_finance", status=409)),
    ("stock-list", nothing, "GET", {}, EVERYONE),
    ("stock-create", county, "GET", {}, deed_of_the_county("finance", "henan_finance", status=200)),
    ("stock-create", county, "POST", {"year": "x"}, deed_of_the_county("finance", "henan_finance", status=422)),
    ("stock-return", stock, "GET", {}, deed_of_the_county("henan_finance", status=200)),
    ("stock-return", stock, "POST", {}, deed_of_the_county("henan_finance", status=422)),
    ("county-matching", county, "GET", {}, of_the_county()),
    ("matching-budget", county, "GET", {}, deed_of_the_county("finance", status=200)),
    ("matching-budget", county, "POST", {"amount": "x"}, deed_of_the_county("finance", status=422)),
    ("matching-arrive", matching_fund, "GET", {}, deed_of_the_county("finance", status=200)),
    ("matching-arrive", matching_fund, "POST", {}, deed_of_the_county("finance", status=422)),
    ("matching-request", county, "GET", {}, deed_of_the_county("clerk", status=200)),
    ("matching-request", county, "POST", {"amount": "x"}, deed_of_the_county("clerk", status=422)),
    ("matching-pay", matching_payment, "GET", {}, deed_of("finance", status=200)),
    ("matching-pay", matching_payment, "POST", {"voucher_no": "1"}, deed_of("finance", status=409)),
    ("private-list", project, "GET", {}, readers()),
    ("private-record", project, "GET", {}, deed_of("contractor", status=200)),
    ("private-record", project, "POST", {"amount": "x"}, deed_of("contractor", status=422)),
    ("private-confirm", investment, "GET", {}, deed_of("clerk", status=200)),
    ("private-confirm", investment, "POST", {}, deed_of("clerk", status=422)),
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
