"""The pages of what is sent and what arrives, as the offices use them."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from counties.models import County
from disclosure.demonstration import pdf
from funds.allocations import ALLOCATIONS
from funds.models import Appropriation, MatchingFund, Receipt, StockFund
from portal import workbook
from reporting.desk import waiting_for
from tests import builders
from tests.funds.money import WAN, issued, matching_arrived, stock

DOCUMENT = {
    "doc_no": "演财贸〔2020〕40号", "doc_date": "2020-09-01", "kind": "formal", "source": "central",
    "from_level": "centre", "year": "2020", "note": "",
}  # fmt: skip


def text(response):
    return response.content.decode()


def send(client, cast, **fields):
    values = DOCUMENT | {"batch": cast.county.batch_id, "file": pdf("下达文件（演示）.pdf")} | fields
    return client.post(reverse("appropriation-create"), values)


def sheet(rows):
    data = workbook.export(ALLOCATIONS, [{"county": name, "amount": amount} for name, amount in rows])
    return SimpleUploadedFile("下达明细.xlsx", BytesIO(data).getvalue(), workbook.MEDIA_TYPE)


def test_eleven_counties_are_pasted_in_one_document(cast, as_user):
    names = [county.region.name for county in list(County.objects.select_related("region"))[-11:]]
    block = "\r\n".join(f"{name}\t15,000,000.00" for name in names)
    response = send(as_user(cast.henan_finance), cast, block=block)
    document = Appropriation.objects.get()
    assert response.url == document.get_absolute_url() and document.rows.count() == 11
    page = text(as_user(cast.henan_finance).get(response.url))
    assert "165,000,000.00 元" in page and "资金下达未分解绩效目标" in page
    own = text(as_user(cast.finance).get(response.url))
    assert "15,000,000.00 元" in own and "165,000,000.00 元" not in own


def test_what_is_wrong_in_the_rows_is_named_and_nothing_typed_is_lost(cast, as_user):
    block = "确山 100\n淅川县 一百\n411725 5\n火星县 3"
    response = send(as_user(cast.henan_finance), cast, block=block)
    page = text(response)
    assert response.status_code == 422 and "第 2 行 金额（元）" in page and "火星县 3" in page
    response = send(as_user(cast.henan_finance), cast, block="确山 100\n411725 5\n火星县 3")
    page = text(response)
    assert "第 2 行：确山县出现了两次" in page and "“火星县”不是本批次的示范县" in page
    assert not Appropriation.objects.exists()


def test_a_workbook_brings_the_rows_and_its_errors_name_their_cells(cast, as_user):
    client = as_user(cast.henan_finance)
    response = send(client, cast, workbook=sheet([("确山县", 100 * WAN), ("火星县", WAN)]))
    assert response.status_code == 422 and "A3" in text(response) and "错误标注" in text(response)
    response = send(client, cast, workbook=sheet([("确山县", 100 * WAN), ("淅川县", WAN)]))
    assert response.status_code == 302 and Appropriation.objects.get().rows.count() == 2


def test_targets_are_broken_down_to_the_county(cast, as_user):
    row = issued(cast, [(cast.county, 500)]).rows.get()
    client = as_user(cast.henan_finance)
    response = client.post(
        reverse("appropriation-targets", args=[row.pk]),
        {"block": "行政村快递通达率\t%\t100\n培训人次\t人次\t3000", "file": pdf("目标表（演示）.pdf")},
    )
    page = text(client.get(response.url))
    assert row.targets.count() == 2 and "培训人次" in page and "未分解绩效目标" not in page


def test_the_county_sees_what_has_not_arrived_and_registers_it(cast, as_user):
    row = issued(cast, [(cast.county, 500)]).rows.get()
    (task,) = [task for task in waiting_for(cast.finance, builders.clock.today()) if "登记到账" in task.title]
    client = as_user(cast.finance)
    assert client.get(task.url).status_code == 200
    values = {"row": row.pk, "source": "central", "kind": "formal", "arrived_on": "2020-09-01", "amount": "5000000"}
    client.post(reverse("receipt-create", args=[cast.county.pk]), values)
    receipt = Receipt.objects.get()
    assert receipt.row == row and receipt.doc_no == row.appropriation.doc_no
    assert not [task for task in waiting_for(cast.finance, builders.clock.today()) if "登记到账" in task.title]
    page = text(client.get(receipt.get_absolute_url()))
    assert "财政专账存款" in page and "5,000,000.00" in page


def test_a_receipt_is_reversed_on_its_page_and_stays_in_the_list(cast, as_user):
    receipt = builders.story().receipt(500 * WAN)
    address = reverse("booking-reverse", args=["receipts", receipt.pk])
    assert as_user(cast.finance).post(address, {"reason": "金额错误"}).status_code == 409
    assert as_user(cast.henan_finance).post(address, {"reason": ""}).status_code == 422
    assert as_user(cast.henan_finance).post(address, {"reason": "金额错误"}).url == receipt.get_absolute_url()
    page = text(as_user(cast.finance).get(reverse("receipt-list") + "?source=central"))
    assert receipt.doc_no in page and "已冲销" in page and "0.00 元" in page
    export = as_user(cast.finance).get(reverse("receipt-export"))
    assert export["Content-Type"] == workbook.MEDIA_TYPE


def test_filters_that_cannot_be_understood_filter_nothing(cast, as_user):
    builders.story().receipt(500 * WAN)
    page = as_user(cast.finance).get(reverse("receipt-list") + "?year=x&county=99999999&kind=%00")
    assert page.status_code == 200 and "演财〔2020〕1号" in text(page)


def test_matching_and_stock_pages_show_what_was_done(cast, as_user):
    client = as_user(cast.finance)
    values = {"year": "2020", "doc_no": "演财〔2020〕配套9号", "doc_date": "2020-09-01", "amount": "300000"}
    client.post(reverse("matching-budget", args=[cast.county.pk]), values)
    fund = MatchingFund.objects.get()
    client.post(reverse("matching-arrive", args=[fund.pk]), {"arrived_on": "2020-09-01"})
    assert "已到位" in text(client.get(fund.get_absolute_url()))
    values = {"year": "2017", "received": "100", "arranged": "40"}
    response = client.post(reverse("stock-create", args=[cast.county.pk]), values)
    assert "尚有 60.00 元未安排使用" in text(client.get(response.url))
    assert client.post(reverse("stock-create", args=[cast.county.pk]), values).status_code == 422
    assert client.post(reverse("stock-create", args=[cast.county.pk]), values | {"year": "2020"}).status_code == 409
    fund = StockFund.objects.get()
    values = {"doc_no": "演财〔2020〕收回1号", "returned_on": "2020-09-01", "amount": "60"}
    as_user(cast.henan_finance).post(reverse("stock-return", args=[fund.pk]), values)
    assert fund.balance() == 0


@pytest.mark.parametrize("name", ["appropriation-list", "receipt-list", "stock-list"])
def test_lists_ask_a_fixed_number_of_questions(cast, as_user, django_assert_max_num_queries, name):
    for number in (1, 2, 3):
        issued(cast, [(cast.county, 10), (cast.neighbour_county, 10)], doc_no=f"演财贸〔2020〕{number}号")
        stock(cast, year=2014 + number)
    client = as_user(cast.henan_finance)
    client.get(reverse(name))
    with django_assert_max_num_queries(15):
        client.get(reverse(name))


def test_the_public_reads_what_the_county_promised_and_paid(cast, client):
    County.objects.filter(pk=cast.county.pk).update(matching_promised=300 * WAN)
    matching_arrived(cast)
    page = text(client.get(reverse("public-matching", args=[cast.county.region.code])))
    assert "3,000,000.00 元" in page and "2,300,000.00 元" in page and "700,000.00 元" in page
