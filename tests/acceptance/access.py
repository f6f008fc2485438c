"""Who gets what on every page of this room: rows for tests/test_access.py."""

from acceptance.models import OnSitePhoto
from portal import clock
from tests.counties.access import deed_of, everyone, seen_by_officials
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


def spotcheck(w):
    return [w.spotcheck.pk]


def spotcheck_item(w):
    return [w.spotcheck_item.pk]


def spotcheck_photo(w):
    w.spotcheck_item.photos.add(w.attachment)
    return [w.spotcheck_item.pk, w.attachment.pk]


CITY = ("zhumadian_commerce", "zhumadian_finance")


def checked():
    """An open draw of the city: offices in scope read it, contractors do not."""
    return seen_by_officials() | dict.fromkeys(CITY, 200)


def checkers(status):
    return deed_of(*CITY, status=status)


def drawing(status):
    offices = ("henan_commerce", "henan_finance", "zhumadian_commerce", "zhumadian_finance")
    return dict.fromkeys(everyone(), 403) | {"anonymous": 302} | dict.fromkeys(offices, status)


def panel_photo(w):
    _photo(w, application=w.application)
    return [w.application.pk, w.attachment.pk]


def item_photo(w):
    _photo(w, item=w.spotcheck_item)
    return [w.spotcheck_item.pk, w.attachment.pk]


def _photo(w, **matter):
    now = clock.now()
    OnSitePhoto.objects.create(
        file=w.attachment, taken_at=now, received_at=now, place="演示地点", taken_by=w.cast.clerk, **matter
    )


RESULT = {"result": "一般", "findings": "x", "visited_on": "2020-01-01"}


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
    ("spotcheck-list", nothing, "GET", {}, everyone()),
    ("coverage-list", nothing, "GET", {}, everyone() | {"contractor": 403, "other_contractor": 403}),
    ("spotcheck-create", nothing, "GET", {}, drawing(200)),
    ("spotcheck-create", nothing, "POST", {}, drawing(422)),
    ("spotcheck-detail", spotcheck, "GET", {}, checked()),
    ("spotcheck-population", spotcheck, "GET", {}, checked()),
    ("spotcheck-paper", spotcheck, "GET", {}, checked()),
    ("spotcheck-draw", spotcheck, "POST", {}, checkers(409)),
    ("spotcheck-publish", spotcheck, "POST", {}, checkers(409)),
    ("spotcheck-void", spotcheck, "GET", {}, checkers(200)),
    ("spotcheck-void", spotcheck, "POST", {}, checkers(422)),
    ("spotcheck-item", spotcheck_item, "GET", {}, seen()),
    ("spotcheck-file", spotcheck_photo, "GET", {}, seen()),
    ("spotcheck-record", spotcheck_item, "GET", {}, deed(*CITY, status=200)),
    ("spotcheck-record", spotcheck_item, "POST", RESULT, deed(*CITY, status=422)),
    ("onsite-application", application, "GET", {}, deed("clerk", "government", status=200)),
    ("onsite-application", application, "POST", {}, deed("clerk", "government", status=409)),
    ("onsite-application-photo", panel_photo, "GET", {}, seen()),
    ("onsite-item", spotcheck_item, "GET", {}, deed(*CITY, status=200)),
    ("onsite-item", spotcheck_item, "POST", {"taken_at": "9999"}, deed(*CITY, status=422)),
    ("onsite-item-photo", item_photo, "GET", {}, seen()),
]
