"""The steps of a payment as the proofs of the money take them, in one place: when a step changes, this file changes.

A proof needs many payments that are ready to be paid. The first is made by the real deeds of the real people; `crowd`
copies its rows (project, agreement, stages, acceptance, request) as often as it takes, as their owner, triggers resting.
"""

import re
import sys
import threading
import urllib.parse
from contextlib import contextmanager
from decimal import Decimal
from http.client import HTTPConnection

from django.db import connection
from django.db.models import Sum
from django.test import Client

from acceptance.models import Application
from accounts.demo import PASSWORD
from accounts.models import User
from funds.models import Leg, Payment, PaymentObject, PaymentVoucher, Posting
from notices.models import Notice
from portal import clock
from projects.models import Agreement, Package, Project, Stage
from tests import builders

CONFIRMED = {"password_again": PASSWORD}
EACH = Decimal(1000)  # 元 of every stage of a crowd
HIDDEN = re.compile(r'name="(csrfmiddlewaretoken|request_key)" value="([^"]+)"')


def say(figures):
    """One line of figures; shown with -s."""
    sys.stdout.write(f"\n    {figures}")


# --- the deeds ----------------------------------------------------------------------------------------------------------


def approved(cast):
    """One payment with every gate open, waiting to be paid."""
    return builders.payable_payment(cast)


def payer():
    """Who pays for the finance bureau: not the person who reviewed."""
    return User.objects.select_related("office__region").get(username="queshan-finance")


def pay(pk, by, voucher_no="演示凭证"):
    """The verb itself."""
    Payment.objects.get(pk=pk).pay(by=by, voucher_no=voucher_no)


def book(pk, by):
    Payment.objects.get(pk=pk).book(by=by, account_voucher_no="记-1", books_separately=True)


def pay_fields(voucher_no="演示凭证"):
    """What is typed on the page before the payment."""
    return {"voucher_no": voucher_no, **CONFIRMED}


def book_fields():
    return {"booked_on": str(clock.today()), "account_voucher_no": "记-1", "books_separately": "on"}


def pay_path(pk):
    return f"/payments/{pk}/pay/"


def paid_by_hand(by, voucher_no="演示凭证"):
    """The columns of a payment that was made: what plain SQL would write past the verb."""
    return {
        "status": "paid",
        "paid_on": clock.today(),
        "paid_by": by,
        "voucher_no": voucher_no,
        "payee_account": "6200",
    }


def make_by_hand(payment, by):
    """A payment made past the verb, with its booking: what a careful import would write."""
    Payment.objects.filter(pk=payment.pk).update(**paid_by_hand(by))
    where = {"stage": payment.stage, "agreement": payment.agreement}
    legs = [("spent", "central", payment.amount, where), ("treasury", "central", -payment.amount, {})]
    Posting.book(payment.county, payment, "拨付", legs)


def standing(payment, status, cast):
    """The payment put into this status with the people of the steps before it; returns its key."""
    done = ["requested", "commerce", "finance", "approved", "paid", "booked"]
    people = {
        "commerce_by": cast.clerk,
        "finance_by": builders.story().person("finance-review"),
        "approved_by": cast.government,
    }
    if status in ("paid", "booked"):
        pay(payment.pk, cast.finance)
        if status == "booked":
            book(payment.pk, cast.contractor)
        return payment.pk
    reached = done.index(status) if status in done else 0
    stamps = {name: person if n < reached else None for n, (name, person) in enumerate(people.items())}
    Payment.objects.filter(pk=payment.pk).update(status=status, **stamps)
    return payment.pk


# --- a crowd ------------------------------------------------------------------------------------------------------------


@contextmanager
def resting(*tables):
    """The owner lets the triggers of these tables rest: what a careless import, or an administrator, could do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def crowd(first, projects, stages, fitting):
    """`projects` copies of the project of `first`, each with `stages` approved payments of 1 000 元, of which only
    `fitting` fit under the ceiling of its agreement. Returns the keys of the payments, project by project."""
    guarded = ("funds_payment", "projects_project", "projects_agreement", "projects_package", "acceptance_application",
               "funds_paymentvoucher", "funds_paymentobject", "notices_notice", "projects_stage")  # fmt: skip
    with resting(*guarded):
        crowds = [_copy_of_project(first, n, fitting * EACH) for n in range(projects)]
        return [_payments_on(first, agreement, n, stages) for n, agreement in enumerate(crowds)]


def _copy(model, pk, **changes):
    row = model._base_manager.get(pk=pk)
    row.pk = row.id = None
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def _copy_of_project(first, n, central_amount):
    package = _copy(Package, first.project.package_id, no=100 + n)
    package.save()
    project = _copy(Project, first.project_id, no=f"演示{n:04d}", package=package)
    project.save()
    agreement = _copy(Agreement, first.stage.agreement_id, project=project, no=f"演{n}", central_amount=central_amount)
    agreement.save()
    return agreement


def _payments_on(first, agreement, n, count):
    numbers = range(1, count + 1)
    copies = [
        _copy(Stage, first.stage_id, agreement=agreement, no=k, amount=EACH, committed=0, is_final=False)
        for k in numbers
    ]
    made = Stage.objects.bulk_create(copies)
    project = agreement.project
    applications = Application.objects.bulk_create(
        [_copy(Application, first.application_id, project=project, stage=s, no=f"Y{n}-{s.no}", approved_amount=EACH)
         for s in made]
    )  # fmt: skip
    payments = [
        _copy(Payment, first.pk, no=f"B{n}-{a.stage.no}", project=project, stage=a.stage, application=a, amount=EACH)
        for a in applications
    ]
    return _with_papers(first, Payment.objects.bulk_create(payments))


def _with_papers(first, payments):
    """Each copy gets its own invoice, object and ended notice, as the first one has them."""
    notices = Notice.objects.bulk_create([_copy(Notice, first.notice_id, object_id=p.pk) for p in payments])
    for payment, notice in zip(payments, notices, strict=True):
        payment.notice = notice
    Payment.objects.bulk_update(payments, ["notice"])
    voucher, item = first.vouchers.get().pk, first.items.get().pk
    PaymentVoucher.objects.bulk_create(
        [
            _copy(PaymentVoucher, voucher, payment=p, invoice_code="CROWD", invoice_no=f"{p.pk:08d}", amount=p.amount)
            for p in payments
        ]
    )
    PaymentObject.objects.bulk_create(
        [_copy(PaymentObject, item, payment=p, content=f"演示用途{p.pk}", amount=p.amount) for p in payments]
    )
    return [payment.pk for payment in payments]


def on_one_stage(first, count):
    """`count` approved payments of half the stage each; its unique key must be gone already. Returns their keys."""
    with resting("funds_payment", "funds_paymentvoucher", "funds_paymentobject", "notices_notice"):
        half = first.stage.amount / 2
        Payment.objects.filter(pk=first.pk).update(amount=half)
        copies = [_copy(Payment, first.pk, no=f"B{n}", amount=half) for n in range(count - 1)]
        return [first.pk, *_with_papers(first, Payment.objects.bulk_create(copies))]


# --- what must hold afterwards ------------------------------------------------------------------------------------------


def paid_total(**where):
    return Payment.objects.filter(status__in=Payment.SPENT, **where).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def overspent():
    """Agreements with more paid than they allow: {key: (paid, allowed)}."""
    sums = Payment.objects.paid().values("stage__agreement", "stage__agreement__central_amount")
    rows = sums.annotate(sum=Sum("amount")).order_by()
    return {
        row["stage__agreement"]: (row["sum"], row["stage__agreement__central_amount"])
        for row in rows
        if row["sum"] > row["stage__agreement__central_amount"]
    }


def books_wrong():
    """What is wrong with the books, in words: unbalanced postings, balances beside the legs, payments not booked."""
    with connection.cursor() as cursor:
        return [words for question in BOOKS for words in _asked(cursor, question)]


def _asked(cursor, question):
    cursor.execute(question)
    return [row[0] for row in cursor.fetchall()]


BOOKS = [
    """SELECT 'posting ' || posting_id || ' is off by ' || sum(amount) FROM funds_leg
        GROUP BY posting_id HAVING sum(amount) <> 0""",
    """SELECT 'posting ' || posting.id || ' has fewer than two legs' FROM funds_posting posting
        WHERE (SELECT count(*) FROM funds_leg WHERE posting_id = posting.id) < 2""",
    """SELECT 'balance of ' || coalesce(kept.county_id, counted.county_id) || ' differs from its legs' FROM (
            SELECT county_id, account, source, fund_line_id, month, debit, credit, legs FROM funds_balance) kept
        FULL JOIN (
            SELECT county_id, account, source, fund_line_id, date_trunc('month', day)::date AS month,
                coalesce(sum(amount) FILTER (WHERE amount > 0), 0) AS debit,
                coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) AS credit, count(*) AS legs
            FROM funds_leg GROUP BY 1, 2, 3, 4, 5) counted
        ON (kept.county_id, kept.account, kept.source, coalesce(kept.fund_line_id, 0), kept.month)
            = (counted.county_id, counted.account, counted.source, coalesce(counted.fund_line_id, 0), counted.month)
        WHERE (kept.debit, kept.credit, kept.legs) IS DISTINCT FROM (counted.debit, counted.credit, counted.legs)""",
    """SELECT 'payment ' || payment.no || ' is paid ' || payment.amount || ', booked ' || coalesce(booked.sum, 0)
        FROM funds_payment payment LEFT JOIN (
            SELECT stage_id, sum(amount) AS sum FROM funds_leg
            WHERE account = 'spent' AND source = 'central' AND stage_id IS NOT NULL GROUP BY 1) booked
        ON booked.stage_id = payment.stage_id
        WHERE payment.status IN ('paid', 'booked') AND payment.amount IS DISTINCT FROM booked.sum""",
    """SELECT 'leg ' || leg.id || ' spends on a stage that nobody paid' FROM funds_leg leg
        WHERE leg.account = 'spent' AND leg.source = 'central' AND leg.stage_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM funds_payment WHERE stage_id = leg.stage_id AND status IN ('paid', 'booked'))""",
]


def account_sums(county):
    """{account: what stands on it} of the central money of a county, out of the legs."""
    legs = Leg.objects.filter(county=county, source="central").values_list("account")
    return dict(legs.annotate(sum=Sum("amount")).order_by())


def leave_in_treasury(county, amount):
    """Receive so little, behind the guards, that only `amount` 元 are in the special account."""
    with resting("funds_leg") as cursor:
        where = "county_id = %(county)s AND source = 'central' AND account IN ('treasury', 'source')"
        known = {"amount": amount, "county": county.pk}
        cursor.execute(f"UPDATE funds_leg SET amount = sign(amount) * %(amount)s WHERE {where}", known)
        cursor.execute(
            f"UPDATE funds_balance SET debit = sign(debit) * %(amount)s, credit = sign(credit) * %(amount)s WHERE {where}",
            known,
        )


def treasury(county):
    """What stands in the special account now, in 元."""
    return Leg.objects.of(county, "treasury").balance()


# --- through the door ---------------------------------------------------------------------------------------------------


class Browser:
    """One signed-in person at a server that runs; knows the session cookie, opens forms, sends them."""

    def __init__(self, address, user):
        self.host = urllib.parse.urlsplit(address).netloc
        client = Client()
        client.force_login(user)
        self.cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        self.lock = threading.Lock()

    def form(self, path):
        """The hidden fields of the form at `path`: request key and CSRF token."""
        status, page, _ = self.call("GET", path)
        assert status == 200, (status, path)
        return dict(HIDDEN.findall(page))

    def post(self, path, fields):
        """(status, where to) of a form sent."""
        status, _, location = self.call("POST", path, urllib.parse.urlencode(fields))
        return status, location

    def call(self, method, path, body=None):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        line = HTTPConnection(self.host, timeout=60)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            text = answer.read().decode()
        finally:
            line.close()
        with self.lock:
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _, rest = cookie.partition("=")
                if name == "csrftoken":
                    self.cookies[name] = rest.partition(";")[0]
        return answer.status, text, answer.headers.get("Location", "")
