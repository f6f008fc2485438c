"""A workbook of thousands of rows: every wrong cell found at its place, all or nothing, unchanged when it comes back."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.db import connections
from django.urls import reverse
from openpyxl.utils import get_column_letter

from portal import clock, periods, workbook
from portal.models import Event
from projects.ledgers import ASSETS, STATIONS
from projects.models import Asset, Import, Station
from tests import builders
from tests.projects.ledger_rows import asset, station, upload

pytestmark = pytest.mark.django_db

NAMES = [column.name for column in STATIONS.schema.columns]
FAULTS = {  # column → what is typed there instead
    "no": "",
    "level": "村口",
    "village_code": "41172510",
    "lng": "314.5",
    "poor_village": "也许",
    "operator_phone": "电话",
    "area": "0",
    "opened_on": "2020-02-30",
    "funds_central": "3万",
    "services": "代购、占卜",
}


@pytest.fixture
def project(cast):
    found = builders.selected_project(cast)
    found.stations.all().delete()
    found.assets.all().delete()
    return found


def queued(project, file, by, ledger=STATIONS):
    """As the view does it; the task itself is called by the tests."""
    return Import.queue(project, ledger, file, by=by)


def with_faults(rows, faults):
    """The workbook of the rows, `faults` typed over: (number of the row, column) → text."""
    book = openpyxl.load_workbook(BytesIO(workbook.export(STATIONS.schema, rows)))
    for (row, name), text in faults.items():
        book[STATIONS.title].cell(row, NAMES.index(name) + 1).value = text
    packed = BytesIO()
    book.save(packed)
    return ContentFile(packed.getvalue(), "坏的（演示）.xlsx")


def fifty_faults():
    """Five rows for each of ten columns, far apart; the rows are those of the sheet."""
    return {(7 + 13 * k + n, name): text for k in range(5) for n, (name, text) in enumerate(FAULTS.items())}


def test_fifty_planted_errors_are_found_at_their_cells_and_grouped_by_cause(project, cast):
    faults = fifty_faults()
    run = queued(project, with_faults([station(n) for n in range(1, 121)], faults), cast.contractor)
    run.run()
    assert (run.state, run.error_count, len(faults)) == ("rejected", 50, 50)
    wanted = {f"{get_column_letter(NAMES.index(name) + 1)}{row}" for row, name in faults}
    assert {cell for _, cells, _ in run.causes for cell in cells} == wanted
    assert len(run.causes) == 10 and all(count == 5 for *_, count in run.causes)
    assert not project.stations.exists()


def test_the_workbook_comes_back_with_its_errors_marked(project, cast):
    faults = fifty_faults()
    run = queued(project, with_faults([station(n) for n in range(1, 121)], faults), cast.contractor)
    run.run()
    sheet = openpyxl.load_workbook(run.annotated.path.open("rb"))[STATIONS.title]
    marked = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment and cell.row > 1}
    assert marked == {f"{get_column_letter(NAMES.index(name) + 1)}{row}" for row, name in faults}


def test_one_wrong_cell_among_many_right_rows_writes_nothing(project, cast):
    rows = [station(n) for n in range(1, 61)]
    bad = queued(project, with_faults(rows, {(31, "village_code"): "411326100001"}), cast.contractor)
    bad.run()
    assert bad.state == "rejected" and not project.stations.exists()
    assert bad.causes[0][:2] == ["行政村代码：前 6 位应为本县代码 411725", ["F31"]]
    good = queued(project, upload(STATIONS, rows), cast.contractor)
    good.run()
    assert (good.state, good.added, project.stations.count()) == ("done", 60, 60)


def test_an_import_leaves_one_event_with_counts_and_the_digest_of_the_file(project, cast):
    run = queued(project, upload(STATIONS, [station(n) for n in range(1, 4)]), cast.contractor)
    before = Event.objects.count()
    run.run()
    event = Event.objects.latest("pk")
    assert Event.objects.count() == before + 1
    assert event.subject == project and event.by == cast.contractor
    assert event.data == {"ledger": "stations", "added": 3, "changed": 0, "sha256": run.file.sha256}


@pytest.mark.parametrize(("ledger", "row"), [(STATIONS, station), (ASSETS, asset)], ids=["stations", "assets"])
def test_what_is_exported_comes_in_again_unchanged(project, cast, ledger, row):
    formula = {"name": "=1+1", "address" if ledger is STATIONS else "place": "+86@村口"}
    ledger.apply(project, [row(n) for n in range(1, 30)] + [row(30, **formula)], by=cast.clerk)
    before = list(ledger.records(project).values())
    run = queued(project, upload(ledger, list(ledger.rows(project))), cast.clerk, ledger)
    run.run()
    assert (run.state, run.added, run.changed) == ("done", 0, 0), run.causes
    assert list(ledger.records(project).values()) == before
    assert ledger.records(project).get(name="=1+1")


def test_an_export_shows_only_the_end_of_a_telephone_number(project, cast):
    STATIONS.apply(project, [station(1)], by=cast.clerk)
    assert next(iter(STATIONS.rows(project)))["operator_phone"] == "*******0001"


def test_a_masked_number_that_is_not_the_stored_one_is_refused(project, cast):
    STATIONS.apply(project, [station(1)], by=cast.clerk)
    rows = [station(1, operator_phone="*******9999"), station(2, operator_phone="*******0002")]
    run = queued(project, upload(STATIONS, rows), cast.clerk)
    run.run()
    assert run.state == "rejected" and run.causes[0][1] == ["L2", "L3"]


def test_rows_with_a_known_number_are_changed_new_ones_added_others_left(project, cast):
    STATIONS.apply(project, [station(1), station(2)], by=cast.clerk)
    rows = [station(2, name="改名的演示站点"), station(3)]
    run = queued(project, upload(STATIONS, rows), cast.clerk)
    run.run()
    assert (run.added, run.changed) == (1, 1)
    assert set(project.stations.values_list("name", flat=True)) == {"演示站点1", "改名的演示站点", "演示站点3"}


def test_a_file_that_is_no_workbook_of_this_ledger_fails_with_words(project, cast):
    wrong = ContentFile(workbook.export(ASSETS.schema, []), "设备.xlsx")
    run = queued(project, wrong, cast.clerk)
    run.run()
    assert run.state == "failed" and "没有找到工作表“村级服务网点台账”" in run.causes[0][0]
    empty = queued(project, upload(STATIONS, []), cast.clerk)
    empty.run()
    assert empty.causes == [["工作簿里没有任何一行", [], 0]]


def test_a_killed_worker_leaves_nothing_and_the_heartbeat_finishes_its_work(project, cast, monkeypatch):
    run = queued(project, upload(STATIONS, [station(n) for n in range(1, 21)]), cast.contractor)

    def killed(*args, **kwargs):
        Station.enter(*args, **kwargs)
        raise SystemExit("the worker dies after it has written and before it could say so")

    monkeypatch.setattr(type(STATIONS), "apply", property(lambda self: killed), raising=False)
    with pytest.raises(SystemExit):
        run.run()
    monkeypatch.undo()
    assert run.state != "done" and not project.stations.exists()

    periods.beat()  # not yet: whoever has it may still be at work
    assert not project.stations.exists()
    with clock.pinned(clock.today() + timedelta(days=1)):
        periods.beat()
    run.refresh_from_db()
    assert (run.state, run.attempts, project.stations.count()) == ("done", 2, 20)
    run.run()
    assert project.stations.count() == 20 and Import.objects.get(pk=run.pk).attempts == 2


def test_a_file_on_which_workers_die_is_given_up(project, cast):
    run = queued(project, upload(STATIONS, [station()]), cast.contractor)
    Import.objects.filter(pk=run.pk).update(attempts=3)
    run.run()
    assert run.state == "failed" and "多次中断" in run.causes[0][0]


def test_ten_thousand_rows_are_read_within_the_limits(project):
    """10,000 × 22 cells through the limited child; slow machines included."""
    data = workbook.export(STATIONS.schema, [station(n) for n in range(1, 10_001)])
    reading = workbook.read_rows(ContentFile(data, "大（演示）.xlsx"), STATIONS.schema)
    assert len(reading.values) == 10_000 and not reading.errors


def test_the_pages_from_upload_to_result(project, cast, as_user, django_capture_on_commit_callbacks):
    client = as_user(cast.contractor)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(
            reverse("ledger-import", args=[project.pk, "stations"]), {"workbook": upload(STATIONS, [station()])}
        )
    run = Import.objects.latest("pk")
    assert answer["Location"] == reverse("import-detail", args=[run.pk])
    page = client.get(answer["Location"]).content.decode()
    assert "新增 1 行" in page and "hx-trigger" not in page
    table = client.get(reverse("project-ledger", args=[project.pk, "stations"])).content.decode()
    assert "演示站点1" in table and "00000000001" in table
    above = as_user(cast.zhumadian_commerce).get(reverse("project-ledger", args=[project.pk, "stations"]))
    assert "*******0001" in above.content.decode() and "00000000001" not in above.content.decode()


def test_a_row_typed_on_its_page_goes_the_same_way(project, cast, as_user):
    client = as_user(cast.clerk)
    texts = {c.name: c.text(station()[c.name]) for c in STATIONS.schema.columns}
    new = reverse("ledger-row-create", args=[project.pk, "stations"])
    assert client.post(new, texts).status_code == 302
    again = client.post(new, texts)
    assert again.status_code == 422 and "台账中已有这个编号" in again.content.decode()
    other = texts | {"no": "ZD2"}
    page = client.post(new, other)
    assert page.status_code == 422 and "规则 A-305s" in page.content.decode()
    kept = project.stations.get()
    edit = reverse("ledger-row-edit", args=[project.pk, "stations", kept.pk])
    assert client.post(edit, texts | {"name": "改名", "no": "别的编号"}).status_code == 302
    kept.refresh_from_db()
    assert (kept.no, kept.name) == ("ZD00001", "改名")


def test_the_lock_of_an_import_belongs_to_one_worker(project, cast):
    run = queued(project, upload(STATIONS, [station()]), cast.contractor)
    with run._alone() as first:
        assert first
        other = connections["default"].copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(8214, %s)", [run.pk])
                assert cursor.fetchone() == (False,)
        finally:
            other.close()
    assert Asset.objects.filter(project=project).count() == 0
