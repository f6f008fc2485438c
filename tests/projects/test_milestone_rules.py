"""节点：at least one before the start, free before it, explained after it, late ones listed."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from disclosure.demonstration import pdf
from portal import clock
from portal.models import Attachment
from portal.rules import Refused
from projects.models import Milestone, Project
from tests.builders import go_to, selected_project, story, underway_project


def url(name, record):
    return reverse(name, args=[record.pk])


def test_A_411_no_start_without_a_milestone(cast):
    project = selected_project(cast)
    Milestone.objects.filter(project=project).delete()
    s = story()
    with pytest.raises(Refused, match="A-411m"):
        s.underway_project(project)
    Milestone.plan(project, by=cast.clerk, name="完工", due_on=date(2021, 12, 31))
    go_to(s.today)
    project.start(by=cast.government)
    assert project.status == "underway"


def test_A_411_a_date_moves_freely_before_the_start_and_with_a_reason_after_it(cast, as_user):
    project = selected_project(cast)
    milestone = project.milestones.first()
    milestone.edit(by=cast.clerk, name=milestone.name, due_on=date(2021, 5, 1))
    story().underway_project(project)
    go_to(project.started_on or clock.today())
    moved = {"name": milestone.name, "due_on": "2021-08-01"}
    refused = as_user(cast.clerk).post(url("milestone-edit", milestone), moved)
    assert refused.status_code == 409 and "A-411r" in refused.content.decode()
    kept = as_user(cast.clerk).post(url("milestone-edit", milestone), moved | {"reason": "汛期停工两个月"})
    assert kept.status_code == 302
    event = project.events.latest("pk")
    assert event.data["due_on"] == ["2021-05-01", "2021-08-01"]
    assert event.excused == ["A-411r"] and event.reason == "汛期停工两个月"


def test_A_411_the_end_of_the_project_moves_with_a_reason_after_the_start(cast):
    project = underway_project(cast)
    project.edit(by=cast.clerk, owner_person="新责任人", planned_end=project.planned_end)
    with pytest.raises(Refused, match="A-411r"):
        project.edit(by=cast.clerk, planned_end=date(2022, 3, 31))
    project.edit(by=cast.clerk, planned_end=date(2022, 3, 31), reason="设备到货推迟")
    assert project.events.latest("pk").data == {"planned_end": ["2021-12-31", "2022-03-31"]}


def test_P_162_a_milestone_is_dropped_before_the_start_only(cast):
    project = selected_project(cast)
    first, second = project.milestones.all()
    first.drop(by=cast.clerk)
    story().underway_project(project)
    with pytest.raises(Refused, match="P-162"):
        second.drop(by=cast.clerk)


def test_A_413_a_late_milestone_is_listed_until_it_is_done(cast, as_user):
    project = underway_project(cast)
    milestone = project.milestones.first()
    milestone.edit(by=cast.clerk, name="主体封顶", due_on=clock.today() + timedelta(days=1), reason="提前")
    go_to(clock.today() + timedelta(days=3))
    page = as_user(cast.clerk).get(url("project-life", project)).content.decode()
    assert "主体封顶" in page and "A-413m" in page
    assert "有逾期" in as_user(cast.contractor).get(project.get_absolute_url()).content.decode()
    assert Project.objects.with_life(clock.today()).get(pk=project.pk).milestones_late == 1
    data = {"done_on": str(clock.today()), "note": "验收单齐全"}
    without = as_user(cast.contractor).post(url("milestone-finish", milestone), data)
    assert without.status_code == 422 and "请上传“凭证”" in without.content.decode()
    done = as_user(cast.contractor).post(url("milestone-finish", milestone), data | {"uploads": pdf("凭证.pdf")})
    assert done.status_code == 302
    listed = as_user(cast.clerk).get(url("milestone-list", project)).content.decode()
    assert "逾期完成" in listed and "凭证.pdf" in listed
    file = Attachment.objects.get(name="凭证.pdf")
    answers = [
        as_user(user).get(reverse("project-file", args=[project.pk, file.pk])).status_code
        for user in (cast.contractor, cast.henan_commerce, cast.other_contractor)
    ]
    assert answers == [200, 200, 404]
    again = as_user(cast.clerk).post(url("milestone-edit", milestone), {"name": "x", "due_on": "2021-01-01"})
    assert again.status_code == 409 and "不能再修改" in again.content.decode()


def test_one_milestone_per_name(cast, as_user):
    project = selected_project(cast)
    data = {"name": project.milestones.first().name, "due_on": "2021-01-01"}
    response = as_user(cast.clerk).post(url("milestone-create", project), data)
    assert response.status_code == 422 and "同名" in response.content.decode()
