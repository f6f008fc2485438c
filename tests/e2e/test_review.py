"""Return and resubmission, and a change with its second publicity, in a real browser; axe on every page looked at."""

import pytest

from counties.models import Plan
from disclosure.demonstration import pdf
from tests.e2e.test_walk import SITE, _after, _agree, _story
from tests.e2e.test_walk import stage as stage  # noqa: PLC0414  the same browser, people and clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("transactions")]

BUREAUS = ("commerce", "finance", "poverty")


def _three(person, place, plan, level):
    plan.refresh_from_db()
    for bureau in BUREAUS:
        _agree(person(f"{place}-{bureau}"), plan, bureau, level)
    plan.refresh_from_db()


def _with_the_city():
    s = _story()
    plan = s.draft()
    s.send(plan)
    s.opinions(plan, "county")
    s.approve(plan)
    plan.refresh_from_db()
    _after(plan.notice)
    plan.refresh_from_db()
    return plan


def test_a_plan_returned_by_parts_is_answered_and_goes_the_way_again(stage):
    cast, person = stage
    plan = _with_the_city()
    review = plan.current_reviews("city").get(bureau="finance")
    city, clerk, government = person("zhumadian-finance"), person("queshan-commerce"), person("queshan-government")
    fields = {"opinion": "请完善目标（演示）", "points-0-part": "line:3", "points-0-reason": "目标不可考核（演示）"}
    city.send(f"/reviews/{review.pk}/return/", **fields)
    plan.refresh_from_db()
    assert plan.status == Plan.Status.RETURNED and plan.round == 2

    assert "目标不可考核" in clerk.look(f"/plans/{plan.pk}/")
    assert "A-111r" in clerk.page.inner_text("main")
    point = plan.last_return_points().get()
    clerk.send(f"/plans/{plan.pk}/answers/", **{f"point-{point.pk}": "已改为认证产品 20 个（演示）"})
    clerk.look(f"/plans/{plan.pk}/")
    clerk.press("提交县内会签")
    _three(person, "queshan", plan, "county")
    government.send(f"/plans/{plan.pk}/approve/", site_url=SITE)
    plan.refresh_from_db()
    _after(plan.notice)
    plan.refresh_from_db()
    assert plan.status == Plan.Status.CITY_REVIEW
    assert "已改为认证产品" in city.look(f"/plans/{plan.pk}/")


def test_a_change_is_compared_filed_publicised_again_and_then_in_force(stage):
    cast, person = stage
    s = _story()
    plan = s.recorded_plan()
    _after(plan.notice)
    clerk, government, public = person("queshan-commerce"), person("queshan-government"), person()
    clerk.send(f"/plans/{plan.pk}/change/", types="funds", reason="物流线路合并（演示）")
    change = Plan.objects.get(replaces=plan)
    clerk.send(
        f"/plans/{change.pk}/lines/", **{"lines-0-central_amount": "3900000", "lines-1-central_amount": "2100000"}
    )
    assert "390" in clerk.look(f"/plans/{change.pk}/compare/")
    clerk.look(f"/plans/{change.pk}/")
    clerk.press("提交县内会签")
    _three(person, "queshan", change, "county")
    government.send(f"/plans/{change.pk}/approve/", decision=pdf("县政府决定（演示）.pdf"))
    _three(person, "zhumadian", change, "city")
    person("zhumadian-commerce").send(f"/plans/{change.pk}/file/", doc_no="驻商〔2020〕31号")
    _three(person, "henan", change, "province")
    plan.refresh_from_db()
    assert change.status == Plan.Status.RECEIVED and plan.status == Plan.Status.RECORDED  # not in force yet
    government.send(f"/plans/{change.pk}/publicise/", site_url=SITE)
    change.refresh_from_db()
    assert "公示中" in public.look(f"/public/notices/{change.notice_id}/")
    _after(change.notice)
    plan.refresh_from_db()
    change.refresh_from_db()
    assert (plan.status, change.status) == (Plan.Status.REPLACED, Plan.Status.RECORDED)
    assert "第 2 版" in public.look("/county/411725/")
