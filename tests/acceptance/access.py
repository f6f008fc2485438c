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


def member(w):
    return [w.application.pk, w.application.panel.first().pk]


def paper(form):
    return lambda w: [w.application.pk, form]


def at_home(status):
    """What county government, county commerce and the province draw up in their own place."""
    rightful = ("government", "clerk", "neighbour", "henan_commerce")
    return dict.fromkeys(everyone(), 403) | {"anonymous": 302} | dict.fromkeys(rightful, status)


FOUND = {"met_1": "yes", "remark_1": "一致", "not_applicable_4": "on"}
TEMPLATE = {
    "basis": "县验收办法（演示）",
    "items-TOTAL_FORMS": "1",
    "items-INITIAL_FORMS": "0",
    "items-0-title": "面积",
    "items-0-standard": "不小于 100 平方米",
    "items-0-kind": "number",
    "items-0-minimum": "100",
}
MEMBER = {"name": "演示丁", "organisation": "县审计局", "duty": "成员", "reason": "原成员回避"}

ROWS = [
    ("checklist-list", nothing, "GET", {}, everyone()),
    ("checklist-new", nothing, "GET", {}, at_home(200)),
    ("checklist-new", nothing, "POST", {}, at_home(422)),
    ("checklist-new", nothing, "POST", TEMPLATE, at_home(302)),
    ("application-checklist", application, "GET", {}, deed("government", status=409)),
    ("application-checklist", application, "POST", FOUND, deed("government", status=409)),
    ("application-rectify", application, "GET", {}, deed("contractor", status=409)),
    ("application-rectify", application, "POST", {"text": "已整改"}, deed("contractor", status=409)),
    ("panel-change", member, "GET", {}, deed("government", status=409)),
    ("panel-change", member, "POST", MEMBER, deed("government", status=409)),
    ("panel-sign", member, "POST", {}, deed("government", status=302)),
    ("application-paper", paper("F-12"), "GET", {}, seen()),
    ("application-paper", paper("F-13"), "GET", {}, seen()),
    ("application-paper", paper("F-14"), "GET", {}, seen()),
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
