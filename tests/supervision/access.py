"""Who gets what on every page of supervision: rows for tests/test_access.py. `w.sanction` was dismissed."""

from tests.counties.access import deed_of, everyone, nothing, seen_by_officials

FINANCE = {"henan_finance": 403}  # sees the county, has another job


def sanction(w):
    return [w.sanction.pk]


def county(w):
    return [w.county.pk]


def paper(w):
    return [w.sanction.pk, "decision"]


def deed(*rightful, status):
    return deed_of() | FINANCE | dict.fromkeys(rightful, status)


ROWS = [
    ("sanction-list", nothing, "GET", {}, everyone()),
    ("sanction-detail", sanction, "GET", {}, seen_by_officials() | {"henan_finance": 200}),
    ("sanction-paper", paper, "GET", {}, seen_by_officials() | {"henan_finance": 200}),
    ("sanction-create", county, "GET", {}, deed("henan_commerce", "henan_finance", status=200)),
    ("sanction-create", county, "POST", {"ground": "x"}, deed("henan_commerce", "henan_finance", status=422)),
    ("sanction-state", sanction, "GET", {}, deed("government", status=200)),
    ("sanction-state", sanction, "POST", {"statement": "x"}, deed("government", status=409)),
    ("sanction-opinion", sanction, "GET", {}, deed("henan_commerce", "henan_finance", status=200)),
    (
        "sanction-opinion",
        sanction,
        "POST",
        {"agrees": "yes"},
        deed("henan_commerce", "henan_finance", status=409),
    ),
    ("sanction-decide", sanction, "GET", {}, deed("henan_commerce", status=200)),
    ("sanction-decide", sanction, "POST", {"doc_no": ""}, deed("henan_commerce", status=422)),
    ("sanction-dismiss", sanction, "GET", {}, deed("henan_commerce", status=200)),
    ("sanction-dismiss", sanction, "POST", {"reason": "x"}, deed("henan_commerce", status=409)),
    ("sanction-transfer", sanction, "GET", {}, deed("henan_commerce", status=200)),
    (
        "sanction-transfer",
        sanction,
        "POST",
        {"transferred_to": "x", "transferred_on": "2020-09-01", "transfer_doc_no": "x"},
        deed("henan_commerce", status=409),
    ),
    ("county-rectify", county, "GET", {}, deed("henan_commerce", status=200)),
    ("county-rectify", county, "POST", {"until": "2020-09-01", "reason": "x"}, deed("henan_commerce", status=409)),
    ("county-rectified", county, "GET", {}, deed("henan_commerce", status=200)),
    ("county-rectified", county, "POST", {"reason": "x"}, deed("henan_commerce", status=409)),
]
