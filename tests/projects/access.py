"""Who gets what on every page of this room: rows for tests/test_access.py."""

from datetime import timedelta

from portal import clock
from projects.ledgers import STATIONS
from projects.models import ApiToken, Import
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


def information(w):
    return [w.project.information.first().pk]


def token(w):
    """A token of the contractor, opened on the world's day."""
    found = w.contractor.tokens.first()
    if found is None:
        expires = clock.today() + timedelta(days=30)
        found, _ = ApiToken.issue(
            w.contractor, by=w.cast.contractor, name="演示系统", scopes=["records:write"], expires_on=expires
        )
    return [found.pk]


def only_its_own(status):
    """What the contractor keeps for itself: offices see the contractor, its tokens are not their job."""
    return contractors_deed("contractor", status=status)


def of_contractors(status):
    """What any contractor does for its own projects."""
    return (
        dict.fromkeys(everyone(), 403) | {"anonymous": 302} | dict.fromkeys(("contractor", "other_contractor"), status)
    )


def of_its_own(status):
    """A token itself: to everybody else it does not exist."""
    return dict.fromkeys(everyone(), 404) | {"anonymous": 302, "contractor": status}


def of_machines():
    """The interface knows tokens, not people: whoever is signed in gets the same answer."""
    return dict.fromkeys(everyone(), 401)


def rows_read():
    """Figures of a contractor: its own people, the county's commerce office and liaison; nobody else (A-457)."""
    readers = dict.fromkeys(("clerk", "liaison", "contractor"), 200)
    return dict.fromkeys(everyone(), 404) | {"anonymous": 302} | readers


def on_rows(*rightful, status):
    readers = dict.fromkeys(("clerk", "liaison", "contractor"), 403)
    return rows_read() | readers | dict.fromkeys(rightful, status)


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
    ("token-list", contractor, "GET", {}, only_its_own(200)),
    ("token-create", contractor, "POST", {}, only_its_own(422)),
    ("token-revoke", token, "POST", {}, of_its_own(302)),
    ("api-root", nothing, "GET", {}, everyone() | {"anonymous": 200}),
    ("api-schema", nothing, "GET", {}, everyone() | {"anonymous": 200}),
    ("api-records", nothing, "POST", {}, of_machines()),
    ("api-services", nothing, "POST", {}, of_machines()),
    ("api-information", nothing, "GET", {}, of_machines()),
    ("api-information", nothing, "POST", {}, of_machines()),
    ("station-record-list", project, "GET", {}, seen()),
    ("station-record-create", project, "GET", {}, deed("contractor", status=200)),
    ("station-record-create", project, "POST", {}, deed("contractor", status=422)),
    ("household-service-create", project, "GET", {}, deed("contractor", status=200)),
    ("household-service-create", project, "POST", {}, deed("contractor", status=422)),
    ("information-import", nothing, "GET", {}, of_contractors(200)),
    ("information-import", nothing, "POST", {}, of_contractors(422)),
    ("information-template", nothing, "GET", {}, of_contractors(200)),
    ("information-list", nothing, "GET", {}, everyone()),
    ("project-information", project, "GET", {}, seen()),
    ("information-export", project, "GET", {}, seen()),
    ("information-detail", information, "GET", {}, rows_read()),
    ("information-correct", information, "GET", {}, on_rows("contractor", status=200)),
    ("information-correct", information, "POST", {}, on_rows("contractor", status=422)),
    ("information-return", information, "GET", {}, on_rows("clerk", "liaison", status=200)),
    ("information-return", information, "POST", {}, on_rows("clerk", "liaison", status=422)),
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
    ("station-map", project, "GET", {}, seen()),
    ("import-detail", an_import, "GET", {}, deed(status=403) | SEES_IMPORTS | NOT_ABOVE),
    ("import-file", file_of_an_import, "GET", {}, deed(status=403) | SEES_IMPORTS | NOT_ABOVE),
]
