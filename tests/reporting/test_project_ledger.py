"""项目台账：drawn from the records, complete or no monthly report, fast with hundreds of projects."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from portal import clock, money, workdays
from portal.rules import Refused
from projects.models import Agreement, Package, Procurement, Progress, Project
from reporting.desk import waiting_for
from reporting.models import INDICATORS, MonthlyReport
from tests.builders import go_to, paid_payment, selected_project, underway_project

LEDGER = reverse("project-ledger-list")


def page_of(client, query=""):
    return client.get(LEDGER + query).content.decode()


def filled_report(cast, month):
    report = MonthlyReport.open_for(cast.county, month)
    numbers = {indicator.code: 0 for indicator in INDICATORS if not indicator.compute}
    report.fill(by=cast.liaison, numbers=numbers, progress="演示")
    return report


def test_A_331_a_gap_in_the_ledger_holds_the_monthly_report(cast):
    project = underway_project(cast)
    project.edit(by=cast.clerk, owner_phone="")
    Progress.objects.filter(project=project).delete()
    month = project.started_on.replace(day=1)
    go_to(workdays.add_workdays(clock.today(), 1))
    report = filled_report(cast, month)
    with pytest.raises(Refused, match="A-331") as refusal:
        report.submit(by=cast.liaison)
    assert "责任人电话、进度" in str(refusal.value)
    project.edit(by=cast.clerk, owner_phone="0000-00000")
    Progress.report(project, by=cast.contractor, on=clock.today(), percent=10, text="演示")
    report.submit(by=cast.liaison, reason="已督促承办单位报送（演示）")
    assert report.status == "submitted"


def test_A_331_a_project_that_joined_after_the_month_is_asked_next_time(cast):
    project = selected_project(cast)
    project.edit(by=cast.clerk, owner_person="")
    opened = clock.day_of(project.package.qualified_at)
    before = date(2020, opened.month - 1, 1)
    assert "A-331" not in {breach.rule.id for breach in filled_report(cast, before).missing_before_submit()}
    now = filled_report(cast, opened.replace(day=1))
    assert "A-331" in {breach.rule.id for breach in now.missing_before_submit()}


def test_the_ledger_shows_every_column_its_totals_and_masks_the_telephone(cast, as_user):
    payment = paid_payment(cast)
    project = payment.project
    project.edit(by=cast.clerk, owner_phone="0396-7022056")
    page = page_of(as_user(cast.clerk))
    agreed = money.wan(project.agreement.central_amount)
    for words in (project.name, project.agreement.no, "0396-7022056", "合格", agreed, "合计"):
        assert words in page, words
    for user in (cast.henan_commerce, cast.zhumadian_commerce, cast.evaluator):
        above = page_of(as_user(user))
        assert "0396-7022056" not in above and "2056" in above
    assert project.name not in page_of(as_user(cast.neighbour))
    assert project.name not in page_of(as_user(cast.contractor), "?deviating=on&status=completed")


def test_the_workbook_says_the_same_and_never_holds_a_formula(cast, as_user):
    project = paid_payment(cast).project
    project.edit(by=cast.clerk, owner_person="=1+1")
    answer = as_user(cast.clerk).get(reverse("project-ledger-export") + f"?county={project.county_id}")
    sheet = load_workbook(BytesIO(answer.content))["项目台账"]
    heading = [cell.value for cell in sheet[1]]
    row = dict(zip(heading, sheet[2], strict=True))
    assert row["责任人"].value == "=1+1" and row["责任人"].data_type == "s"
    assert row["中央资金（元）"].value == project.agreement.central_amount
    assert row["已拨付（元）"].value + row["余额（元）"].value == project.agreement.central_amount
    empty = as_user(cast.clerk).get(reverse("project-ledger-export") + "?status=stopped")
    assert load_workbook(BytesIO(empty.content))["项目台账"].max_row == 1


@pytest.mark.parametrize("query", ["?county=x&direction=%00", "?page=99999", "?county=" + "9" * 30, "?q=" + "长" * 300])
def test_filters_that_mean_nothing_filter_nothing(cast, as_user, query):
    project = selected_project(cast)
    assert project.name in page_of(as_user(cast.clerk), query)


def test_A_141_the_desks_of_county_city_and_province_name_the_deviation(cast):
    project = underway_project(cast)
    over = project.investment_planned() + 1
    Progress.report(project, by=cast.contractor, on=clock.today(), percent=20, text="演示", invested=over)
    today = clock.today()
    for user in (cast.clerk, cast.contractor):
        assert any("偏离公示" in task.title and project.name in task.title for task in waiting_for(user, today))
    for user in (cast.zhumadian_commerce, cast.henan_commerce):
        [task] = [task for task in waiting_for(user, today) if task.kind == "督导"]
        assert "确山县 1 个项目" in task.title and "deviating=on" in task.url
    assert not [task for task in waiting_for(cast.neighbour, today) if "偏离" in task.title]


def test_A_411_the_desk_asks_for_milestones_within_ten_working_days(cast):
    project = selected_project(cast)
    project.milestones.all().delete()
    [task] = [task for task in waiting_for(cast.clerk, clock.today()) if "制定节点" in task.title]
    assert task.due.left == 10


def test_six_hundred_projects_take_no_more_questions_than_one(cast, as_user, django_assert_max_num_queries):
    one = underway_project(cast)
    many = range(600)
    procurements = Procurement.objects.bulk_create(
        [
            Procurement(
                county=one.county,
                name=f"演示项目{n}",
                content_text="x",
                conditions="x",
                budget=1,
                drafted_by=cast.clerk,
            )
            for n in many
        ]
    )
    packages = Package.objects.bulk_create(
        [Package(procurement=p, no=1, name=p.name, fund_line=one.fund_line, budget=1) for p in procurements]
    )
    projects = Project.objects.bulk_create(
        [
            Project(
                county=one.county,
                no=f"D{n}",
                name=f"演示项目{n}",
                fund_line=one.fund_line,
                procurement=procurements[n],
                package=packages[n],
                contractor=one.contractor,
            )
            for n in many
        ]
    )
    Agreement.objects.bulk_create(
        [Agreement(project=p, no=f"x{p.no}", central_amount=10_000, drafted_by=cast.clerk) for p in projects]
    )
    client = as_user(cast.clerk)
    client.get(LEDGER)
    with django_assert_max_num_queries(15):
        page = page_of(client)
    assert "共 601 条" in page
    with django_assert_max_num_queries(15):
        assert page_of(client, "?all=1").count("<tr>") > 600
    with django_assert_max_num_queries(15):
        client.get(reverse("project-ledger-export"))
