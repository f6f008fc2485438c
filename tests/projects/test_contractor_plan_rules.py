"""承办单位建设方案：what it repeats of the agreement, two opinions, the approval, its versions."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from portal import clock
from portal.rules import Refused
from projects.models import ContractorPlan, Stage
from tests import builders

SITE = "https://example.invalid/2"


@pytest.fixture
def project(cast):
    project = builders.selected_project(cast)
    builders.story().signed_agreement(project)
    return project


def draft(cast, project, **fields):
    return ContractorPlan.draft(project, by=cast.contractor, text="分两期", **fields)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"central_amount": 1}, "两者须一致"),
        ({"central_amount": None}, "没有写明"),
        ({"equipment_text": ""}, "没有写明设备“分拣设备”2 台"),
        ({"equipment_text": "分拣设备 3 台"}, "没有写明设备“分拣设备”2 台"),
        ({"equipment_text": "分拣设备 2 台\n叉车 1 台"}, "“叉车 1 台”不在协议设备清单内"),
        ({"planned_end": None}, "没有写明开工和完工时限"),
        ({"planned_end": date(2022, 7, 1)}, "晚于实施方案的实施期"),
    ],
)
def test_A_324_the_contractors_plan_repeats_amount_equipment_and_time_limit(cast, project, fields, words):
    plan = draft(cast, project, **fields)
    with pytest.raises(Refused, match="A-324p") as refused:
        plan.submit(by=cast.contractor)
    assert words in str(refused.value)
    good = ContractorPlan.beginning(project) | {"equipment_text": "分拣设备（演示型） 2 台，归属县政府；"}
    draft(cast, project, **good).submit(by=cast.contractor)


def test_A_324_no_later_than_the_last_stage_of_the_agreement(cast):
    project = builders.selected_project(cast)
    agreement = builders.story().draft_agreement(project)
    Stage.objects.filter(agreement=agreement, no=2).update(planned_on=date(2021, 6, 30))
    plan = draft(cast, project, planned_end=date(2021, 7, 1))
    with pytest.raises(Refused, match="晚于协议最后阶段的 2021-06-30"):
        plan.submit(by=cast.contractor)
    draft(cast, project, planned_end=date(2021, 6, 30)).submit(by=cast.contractor)


def test_A_108_two_bureaus_give_their_opinion_before_the_government_approves(cast, project):
    plan = draft(cast, project)
    plan.submit(by=cast.contractor)
    with pytest.raises(Refused, match="P-001"):
        plan.approve(by=cast.government, site_url=SITE)
    plan.review(by=cast.clerk, agrees=True)
    assert plan.status == "review"
    with pytest.raises(Refused, match="本部门已出具意见"):
        plan.review(by=cast.clerk, agrees=True)
    with pytest.raises(Refused, match="P-001"):
        plan.review(by=cast.poverty, agrees=True)
    plan.review(by=cast.finance, agrees=True, opinion="金额一致")
    assert plan.status == "submitted"
    with pytest.raises(Refused, match="P-002"):
        plan.approve(by=cast.finance, site_url=SITE)
    plan.approve(by=cast.government, site_url=SITE)
    assert plan.notice.facts["时限"] == f"{plan.planned_start} 至 {plan.planned_end}"
    with pytest.raises(IntegrityError, match="A_108"), transaction.atomic():
        plan.opinions.create(bureau="finance", agrees=True, by=cast.finance, at=clock.now())


def test_A_108_one_return_returns_and_the_next_version_starts_afresh(cast, project):
    plan = draft(cast, project)
    plan.submit(by=cast.contractor)
    plan.review(by=cast.clerk, agrees=True)
    plan.review(by=cast.finance, agrees=False, opinion="设备单价偏高")
    assert plan.status == "returned"
    with pytest.raises(Refused, match="P-001"):
        plan.submit(by=cast.contractor)
    second = draft(cast, project)
    assert (second.version, second.status, second.equipment_text) == (2, "draft", plan.equipment_text)
    second.submit(by=cast.contractor)
    assert not second.opinions.exists()
    with pytest.raises(IntegrityError, match="plan_opinion_return_has_words"), transaction.atomic():
        second.opinions.create(bureau="finance", agrees=False, by=cast.finance, at=clock.now())


def test_A_109_a_changed_plan_is_approved_and_publicised_again_before_it_replaces_the_old_one(cast):
    project = builders.underway_project(cast)
    old = project.contractor_plans.get()
    with pytest.raises(Refused, match="须写明理由并重新报批"):
        draft(cast, project)
    new = draft(cast, project, change_reason="调整站点布局")
    new.submit(by=cast.contractor)
    s = builders.story()
    s.reviewed(new)
    new.approve(by=cast.government, site_url=SITE)
    old.refresh_from_db()
    assert (old.status, new.status) == ("ready", "publicised")
    s.over(new.notice)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.status, new.status) == ("superseded", "ready")
    assert project.approved_plan() == new
    assert new.notice.ends_on < s.today == new.notice.ends_on + timedelta(days=1)
