"""设备台账: the same machine is not paid for twice, and what was bought is held against what was agreed."""

import pytest
from django.db import IntegrityError, transaction

from portal.rules import Kind, Refused, breaches
from projects.ledgers import ASSETS, STATIONS
from projects.models import Asset, Import
from projects.rules import ledger as rules
from tests import builders
from tests.projects.ledger_rows import asset, station, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(cast):
    found = builders.selected_project(cast)
    found.assets.all().delete()
    return found


@pytest.fixture
def other(project):
    found = builders._told(builders.story(), builders.story().selected_project(project.fund_line.plan, line_no=2))
    found.assets.all().delete()
    return found


def test_A_305_the_same_serial_number_is_claimed_once_in_whichever_project(project, other, cast):
    ASSETS.apply(project, [asset(1)], by=cast.clerk)
    with pytest.raises(Refused, match="规则 A-305a") as refused:
        ASSETS.apply(other, [asset(5, serial=asset(1)["serial"])], by=cast.clerk)
    assert f"项目 {project.no} 的 SB0001" in str(refused.value) and "不得重复支持" in str(refused.value)
    assert ASSETS.apply(other, [asset(5)], by=cast.clerk) == (1, 0)


def test_A_305_the_same_line_of_an_invoice_is_claimed_once(project, other, cast):
    line = {"serial": "", "invoice_no": "0410020000-00000001", "quantity": 1}
    ASSETS.apply(project, [asset(1, **line)], by=cast.clerk)
    with pytest.raises(Refused, match="规则 A-305b"):
        ASSETS.apply(other, [asset(5, **line)], by=cast.clerk)
    assert ASSETS.apply(other, [asset(5, **line, name="叉车")], by=cast.clerk) == (1, 0)


def test_A_305_two_machines_with_their_own_numbers_stand_on_one_invoice(project, cast):
    rows = [asset(1), asset(2, invoice_no=asset(1)["invoice_no"])]
    assert ASSETS.apply(project, rows, by=cast.clerk) == (2, 0)


def test_A_305_twice_in_one_workbook_is_found_at_the_second_cell(project, cast):
    rows = [asset(1), asset(2, serial=asset(1)["serial"]), asset(3, invoice_no=asset(1)["invoice_no"], serial="")]
    run = Import.queue(project, ASSETS, upload(ASSETS, rows), by=cast.clerk)
    run.run()
    assert [(cells, "A-305a" in words) for words, cells, _ in run.causes] == [(["D3"], True)]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"serial": "SN000001"}, "A_305_one_asset_per_serial"),
        ({"serial": "", "invoice_no": "0410020000-00000001"}, "A_305_one_asset_per_invoice_line"),
    ],
)
def test_A_305_the_database_refuses_the_second_one_too(project, other, cast, given, name):
    ASSETS.apply(project, [asset(1), asset(2, serial="", invoice_no=asset(1)["invoice_no"])], by=cast.clerk)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Asset.objects.create(project=other, **asset(9, **given))


def test_A_323_the_amount_is_quantity_times_price_on_the_page_and_in_the_database(project, cast):
    texts = {c.name: c.text(asset(1)[c.name]) for c in ASSETS.schema.columns}
    wrong = ASSETS.schema.read_row(texts | {"amount": "500000.01"})[1]
    assert "应等于数量乘单价，即 500000.00" in wrong["amount"]
    assert ASSETS.schema.read_row(texts)[1] == {}
    ASSETS.apply(project, [asset(1)], by=cast.clerk)
    with pytest.raises(IntegrityError, match="A_323_asset_amount"), transaction.atomic():
        project.assets.update(amount=1)


def test_A_323_what_was_bought_is_held_against_the_agreement(cast):
    agreement = builders.signed_agreement(cast)  # two 分拣设备, owned by the county
    project = agreement.project
    project.assets.all().delete()
    ASSETS.apply(project, [asset(1)], by=cast.clerk)
    (less,) = breaches([rules.equipment_was_bought_as_agreed], project)
    assert less.kind is Kind.RECORD and less.wrong == "“分拣设备”协议 2 台（套），台账 1 台（套）"
    ASSETS.apply(project, [asset(2)], by=cast.clerk)
    assert breaches([rules.equipment_was_bought_as_agreed], project) == []
    ASSETS.apply(project, [asset(2, owner="contractor"), asset(3, name="叉车")], by=cast.clerk)
    said = [breach.wrong for breach in breaches([rules.equipment_was_bought_as_agreed], project)]
    assert said == ["“分拣设备”登记的产权归属为承办单位，与协议不一致", "“叉车”协议 0 台（套），台账 1 台（套）"]


def test_an_asset_stands_in_a_station_that_is_in_the_ledger(project, cast):
    wrong = ASSETS.judge(project, [asset(1, station_no="ZD00901")])
    assert wrong == {0: {"station_no": "本项目的网点台账中没有这个站点编号"}}
    STATIONS.apply(project, [station(901)], by=cast.clerk)
    assert ASSETS.judge(project, [asset(1, station_no="ZD00901")]) == {}


def test_a_machine_with_a_serial_number_has_its_own_row(project):
    texts = {c.name: c.text(asset(1)[c.name]) for c in ASSETS.schema.columns}
    assert "quantity" in ASSETS.schema.read_row(texts | {"quantity": "2", "amount": "1000000"})[1]
