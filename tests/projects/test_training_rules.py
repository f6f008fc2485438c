"""培训台账的规则：what is claimed is proved, what is proved is counted once, what is personal is encrypted and forgotten."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from acceptance.models import Application
from counties.rules.county import training_rules_are_on_file
from disclosure.training_story import hold_training, id_number, trainee
from portal import clock
from portal.rules import Kind, Refused, breaches
from projects.identity import is_id_number
from projects.models import Attendance, Enrolment, FollowUp, Trainee, TrainingSession
from projects.models.trainee import enrol, forget, sign, strike
from projects.rules import training as rules
from projects.sweeps import forget_trainees
from projects.training_figures import figures_of
from tests import builders


@pytest.fixture
def session(cast):
    return builders.training_session(cast)


def an_application(cast, project, stage_no=1):
    return Application.begin(project.agreement.stages.get(no=stage_no), by=cast.contractor, statement="已完成（演示）")


def wrong(application, *rule_ids):
    return [str(b) for b in application.missing_before_submit() if b.rule.id in rule_ids]


def signed_on(session, days, score=None):
    """Everybody of the session signed on these days."""
    return {e: {"days": set(days), "exam_score": score, "certificate_no": ""} for e in session.enrolments.all()}


@pytest.mark.parametrize("first17", ["11010519491231002", "44052418800101001"])
def test_identity_numbers_are_checked_by_GB_11643(first17):
    """The two examples of the standard itself."""
    number = first17 + {"11010519491231002": "X", "44052418800101001": "4"}[first17]
    assert is_id_number(number)
    assert not is_id_number(first17 + "1") and not is_id_number(number[:17])
    assert not is_id_number("110105194902310021"), "no such day of birth"
    assert is_id_number(id_number(7))


def test_A_215_nothing_is_accepted_without_the_records_of_every_claimed_session(cast, session):
    application = an_application(cast, session.project)
    assert wrong(application, "A-215") == [
        "第 1 期记录已齐，尚未核对锁定（依据：25号 二（四）：如实做好培训记录；规则 A-215）"
    ]
    session.lock(by=cast.contractor)
    assert wrong(application, "A-215") == []
    bare = TrainingSession.begin(
        session.course,
        by=cast.contractor,
        date_from=clock.today(),
        date_to=clock.today(),
        place="演示村",
        organizer="演示单位",
        planned=10,
    )
    found = " ".join(wrong(application, "A-215"))
    assert "第 2 期缺签到表" in found and "第 2 期缺现场照片" in found and "第 2 期缺学员名单" in found
    with pytest.raises(Refused, match="A-215"):
        application.submit(by=cast.contractor, reason="任何理由都不能放行")
    with pytest.raises(Refused, match="A-215r"):
        bare.lock(by=cast.contractor)


def test_A_215_a_list_without_signatures_proves_nothing(cast, session):
    sign(session, signed_on(session, []), by=cast.contractor)
    assert any("没有签到记录" in b.wrong for b in session.missing_before_lock())
    with pytest.raises(Refused, match="A-215r"):
        session.lock(by=cast.contractor)


def test_A_215_a_training_project_without_any_session_is_not_finished(cast):
    plan = builders.recorded_plan(cast)
    story = builders.story()
    project = story.underway_project(story.selected_project(plan, line_no=6))
    assert wrong(an_application(cast, project, 1), "A-215") == []
    assert "没有登记任何一期培训" in wrong(an_application(cast, project, 2), "A-215")[0]


def test_A_215_other_projects_are_not_asked_for_training(cast):
    project = builders.underway_project(cast)
    assert wrong(an_application(cast, project, 2), "A-215", "A-215d", "A-214") == []


def test_A_215_what_is_locked_stays_until_it_is_sent_back_with_a_reason(cast, session):
    session.lock(by=cast.contractor)
    enrolment = session.enrolments.first()
    for deed in (
        lambda: enrol(session, [trainee(90)], by=cast.contractor),
        lambda: sign(session, signed_on(session, session.days), by=cast.contractor),
        lambda: strike(enrolment, by=cast.contractor, reason="误登"),
        lambda: session.edit(by=cast.contractor, place="别处"),
        lambda: session.lock(by=cast.contractor),
    ):
        with pytest.raises(Refused):
            deed()
    session.reopen(by=cast.clerk, reason="签到表第 2 页漏录")
    assert session.status == "claimed" and session.events.latest("pk").reason == "签到表第 2 页漏录"
    strike(enrolment, by=cast.contractor, reason="误登")
    assert not Enrolment.objects.filter(pk=enrolment.pk).exists()


def test_A_215_sessions_are_held_while_the_project_is_underway_and_locked_when_they_are_over(cast, session):
    session.edit(by=cast.contractor, date_to=clock.today() + timedelta(days=2))
    with pytest.raises(Refused, match="A-215u"):
        session.lock(by=cast.contractor)
    session.edit(by=cast.contractor, date_to=clock.today() - timedelta(days=1))
    session.project.complete(by=cast.government)
    with pytest.raises(Refused, match="A-215t"):
        session.lock(by=cast.contractor)


def test_A_215d_the_same_person_in_two_sessions_on_one_day_is_found_across_projects(cast, session):
    application = an_application(cast, session.project)
    second = hold_training(builders.story(), session.project, people=2)  # days of its own: nobody is twice
    assert wrong(application, "A-215d") == []
    second.edit(by=cast.contractor, date_from=session.date_from, date_to=session.date_to)
    assert not second.enrolments.attended().exists(), "signatures outside the new days are void"
    sign(second, signed_on(second, second.days[:1]), by=cast.contractor)
    found = wrong(application, "A-215d")
    assert len(found) == 2 and "有 2 人同一天还在另一期" in found[0], "both sessions are named, nobody by name"
    with pytest.raises(Refused, match="A-215s"):
        second.lock(by=cast.contractor)
    with pytest.raises(Refused, match="A-215d"):
        application.submit(by=cast.contractor, reason="理由")
    sign(second, signed_on(second, second.days[1:1]), by=cast.contractor)
    assert wrong(application, "A-215d") == []


def test_A_215_one_identity_number_is_one_person_however_it_is_entered(cast, session):
    before = Trainee.objects.count()
    assert enrol(session, [trainee(1), trainee(1), trainee(50)], by=cast.contractor) == 1
    assert Trainee.objects.count() == before + 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Trainee.objects.create(project=session.project, **trainee(1))


def test_A_214_people_are_followed_up_or_it_is_said_why_not(cast, session):
    application = an_application(cast, session.project)
    assert wrong(application, "A-214") == []
    builders.go_to(session.date_to + timedelta(days=30))
    rule = rules.trainees_are_followed_up
    assert rule.kind is Kind.SOFT and "第 1 期满 30 天，6 名学员没有跟踪" in wrong(application, "A-214")[0]
    for enrolment in session.enrolments.all():
        FollowUp.note(enrolment, by=cast.contractor, after_days=30, on=clock.today(), outcome="job", income=3000)
    assert wrong(application, "A-214") == []
    builders.go_to(session.date_to + timedelta(days=90))
    assert "满 90 天" in wrong(application, "A-214")[0]
    session.project.complete(by=cast.government)
    note = FollowUp.note(
        session.enrolments.first(), by=cast.contractor, after_days=90, on=clock.today(), outcome="none"
    )
    assert note.outcome == "none", "follow-up goes on after the project is finished"


def test_A_211_times_are_not_people_and_categories_add_up(cast, session):
    second = hold_training(builders.story(), session.project, people=2)
    figures = figures_of(session.project)
    assert (figures.sessions, figures.times, figures.people) == (2, 8, 6)
    assert sum(group.times for group in figures.groups) == 8 and sum(g.people for g in figures.groups) == 6
    sign(second, signed_on(second, []), by=cast.contractor)
    assert figures_of(session.project).times == 6, "who did not sign was not there"
    assert breaches([rules.trainees_are_those_named], figures) == []
    Trainee.objects.update(category="other")
    assert "属“其他”" in breaches([rules.trainees_are_those_named], figures_of(session.project))[0].wrong


def test_A_212_quality_is_shown_beside_the_head_count(cast, session):
    figures = figures_of(session.project)
    assert (figures.examined, figures.passed, figures.pass_rate) == (5, 4, 80)
    assert figures.satisfaction == 96
    assert breaches([rules.quality_stands_beside_the_head_count], figures) == []
    session.edit(by=cast.contractor, satisfaction=None)
    sign(session, signed_on(session, session.days), by=cast.contractor)
    found = breaches([rules.quality_stands_beside_the_head_count], figures_of(session.project))
    assert len(found) == 2 and all(breach.kind is Kind.RECORD for breach in found)


def test_A_213_courses_name_their_textbook_and_topics(cast, session):
    rule = rules.courses_have_a_textbook_and_topics
    assert breaches([rule], session.project) == []
    session.course.edit(by=cast.contractor, textbook="", topics=[])
    assert len(breaches([rule], session.project)) == 2


def test_A_210_the_training_rules_are_on_file_or_said_to_be_missing(cast):
    assert breaches([training_rules_are_on_file], cast.county)[0].kind is Kind.RECORD


def test_conversion_counts_people_by_their_latest_follow_up(cast, session):
    builders.go_to(session.date_to + timedelta(days=100))
    first, second, *_ = session.enrolments.order_by("pk")
    for enrolment, days, on, outcome in (
        (first, 30, 30, "shop"),
        (first, 90, 90, "none"),
        (second, 30, 30, "none"),
        (second, 90, 90, "business"),
    ):
        on = session.date_to + timedelta(days=on)
        FollowUp.note(enrolment, by=cast.contractor, after_days=days, on=on, outcome=outcome)
    figures = figures_of(session.project)
    assert (figures.followed, figures.converted) == (2, 1)
    assert str(figures.conversion_rate) == "16.67"


def test_B_303_personal_data_are_cipher_text_in_the_database_and_absent_from_events(cast, session):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_no, phone, id_digest FROM projects_trainee ORDER BY id")
        rows = cursor.fetchall()
        cursor.execute("SELECT words || reason || data::text FROM portal_event")
        told = " ".join(row[0] for row in cursor.fetchall())
    plain = trainee(1)
    assert all(plain["id_no"] not in "".join(row) and plain["phone"] not in "".join(row) for row in rows)
    assert len({row[2] for row in rows}) == 6
    person = Trainee.objects.of_number(plain["id_no"]).get()
    person.edit(by=cast.contractor, name="演示学员改", phone="13000009999")
    assert person.events.latest("pk").data == {"fields": ["name", "phone"]}
    for personal in (plain["id_no"], plain["phone"], plain["name"], "13000009999"):
        assert personal not in told


def test_G_37_after_ten_years_the_person_is_forgotten_and_the_figures_stay(cast, session):
    project = session.project
    project.complete(by=cast.government)
    before = figures_of(project)
    done = clock.today()
    builders.go_to(done.replace(year=done.year + 10) - timedelta(days=1))
    forget_trainees(clock.today())
    assert not Trainee.objects.exclude(forgotten_on=None).exists()
    builders.go_to(done.replace(year=done.year + 10))
    forget_trainees(clock.today())
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT name, id_no, id_digest, phone FROM projects_trainee")
        assert cursor.fetchall() == [("", "", "", "")]
    assert figures_of(project) == before
    assert "6 名学员" in project.events.latest("pk").words
    assert forget(project, clock.today()) == 0, "a second run finds nothing"
    assert not Enrolment.objects.exclude(certificate_no="").exists()


def test_G_37_the_database_keeps_forgotten_people_forgotten(cast, session):
    forget(session.project, clock.today())
    with pytest.raises(IntegrityError), transaction.atomic():
        Trainee.objects.update(name="又回来了")


def test_signatures_outside_the_session_are_not_taken(cast, session):
    sign(session, signed_on(session, [session.date_to + timedelta(days=1)]), by=cast.contractor)
    assert not Attendance.objects.filter(enrolment__session=session).exists()
