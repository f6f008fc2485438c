"""培训台账 by workbook: out masked, in again unchanged, and what is wrong is said with its cell."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from disclosure.training_story import trainee
from portal import clock, workbook
from projects.ledgers import FOLLOW_UPS, SESSIONS, TRAINEES
from projects.models import Enrolment, FollowUp, Trainee, TrainingSession
from tests import builders

PERSON = trainee(1)


@pytest.fixture
def session(cast):
    return builders.training_session(cast)


def reread(ledger, rows):
    """Through a workbook and back, as an import reads it."""
    data = workbook.export(ledger.schema, rows)
    return workbook.read_rows(ContentFile(data, "台账.xlsx"), ledger.schema)


def line(session, serial, **given):
    row = {"no": f"{session.no}-{serial:03d}", "session_no": session.no, "days": f"{session.date_from}"}
    return row | trainee(serial) | {"exam_score": 70, "certificate_no": ""} | given


def judged(session, *rows):
    reading = reread(TRAINEES, rows)
    assert not reading.errors, reading.causes()
    return TRAINEES.judge(session.project, reading.values)


def test_G_20_an_export_is_masked_and_goes_in_again_unchanged(cast, as_user, session):
    response = as_user(cast.clerk).get(reverse("ledger-export", args=[session.project_id, "trainees"]))
    reading = workbook.read_rows(ContentFile(response.content, "台账.xlsx"), TRAINEES.schema)
    assert reading.values[0]["id_no"] == "*" * 14 + PERSON["id_no"][-4:]
    assert not reading.errors and TRAINEES.judge(session.project, reading.values) == {}
    before = list(Trainee.objects.values_list("pk", "name", "id_digest", "village"))
    assert TRAINEES.apply(session.project, reading.values, by=cast.clerk) == (0, 0)
    assert list(Trainee.objects.values_list("pk", "name", "id_digest", "village")) == before
    person = session.project.trainees.of_number(PERSON["id_no"]).get()
    assert person.phone.plain == PERSON["phone"]
    assert session.enrolments.attended().count() == 6


@pytest.mark.parametrize("reader", ["clerk", "contractor", "auditor", "henan_commerce"])
def test_the_ledger_page_is_masked_for_everybody(cast, as_user, session, reader):
    text = as_user(getattr(cast, reader)).get(reverse("project-ledger", args=[session.project_id, "trainees"]))
    assert PERSON["name"] in text.content.decode() and PERSON["id_no"] not in text.content.decode()


def test_new_people_come_in_with_their_signatures_and_are_encrypted(cast, session):
    reading = reread(TRAINEES, [line(session, 60), line(session, 61, days="")])
    assert TRAINEES.judge(session.project, reading.values) == {}
    assert TRAINEES.apply(session.project, reading.values, by=cast.contractor, sha256="0" * 64) == (2, 0)
    person = session.project.trainees.of_number(trainee(60)["id_no"]).get()
    assert (person.id_no.plain, person.village) == (trainee(60)["id_no"], trainee(60)["village"])
    assert session.enrolments.attended().count() == 7
    event = session.project.events.latest("pk")
    assert event.data["sha256"] == "0" * 64 and trainee(60)["id_no"] not in str(event.data)
    again = [row | {"exam_score": 90} for row in reading.values]
    assert TRAINEES.apply(session.project, again, by=cast.contractor) == (0, 2)


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ({"session_no": 9, "no": "9-001"}, "session_no"),
        ({"days": "2019-01-01"}, "days"),
        ({"id_no": "***********123X"}, "id_no"),
        ({"id_no": PERSON["id_no"]}, "id_no"),
    ],
)
def test_A_215_what_no_row_can_know_by_itself_is_judged(session, given, column):
    assert column in judged(session, line(session, 62, **given))[0]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"id_no": "411725199001011231"}, "校验不符"),
        ({"phone": "12345"}, "11 位手机号"),
        ({"days": "昨天"}, "签到的日期"),
        ({"no": "2-001"}, "期次-序号"),
    ],
)
def test_a_wrong_cell_is_named(session, given, words):
    assert words in str(reread(TRAINEES, [line(session, 63, **given)]).causes())


def test_A_215_nothing_is_written_into_a_locked_session(cast, session):
    session.lock(by=cast.contractor)
    assert "已锁定" in judged(session, line(session, 64))[0]["session_no"]


def test_sessions_and_follow_ups_come_in_by_workbook_too(cast, session):
    builders.go_to(session.date_to + timedelta(days=31))
    row = SESSIONS.row(session)
    assert SESSIONS.judge(session.project, [row]) == {}
    second = row | {"no": 2, "place": "演示村二"}
    reading = reread(SESSIONS, [row, second])
    assert SESSIONS.apply(session.project, reading.values, by=cast.contractor) == (1, 0)
    assert TrainingSession.objects.get(no=2).place == "演示村二"
    assert "course" in SESSIONS.judge(session.project, [row | {"course": "没有的课程"}])[0]
    note = {"no": f"{session.enrolments.first().no}/30", "on": clock.today(), "outcome": "shop", "income": 1800}
    reading = reread(FOLLOW_UPS, [note])
    assert FOLLOW_UPS.judge(session.project, reading.values) == {}
    assert FOLLOW_UPS.apply(session.project, reading.values, by=cast.contractor) == (1, 0)
    assert FollowUp.objects.get().income == 1800
    assert [FOLLOW_UPS.row(record)["no"] for record in FOLLOW_UPS.records(session.project)] == [note["no"]]
    assert "no" in FOLLOW_UPS.judge(session.project, [note | {"no": "9-001/30"}])[0]


def test_one_row_is_corrected_on_its_page_with_its_number_left_masked(cast, as_user, session):
    enrolment = session.enrolments.order_by("pk").first()
    url = reverse("ledger-row-edit", args=[session.project_id, "trainees", enrolment.pk])
    client = as_user(cast.contractor)
    shown = client.get(url)
    assert PERSON["id_no"] not in shown.content.decode()
    typed = {name: field.initial for name, field in shown.context["form"].fields.items()}
    assert client.post(url, typed | {"village": "演示村改"}).status_code == 302
    trainee_now = Enrolment.objects.get(pk=enrolment.pk).trainee
    assert (trainee_now.village, trainee_now.id_no.plain) == ("演示村改", PERSON["id_no"])
