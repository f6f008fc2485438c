"""Signing in is everybody's; who is signed in already is sent to the desk."""

ROWS = [
    ("sign-in", lambda w: [], "get", None, {"anonymous": 200, "clerk": 302}),
    ("sign-out", lambda w: [], "post", None, {"anonymous": 302, "clerk": 302}),
]
