"""公示与异议的页面。"""

import pytest
from django.urls import reverse

from counties.models import Plan
from notices.models import Notice
from tests.builders import draft_plan, story
from tests.notices import access

ANSWER = {"outcome": "not_upheld", "reply": "经核实，方案内容与国家要求一致。"}


def url(name, record):
    return reverse(name, args=[record.pk])


@pytest.fixture
def notice(cast):
    plan = draft_plan(cast)
    s = story()
    s.send(plan)
    s.opinions(plan, "county")
    s.approve(plan)
    plan.refresh_from_db()
    return plan.notice


@pytest.fixture
def objection(notice):
    return notice.object(name="演示村民", phone="0000-00001", text="物流资金占比不合理")


def test_lists_and_pages_ask_a_fixed_number_of_questions(cast, objection, as_user, django_assert_max_num_queries):
    client = as_user(cast.zhumadian_commerce)
    client.get(url("notice-detail", objection.notice))
    with django_assert_max_num_queries(15):
        assert "公示中" in client.get(reverse("notice-list")).content.decode()
    with django_assert_max_num_queries(20):
        assert objection.receipt_no in client.get(url("notice-detail", objection.notice)).content.decode()


def test_the_name_of_the_person_objecting_is_for_those_who_answer(cast, objection, as_user):
    assert "演示村民" in as_user(cast.government).get(url("notice-detail", objection.notice)).content.decode()
    for reader in (cast.clerk, cast.zhumadian_commerce, cast.henan_commerce, cast.auditor):
        page = as_user(reader).get(url("notice-detail", objection.notice)).content.decode()
        assert "演示村民" not in page and "0000-00001" not in page and "物流资金占比不合理" in page


def test_not_upheld_the_notice_runs_on(cast, objection, as_user):
    assert as_user(cast.government).post(url("objection-answer", objection), ANSWER).status_code == 302
    objection.refresh_from_db()
    assert objection.reply == ANSWER["reply"] and objection.notice.status == Notice.Status.RUNNING


def test_upheld_the_plan_goes_back(cast, objection, as_user):
    as_user(cast.government).post(url("objection-answer", objection), ANSWER | {"outcome": "upheld"})
    assert Plan.objects.get(county=cast.county).status == Plan.Status.RETURNED
    assert Notice.objects.get(pk=objection.notice_id).status == Notice.Status.UPHELD


def test_an_objection_is_answered_once(cast, objection, as_user):
    client = as_user(cast.government)
    client.post(url("objection-answer", objection), ANSWER)
    second = client.post(url("objection-answer", objection), ANSWER | {"outcome": "upheld"})
    assert second.status_code == 409 and "P-001" in second.content.decode()
    assert objection.notice.events.filter(words__startswith="答复异议").count() == 1


@pytest.mark.parametrize("wrong", [{"outcome": ""}, {"outcome": "maybe"}, {"reply": ""}, {"reply": "\x00"}])
def test_bad_input_is_told_at_the_field_and_nothing_typed_is_lost(cast, objection, as_user, wrong):
    answer = as_user(cast.government).post(url("objection-answer", objection), ANSWER | wrong)
    assert answer.status_code == 422 and "有 1 处需要改正" in answer.content.decode()
    assert "reply" in wrong or ANSWER["reply"] in answer.content.decode()


def test_not_yours_404_not_your_job_403(cast, objection, as_user):
    assert as_user(cast.neighbour).get(url("notice-detail", objection.notice)).status_code == 404
    assert as_user(cast.neighbour).post(url("objection-answer", objection), ANSWER).status_code == 404
    assert as_user(cast.clerk).post(url("objection-answer", objection), ANSWER).status_code == 403


def test_every_page_of_this_room_has_its_row():
    from notices.urls import urlpatterns

    assert {pattern.name for pattern in urlpatterns} == {row[0] for row in access.ROWS}
