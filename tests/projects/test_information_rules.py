"""交易和活动信息：what a month must answer, how it is corrected and returned, who may read it and who has."""

from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from acceptance.models import Application
from portal import workbook
from portal.rules import Refused, breaches
from projects.models import Activity, InformationAccess, TransactionInformation
from projects.models.project import next_month
from projects.month_workbook import SCHEMA
from projects.rules.rest import records_do_not_rest
from reporting.desk import waiting_for
from reporting.models import MonthlyReport
from reporting.sweeps import remind_of_information
from tests.builders import go_to, story, underway_project
from tests.projects.test_project_pages import page_of, rows

FIGURES = {"online_sales": 300, "farm_sales": 200, "industrial_sales": 50, "orders": 9, "parcels": 8}
ACTIVITY = {"date": date(2020, 9, 20), "kind": "live", "place": "演示村直播间", "people": 30, "amount": 5000}


@pytest.fixture
def owing(cast):
    """A project under way on the day after its second month has ended."""
    project = underway_project(cast)
    months = [project.started_on.replace(day=1), next_month(project.started_on.replace(day=1))]
    go_to(next_month(months[1]).replace(day=3))
    return project, months


def given(cast, project, month, **changes):
    return TransactionInformation.submit(project, month, by=cast.contractor, **(FIGURES | changes))


def months_url(project):
    return reverse("project-information", args=[project.pk])


# --- every month, every indicator ---------------------------------------------------------------------------


def test_A_452_a_month_that_lacks_indicators_is_refused_and_each_is_named(cast, owing):
    project, (month, _) = owing
    with pytest.raises(Refused, match="A-452") as refusal:
        TransactionInformation.submit(project, month, by=cast.contractor, online_sales=300, orders=9)
    words = str(refusal.value)
    assert all(f"缺指标“{name}”" in words for name in ("其中农产品", "其中工业品", "包裹"))
    assert "“订单”" not in words and not TransactionInformation.objects.exists()
    given(cast, project, month)
    assert project.information_missing(date(2020, 10, 1)) == []


def test_A_452_only_months_that_are_over_and_owed_are_given(cast, owing):
    project, months = owing
    for month in (date(2020, 1, 1), next_month(months[1])):
        with pytest.raises(Refused, match="A-452m"):
            given(cast, project, month)


def test_A_452_the_parts_do_not_exceed_the_whole_in_the_database_too(cast, owing):
    project, (month, _) = owing
    with pytest.raises(IntegrityError, match="information_parts"), transaction.atomic():
        given(cast, project, month, farm_sales=280)
    with pytest.raises(IntegrityError, match="information_nil"), transaction.atomic():
        given(cast, project, month, is_nil=True)
    assert given(cast, project, month, farm_sales=250).security_level == "business_secret"


def test_A_452_the_desks_of_contractor_and_county_show_who_owes_which_month(cast, owing):
    project, (first, second) = owing
    today = next_month(second).replace(day=3)
    mine = [task for task in waiting_for(cast.contractor, today) if task.kind == "信息"]
    assert f"{first:%Y年%-m月}、{second:%Y年%-m月}" in mine[0].title and mine[0].due.on == second.replace(day=5)
    theirs = [task.title for task in waiting_for(cast.clerk, today) if task.kind == "信息"]
    assert len(theirs) == 1 and f"{first:%Y年%-m月}" in theirs[0] and f"{second:%Y年%-m月}" not in theirs[0]
    assert not [task for task in waiting_for(cast.government, today) if task.kind == "信息"]
    given(cast, project, first)
    assert not [task for task in waiting_for(cast.clerk, today) if task.kind == "信息"]


def test_A_452_the_months_report_of_the_county_names_the_contractors_that_owe(cast, owing):
    project, (month, _) = owing
    report = MonthlyReport.open_for(cast.county, month)
    report.fill(by=cast.liaison, progress="", numbers={v.code: 0 for v in report.values.all() if not v.is_computed})
    owed = [breach for breach in report.missing_before_submit() if breach.rule.id == "A-452r"]
    assert project.name in owed[0].wrong and owed[0].kind == "原则"
    given(cast, project, month, online_sales=20_000)
    found = {breach.rule.id: breach for breach in report.missing_before_submit()}
    assert "A-452r" not in found
    assert "2 万元" in found["A-452s"].wrong and found["A-452s"].kind == "提示"


def test_A_452_a_reason_for_what_a_contractor_owes_is_no_lateness(cast, owing):
    _, (month, _) = owing
    report = MonthlyReport.open_for(cast.county, month)
    report.fill(by=cast.liaison, progress="", numbers={v.code: 0 for v in report.values.all() if not v.is_computed})
    go_to(report.due_on)
    with pytest.raises(Refused, match="A-452r"):
        report.submit(by=cast.liaison)
    report.submit(by=cast.liaison, reason="已书面督促")
    event = report.events.order_by("pk").last()
    assert event.words == "上报月报" and event.excused == ["A-452r"] and report.late_reason == ""


def test_A_452_contractors_are_reminded_and_the_county_hears_of_it_once(cast, owing):
    project, (first, second) = owing
    for day in (5, 5, 6, 6, 7):
        remind_of_information(next_month(second).replace(day=day))
    mine = cast.contractor.messages.filter(title__startswith="请于")
    assert mine.count() == 1 and f"{first:%Y年%-m月}、{second:%Y年%-m月}" in mine.get().title
    for user in (cast.clerk, cast.liaison):
        assert user.messages.filter(title__contains="请督促").count() == 1
    given(cast, project, first)
    given(cast, project, second)
    remind_of_information(next_month(second).replace(day=5))
    assert mine.count() == 1


# --- complete, or no acceptance -----------------------------------------------------------------------------


def apply(cast, project):
    return Application.begin(project.agreement.stages.first(), by=cast.contractor, statement="完成")


def test_A_458_a_returned_month_is_missing_until_it_is_corrected(cast, owing):
    project, (first, second) = owing
    information = given(cast, project, first)
    given(cast, project, second)
    application = apply(cast, project)
    information.send_back(by=cast.clerk, reason="订单与快递数不符")
    with pytest.raises(Refused, match="A-458.*") as refusal:
        application.submit(by=cast.contractor, reason="标识正在制作（演示）")
    assert f"{first:%Y年%-m月} 的交易和活动信息已被退回" in str(refusal.value)
    assert project.information_missing(date(2020, 12, 1))[0] == first
    assert cast.contractor.messages.filter(title__startswith="请更正", text="订单与快递数不符").count() == 1
    with pytest.raises(Refused, match="A-452c"):
        information.correct(by=cast.contractor, reason=" ", **FIGURES)
    information.correct(by=cast.contractor, reason="漏计两单", **(FIGURES | {"orders": 11}))
    assert information.status == "submitted" and information.returned_reason == ""
    application.submit(by=cast.contractor, reason="标识正在制作（演示）")


def test_A_458_a_month_given_before_an_indicator_was_asked_is_named_with_it(cast, owing):
    project, months = owing
    for month in months:
        given(cast, project, month)
    TransactionInformation.objects.filter(month=months[0]).update(industrial_sales=None)
    with pytest.raises(Refused, match="缺指标：其中工业品"):
        apply(cast, project).submit(by=cast.contractor, reason="标识正在制作（演示）")


def test_A_458_a_return_without_a_reason_is_refused_by_the_database(cast, owing):
    project, (month, _) = owing
    information = given(cast, project, month)
    with pytest.raises(IntegrityError, match="A_458"), transaction.atomic():
        information.send_back(by=cast.clerk, reason="")
    information.send_back(by=cast.clerk, reason="数据有误")
    with pytest.raises(Refused, match="P-001"):
        information.send_back(by=cast.clerk, reason="又一次")


def test_A_456_every_project_owes_whoever_pays_for_it(cast, owing):
    project, months = owing
    assert project.agreement.central_amount > 0
    assert project.information_months(next_month(months[1])) == months


# --- versions ------------------------------------------------------------------------------------------------------


def test_a_correction_keeps_what_was_said_before(cast, owing):
    project, (month, _) = owing
    information = given(cast, project, month, activities=[ACTIVITY])
    information.correct(by=cast.contractor, reason="少计一单", **(FIGURES | {"orders": 10}))
    first, second = information.versions.all()
    assert (first.content["orders"], second.content["orders"]) == (9, 10)
    assert first.content["activities"][0]["place"] == "演示村直播间" and second.reason == "少计一单"
    assert not Activity.objects.exists()
    for change in ("UPDATE {} SET reason = 'x'", "DELETE FROM {}"):
        with pytest.raises(IntegrityError, match="只能追加"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change.format("projects_informationversion"))


def test_no_event_carries_a_figure(cast, owing):
    """Events are read above the county, too; figures stand in versions only (A-457)."""
    project, (month, _) = owing
    information = given(cast, project, month, online_sales=987_654)
    information.correct(by=cast.contractor, reason="更正", **(FIGURES | {"online_sales": 876_543}))
    for event in [*information.events.all(), *project.events.all()]:
        assert "987654" not in f"{event.data}{event.words}" and "876543" not in f"{event.data}{event.words}"


# --- who reads ------------------------------------------------------------------------------------------------


def test_A_457_rows_open_to_the_contractor_and_its_county_and_every_reading_is_noted(cast, as_user, owing):
    project, (month, _) = owing
    information = given(cast, project, month, online_sales=1_234_500, activities=[ACTIVITY])
    for user in (cast.clerk, cast.liaison, cast.contractor):
        assert "123.45" in as_user(user).get(months_url(project)).content.decode()
    noted = InformationAccess.objects.order_by("pk").values_list("by__username", "via", "months")
    assert list(noted) == [(name, "page", [f"{month:%Y-%m}"]) for name in ("queshan-commerce", "queshan-liaison")]
    as_user(cast.clerk).get(reverse("information-export", args=[project.pk]))
    as_user(cast.clerk).get(information.get_absolute_url())
    assert list(InformationAccess.objects.order_by("pk").values_list("via", flat=True)[2:]) == ["export", "versions"]
    page = as_user(cast.contractor).get(months_url(project)).content.decode()
    assert page.count("确山县商务局") >= 3 and "确山县信息联络员" in page
    with pytest.raises(IntegrityError, match="只能追加"), transaction.atomic():
        InformationAccess.objects.all().delete()


def test_A_457_everybody_else_sees_sums_or_nothing(cast, as_user, owing):
    project, (month, _) = owing
    information = given(cast, project, month, online_sales=1_234_500, activities=[ACTIVITY])
    above = (cast.henan_commerce, cast.zhumadian_commerce, cast.government, cast.finance, cast.evaluator, cast.auditor)
    for user in above:
        client = as_user(user)
        page = client.get(months_url(project)).content.decode()
        assert "123.45 万元" in page and "演示村直播间" not in page and information.get_absolute_url() not in page
        assert client.get(information.get_absolute_url()).status_code == 404
        assert "123.45" not in page_of(client, project)
    for user in (cast.other_contractor, cast.neighbour):
        assert as_user(user).get(months_url(project)).status_code == 404
    assert not InformationAccess.objects.exists()
    public = as_user(cast.other_contractor).get(reverse("information-list")).content.decode()
    assert project.no not in public


# --- records that rest ----------------------------------------------------------------------------------------


def test_A_428_two_months_without_farm_sales_are_pointed_out_and_refuse_nothing(cast, as_user, owing):
    project, (first, second) = owing
    given(cast, project, first, is_nil=True, **dict.fromkeys(FIGURES, 0))
    given(cast, project, second, farm_sales=0)
    application = apply(cast, project)
    found = breaches([records_do_not_rest], application)
    assert "连续两个月农产品销售额为零" in found[0].wrong and found[0].kind == "提示"
    assert "连续两个月农产品销售额为零" in as_user(cast.clerk).get(months_url(project)).content.decode()
    report = MonthlyReport.open_for(cast.county, second)
    assert [b.rule.id for b in report.missing_before_submit() if b.rule.id.startswith("A-428")] == ["A-428r"]
    application.submit(by=cast.contractor, reason="标识正在制作（演示）")
    information = TransactionInformation.objects.get(month=second)
    information.correct(by=cast.contractor, reason="漏报", **FIGURES)
    assert not breaches([records_do_not_rest], application)


# --- pages -----------------------------------------------------------------------------------------------------------


def test_a_month_is_given_with_its_activities_corrected_and_returned_on_the_pages(cast, as_user, owing):
    project, (month, _) = owing
    typed = {name: str(value) for name, value in FIGURES.items()} | {"month": f"{month:%Y-%m}"}
    activity = {"date": f"{month:%Y-%m}-28", "kind": "live", "place": "演示直播间", "people": "", "amount": ""}
    create = reverse("information-create", args=[project.pk])
    more = as_user(cast.contractor).post(create, typed | rows("activities", activity) | {"add_activity": "1"})
    assert more.status_code == 200 and 'value="演示直播间"' in more.content.decode()
    wrong = as_user(cast.contractor).post(create, typed | rows("activities", activity | {"date": "2020-01-02"}))
    assert wrong.status_code == 422 and "活动日期须在" in wrong.content.decode()
    as_user(cast.contractor).post(create, typed | rows("activities", activity))
    information = TransactionInformation.objects.get()
    assert information.activities.get().people == 0
    assert "演示直播间" in as_user(cast.contractor).get(f"{create}?copy=1").content.decode()

    back = reverse("information-return", args=[information.pk])
    assert as_user(cast.liaison).post(back, {"reason": "请核对订单"}).status_code == 302
    assert "退回更正" in as_user(cast.contractor).get(reverse("information-list")).content.decode()
    correct = reverse("information-correct", args=[information.pk])
    page = as_user(cast.contractor).get(correct).content.decode()
    assert "请核对订单" in page and 'value="演示直播间"' in page
    unexplained = as_user(cast.contractor).post(correct, typed | rows("activities", activity))
    assert unexplained.status_code == 422 and "请填写“更正理由”" in unexplained.content.decode()
    done = as_user(cast.contractor).post(correct, typed | rows("activities") | {"orders": "12", "reason": "漏计"})
    assert done.status_code == 302
    detail = as_user(cast.contractor).get(information.get_absolute_url()).content.decode()
    assert "订单：9 → 12" in detail and "活动：1 项 → 0 项" in detail and "漏计" in detail


def test_the_matrix_tells_given_nil_returned_owed_and_not_yet_due_apart(cast, as_user, owing):
    project, (first, second) = owing
    page = as_user(cast.clerk).get(reverse("information-list")).content.decode()
    assert "未报" in page and "待报" in page and "已报" not in page.split("<tbody>")[1].split("</tbody>")[0]
    given(cast, project, first, is_nil=True, **dict.fromkeys(FIGURES, 0))
    page = as_user(cast.henan_commerce).get(reverse("information-list")).content.decode()
    assert "零申报" in page
    assert as_user(cast.clerk).get(reverse("information-list") + "?year=abc").status_code == 200


def test_the_story_gives_every_indicator(cast, owing):
    project, months = owing
    s = story()
    s.today = next_month(months[1]).replace(day=3)
    s.inform(project)
    assert project.information.complete().count() == 2


# --- workbooks -------------------------------------------------------------------------------------------------------


def book(rows):
    return ContentFile(workbook.export(SCHEMA, rows), "各月.xlsx")


def test_A_452_owed_months_come_in_by_workbook_all_or_none(cast, as_user, owing):
    project, (first, second) = owing
    client, url = as_user(cast.contractor), reverse("information-import")
    template = ContentFile(client.get(reverse("information-template")).content, "模板.xlsx")
    empty = workbook.read_rows(template, SCHEMA)
    assert [(row["project"], row["month"]) for row in empty.values] == [
        (project.no, f"{first:%Y-%m}"),
        (project.no, f"{second:%Y-%m}"),
    ]
    good = FIGURES | {"project": project.no, "month": f"{first:%Y-%m}"}
    wrong = {"project": project.no, "month": f"{second:%Y-%m}", "online_sales": 5}
    strange = FIGURES | {"project": "4100000000", "month": f"{second:%Y-%m}"}
    refused = client.post(url, {"upload": book([good, wrong, strange])})
    page = refused.content.decode()
    assert refused.status_code == 422 and "B3" in page and "没有这个项目编号" in page and "A4" in page
    assert not TransactionInformation.objects.exists()
    lacking = client.post(url, {"upload": book([wrong])}).content.decode()
    assert "A-452" in lacking and "缺指标“订单”" in lacking and "下载标出错误的工作簿" in lacking
    nil = {"project": project.no, "month": f"{second:%Y-%m}", "is_nil": True}
    assert client.post(url, {"upload": book([good, nil])}).status_code == 302
    assert project.information.complete().count() == 2
    assert client.post(url, {"upload": book([])}).status_code == 422
    again = client.post(url, {"upload": book([good])})
    assert again.status_code == 422 and "已经报送" in again.content.decode()
