"""The board on screen: clicks down to one voucher, exports what it shows, asks a fixed number of questions."""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from funds.figures import FIGURES
from funds.models import Payment
from tests import builders
from tests.funds.test_board import books

D = builders.date


def test_from_the_provincial_total_down_to_one_voucher(cast, as_user):
    payment = builders.paid_payment(cast)
    page = as_user(cast.henan_finance).get("/money/")
    assert page.status_code == 200
    county = f"/money/counties/{cast.county.pk}/"
    assert county in page.content.decode() and "160" in page.content.decode()
    rows = as_user(cast.henan_finance).get(f"/money/paid/?county={cast.county.pk}").content.decode()
    assert "1,600,000.00" in rows and payment.get_absolute_url() in rows
    assert (
        Payment.objects.get().voucher_no in as_user(cast.henan_finance).get(payment.get_absolute_url()).content.decode()
    )


def test_the_county_page_shows_shares_rate_and_path(cast, as_user):
    builders.recorded_plan(cast)
    books(cast.county, builders_amount("15000000"), builders_amount("13327800"))
    page = as_user(cast.clerk).get(f"/money/counties/{cast.county.pk}/").content.decode()
    assert "88.85%" in page and "× 未达到 90.00%" in page
    assert page.count("<rect") >= 7 + 4  # the path, and the four directions


def builders_amount(text):
    from decimal import Decimal

    return Decimal(text)


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_opens_and_exports_its_rows(cast, as_user, name):
    builders.paid_payment(cast)
    client = as_user(cast.henan_commerce)
    page = client.get(f"/money/{name}/")
    assert page.status_code == 200
    answer = client.get(f"/money/{name}/export/")
    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    amounts = [row[-1].value for row in sheet.iter_rows(min_row=2) if isinstance(row[-1].value, int | float)]
    total = re.search(r"合计 <strong>(.*?)</strong>", page.content.decode())[1]
    shown = re.sub(r"<[^>]*>|[,元\s]", "", total).replace("−", "-")
    assert f"{sum(amounts):.2f}" == shown


def test_a_past_day_says_so_and_a_later_day_is_today(cast, as_user):
    builders.story().receipt()
    client = as_user(cast.henan_finance)
    assert "过去某一天" in client.get("/money/?on=2020-08-31").content.decode()
    assert "过去某一天" not in client.get("/money/?on=2030-01-01").content.decode()
    assert client.get("/money/?on=x&batch=y&order=z&city=0").status_code == 200


def test_the_board_is_for_offices(cast, as_user):
    assert as_user(cast.contractor).get("/money/").status_code == 404
    assert as_user(cast.clerk).get("/money/nothing/").status_code == 404
    assert as_user(cast.neighbour).get(f"/money/counties/{cast.county.pk}/").status_code == 404


def test_the_board_asks_a_fixed_number_of_questions(cast, as_user, django_assert_max_num_queries):
    builders.paid_payment(cast)
    client = as_user(cast.henan_finance)
    for path, most in (("/money/", 14), (f"/money/counties/{cast.county.pk}/", 14), ("/money/paid/", 14)):
        client.get(path)
        with django_assert_max_num_queries(most):
            client.get(path)


def test_too_many_rows_are_not_cut_off_in_silence(cast, as_user, monkeypatch):
    builders.paid_payment(cast)
    monkeypatch.setattr("funds.views.board.MOST_ROWS", 0)
    answer = as_user(cast.henan_finance).get("/money/paid/export/", follow=True)
    assert "一次最多导出 0 行" in answer.content.decode()
