"""Who may reach the doors of the ground floor."""

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

ROWS = [
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
