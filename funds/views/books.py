"""账簿的页面：from the trial balance down to one voucher, and each table as a workbook and on paper."""

from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.access import may
from counties.models import County
from funds import statements
from funds.forms.books import BooksForm, RegisterForm, StatementForm, TrialBalanceForm
from funds.models import OutsideBreach, Posting, with_money
from funds.register import SCHEMA as REGISTER
from funds.register import Register
from funds.sheets import STATEMENT, TRIAL_BALANCE, Book, entry_rows, must_fit, too_long_for_paper, trial_rows
from portal import money
from portal.models import Event
from portal.pages import page_of
from projects.models import Agreement

PER_PAGE = 50
LATEST = 10


def ledger_detail(request, county_pk):
    """县级总账：the entry of the county's books."""
    counties = with_money(County.objects.visible_to(request.user)).select_related("region", "batch")
    known = OutsideBreach.objects.standing().filter(county=OuterRef("pk"))
    county = get_object_or_404(counties.annotate(has_breaches=Exists(known)), pk=county_pk)
    period = BooksForm({}).period
    lines = statements.trial_balance(County.objects.filter(pk=county.pk), period)
    context = {
        "county": county,
        "lines": lines,
        "total": statements.total_of(lines),
        "period": period,
        "postings": county.postings.order_by("-pk").prefetch_related("legs")[:LATEST],
        "freezes": county.freezes.active().select_related("county__region", "placed_by__office", "project", "payment"),
        "may_report": request.user.has_perm("accounts.breach.register"),
        "receipts": county.receipts.all()[:PER_PAGE],
        "may_register": may(request.user, "receipt.register", county.region),
    }
    return render(request, "funds/ledger_detail.html", context)


def _query(request):
    """The filter as it stands in the address, without the page."""
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


# --- 科目余额表 ------------------------------------------------------------------------------------------------------
def trial_balance_list(request):
    form = TrialBalanceForm(request.GET, user=request.user)
    lines = statements.trial_balance(form.counties(request.user), form.period)
    context = {
        "form": form,
        "page": page_of(request, lines, PER_PAGE),
        "total": statements.total_of(lines),
        "query": _query(request),
        "paper_wrong": too_long_for_paper(len(lines)),
    }
    return render(request, "funds/trial_balance.html", context)


def trial_balance_file(request, form):
    search = TrialBalanceForm(request.GET, user=request.user)
    lines = statements.trial_balance(search.counties(request.user), search.period)
    must_fit(form, len(lines))
    book = Book(
        schema=TRIAL_BALANCE,
        rows=trial_rows(lines),
        totals=statements.total_of(lines),
        facts=[("范围", search.words()), ("期间", str(search.period))],
        printed=("county", "account", "source", "opening", "debit", "credit", "closing"),
        file=f"科目余额表_{search.period.on:%Y%m%d}",
        url=f"{reverse('trial-balance-list')}?{_query(request)}",
    )
    return book.answer(form)


# --- 明细账 ----------------------------------------------------------------------------------------------------------
def statement_detail(request, county_pk):
    county, form, statement = _statement(request, county_pk)
    page = page_of(request, statement.ids(), PER_PAGE)
    context = {
        "county": county,
        "form": form,
        "statement": statement,
        "page": page,
        "entries": _entries_of(statement, page),
        "query": _query(request),
        "paper_wrong": too_long_for_paper(page.paginator.count),
    }
    return render(request, "funds/statement_detail.html", context)


def _entries_of(statement, page):
    return statement.entries(before=max(page.start_index() - 1, 0), ids=page.object_list)


def statement_file(request, county_pk, form):
    county, search, statement = _statement(request, county_pk)
    must_fit(form, statement.legs.count())
    facts = [("示范县", str(county)), ("范围", search.words()), ("期间", str(search.period))]
    url = f"{reverse('statement-detail', args=[county.pk])}?{_query(request)}"
    return _book_of(statement, facts, f"明细账_{county}_{search.period.on:%Y%m%d}", url).answer(form)


def _statement(request, county_pk):
    county = get_object_or_404(County.objects.visible_to(request.user).select_related("region"), pk=county_pk)
    form = StatementForm(request.GET, county=county)
    return county, form, statements.Statement(form.chosen(county.legs.all()), form.period)


def _book_of(statement, facts, file, url):
    return Book(
        schema=STATEMENT,
        rows=entry_rows(statement.entries()),
        totals={"debit": statement.debit, "credit": statement.credit},
        sums=(("期初余额（正为借）", statement.opening), ("期末余额（正为借）", statement.closing)),
        facts=facts,
        printed=("day", "voucher", "words", "account", "source", "counter", "debit", "credit", "side", "balance"),
        file=file,
        url=url,
        month_of="day",
    )


def agreement_statement(request, pk):
    """拨付对账单：what was paid under one agreement; the contractor checks its own account against it."""
    agreement, form, statement = _agreement_statement(request, pk)
    page = page_of(request, statement.ids(), PER_PAGE)
    paid = statements.of_agreement(agreement).balance()
    context = {
        "agreement": agreement,
        "form": form,
        "statement": statement,
        "page": page,
        "entries": _entries_of(statement, page),
        "paid": paid,
        "query": _query(request),
        "paper_wrong": too_long_for_paper(page.paginator.count),
    }
    return render(request, "funds/agreement_statement.html", context)


def agreement_statement_file(request, pk, form):
    agreement, search, statement = _agreement_statement(request, pk)
    must_fit(form, statement.legs.count())
    facts = [
        ("协议", str(agreement)),
        ("承办单位", agreement.project.contractor.name),
        ("期间", str(search.period)),
    ]
    url = f"{reverse('agreement-statement', args=[agreement.pk])}?{_query(request)}"
    return _book_of(statement, facts, f"拨付对账单_{agreement.no}_{search.period.on:%Y%m%d}", url).answer(form)


def _agreement_statement(request, pk):
    agreements = Agreement.objects.visible_to(request.user)
    agreement = get_object_or_404(
        agreements.select_related("project__contractor", "project__county__region", "project__fund_line"), pk=pk
    )
    form = BooksForm(request.GET)
    legs = statements.of_agreement(agreement).prefetch_related("posting__subject")  # the contractor reads of payments
    return agreement, form, statements.Statement(legs, form.period)


# --- 凭证 ------------------------------------------------------------------------------------------------------------
def posting_detail(request, pk):
    postings = Posting.objects.visible_to(request.user).select_related(
        "county__region", "by", "content_type", "reverses", "reversal"
    )
    posting = get_object_or_404(postings, pk=pk)
    legs = list(posting.legs.select_related("fund_line", "agreement", "stage").order_by("pk"))
    context = {
        "posting": posting,
        "legs": legs,
        "debit": money.total(leg.debit or money.ZERO for leg in legs),
        "credit": money.total(leg.credit or money.ZERO for leg in legs),
        "subject_kind": posting.content_type.name,
        "events": Event.objects.about(posting.subject),
    }
    return render(request, "funds/posting_detail.html", context)


# --- 资金台账 --------------------------------------------------------------------------------------------------------
def fund_register_list(request):
    form = RegisterForm(request.GET, user=request.user)
    register = Register(request.user, form)
    page = page_of(request, register.keys(), PER_PAGE)
    context = {
        "form": form,
        "page": page,
        "rows": register.rows(page.object_list, first=page.start_index() or 1),
        "totals": register.totals(),
        "query": _query(request),
        "paper_wrong": too_long_for_paper(page.paginator.count),
    }
    return render(request, "funds/fund_register.html", context)


def fund_register_file(request, form):
    search = RegisterForm(request.GET, user=request.user)
    register = Register(request.user, search)
    keys = register.keys()
    must_fit(form, keys.count())
    book = Book(
        schema=REGISTER,
        rows=register.rows(keys),
        totals=register.totals(),
        facts=[("范围", search.words()), ("期间", search.period_words())],
        printed=(
            "number", "county", "project", "contractor", "stage", "acceptance_no", "publicised_until",
            "requested", "approved", "paid", "status", "paid_on", "voucher", "remarks",
        ),
        file=f"资金台账_{search.period.on:%Y%m%d}",
        url=f"{reverse('fund-register-list')}?{_query(request)}",
        month_of="paid_on",
    )  # fmt: skip
    return book.answer(form)
