"""批量办理 and the list of what is slow: each row by itself, a fixed number of questions."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from acceptance.models import Application
from accounts.demo import PASSWORD
from funds.models import Freeze, Payment
from funds.obstacles import slow
from portal import clock
from tests import builders

BATCH = "/payments/batch/"
CONFIRMED = {"password_again": PASSWORD}


@pytest.fixture
def two(cast):
    """Two projects of one county, each with a payment that may be paid."""
    first = builders.payable_payment(cast)
    s = builders.story()
    project = s.underway_project(s.selected_project(first.project.fund_line.plan, line_no=2))
    second = s.publicised_payment(s.clear_application(project))
    builders.go_to(s.today)
    return first, second


def text(response):
    return response.content.decode()


def test_each_ticked_payment_is_paid_or_refused_by_itself(cast, two, as_user):
    first, second = two
    Freeze.place(cast.county, project=second.project, by=cast.zhumadian_commerce, reason="核查中")
    client = as_user(cast.finance)
    page = text(client.get(BATCH))
    assert first.no in page and second.no in page and "资金冻结" in page
    ticked = {
        "tick": [first.pk, second.pk],
        f"voucher-{first.pk}": "国库-1",
        f"voucher-{second.pk}": "国库-2",
    } | CONFIRMED
    page = text(client.post(BATCH, ticked, follow=True))
    assert "办成 1 笔" in page and "P-042" in page and 'value="国库-2"' in page
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.status, first.voucher_no, second.status) == ("paid", "国库-1", "approved")


def test_a_row_without_its_voucher_number_or_of_somebody_else_changes_nothing(cast, two, as_user):
    first, second = two
    client = as_user(cast.finance)
    for number in ("", "x" * 61, "\x00"):
        page = text(
            client.post(
                BATCH, {"tick": [first.pk, "x", 10**30], f"voucher-{first.pk}": number} | CONFIRMED, follow=True
            )
        )
        assert "办成 0 笔" in page
    for person in (cast.clerk, cast.government, cast.neighbour):
        as_user(person).post(BATCH, {"tick": [first.pk], f"voucher-{first.pk}": "1"} | CONFIRMED)
    first.refresh_from_db()
    assert first.status == "approved"
    assert as_user(cast.contractor).get(BATCH).status_code == 403


def test_the_steps_before_are_agreed_to_by_ticks(cast, as_user):
    payment = builders.requested_payment(cast)
    for person, status in (
        (cast.clerk, "commerce"),
        (builders.story().person("finance-review"), "finance"),
        (cast.government, "approved"),
    ):
        as_user(person).post(BATCH, {"tick": [payment.pk]} | CONFIRMED)
        payment.refresh_from_db()
        assert payment.status == status
    assert payment.no not in text(as_user(cast.finance).get(BATCH))  # the government publicises it first


def test_more_rows_ask_no_more_questions(cast, two, as_user):
    def asked(person, page):
        client = as_user(person)
        client.get(page)
        with CaptureQueriesContext(connection) as questions:
            client.get(page)
        return len([q for q in questions if "SAVEPOINT" not in q["sql"]])

    builders.go_to(clock.today() + timedelta(days=60))
    both = asked(cast.finance, BATCH), asked(cast.henan_finance, "/payments/slow/")
    two[0].pay(by=cast.finance, voucher_no="1")
    assert (asked(cast.finance, BATCH), asked(cast.henan_finance, "/payments/slow/")) == both
    assert max(both) <= 15


def test_A_317_the_slow_list_names_what_stands_in_the_way_worst_first(cast, two, as_user):
    first, second = two
    page = "/payments/slow/"
    limit = cast.county.batch.payment_slow_days
    builders.go_to(clock.day_of(first.application.concluded_at) + timedelta(days=limit))
    assert not slow(Application.objects.all(), clock.today()).exists()
    builders.go_to(clock.day_of(second.application.concluded_at) + timedelta(days=limit + 1))
    assert list(slow(Application.objects.all(), clock.today())) == [first.application, second.application]
    first.reject(by=cast.finance, reason="账户有误")
    Freeze.place(cast.county, project=second.project, by=None, reason="核查")
    for person in (cast.finance, cast.zhumadian_commerce, cast.henan_commerce):
        shown = text(as_user(person).get(page))
        assert "承办单位尚未申请拨付" in shown and "P-042" in shown and second.no in shown
    assert first.project.name not in text(as_user(cast.neighbour).get(page))
    assert Payment.objects.count() == 2


def test_many_payments_want_the_password_again_and_lose_nothing_without_it(cast, two, as_user):
    first, _ = two
    for wrong in ({}, {"password_again": "demo-2021"}):
        answer = as_user(cast.finance).post(BATCH, {"tick": [first.pk], f"voucher-{first.pk}": "国库-9"} | wrong)
        assert answer.status_code == 422 and 'value="国库-9"' in text(answer) and "checked" in text(answer)
    first.refresh_from_db()
    assert first.status == "approved"
