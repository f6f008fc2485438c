"""村级服务网点台账: nothing is accepted before every claimed station stands in it, and no village is paid for twice."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from acceptance.models import Application
from disclosure.demonstration import LINES
from portal.rules import Kind, Refused, breaches
from projects.ledgers import STATIONS
from projects.models import Project, Station
from projects.models.station import StationCount
from projects.rules import ledger as rules
from projects.sitemap import draw
from tests import builders
from tests.projects.ledger_rows import station, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(cast):
    found = builders.selected_project(cast)
    found.stations.all().delete()
    return found


@pytest.fixture
def underway(cast):
    found = builders.underway_project(cast)
    found.stations.all().delete()
    Project.objects.filter(pk=found.pk).update(claimed_stations=None)
    found.refresh_from_db()
    return found


def application(project, stage_no, cast):
    """Only what the rule asks: which project, which stage."""
    return Application(project=project, stage=project.agreement.stages.get(no=stage_no), applied_by=cast.contractor)


def refusal(project, stage_no, cast):
    return rules.every_claimed_station_is_in_the_ledger(application(project, stage_no, cast))


# --- A-427 ---------------------------------------------------------------------------------------------------------


def test_A_427_no_acceptance_of_the_whole_before_every_claimed_station_is_in_the_ledger(underway, cast):
    underway.edit(by=cast.clerk, claimed_stations=3)
    STATIONS.apply(underway, [station(1), station(2)], by=cast.contractor)
    (breach,) = refusal(underway, 2, cast)
    assert "申报 3 个村级服务网点" in breach.wrong and "只有 2 个，缺 1 个" in breach.wrong
    assert breach.kind is Kind.HARD and breach.rule.id == "A-427"
    STATIONS.apply(underway, [station(3)], by=cast.contractor)
    assert refusal(underway, 2, cast) == []


def test_A_427_refuses_the_application_itself(underway, cast):
    builders.story().passed_application(underway)
    underway.edit(by=cast.clerk, claimed_stations=2)
    builders.go_to(builders.workdays_after(date(2021, 1, 4)))
    s = builders.story()
    s.inform(underway)
    made = Application.begin(underway.agreement.stages.get(no=2), by=cast.contractor, statement="演示")
    with pytest.raises(Refused, match="规则 A-427"):
        made.submit(by=cast.contractor, reason="标识照片随后补充")
    STATIONS.apply(underway, [station(1), station(2)], by=cast.contractor)
    made.submit(by=cast.contractor, reason="标识照片随后补充")
    assert made.status == "submitted"


def test_A_427_a_station_still_being_built_does_not_count(underway, cast):
    underway.edit(by=cast.clerk, claimed_stations=1)
    STATIONS.apply(underway, [station(1, operation="preparing", opened_on=None)], by=cast.contractor)
    assert refusal(underway, 2, cast)
    STATIONS.apply(underway, [station(1)], by=cast.contractor)
    assert not refusal(underway, 2, cast)


def test_A_427_the_number_in_the_plan_counts_even_when_the_ledger_of_the_project_is_silent(cast):
    lines = [("村级电商服务站点", "logistics", "construction", "award", 400, "建成站点", 2, "个"), *LINES[1:]]
    plan = builders.recorded_plan(cast, lines)
    s = builders.story()
    project = builders._told(s, s.underway_project(s.selected_project(plan)))
    project.stations.all().delete()
    project.edit(by=cast.clerk, claimed_stations=None)
    assert project.stations_claimed() == 2 and refusal(project, 2, cast)
    project.edit(by=cast.clerk, claimed_stations=1)
    assert project.stations_claimed() == 2
    project.edit(by=cast.clerk, claimed_stations=5)
    assert project.stations_claimed() == 5


def test_A_427_an_earlier_stage_needs_stations_only_when_it_speaks_of_them(underway, cast):
    underway.edit(by=cast.clerk, claimed_stations=3)
    assert not refusal(underway, 1, cast)
    underway.agreement.stages.filter(no=1).update(deliverables="建成第一批服务站点")
    assert refusal(underway, 1, cast)
    STATIONS.apply(underway, [station(1)], by=cast.contractor)
    assert not refusal(underway, 1, cast)


def test_A_427_a_project_without_stations_is_not_asked(underway, cast):
    assert underway.stations_claimed() == 0
    assert refusal(underway, 2, cast) == []


def test_A_427_shows_beforehand_what_is_missing(project, cast):
    project.edit(by=cast.clerk, claimed_stations=2)
    (shown,) = breaches([rules.stations_still_to_be_entered], StationCount(project))
    assert shown.kind is Kind.RECORD and "已开业 0 个" in shown.wrong


def test_A_427_the_database_wants_twelve_figures(project, cast):
    STATIONS.apply(project, [station(1)], by=cast.clerk)
    with pytest.raises(IntegrityError, match="A_427_station_has_a_village_code"), transaction.atomic():
        project.stations.update(village_code="41172510000")


# --- A-305 ---------------------------------------------------------------------------------------------------------


def test_A_305_the_same_village_and_level_is_registered_once_whoever_builds_it(project, cast):
    other = builders._told(builders.story(), builders.story().selected_project(project.fund_line.plan, line_no=2))
    other.stations.all().delete()
    STATIONS.apply(project, [station(1)], by=cast.clerk)
    with pytest.raises(Refused, match="规则 A-305s") as refused:
        STATIONS.apply(other, [station(77, village_code=station(1)["village_code"])], by=cast.clerk)
    assert f"项目 {project.no} 的 ZD00001" in str(refused.value) and "不得重复支持" in str(refused.value)
    town = station(78, village_code=station(1)["village_code"], level="town")
    assert STATIONS.apply(other, [town], by=cast.clerk) == (1, 0)


def test_A_305_twice_in_one_workbook_is_found_at_the_second_cell(project, cast):
    from projects.models import Import

    rows = [station(1), station(2), station(3, village_code=station(1)["village_code"])]
    run = Import.queue(project, STATIONS, upload(STATIONS, rows), by=cast.clerk)
    run.run()
    (words, cells, _), *more = run.causes
    assert cells == ["F4"] and "本次登记的 ZD00001" in words and "A-305s" in words and not more


def test_A_305_the_database_refuses_the_second_station_too(project, cast):
    STATIONS.apply(project, [station(1)], by=cast.clerk)
    with pytest.raises(IntegrityError, match="A_305_one_station_per_village_and_level"), transaction.atomic():
        Station.objects.create(project=project, **station(2, village_code=station(1)["village_code"]))


def test_a_station_keeps_its_village_when_it_is_entered_again(project, cast):
    STATIONS.apply(project, [station(1)], by=cast.clerk)
    assert STATIONS.apply(project, [station(1, name="改名")], by=cast.clerk) == (0, 1)


# --- A-425, coordinates, the drawing ---------------------------------------------------------------------------------


def test_A_425s_says_how_many_stations_are_still_alive(project, cast):
    shut = {"operation": "closed", "closed_on": date(2020, 8, 20)}
    STATIONS.apply(project, [station(1), station(2)], by=cast.clerk)
    assert breaches([rules.stations_keep_working], StationCount(project)) == []
    STATIONS.apply(project, [station(3, **shut), station(4)], by=cast.clerk)
    (shown,) = breaches([rules.stations_keep_working], StationCount(project))
    assert shown.kind is Kind.RECORD and "已开业 4 个站点中正常运营 3 个（75%）" in shown.wrong


def test_P_060_coordinates_outside_the_province_are_pointed_out_and_taken(project, cast):
    from decimal import Decimal

    STATIONS.apply(project, [station(1), station(2, lng=Decimal(80), lat=Decimal(40))], by=cast.clerk)
    (shown,) = breaches([rules.stations_lie_in_the_province], StationCount(project))
    assert "站点 ZD00002" in shown.wrong and "ZD00001" not in shown.wrong


def test_the_drawing_holds_every_station_with_coordinates_and_says_how_many_have_none(project, cast):
    STATIONS.apply(project, [station(1), station(2), station(3, lng=None, lat=None)], by=cast.clerk)
    drawing = draw(list(project.stations.all()))
    assert len(drawing.points) == 2 and drawing.without == 1 and "共 3 个站点" in drawing.words
    assert {town.name for town in drawing.towns} == {"演示1镇", "演示2镇"}
    assert all(0 < p.x < drawing.width and 0 < p.y < drawing.height for p in drawing.points)
    assert draw([]).points == []


def test_the_page_of_the_drawing_names_each_station(project, cast, as_user):
    STATIONS.apply(project, [station(1)], by=cast.clerk)
    page = as_user(cast.contractor).get(reverse("station-map", args=[project.pk])).content.decode()
    assert "<svg" in page and "ZD00001 演示站点1" in page and "演示1镇 1" in page


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ({"operation": "preparing"}, "opened_on"),
        ({"opened_on": None}, "opened_on"),
        ({"operation": "closed"}, "closed_on"),
        ({"closed_on": date(2020, 8, 2)}, "closed_on"),
        ({"opened_on": date(2020, 9, 2)}, "opened_on"),
        ({"lat": None}, "lat"),
        ({"services": "代购、算命"}, "services"),
    ],
)
def test_the_cells_of_a_row_must_agree(given, column):
    schema = STATIONS.schema
    texts = {c.name: c.text({**station(1), **given}[c.name]) for c in schema.columns}
    assert set(schema.read_row(texts)[1]) == {column}
    right = {c.name: c.text(station(1)[c.name]) for c in schema.columns}
    assert schema.read_row(right)[1] == {}


def test_who_reads_telephone_numbers(project, cast):
    for person in (cast.contractor, cast.clerk, cast.poverty, cast.auditor):
        assert project.opens_people_to(person)
    for person in (cast.government, cast.finance, cast.zhumadian_commerce, cast.henan_commerce, cast.evaluator):
        assert not project.opens_people_to(person)


def test_a_station_cannot_be_opened_in_the_future(project):
    opened = builders.clock.today() + timedelta(days=1)
    texts = {c.name: c.text({**station(1), "opened_on": opened}[c.name]) for c in STATIONS.schema.columns}
    assert "不能晚于今天" in STATIONS.schema.read_row(texts)[1]["opened_on"]


def test_the_list_of_all_stations_shows_each_its_own(project, cast, as_user):
    STATIONS.apply(project, [station(1), station(2)], by=cast.clerk)
    address = reverse("station-list")
    page = as_user(cast.henan_commerce).get(address, {"q": "演示2村"}).content.decode()
    assert "演示站点2" in page and "演示站点1" not in page
    shut = as_user(cast.contractor).get(address, {"status": "closed"}).content.decode()
    assert "没有符合条件的站点" in shut
    assert "演示站点1" not in as_user(cast.neighbour).get(address).content.decode()
    assert "演示站点1" not in as_user(cast.other_contractor).get(address).content.decode()
