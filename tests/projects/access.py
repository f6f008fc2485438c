"""Who gets what on every page of this room: rows for tests/test_access.py."""

from projects.ledgers import STATIONS
from projects.models import Import
from tests.counties.access import deed_of, everyone, nothing, seen_by_officials
from tests.projects.ledger_rows import station, upload

SITE = {"site_url": "https://www.queshan.example/gongshi/1.html"}


def seen():
    """Officials in scope and the contractor of the project; another contractor is a stranger."""
    return seen_by_officials() | {"contractor": 200}


def deed(*rightful, status):
    """A deed of the county's own people, on a record that the contractor sees."""
    return deed_of() | {"contractor": 403} | dict.fromkeys(rightful, status)


def contractors_seen():
    """Every office sees every contractor; a contractor sees itself."""
    return everyone() | {"other_contractor": 404}


def contractors_deed(*rightful, status):
    return (
        dict.fromkeys(everyone(), 403) | {"anonymous": 302, "other_contractor": 404} | dict.fromkeys(rightful, status)
    )


def at_home(status):
    """What a clerk of any county begins in the own county."""
    return (
        dict.fromkeys(everyone(), 403) | {"anonymous": 302} | dict.fromkeys(("clerk", "finance", "neighbour"), status)
    )


def contractor(w):
    return [w.contractor.pk]


def procurement(w):
    return [w.procurement.pk]


def project(w):
    return [w.project.pk]


def agreement(w):
    return [w.agreement.pk]


def contractor_plan(w):
    return [w.contractor_plan.pk]


def rating_file(w):
    w.contractor.credit_ratings.update(file=w.attachment)
    return [w.contractor.pk, w.attachment.pk]


def plan_file(w):
    w.project.contractor_plans.update(file=w.attachment)
    return [w.project.pk, w.attachment.pk]


def file_of_something_else(w):
    return [w.project.pk, w.attachment.pk]


def stations(w):
    return [w.project.pk, "stations"]


def one_station(w):
    """One more than the demonstration has."""
    STATIONS.apply(w.project, [station(990)], by=w.cast.clerk)
    return [w.project.pk, "stations", w.project.stations.get(no="ZD00990").pk]


def an_import(w):
    run = Import.queue(w.project, STATIONS, upload(STATIONS, [station(991)]), by=w.cast.contractor)
    run.run()
    return [run.pk]


def file_of_an_import(w):
    (pk,) = an_import(w)
    return [pk, Import.objects.get(pk=pk).file_id]


def keepers(status):
    """Who keeps the ledgers: the contractor of the project and the county's commerce bureau."""
    return deed("clerk", "contractor", status=status)


SEES_IMPORTS = dict.fromkeys(("government", "clerk", "finance", "poverty", "liaison", "contractor"), 200)
NOT_ABOVE = dict.fromkeys(("henan_commerce", "henan_admin", "zhumadian_commerce", "evaluator", "auditor"), 404)


ROWS = [
    ("contractor-list", nothing, "GET", {}, everyone()),
    ("contractor-detail", contractor, "GET", {}, contractors_seen()),
    ("contractor-create", nothing, "GET", {}, at_home(200)),
    ("contractor-create", nothing, "POST", {}, at_home(422)),
    ("contractor-edit", contractor, "GET", {}, contractors_deed("contractor", status=200)),
    ("contractor-edit", contractor, "POST", {}, contractors_deed("contractor", status=422)),
    ("contractor-add-licence", contractor, "POST", {}, contractors_deed("contractor", status=422)),
    ("contractor-add-check", contractor, "POST", {}, contractors_deed("contractor", status=422)),
    ("contractor-add-rating", contractor, "POST", {}, contractors_deed("contractor", status=422)),
    ("contractor-file", rating_file, "GET", {}, contractors_seen()),
    ("procurement-list", nothing, "GET", {}, everyone()),
    ("procurement-detail", procurement, "GET", {}, seen()),
    ("procurement-create", nothing, "GET", {}, at_home(200)),
    ("procurement-create", nothing, "POST", {}, at_home(422)),
    ("procurement-edit", procurement, "GET", {}, deed("clerk", "finance", status=409)),
    ("procurement-edit", procurement, "POST", {}, deed("clerk", "finance", status=409)),
    ("procurement-publicise", procurement, "GET", {}, deed("government", status=200)),
    ("procurement-publicise", procurement, "POST", SITE, deed("government", status=409)),
    ("procurement-award", procurement, "GET", {}, deed("clerk", status=200)),
    ("procurement-award", procurement, "POST", {}, deed("clerk", status=422)),
    ("procurement-qualify", procurement, "POST", {}, deed("clerk", "finance", status=409)),
    ("project-list", nothing, "GET", {}, everyone()),
    ("project-detail", project, "GET", {}, seen()),
    ("project-edit", project, "GET", {}, deed("clerk", status=200)),
    ("project-edit", project, "POST", {"owner_phone": "x"}, deed("clerk", status=422)),
    ("project-start", project, "POST", {}, deed("government", status=409)),
    ("project-file", plan_file, "GET", {}, seen()),
    ("project-file", file_of_something_else, "GET", {}, {"clerk": 404, "contractor": 404, "anonymous": 302}),
    ("contractor-plan-edit", project, "GET", {}, deed("contractor", status=409)),
    ("contractor-plan-edit", project, "POST", {}, deed("contractor", status=409)),
    ("contractor-plan-submit", contractor_plan, "POST", {}, deed("contractor", status=409)),
    ("contractor-plan-approve", contractor_plan, "GET", {}, deed("government", status=200)),
    ("contractor-plan-approve", contractor_plan, "POST", SITE, deed("government", status=409)),
    ("contractor-plan-return", contractor_plan, "GET", {}, deed("government", status=200)),
    ("contractor-plan-return", contractor_plan, "POST", {"reason": "补充"}, deed("government", status=409)),
    ("agreement-edit", project, "GET", {}, deed("clerk", status=409)),
    ("agreement-edit", project, "POST", {}, deed("clerk", status=409)),
    ("agreement-sign", agreement, "POST", {}, deed("government", status=409)),
    ("information-create", project, "GET", {}, deed("contractor", status=200)),
    ("information-create", project, "POST", {}, deed("contractor", status=422)),
    ("project-ledger", stations, "GET", {}, seen()),
    ("project-ledger", lambda w: [w.project.pk, "nothing"], "GET", {}, {"clerk": 404, "contractor": 404}),
    ("project-ledger", lambda w: [w.project.pk, "assets"], "GET", {}, seen()),
    ("ledger-template", stations, "GET", {}, seen()),
    ("ledger-export", stations, "GET", {}, seen()),
    ("ledger-import", stations, "GET", {}, keepers(200)),
    ("ledger-import", stations, "POST", {}, keepers(422)),
    ("ledger-row-create", stations, "GET", {}, keepers(200)),
    ("ledger-row-create", stations, "POST", {}, keepers(422)),
    ("ledger-row-create", lambda w: [w.project.pk, "assets"], "POST", {}, keepers(422)),
    ("ledger-row-edit", one_station, "GET", {}, keepers(200)),
    ("ledger-row-edit", one_station, "POST", {}, keepers(422)),
    ("station-list", nothing, "GET", {}, everyone()),
    ("station-map", project, "GET", {}, seen()),
    ("import-detail", an_import, "GET", {}, deed(status=403) | SEES_IMPORTS | NOT_ABOVE),
    ("import-file", file_of_an_import, "GET", {}, deed(status=403) | SEES_IMPORTS | NOT_ABOVE),
]
