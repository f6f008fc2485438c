"""Who gets what on every page of this room: rows for tests/test_access.py."""

from tests.counties.access import everyone
from tests.projects.access import SITE, deed, nothing, seen

CONCLUSION = {"conclusion": "passed", "findings": "现场查验", "approved_amount": "1"}


def application(w):
    return [w.application.pk]


def stage(w):
    return [w.stage.pk]


def delivery(w):
    return [w.delivery.pk]


def evidence(w):
    w.application.evidence.add(w.attachment)
    return [w.application.pk, w.attachment.pk]


ROWS = [
    ("application-list", nothing, "GET", {}, everyone()),
    ("application-detail", application, "GET", {}, seen()),
    ("application-file", evidence, "GET", {}, seen()),
    ("application-create", stage, "GET", {}, deed("contractor", status=200)),
    ("application-create", stage, "POST", {}, deed("contractor", status=422)),
    ("application-create", stage, "POST", {"statement": "已完成"}, deed("contractor", status=409)),
    ("application-edit", application, "GET", {}, deed("contractor", status=409)),
    ("application-edit", application, "POST", {}, deed("contractor", status=409)),
    ("application-submit", application, "POST", {}, deed("contractor", status=409)),
    ("application-withdraw", application, "GET", {}, deed("contractor", status=200)),
    ("application-withdraw", application, "POST", {}, deed("contractor", status=422)),
    ("application-withdraw", application, "POST", {"reason": "材料有误"}, deed("contractor", status=409)),
    ("application-correct", application, "GET", {}, deed("clerk", status=200)),
    ("application-correct", application, "POST", {"reason": "补充"}, deed("clerk", status=409)),
    ("application-receive", application, "POST", {}, deed("clerk", status=409)),
    ("application-inspect", application, "GET", {}, deed("government", status=200)),
    ("application-inspect", application, "POST", {}, deed("government", status=422)),
    ("application-conclude", application, "GET", {}, deed("government", status=200)),
    ("application-conclude", application, "POST", {}, deed("government", status=422)),
    ("application-conclude", application, "POST", CONCLUSION, deed("government", status=409)),
    ("application-deliver", application, "POST", {}, deed("government", status=409)),
    ("application-publicise", application, "GET", {}, deed("government", status=200)),
    ("application-publicise", application, "POST", SITE, deed("government", status=409)),
    ("delivery-acknowledge", delivery, "POST", {}, deed("zhumadian_commerce", "zhumadian_finance", status=302)),
]
