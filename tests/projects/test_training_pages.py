"""The pages of the training ledger: masked for everybody, opened with a reason, counted from the signatures."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from disclosure.training_story import hold_training, trainee
from portal import clock
from portal.models import Unmasking
from portal.secrets import masked
from projects.models import Course, Enrolment, FollowUp, Trainee, TrainingSession
from projects.models.trainee import sign
from reporting.desk import waiting_for
from tests import builders

READERS = ["contractor", "clerk", "government", "finance", "poverty", "zhumadian_commerce", "henan_commerce", "auditor"]
OPENERS = {"contractor", "clerk", "poverty", "auditor"}
PERSON = trainee(1)


@pytest.fixture
def session(cast):
    return builders.training_session(cast)


def person(session):
    return session.project.trainees.of_number(PERSON["id_no"]).get()


def page(session, name="session-detail"):
    return reverse(name, args=[session.pk])


@pytest.mark.parametrize("reader", READERS)
def test_G_20_numbers_and_phones_are_masked_for_everybody_and_opened_by_those_of_the_table(
    cast, as_user, session, reader
):
    client = as_user(getattr(cast, reader))
    text = client.get(page(session)).content.decode()
    assert PERSON["name"] in text
    assert masked(PERSON["id_no"]) in text and masked(PERSON["phone"], "phone") in text
    assert PERSON["id_no"] not in text and PERSON["phone"] not in text
    url = reverse("trainee-unmask", args=[person(session).pk])
    assert client.get(url).status_code == (200 if reader in OPENERS else 403)
    assert ("查看全文" in text) == (reader in OPENERS)


def test_P_210_unmasking_needs_a_reason_shows_the_value_once_and_leaves_an_event(cast, as_user, session):
    client = as_user(cast.clerk)
    url = reverse("trainee-unmask", args=[person(session).pk])
    refused = client.post(url, {"reason": "  "})
    assert refused.status_code == 422 and PERSON["id_no"] not in refused.content.decode()
    assert not Unmasking.objects.exists()
    shown = client.post(url, {"reason": "与纸质签到表核对"}, follow=True)
    assert PERSON["id_no"] in shown.content.decode() and PERSON["phone"] in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    event = person(session).events.latest("pk")
    assert (event.by, event.reason, event.chain) == (cast.clerk, "与纸质签到表核对", "411725")
    look = Unmasking.objects.get()
    assert as_user(cast.contractor).get(look.get_absolute_url()).status_code == 404, "opened for one person only"
    builders.go_to(clock.today().replace(day=clock.today().day + 1))
    later = as_user(cast.clerk).get(look.get_absolute_url()).content.decode()
    assert PERSON["id_no"] not in later and "与纸质签到表核对" in later


def test_a_whole_session_is_written_by_hand(cast, as_user, session):
    client, project = as_user(cast.contractor), session.project
    client.post(
        reverse("course-create", args=[project.pk]),
        {"name": "直播实操", "kind": "live", "topics": ["live"], "textbook": "教材", "hours": "16", "pass_mark": "60"},
    )
    course = Course.objects.get(name="直播实操")
    day = f"{session.date_to:%Y-%m-%d}"
    fields = {"date_from": day, "date_to": day, "place": "演示村委会", "organizer": "演示单位", "planned": "2"}
    client.post(reverse("session-create", args=[course.pk]), fields)
    second = TrainingSession.objects.get(course=course)
    assert second.no == 2
    row = {f"rows-0-{name}": value for name, value in trainee(77).items() if name != "is_poor"}
    row |= {"rows-TOTAL_FORMS": "2", "rows-INITIAL_FORMS": "0"}
    shown = client.post(page(second, "session-trainees"), row | {"add_row": "1"})
    assert trainee(77)["id_no"] in shown.content.decode(), "a row more is had, and nothing typed is lost"
    assert client.post(page(second, "session-trainees"), row).status_code == 302
    enrolment = second.enrolments.get()
    marks = {f"e{enrolment.pk}-{day}": "on", f"e{enrolment.pk}-exam_score": "101"}
    assert client.post(page(second, "session-attendance"), marks).status_code == 422
    marks[f"e{enrolment.pk}-exam_score"] = "88.5"
    assert client.post(page(second, "session-attendance"), marks).status_code == 302
    assert (enrolment.attendance.get().day, Enrolment.objects.get(pk=enrolment.pk).exam_score) == (
        session.date_to,
        88.5,
    )
    refused = client.post(page(second, "session-lock"))
    assert refused.status_code == 409 and "缺签到表" in refused.content.decode()
    note = {"after_days": "30", "on": f"{clock.today():%Y-%m-%d}", "outcome": "shop", "income": "2,000"}
    for income in ("2,000", "2500"):
        assert client.post(reverse("follow-up", args=[enrolment.pk]), note | {"income": income}).status_code == 302
    assert FollowUp.objects.get(enrolment=enrolment).income == 2500, "the same milestone again is a correction"
    client.post(reverse("enrolment-strike", args=[enrolment.pk]), {"reason": "误登"})
    assert not second.enrolments.exists() and not Trainee.objects.of_number(trainee(77)["id_no"]).exists()


@pytest.mark.parametrize(("number", "words"), [("41172519900101123", "应为 18 位"), ("411725199001011231", "校验不符")])
def test_a_wrong_identity_number_is_explained_without_being_repeated(cast, as_user, session, number, words):
    row = {f"rows-0-{name}": value for name, value in (PERSON | {"id_no": number}).items() if name != "is_poor"}
    row |= {"rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "0"}
    response = as_user(cast.contractor).post(page(session, "session-trainees"), row)
    assert response.status_code == 422 and words in response.content.decode()


def test_an_edit_form_never_shows_a_number_and_keeps_what_is_left_empty(cast, as_user, session):
    client, one = as_user(cast.contractor), person(session)
    url = reverse("trainee-edit", args=[one.pk])
    assert PERSON["id_no"] not in client.get(url).content.decode()
    typed = {
        "name": "演示学员改",
        "gender": "male",
        "id_no": "",
        "phone": "",
        "village": "演示村",
        "category": "veteran",
    }
    assert client.post(url, typed).status_code == 302
    one.refresh_from_db()
    assert (one.name, one.id_no.plain, one.phone.plain) == ("演示学员改", PERSON["id_no"], PERSON["phone"])
    taken = client.post(url, typed | {"id_no": trainee(2)["id_no"]})
    assert taken.status_code == 422 and "已登记为本项目另一名学员" in taken.content.decode()
    assert client.post(url, typed | {"id_no": trainee(88)["id_no"]}).status_code == 302
    assert session.project.trainees.of_number(trainee(88)["id_no"]).get() == one


def test_the_same_day_in_another_session_is_marked_on_the_page(cast, as_user, session):
    client = as_user(cast.clerk)
    assert "同日另期签到" not in client.get(page(session)).content.decode()
    second = hold_training(builders.story(), session.project, people=2)
    second.edit(by=cast.contractor, date_from=session.date_from, date_to=session.date_to)
    marks = {e: {"days": set(second.days), "exam_score": None, "certificate_no": ""} for e in second.enrolments.all()}
    sign(second, marks, by=cast.contractor)
    assert "同日另期签到" in client.get(page(session)).content.decode()


def test_a_neighbour_and_another_contractor_see_nothing(cast, as_user, session):
    for stranger in (cast.neighbour, cast.other_contractor):
        for name in ("session-detail", "session-edit", "session-lock"):
            assert as_user(stranger).post(page(session, name)).status_code in (404, 405)
        assert as_user(stranger).get(page(session)).status_code == 404


def test_the_ledger_shows_quality_beside_the_head_count(cast, as_user, session):
    text = as_user(cast.henan_commerce).get(reverse("training-list", args=[session.project_id])).content.decode()
    assert "6 人次，6 人" in text and "考核合格率" in text and "转化率" in text and "返乡农民工" in text
    assert "A-215" in text and PERSON["name"] not in text


def test_G_20_no_public_page_shows_a_name_a_number_or_a_phone(cast, client, session):
    """Every public page is asked: the column, the project with its training, and what they link to."""
    seen, todo, texts = set(), ["/"], {}
    code, project = session.region.code, session.project
    todo += [reverse("public-county", args=[code]), reverse("public-project", args=[code, project.no])]
    while todo and len(seen) < 80:
        url = todo.pop(0)
        if url in seen or url.startswith("/static"):
            continue
        seen.add(url)
        response = client.get(url)
        if response.status_code == 200 and "html" in response["Content-Type"]:
            texts[url] = response.content.decode()
            todo += re.findall(r'href="(/[^"#]*)"', texts[url])
    shown = texts[reverse("public-project", args=[code, project.no])]
    assert "6 人次，6 人" in shown and "返乡农民工" in shown, "the totals are public"
    for serial in range(1, 7):
        person = trainee(serial)
        for url, text in texts.items():
            for name in ("name", "id_no", "phone"):
                assert person[name] not in text and masked(person[name]) not in text, (url, name)


def test_open_records_and_owed_follow_ups_wait_on_the_desk_of_the_contractor(cast, session):
    builders.go_to(session.date_to + timedelta(days=2))
    titles = [task.title for task in waiting_for(cast.contractor, clock.today())]
    assert any("补齐记录并核对锁定" in title and "培训第 1 期" in title for title in titles)
    session.lock(by=cast.contractor)
    assert not any("培训第" in task.title for task in waiting_for(cast.contractor, clock.today()))
    builders.go_to(session.date_to + timedelta(days=30))
    assert any("登记跟踪服务" in task.title for task in waiting_for(cast.contractor, clock.today()))
    assert not any("培训第" in task.title for task in waiting_for(cast.other_contractor, clock.today()))
