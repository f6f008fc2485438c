"""Who may reach the doors of the ground floor."""

from portal.models import Unmasking

SIGNED_IN = [
    "henan_commerce",
    "zhumadian_commerce",
    "government",
    "clerk",
    "liaison",
    "contractor",
    "evaluator",
    "auditor",
]
KEEPER_ONLY = {"anonymous": 302, "clerk": 403, "henan_commerce": 403, "contractor": 403, "auditor": 403}


def unmasking(w):
    return [Unmasking.make(w.project, ["学员名册"], by=w.cast.contractor, reason="核对", is_export=True).pk]


ROWS = [
    (
        "unmasking-detail",
        unmasking,
        "get",
        None,
        {"anonymous": 302, "contractor": 200, "clerk": 404, "henan_commerce": 404, "auditor": 404},
    ),
    ("healthz", lambda w: [], "get", None, {"anonymous": 200, "clerk": 200}),
    ("gallery", lambda w: [], "get", None, {"anonymous": 302, **dict.fromkeys(SIGNED_IN, 200)}),
    ("clock", lambda w: [], "get", None, {**KEEPER_ONLY, "henan_admin": 200}),
    ("clock-set", lambda w: [], "post", {"to": "2019-01-01"}, {**KEEPER_ONLY, "henan_admin": 422}),
    ("clock-set", lambda w: [], "get", None, {"anonymous": 302, "henan_admin": 405}),
    (
        "file",
        lambda w: [w.attachment.pk],
        "get",
        None,
        {
            "anonymous": 302,
            "clerk": 200,
            "zhumadian_commerce": 200,
            "henan_commerce": 200,
            "auditor": 200,
            "neighbour": 404,
            "contractor": 404,
            "other_contractor": 404,
        },
    ),
]
