"""Who gets what on every page of this room: rows for tests/test_access.py."""

from datetime import timedelta

from disclosure.demonstration import company, png
from portal import clock
from projects.ledgers import STATIONS
from projects.models import ApiToken, Assessment, Import, Photo, Problem
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


def package(w):
    return [w.procurement.pk, w.project.package.no]


def paper(w):
    return [w.procurement.pk, "result"]


def query(w):
    return [w.query.pk]


def project(w):
    return [w.project.pk]


def agreement(w):
    return [w.agreement.pk]


def agreement_paper(w):
    return [w.agreement.pk, w.agreement.version]


def agreement_without_supplement(w):
    w.supplement.withdraw(by=w.cast.clerk, reason="重新起草")
    return [w.agreement.pk]


def supplement(w):
    return [w.supplement.pk]


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


def licence(w):
    return [w.contractor.pk, "licences", w.contractor.licences.first().pk]


def colleague(w):
    """An operator of the contractor, beside the administrator."""
    person, _ = w.contractor.open_account(
        by=w.cast.contractor, username="yanshi-2", name="演示业务员", phone="0000-00000"
    )
    return [w.contractor.pk, person.pk]


def own_account(w):
    return [w.contractor.pk, w.cast.contractor.pk]


def consortium_row(w):
    """The company is no consortium: whoever may keep its file is told so."""
    row = w.contractor.consortium_members.create(member=company(2), share="演示分工")
    return [w.contractor.pk, row.pk]


def qualification(w):
    return [w.procurement.pk, w.contractor.pk]


def assessment(w):
    made = Assessment.make(w.project, by=w.cast.clerk, year=2020, score=85, reasons="按期完工（演示）")
    return [made.pk]


def plan_file(w):
    w.project.contractor_plans.update(file=w.attachment)
    return [w.project.pk, w.attachment.pk]


def file_of_something_else(w):
    return [w.project.pk, w.attachment.pk]


def training_project(w):
    return [w.session.project_id]


def course(w):
    return [w.session.course_id]


def session(w):
    return [w.session.pk]


def photograph(w):
    return [w.session.pk, w.session.files.get(kind="photo").file_id]


def sheet(w):
    return [w.session.pk, w.session.files.get(kind="sheet").file_id]


def enrolment(w):
    return [w.session.enrolments.first().pk]


def trainee(w):
    return [w.session.enrolments.first().trainee_id]


def ledger(status):
    """What the contractor and its county's commerce bureau write."""
    return deed("contractor", "clerk", status=status)


def unmasking(status):
    """Who recorded the person, the poverty line and the auditors; everybody else reads masked values only."""
    return deed("contractor", "clerk", "poverty", "auditor", status=status)


ONE_ROW = {"rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "0", "rows-0-name": "演示学员", "rows-0-id_no": "1"}

TRAINING = [
    ("training-list", training_project, "GET", {}, seen()),
    ("course-create", training_project, "GET", {}, ledger(200)),
    ("course-create", training_project, "POST", {}, ledger(422)),
    ("course-edit", course, "GET", {}, ledger(200)),
    ("course-edit", course, "POST", {"name": ""}, ledger(422)),
    ("session-create", course, "GET", {}, ledger(200)),
    ("session-create", course, "POST", {}, ledger(422)),
    ("session-detail", session, "GET", {}, seen()),
    ("session-edit", session, "GET", {}, ledger(200)),
    ("session-edit", session, "POST", {}, ledger(422)),
    ("session-files", session, "GET", {}, ledger(200)),
    ("session-files", session, "POST", {}, ledger(422)),
    ("session-file", photograph, "GET", {}, seen()),
    ("session-file", sheet, "GET", {}, unmasking(200) | {"government": 200}),
    ("session-trainees", session, "GET", {}, ledger(200)),
    ("session-trainees", session, "POST", ONE_ROW, ledger(422)),
    ("session-attendance", session, "GET", {}, ledger(200)),
    ("session-attendance", session, "POST", {}, ledger(302)),
    ("session-lock", session, "POST", {}, ledger(302)),
    ("session-reopen", session, "GET", {}, ledger(200)),
    ("session-reopen", session, "POST", {"reason": "补录"}, ledger(409)),
    ("enrolment-strike", enrolment, "GET", {}, ledger(200)),
    ("enrolment-strike", enrolment, "POST", {}, ledger(422)),
    ("follow-up", enrolment, "GET", {}, ledger(200)),
    ("follow-up", enrolment, "POST", {}, ledger(422)),
    ("trainee-edit", trainee, "GET", {}, ledger(200)),
    ("trainee-edit", trainee, "POST", {"name": ""}, ledger(422)),
    ("trainee-unmask", trainee, "GET", {}, unmasking(200)),
    ("trainee-unmask", trainee, "POST", {}, unmasking(422)),
]


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


def milestone(w):
    return [w.project.milestones.first().pk]


def problem(w):
    today = clock.today()
    fields = {"title": "演示问题", "responsible": "演示责任人", "found_on": today, "due_on": today}
    return [Problem.raise_in(w.project, by=w.cast.clerk, **fields).pk]


def photo(w):
    kept = Photo.keep(png("现场（演示）.png"), region=w.project.region, by=w.cast.clerk)
    w.project.progress.first().photos.add(kept)
    return [w.project.pk, kept.pk]


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
    ("contractor-add-evidence", contractor, "POST", {}, contractors_deed("contractor", status=422)),
    ("contractor-withdraw", licence, "GET", {}, contractors_deed("contractor", status=200)),
    ("contractor-withdraw", licence, "POST", {}, contractors_deed("contractor", status=422)),
    ("contractor-members", contractor, "GET", {}, contractors_deed("contractor", status=409)),
    ("contractor-members", contractor, "POST", {}, contractors_deed("contractor", status=409)),
    ("contractor-remove-member", consortium_row, "POST", {}, contractors_deed("contractor", status=409)),
    ("contractor-staff", contractor, "GET", {}, contractors_deed("contractor", status=200)),
    ("contractor-staff-open", contractor, "GET", {}, contractors_deed("contractor", status=200)),
    ("contractor-staff-open", contractor, "POST", {}, contractors_deed("contractor", status=422)),
    ("contractor-staff-close", colleague, "GET", {}, contractors_deed("contractor", status=200)),
    ("contractor-staff-close", colleague, "POST", {"reason": "离职"}, contractors_deed("contractor", status=302)),
    ("contractor-staff-close", own_account, "POST", {"reason": "离职"}, contractors_deed("contractor", status=409)),
    ("qualification-review", qualification, "GET", {}, seen()),
    ("qualification-review", qualification, "POST", {}, deed("clerk", "finance", status=409)),
    ("assessment-create", project, "GET", {}, deed("clerk", status=200)),
    ("assessment-create", project, "POST", {}, deed("clerk", status=422)),
    ("assessment-withdraw", assessment, "GET", {}, deed("clerk", status=200)),
    ("assessment-withdraw", assessment, "POST", {}, deed("clerk", status=422)),
    ("contractor-file", rating_file, "GET", {}, contractors_seen()),
    ("procurement-list", nothing, "GET", {}, everyone()),
    ("procurement-detail", procurement, "GET", {}, seen()),
    ("procurement-create", nothing, "GET", {}, at_home(200)),
    ("procurement-create", nothing, "POST", {}, at_home(422)),
    ("procurement-edit", procurement, "GET", {}, deed("clerk", "finance", status=409)),
    ("procurement-edit", procurement, "POST", {}, deed("clerk", "finance", status=409)),
    ("procurement-publicise", procurement, "GET", {}, deed("government", status=200)),
    ("procurement-publicise", procurement, "POST", SITE, deed("government", status=409)),
    ("procurement-again", procurement, "GET", {}, deed("clerk", "finance", status=409)),
    ("procurement-again", procurement, "POST", {}, deed("clerk", "finance", status=409)),
    ("procurement-announce", procurement, "GET", {}, deed("clerk", status=200)),
    ("procurement-announce", procurement, "POST", {}, deed("clerk", status=422)),
    ("procurement-award", package, "GET", {}, deed("clerk", status=200)),
    ("procurement-award", package, "POST", {}, deed("clerk", status=422)),
    ("procurement-result", procurement, "GET", {}, deed("government", status=200)),
    ("procurement-result", procurement, "POST", SITE, deed("government", status=409)),
    ("procurement-qualify", package, "POST", {}, deed("clerk", "finance", status=409)),
    ("procurement-contract", package, "GET", {}, deed("clerk", status=200)),
    ("procurement-contract", package, "POST", {}, deed("clerk", status=422)),
    ("procurement-abandon", procurement, "GET", {}, deed("clerk", status=200)),
    ("procurement-abandon", procurement, "POST", {"reason": "预算调整"}, deed("clerk", status=409)),
    ("procurement-paper", paper, "GET", {}, seen()),
    ("query-register", procurement, "GET", {}, deed("clerk", status=200)),
    ("query-register", procurement, "POST", {}, deed("clerk", status=422)),
    ("query-answer", query, "GET", {}, deed_of() | dict.fromkeys(("clerk", "finance"), 200)),
    ("query-answer", query, "POST", {}, deed_of() | dict.fromkeys(("clerk", "finance"), 422)),
    ("project-list", nothing, "GET", {}, everyone()),
    ("project-detail", project, "GET", {}, seen()),
    ("project-edit", project, "GET", {}, deed("clerk", status=200)),
    ("project-edit", project, "POST", {"owner_phone": "x"}, deed("clerk", status=422)),
    ("project-start", project, "POST", {}, deed("government", status=409)),
    ("project-file", plan_file, "GET", {}, seen()),
    ("project-file", file_of_something_else, "GET", {}, {"clerk": 404, "contractor": 404, "anonymous": 302}),
    ("contractor-plan-edit", project, "GET", {}, deed("contractor", status=200)),
    ("contractor-plan-edit", project, "POST", {}, deed("contractor", status=422)),
    ("contractor-plan-detail", contractor_plan, "GET", {}, seen()),
    ("contractor-plan-reply", contractor_plan, "GET", {}, seen()),
    ("contractor-plan-review", contractor_plan, "GET", {}, deed("clerk", "finance", status=200)),
    ("contractor-plan-review", contractor_plan, "POST", {"agrees": "yes"}, deed("clerk", "finance", status=409)),
    ("project-life", project, "GET", {}, seen()),
    ("milestone-list", project, "GET", {}, seen()),
    ("milestone-create", project, "GET", {}, deed("clerk", status=200)),
    ("milestone-create", project, "POST", {}, deed("clerk", status=422)),
    ("milestone-edit", milestone, "GET", {}, deed("clerk", status=200)),
    ("milestone-edit", milestone, "POST", {}, deed("clerk", status=422)),
    ("milestone-finish", milestone, "GET", {}, deed("clerk", "contractor", status=200)),
    ("milestone-finish", milestone, "POST", {}, deed("clerk", "contractor", status=422)),
    ("milestone-drop", milestone, "POST", {}, deed("clerk", status=409)),
    ("progress-list", project, "GET", {}, seen()),
    ("progress-create", project, "GET", {}, deed("clerk", "contractor", status=200)),
    ("progress-create", project, "POST", {}, deed("clerk", "contractor", status=422)),
    ("visit-list", project, "GET", {}, seen()),
    ("visit-create", project, "GET", {}, deed("clerk", "finance", status=200)),
    ("visit-create", project, "POST", {}, deed("clerk", "finance", status=422)),
    ("problem-list", project, "GET", {}, seen()),
    ("problem-create", project, "GET", {}, deed("clerk", "finance", "contractor", status=200)),
    ("problem-create", project, "POST", {}, deed("clerk", "finance", "contractor", status=422)),
    ("problem-solve", problem, "GET", {}, deed("clerk", "finance", "contractor", status=200)),
    ("problem-solve", problem, "POST", {}, deed("clerk", "finance", "contractor", status=422)),
    ("signage-edit", project, "GET", {}, deed("clerk", "contractor", status=200)),
    ("signage-edit", project, "POST", {}, deed("clerk", "contractor", status=422)),
    ("operation-list", project, "GET", {}, seen()),
    ("operation-create", project, "GET", {}, deed("clerk", "contractor", status=200)),
    ("operation-create", project, "POST", {}, deed("clerk", "contractor", status=422)),
    ("project-stop", project, "GET", {}, deed("government", status=200)),
    ("project-stop", project, "POST", {}, deed("government", status=422)),
    ("project-resume", project, "GET", {}, deed("government", status=200)),
    ("project-resume", project, "POST", {"reason": "恢复"}, deed("government", status=409)),
    ("photo-preview", photo, "GET", {}, seen()),
    ("contractor-plan-submit", contractor_plan, "POST", {}, deed("contractor", status=409)),
    ("contractor-plan-approve", contractor_plan, "GET", {}, deed("government", status=200)),
    ("contractor-plan-approve", contractor_plan, "POST", SITE, deed("government", status=409)),
    ("contractor-plan-return", contractor_plan, "GET", {}, deed("government", status=200)),
    ("contractor-plan-return", contractor_plan, "POST", {"reason": "补充"}, deed("government", status=409)),
    ("agreement-edit", project, "GET", {}, deed("clerk", status=409)),
    ("agreement-edit", project, "POST", {}, deed("clerk", status=409)),
    ("agreement-detail", agreement, "GET", {}, seen()),
    ("agreement-compare", agreement, "GET", {}, seen()),
    ("agreement-paper", agreement_paper, "GET", {}, seen()),
    ("agreement-submit", agreement, "POST", {}, deed("clerk", status=409)),
    ("agreement-review", agreement, "POST", {}, deed("finance", status=409)),
    ("agreement-accept", agreement, "POST", {}, deed("contractor", status=409)),
    ("agreement-return", agreement, "GET", {}, deed("government", status=200)),
    ("agreement-return", agreement, "POST", {"reason": "补充"}, deed("government", status=409)),
    ("agreement-sign", agreement, "POST", {}, deed("government", status=409)),
    ("agreement-terminate", agreement, "GET", {}, deed("government", status=200)),
    ("agreement-terminate", agreement, "POST", {"reason": ""}, deed("government", status=422)),
    ("supplement-edit", agreement_without_supplement, "GET", {}, deed("clerk", status=409)),
    ("supplement-edit", agreement_without_supplement, "POST", {}, deed("clerk", status=409)),
    ("supplement-detail", supplement, "GET", {}, seen()),
    ("supplement-paper", supplement, "GET", {}, seen()),
    ("supplement-submit", supplement, "POST", {}, deed("clerk", status=409)),
    ("supplement-review", supplement, "POST", {}, deed("finance", status=302)),
    ("supplement-accept", supplement, "POST", {}, deed("contractor", status=409)),
    ("supplement-return", supplement, "GET", {}, deed("finance", status=200)),
    ("supplement-return", supplement, "POST", {"reason": ""}, deed("finance", status=422)),
    ("supplement-sign", supplement, "POST", {}, deed("government", status=409)),
    ("supplement-withdraw", supplement, "GET", {}, deed("clerk", status=200)),
    ("supplement-withdraw", supplement, "POST", {"reason": ""}, deed("clerk", status=422)),
    ("information-create", project, "GET", {}, deed("contractor", status=200)),
    ("information-create", project, "POST", {}, deed("contractor", status=422)),
    *TRAINING,
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
    ("station-list", nothing, "GET", {}, everyone()),
    ("station-map", project, "GET", {}, seen()),
    ("import-detail", an_import, "GET", {}, deed(status=403) | SEES_IMPORTS | NOT_ABOVE),
    ("import-file", file_of_an_import, "GET", {}, deed(status=403) | SEES_IMPORTS | NOT_ABOVE),
]
