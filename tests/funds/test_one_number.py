"""R-08: the sum on the page, in the workbook, in the PDF and in the ledger is one number, in random states of the books.

FULL=1 tries 500 states, every other run 12. Each state is made by deeds: receipts, payments, uses of other money,
money outside the rules and reversals, on days that move on.
"""

import os
import random
import re
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from html import unescape
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.models import Region
from funds.models import Account, Leg, Payment, Posting, Source
from funds.sheets import Book
from portal import clock, money
from portal.rules import Refused
from tests import builders
from tests.funds.books import irregular

WALKS, STATES = (20, 25) if os.environ.get("FULL") else (3, 4)
FIGURE = re.compile(r"-?\d{1,3}(?:,\d{3})*\.\d\d(?!\d)")
CENT = Decimal("0.01")


# --- the states ------------------------------------------------------------------------------------------------------
class Walk:
    """The books of one county under random deeds."""

    def __init__(self, cast, seed):
        self.cast, self.county, self.chance = cast, cast.county, random.Random(seed)
        paid = builders.paid_payment(cast)
        self.agreement = paid.agreement
        s = builders.story()
        application = s.passed_application(paid.project, stage_no=2)
        s.over(application.notice)
        application.refresh_from_db()
        self.approved = s.publicised_payment(application)
        builders.go_to(s.today)

    def step(self):
        deeds = [self.receive, self.receive, self.pay, self.spend_other_money, self.leave_outside, self.reverse]
        self.chance.choice(deeds)()
        builders.go_to(clock.today() + timedelta(days=self.chance.choice((0, 1, 3, 17, 31))))

    def amount(self):
        return Decimal(self.chance.randrange(1, 10 ** self.chance.randrange(3, 10))) / 100

    def subject(self):
        """Any record that has no posting yet."""
        used = Posting.objects.filter(content_type__model="region").values("object_id")
        return Region.objects.exclude(pk__in=used).order_by("pk").first()

    def receive(self):
        builders.story().receipt(self.amount())

    def pay(self):
        self.approved.refresh_from_db()
        try:
            self.approved.pay(by=self.cast.finance, voucher_no="演示")
        except Refused:  # paid already, or what is in the special account does not cover it
            self.receive()

    def spend_other_money(self):
        amount, source = self.amount(), self.chance.choice((Source.PRIVATE, Source.MATCHING))
        where = {"agreement": self.agreement, "fund_line": self.agreement.project.fund_line}
        legs = [(Account.SPENT, source, amount, where), (Account.SOURCE, source, -amount, {})]
        Posting.book(self.county, self.subject(), "其他资金（演示）", legs, by=self.cast.finance)

    def leave_outside(self):
        irregular(self.county, self.amount(), by=self.cast.finance, subject=self.subject())

    def reverse(self):
        standing = list(Posting.objects.filter(reverses=None, reversal=None).order_by("pk"))
        chosen = self.chance.choice(standing)
        if isinstance(chosen.subject, Payment):  # money that was paid comes back as a returned payment only
            chosen.subject.bounce(by=builders.story().person("finance-review"), reason="演示退票")
        else:
            chosen.reverse(by=self.cast.finance, reason="演示冲销")


# --- the four outputs ------------------------------------------------------------------------------------------------
def page_rows(client, url):
    """The texts of the cells of every row of the tables on a page."""
    html = client.get(url).content.decode()
    rows = re.findall(r"<tr.*?</tr>", html, re.S)
    cells = (re.findall(r"<t[hd].*?</t[hd]>", row, re.S) for row in rows)
    return [[" ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in row] for row in cells]


def yuan(text):
    return Decimal(text.removesuffix(" 元").replace(",", ""))


def book_of(client, url):
    """(rows of the table by heading, what the sheet 合计与说明 says)."""
    book = load_workbook(BytesIO(client.get(url).content))
    heading, *rows = book.worksheets[0].iter_rows(values_only=True)
    told = dict(book["合计与说明"].iter_rows(values_only=True))
    return [dict(zip(heading, row, strict=True)) for row in rows], told


def exact(value):
    return Decimal(str(value or 0)).quantize(CENT)


def paper_of(client, url):
    answer = client.get(url)
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)


def figures(text):
    return [Decimal(figure.replace(",", "")) for figure in FIGURE.findall(text)]


def differences(client, county):
    """Every place where two of the four do not say the same."""
    found = []

    def same(what, **numbers):
        if len(set(numbers.values())) != 1:
            found.append((what, numbers))

    on = f"county={county.pk}"
    # 科目余额表: every account
    first = Leg.objects.filter(county=county).order_by("day").first().day
    ledger = Leg.objects.trial_balance()
    url = reverse("trial-balance-list")
    since = f"since={first.replace(month=1, day=1)}"
    shown = {
        (row[1], row[2]): yuan(row[6]) for row in page_rows(client, f"{url}?{on}&{since}") if row[0] == str(county)
    }
    rows, told = book_of(client, f"{url}xlsx/?{on}&{since}")
    kept = {(row["科目"], row["资金来源"]): exact(row["期末余额（元）"]) for row in rows}
    paper = Counter(figures(paper_of(client, f"{url}pdf/?{on}&{since}")))
    names = ("期初余额（元）", "本期借方（元）", "本期贷方（元）", "期末余额（元）")
    expected = Counter(exact(row[name]) for row in rows for name in names)
    expected += Counter(exact(told[f"合计：{name}"]) for name in names)
    for row in ledger:
        key = (str(row["account_label"]), str(row["source_label"]))
        same(("科目余额表", key), page=shown.get(key), workbook=kept.get(key), ledger=row["balance"])
        if not paper[row["balance"]]:
            found.append(("科目余额表 PDF", row))
    same("科目余额表 PDF", paper=tuple(sorted(paper.items())), workbook=tuple(sorted(expected.items())))
    same("科目余额表合计", page=sum(shown.values()), workbook=exact(told["合计：期末余额（元）"]), ledger=money.ZERO)
    # 明细账 of 已拨付
    spent = Leg.objects.filter(county=county, account=Account.SPENT)
    url = reverse("statement-detail", args=[county.pk])
    query = f"?account=spent&{since}"
    last = page_rows(client, f"{url}{query}")[-1]
    rows, told = book_of(client, f"{url}xlsx/{query}")
    text = paper_of(client, f"{url}pdf/{query}")
    same(
        "明细账",
        page=yuan(last[8]),
        page_sums=yuan(last[5]) - yuan(last[6]),
        workbook=exact(told["期末余额（正为借）"]),
        rows=money.total(exact(row["借方（元）"]) - exact(row["贷方（元）"]) for row in rows),
        paper=figures(text.split("期末余额（正为借）", 1)[1])[0],
        ledger=spent.balance(),
    )
    # 资金台账
    used = Leg.objects.filter(county=county, account__in=(Account.SPENT, Account.IRREGULAR)).balance()
    url = reverse("fund-register-list")
    last = page_rows(client, f"{url}?{on}")[-1]
    rows, told = book_of(client, f"{url}xlsx/?{on}")
    same(
        "资金台账",
        page=yuan(last[5]),
        workbook=exact(told["合计：实拨（元）"]),
        rows=money.total(exact(row["实拨（元）"]) for row in rows),
        paper=figures(paper_of(client, f"{url}pdf/?{on}"))[-1],
        ledger=used,
    )
    # 项目台账
    url = reverse("project-ledger-list")
    last = page_rows(client, f"{url}?{on}")[-1]
    rows, told = book_of(client, f"{reverse('project-ledger-export')}?{on}")
    same(
        "项目台账",
        page=(Decimal(last[8]) * 10000).quantize(CENT),
        workbook=exact(told["合计：已拨付（元）"]),
        rows=money.total(exact(row["已拨付（元）"]) for row in rows),
        paper=figures(paper_of(client, f"{reverse('project-ledger-pdf')}?{on}"))[-2],
        ledger=spent.filter(source=Source.CENTRAL).balance(),
    )
    return found


# --- the promise -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(WALKS))
def test_page_workbook_paper_and_ledger_say_one_number(cast, as_user, seed):
    walk, client = Walk(cast, seed), as_user(cast.finance)
    for state in range(STATES):
        for _ in range(walk.chance.randrange(1, 5)):
            walk.step()
        client.force_login(cast.finance)  # the days of the walk outlive a session
        assert differences(client, cast.county) == [], (seed, state)


def planted_on_the_page(monkeypatch):
    from funds.register import Register

    honest = Register.totals
    monkeypatch.setattr(Register, "totals", lambda self: honest(self) | {"paid": honest(self)["paid"] + CENT})


def planted_in_the_workbook(monkeypatch):
    honest = Book._totals
    monkeypatch.setattr(Book, "_totals", lambda self: [(words, amount + CENT) for words, amount in honest(self)])


def planted_on_paper(monkeypatch):
    honest = Book._foot
    monkeypatch.setattr(
        Book,
        "_foot",
        lambda self, words, sums: honest(self, words, {name: amount + CENT for name, amount in sums.items()}),
    )


def planted_in_the_statement(monkeypatch):
    from funds import statements

    honest = statements.Statement.closing.fget
    monkeypatch.setattr(statements.Statement, "closing", property(lambda self: honest(self) + CENT))


@pytest.mark.parametrize(
    "plant", [planted_on_the_page, planted_in_the_workbook, planted_on_paper, planted_in_the_statement]
)
def test_control_one_cent_in_one_of_the_four_is_found(cast, as_user, monkeypatch, plant):
    builders.paid_payment(cast)
    client = as_user(cast.finance)
    assert differences(client, cast.county) == []
    plant(monkeypatch)
    assert differences(client, cast.county)
