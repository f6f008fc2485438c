"""科目余额表、明细账、资金台账：out of the ledger only, and of the past as it was."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from counties.models import County
from funds import statements
from funds.forms.books import RegisterForm, StatementForm
from funds.models import Account, Leg, Posting, Receipt, Source
from funds.register import Register
from funds.rules.books import PDF_ROWS, WORKBOOK_ROWS, fits_in_a_workbook, fits_on_paper
from funds.sheets import must_fit
from funds.statements import Period
from portal import clock, money
from portal.rules import Refused
from tests import builders
from tests.funds.books import irregular, on_the_next_day


def trial(cast, since, on):
    return statements.trial_balance(County.objects.filter(pk=cast.county.pk), Period(since, on))


def recounted(cast, since, on):
    """The same out of the legs themselves, one by one."""
    sums = {}
    for leg in Leg.objects.filter(county=cast.county, day__lte=on):
        opening, debit, credit = sums.get((leg.account, leg.source), (money.ZERO,) * 3)
        if leg.day < since:
            opening += leg.amount
        elif leg.amount > 0:
            debit += leg.amount
        else:
            credit -= leg.amount
        sums[leg.account, leg.source] = (opening, debit, credit)
    return sums


def seen(lines):
    return {(line.account, line.source): (line.opening, line.debit, line.credit) for line in lines}


@pytest.fixture
def months(cast):
    """A payment, and receipts on days of three months, one of them reversed a month later."""
    payment = builders.paid_payment(cast)
    s = builders.story()
    for days, amount in ((0, "100.01"), (20, "200.02"), (41, "0.03"), (63, "400.00")):
        builders.go_to(clock.today() + timedelta(days=days))
        s.today = clock.today()
        s.receipt(Decimal(amount))
    Posting.of(Receipt.objects.get(amount="200.02")).reverse(by=cast.finance, reason="重复登记")
    return payment


def test_the_trial_balance_is_what_the_legs_add_up_to_for_any_two_days(cast, months):
    days = set(Leg.objects.values_list("day", flat=True))
    days = sorted({day + timedelta(days=n) for day in days for n in (-1, 0, 1)} | {date(2020, 10, 1)})
    tried = 0
    for since in days:
        for on in days:
            if since <= on:
                lines = trial(cast, since, on)
                assert seen(lines) == recounted(cast, since, on)
                total = statements.total_of(lines)
                assert total["opening"] == total["closing"] == 0 and total["debit"] == total["credit"]
                tried += 1
    assert tried > 30


def test_control_a_cent_in_the_balances_is_found(cast, months, monkeypatch):
    honest = statements._add

    def one_cent(sums, row):
        honest(sums, (*row[:-1], (row[-1] or 0) + Decimal("0.01")))

    monkeypatch.setattr(statements, "_add", one_cent)
    today = clock.today()
    assert seen(trial(cast, date(2020, 1, 1), today)) != recounted(cast, date(2020, 1, 1), today)


def test_the_books_of_yesterday_are_not_changed_by_what_is_done_today(cast):
    builders.paid_payment(cast)
    yesterday, since = clock.today(), date(2020, 1, 1)
    everything = cast.county.legs.all()

    def as_of_yesterday():
        statement = statements.Statement(everything, Period(since, yesterday))
        entries = [(entry.leg.pk, entry.balance) for entry in statement.entries()]
        return seen(trial(cast, since, yesterday)), statement.closing, statement.debit, entries

    before = as_of_yesterday()
    on_the_next_day()
    s = builders.story()
    s.receipt(Decimal("77.77"))
    Posting.of(Receipt.objects.order_by("pk").first()).reverse(by=cast.finance, reason="文号登记错误")
    irregular(cast.county, Decimal("5.00"), by=cast.finance, subject=cast.county)
    assert as_of_yesterday() == before
    assert seen(trial(cast, since, clock.today())) != before[0]


def test_a_statement_runs_over_its_pages(cast, months):
    period = Period(date(2020, 1, 1), clock.today())
    treasury = cast.county.legs.filter(account=Account.TREASURY)
    statement = statements.Statement(treasury, period)
    whole = [entry.balance for entry in statement.entries()]
    in_pages = []
    for start in range(0, len(whole), 2):
        in_pages += [entry.balance for entry in statement.entries(before=start, ids=statement.ids()[start : start + 2])]
    assert len(whole) == 7 and in_pages == whole and whole[-1] == statement.closing == treasury.balance()
    later = statements.Statement(treasury, Period(period.on, period.on))
    assert later.opening + later.debit - later.credit == statement.closing and later.opening != 0


def test_a_statement_names_the_other_side_and_filters_by_stage(cast):
    payment = builders.paid_payment(cast)
    form = StatementForm({"stage": payment.stage_id, "account": "spent"}, county=cast.county)
    statement = statements.Statement(form.chosen(cast.county.legs.all()), form.period)
    [entry] = statement.entries()
    assert (entry.counter, entry.side, entry.balance) == ("财政专账存款", "借", payment.amount)
    assert f"阶段：{payment.stage}" in form.words()
    other = StatementForm({"direction": "training"}, county=cast.county)
    assert not other.chosen(cast.county.legs.all()).exists()


# --- 资金台账 --------------------------------------------------------------------------------------------------------
def register(user, **filters):
    form = RegisterForm(filters, user=user)
    register = Register(user, form)
    return register.rows(register.keys()), register.totals()


def used(county):
    return Leg.objects.filter(county=county, account__in=("spent", "irregular")).aggregate(sum=Sum("amount"))["sum"]


def test_the_register_tells_the_whole_way_of_a_payment(cast):
    payment = builders.paid_payment(cast)
    [row], totals = register(cast.finance)
    application = payment.application
    assert row["acceptance_no"] == application.no and row["publicised_until"] == application.notice.ends_on
    assert (row["requested"], row["approved"], row["paid"]) == (payment.amount, payment.amount, payment.amount)
    assert row["agreement_left"] == payment.agreement.central_amount - payment.amount
    assert row["published_on"] == row["paid_on"] == payment.paid_on and row["voucher"] == payment.voucher_no
    assert row["account"].endswith(payment.payee_account[-4:]) and payment.payee_account not in row["account"]
    assert totals == {"requested": payment.amount, "approved": payment.amount, "paid": payment.amount}


def test_money_outside_the_rules_is_a_row_with_its_mark_and_counts(cast):
    payment = builders.paid_payment(cast)
    posting = irregular(cast.county, Decimal("12345.67"), by=cast.finance, subject=cast.county)
    rows, totals = register(cast.auditor)
    [breach] = [row for row in rows if row["is_breach"]]
    assert breach["url"] == posting.get_absolute_url() and breach["paid"] == Decimal("12345.67")
    assert totals["paid"] == payment.amount + breach["paid"] == used(cast.county)
    [only], totals = register(cast.auditor, status="irregular")
    assert only["is_breach"] and totals["paid"] == breach["paid"]
    posting.reverse(by=cast.finance, reason="误记")
    rows, totals = register(cast.auditor)
    assert [row["paid"] for row in rows if row["is_breach"]] == [Decimal("-12345.67"), Decimal("12345.67")]
    assert totals["paid"] == payment.amount == used(cast.county)


def test_each_period_shows_what_the_ledger_booked_in_it(cast):
    payment = builders.paid_payment(cast)
    paid_on = clock.today()
    builders.go_to(paid_on + timedelta(days=40))
    payment.bounce(by=builders.story().person("finance-review"), reason="退汇")
    then, totals = register(cast.finance, since=paid_on, on=paid_on)
    assert [row["paid"] for row in then] == [payment.amount] and totals["paid"] == payment.amount
    later, totals = register(cast.finance, since=paid_on + timedelta(days=1))
    assert [row["paid"] for row in later] == [-payment.amount] and later[0]["remarks"].startswith("已有红字冲销")
    [row], totals = register(cast.finance)
    assert row["paid"] == totals["paid"] == used(cast.county) == 0


def test_money_of_other_sources_is_another_use(cast):
    payment = builders.paid_payment(cast)
    where = {"agreement": payment.agreement, "fund_line": payment.project.fund_line}
    legs = [(Account.SPENT, Source.PRIVATE, Decimal("800.00"), where), (Account.SOURCE, Source.PRIVATE, -800, {})]
    Posting.book(cast.county, payment.project, "社会投入（演示）", legs, by=cast.finance)
    [row], totals = register(cast.finance, status="other")
    assert row["source"] == "社会资金" and row["contractor"] == payment.project.contractor.name
    assert row["agreement_paid"] == payment.amount and totals["paid"] == 800


def test_filters_of_the_register_leave_what_they_name(cast):
    payment = builders.paid_payment(cast)
    project = payment.project
    for filters in (
        {"county": project.county_id},
        {"contractor": project.contractor_id},
        {"direction": payment.purpose},
        {"status": "paid"},
        {"since": payment.paid_on, "on": payment.paid_on},
    ):
        assert len(register(cast.henan_finance, **filters)[0]) == 1, filters
    for filters in ({"county": cast.neighbour_county.pk}, {"direction": "training"}, {"status": "rejected"}):
        rows, totals = register(cast.henan_finance, **filters)
        assert not rows and not totals["paid"], filters
    assert register(cast.neighbour) == ([], {"requested": 0, "approved": 0, "paid": 0})
    assert len(register(cast.contractor)[0]) == 1 and not register(cast.other_contractor)[0]


# --- how much one file carries -----------------------------------------------------------------------------------------
def test_P_090_a_paper_carries_two_hundred_rows(cast):
    assert not fits_on_paper(PDF_ROWS)
    with pytest.raises(Refused, match="P-090") as refusal:
        must_fit("pdf", PDF_ROWS + 1)
    assert "导出 Excel" in str(refusal.value)


def test_P_091_a_workbook_carries_ten_thousand_rows_and_is_never_cut_off(cast):
    assert not fits_in_a_workbook(WORKBOOK_ROWS)
    with pytest.raises(Refused, match="P-091"):
        must_fit("xlsx", WORKBOOK_ROWS + 1)
