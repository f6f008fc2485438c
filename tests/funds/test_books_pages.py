"""The pages of the books: every figure clicks down to one voucher, and what they hand over says what it is."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from funds.models import Account, Posting, Receipt
from portal import clock
from tests import builders
from tests.funds.books import irregular, on_the_next_day
from tests.funds.test_one_number import page_rows, paper_of, yuan

TRIAL, REGISTER = reverse("trial-balance-list"), reverse("fund-register-list")


def text(response):
    return unescape(response.content.decode())


def link_to(page, words):
    """The address of the first link with these words."""
    return unescape(re.search(rf'<a href="([^"]+)">{words}</a>', page)[1])


def test_a_figure_clicks_from_the_province_down_to_the_payment_and_back(cast, as_user):
    payment = builders.paid_payment(cast)
    client = as_user(cast.henan_finance)
    trial = text(client.get(TRIAL))
    statement = text(client.get(link_to(trial, "已拨付承办单位")))
    posting = Posting.of(payment)
    voucher = text(client.get(link_to(statement, posting.no)))
    assert payment.get_absolute_url() in voucher and f"{payment.amount:,.2f} 元" in voucher
    for back in (reverse("ledger-detail", args=[cast.county.pk]), reverse("statement-detail", args=[cast.county.pk])):
        assert back in voucher
    paid = text(client.get(payment.get_absolute_url()))
    assert posting.get_absolute_url() in paid
    receipt = text(client.get(Posting.of(Receipt.objects.get()).get_absolute_url()))
    assert "资金下达" in receipt and "财政专账存款" in receipt


def test_a_reversal_is_told_in_words_on_both_vouchers(cast, as_user):
    builders.story().receipt()
    posting = Posting.of(Receipt.objects.get())
    red = posting.reverse(by=cast.finance, reason="文号登记错误")
    client = as_user(cast.auditor)
    first, second = text(client.get(posting.get_absolute_url())), text(client.get(red.get_absolute_url()))
    assert "已被冲销" in first and red.no in first and "文号登记错误" in first
    assert "红字冲销" in second and posting.no in second
    statement = text(client.get(reverse("statement-detail", args=[cast.county.pk])))
    assert "红字冲销" in statement
    register = text(client.get(reverse("ledger-detail", args=[cast.county.pk])))
    assert "红字冲销" in register


def test_the_day_in_the_address_shows_the_books_of_that_day(cast, as_user):
    builders.paid_payment(cast)
    client, then = as_user(cast.finance), clock.today()
    addresses = [
        f"{TRIAL}?county={cast.county.pk}&on={then}",
        f"{reverse('statement-detail', args=[cast.county.pk])}?on={then}",
    ]
    before = [page_rows(client, address) for address in addresses]
    on_the_next_day()
    builders.story().receipt(Decimal("77.77"))
    Posting.of(Receipt.objects.order_by("pk").first()).reverse(by=cast.finance, reason="演示")
    assert [page_rows(client, address) for address in addresses] == before
    assert page_rows(client, f"{TRIAL}?county={cast.county.pk}") != before[0]


def test_the_statement_is_turned_page_by_page_with_one_running_balance(cast, as_user):
    s = builders.story()
    for _ in range(60):
        s.receipt(Decimal("1.01"))
    client = as_user(cast.finance)
    address = reverse("statement-detail", args=[cast.county.pk]) + "?account=treasury&source=central"
    first, second = page_rows(client, address), page_rows(client, f"{address}&page=2")
    assert yuan(first[-2][8]) == Decimal("50.50") and yuan(second[1][8]) == Decimal("51.51")
    assert yuan(second[-1][8]) == Decimal("60.60") == yuan(first[-1][8])


def test_a_workbook_states_its_filter_its_day_its_sums_and_its_digest(cast, as_user):
    payment = builders.paid_payment(cast)
    irregular(cast.county, Decimal("9.99"), by=cast.finance, subject=cast.county)
    client = as_user(cast.finance)
    address = f"{reverse('fund-register-file', args=['xlsx'])}?county={cast.county.pk}"
    book = load_workbook(BytesIO(client.get(address).content))
    told = dict(book["合计与说明"].iter_rows(values_only=True))
    assert told["范围"] == "示范县：确山县" and told["导出日期"] == f"{clock.today():%Y-%m-%d}"
    assert Decimal(str(told["合计：实拨（元）"])) == payment.amount + Decimal("9.99")
    assert re.fullmatch("[0-9a-f]{64}", told["内容摘要（SHA-256）"])
    again = load_workbook(BytesIO(client.get(address).content))
    assert dict(again["合计与说明"].iter_rows(values_only=True)) == told
    heading, *rows = book["资金台账"].iter_rows(values_only=True)
    marks = {row[heading.index("违规标记")] for row in rows}
    assert marks == {"是", "否"} and payment.payee_account not in str(rows)


def test_a_paper_is_cut_into_months_and_says_what_it_shows(cast, as_user):
    builders.paid_payment(cast)
    first = clock.today()
    builders.go_to(first + timedelta(days=40))
    builders.story().receipt(Decimal("5.00"))
    client = as_user(cast.finance)
    paper = paper_of(client, reverse("statement-file", args=[cast.county.pk, "pdf"]) + "?account=treasury")
    for words in (f"{first.month}月", f"{clock.today().month}月", "本节小计", "科目：财政专账存款", "内容摘要"):
        assert words in paper, words


def test_the_papers_are_landscape(cast, as_user):
    builders.paid_payment(cast)
    answer = as_user(cast.finance).get(reverse("fund-register-file", args=["pdf"]))
    [page] = PdfReader(BytesIO(answer.content)).pages
    assert page.mediabox.width > page.mediabox.height and answer["Content-Type"] == "application/pdf"


def test_P_090_a_table_too_long_for_paper_is_refused_and_its_button_gives_way(cast, as_user):
    s = builders.story()
    for _ in range(101):
        s.receipt(Decimal("1.00"))
    client = as_user(cast.finance)
    page = text(client.get(reverse("statement-detail", args=[cast.county.pk])))
    assert "所选范围有 202 行" in page and "导出 PDF" not in page
    refused = client.get(reverse("statement-file", args=[cast.county.pk, "pdf"]))
    assert refused.status_code == 409 and "P-090" in text(refused) and "导出 Excel" in text(refused)
    fits = client.get(reverse("statement-file", args=[cast.county.pk, "pdf"]) + "?account=treasury")
    assert fits.status_code == 200
    assert client.get(reverse("statement-file", args=[cast.county.pk, "docx"])).status_code == 404


def test_the_contractor_reads_the_statement_of_its_own_agreement_only(cast, as_user):
    payment = builders.paid_payment(cast)
    address = reverse("agreement-statement", args=[payment.agreement.pk])
    page = text(as_user(cast.contractor).get(address))
    assert payment.voucher_no in page and payment.get_absolute_url() in page
    assert f"{payment.amount:,.2f} 元" in page and "财政专账存款" in page
    assert reverse("posting-detail", args=[Posting.of(payment).pk]) not in page
    assert as_user(cast.contractor).get(Posting.of(payment).get_absolute_url()).status_code == 404
    assert as_user(cast.other_contractor).get(address).status_code == 404
    mine = text(as_user(cast.contractor).get(payment.get_absolute_url()))
    assert address in mine and reverse("ledger-detail", args=[cast.county.pk]) not in mine


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?on=2031-01-01", "不能晚于今天"),
        ("?on=2020-02-30", "请填写存在的日期"),
        ("?since=2030-01-01", "不能晚于截至日期"),
        ("?county=" + "9" * 40, "选择"),
    ],
)
def test_a_filter_that_cannot_be_understood_is_named_and_filters_nothing(cast, as_user, query, words):
    builders.paid_payment(cast)
    page = text(as_user(cast.finance).get(TRIAL + query))
    assert words in page and "已拨付承办单位" in page


@pytest.mark.parametrize(
    "query", ["?q=%00", "?account=x&agreement=-1", "?stage=abc", "?page=99999", "?q=" + "长" * 300]
)
def test_nonsense_in_the_address_of_a_statement_is_borne(cast, as_user, query):
    builders.paid_payment(cast)
    for address in (reverse("statement-detail", args=[cast.county.pk]), REGISTER):
        assert as_user(cast.finance).get(address + query).status_code == 200


def test_words_and_the_statement_of_an_account_filter(cast, as_user):
    payment = builders.paid_payment(cast)
    client, address = as_user(cast.finance), reverse("statement-detail", args=[cast.county.pk])
    rows = page_rows(client, f"{address}?q={payment.no}")
    assert len(rows) == 5  # head, carried forward, two legs, total
    agreement = page_rows(client, f"{address}?agreement={payment.agreement.pk}&account={Account.SPENT}")
    assert yuan(agreement[-1][8]) == payment.amount


def test_empty_books_say_what_will_be_here(cast, as_user):
    client = as_user(cast.finance)
    assert "每一笔自动记入所在县的总账" in text(client.get(TRIAL))
    assert "每一笔自动列入台账" in text(client.get(REGISTER))
    assert "没有符合条件的资金" in text(client.get(REGISTER + "?status=paid"))


def test_A_331_the_project_ledger_adds_up_to_the_books(cast, as_user):
    payment = builders.paid_payment(cast)
    client = as_user(cast.finance)
    paper = paper_of(client, reverse("project-ledger-pdf"))
    assert "项目台账" in paper and f"{payment.amount:,.2f}" in paper
    payment.bounce(by=builders.story().person("finance-review"), reason="退汇")
    book = load_workbook(BytesIO(client.get(reverse("project-ledger-export")).content))
    told = dict(book["合计与说明"].iter_rows(values_only=True))
    assert told["合计：已拨付（元）"] == 0 and told["合计：余额（元）"] == payment.agreement.central_amount


def test_A_302_the_register_names_the_day_of_publication(cast, as_user):
    payment = builders.paid_payment(cast)
    [row] = [row for row in page_rows(as_user(cast.finance), REGISTER) if payment.project.name in " ".join(row)]
    assert row[15] == f"{payment.paid_on:%Y-%m-%d}"
