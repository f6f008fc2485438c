"""再次输入密码：approve, pay, freeze, lift and agree ask for it; wrong ones are counted like those at the door."""

import uuid

import pytest
from axes.models import AccessAttempt
from axes.utils import reset
from django.urls import reverse

from funds.models import ApprovalLimit, Freeze
from portal.models import Event, RequestKey
from tests import builders

RIGHT, WRONG = {"password_again": "demo-2020"}, {"password_again": "demo-2021"}


def url(name, record):
    return reverse(name, args=[record.pk])


@pytest.fixture
def guarded(settings, db):
    """As in a real install: django-axes counts."""
    settings.AXES_ENABLED = True
    yield
    reset()


@pytest.fixture
def payment(cast):
    return builders.payable_payment(cast)


def deeds(cast, payment):
    """(who, address, what is typed) of every sensitive deed."""
    freeze = Freeze.place(cast.neighbour_county, by=cast.henan_commerce, reason="核查")
    limit = ApprovalLimit.propose(
        cast.county.region, by=cast.government, person=cast.finance, verb="payment.pay", amount=10**7, why="演示"
    )
    return [
        (cast.finance, url("payment-pay", payment), {"voucher_no": "国库-77"}),
        (cast.government, url("freeze-place", cast.county), {"reason": "核查中的事项（演示）"}),
        (cast.henan_finance, url("freeze-lift", freeze), {"reason": "核查无误的事项（演示）"}),
        (builders.story().person("finance-review"), url("approval-limit-agree", limit), {}),
    ]


def test_a_wrong_or_missing_password_does_nothing_and_loses_nothing(cast, payment, as_user):
    for person, address, typed in deeds(cast, payment):
        events = Event.objects.count()
        for password in (WRONG, {}, {"password_again": "\x00"}, {"password_again": "长" * 5000}):
            response = as_user(person).post(address, typed | password)
            page = response.content.decode()
            assert response.status_code == 422, address
            assert 'autocomplete="current-password"' in page and "demo-202" not in page
            assert all(value in page for value in typed.values())
        assert "密码不正确，没有办理" in as_user(person).post(address, typed | WRONG).content.decode()
        assert Event.objects.count() == events


def test_the_right_password_is_noted_in_the_event_and_nowhere_kept(cast, payment, as_user):
    for person, address, typed in deeds(cast, payment):
        assert as_user(person).get(address).status_code == 200
        assert as_user(person).post(address, typed | RIGHT | {"request_key": uuid.uuid4()}).status_code == 302, address
        event = Event.objects.order_by("-pk").first()
        assert event.by == person and event.data == {"confirmed": True}, address
    assert not Event.objects.filter(data__icontains="demo-2020").exists()


def test_approving_is_a_page_of_its_own_and_asks_again(cast, as_user):
    application = builders.clear_application(cast)
    payment = builders.story().requested_payment(application)
    payment.commerce_review(by=cast.clerk)
    payment.finance_review(by=builders.story().person("finance-review"))
    client, approve = as_user(cast.government), url("payment-approve", payment)
    page = client.get(approve).content.decode()
    assert "人民币壹佰陆拾万元整" in page and "县政府审批同意" in page and "审批前检查" in page
    assert client.post(approve, WRONG).status_code == 422
    payment.refresh_from_db()
    assert payment.status == "finance"
    assert client.post(approve, RIGHT).status_code == 302
    payment.refresh_from_db()
    assert payment.status == "approved"
    assert Event.objects.about(payment).get(target="approved").data == {"confirmed": True}
    assert client.get(approve).status_code == 302  # nothing to approve any more


def test_five_wrong_passwords_lock_the_account_although_each_refusal_is_rolled_back(cast, payment, as_user, guarded):
    client, pay = as_user(cast.finance), url("payment-pay", payment)
    for n in range(1, 5):
        key = str(uuid.uuid4())
        response = client.post(pay, {"voucher_no": "1", "request_key": key} | WRONG)
        assert response.status_code == 422
        assert AccessAttempt.objects.get(username="queshan-finance").failures_since_start == n
        assert not RequestKey.objects.filter(pk=key).exists()
    assert "账号暂时锁定" in client.post(pay, {"voucher_no": "1"} | WRONG).content.decode()
    locked = client.post(pay, {"voucher_no": "1"} | RIGHT)  # now the right one does not help either
    assert "账号暂时锁定" in locked.content.decode() and locked.status_code == 429
    payment.refresh_from_db()
    assert payment.status == "approved"


def test_control_counted_inside_the_transaction_of_the_deed_nothing_is_counted(
    cast, payment, as_user, guarded, settings
):
    """Why the password is judged before RequestKeyMiddleware: behind it the count is rolled back with the page."""
    ours, keys = "accounts.confirmation.PasswordAgainMiddleware", "portal.requests.RequestKeyMiddleware"
    order = [name for name in settings.MIDDLEWARE if name != ours]
    order.insert(order.index(keys) + 1, ours)
    settings.MIDDLEWARE = order
    client = as_user(cast.finance)
    client.handler.load_middleware()
    client.post(url("payment-pay", payment), {"voucher_no": "1", "request_key": str(uuid.uuid4())} | WRONG)
    assert not AccessAttempt.objects.exists()


def test_another_persons_password_is_wrong(cast, payment, as_user):
    cast.government.set_password("another-password-2020")
    cast.government.save(update_fields=["password"])
    response = as_user(cast.finance).post(
        url("payment-pay", payment), {"voucher_no": "1", "password_again": "another-password-2020"}
    )
    assert response.status_code == 422


def test_a_refusal_that_may_be_excused_never_sends_the_password_back(cast, payment, as_user):
    """The page of a SOFT refusal repeats what was typed, for the retry with a reason; a password is not part of it."""
    response = as_user(payment.finance_by).post(url("payment-pay", payment), {"voucher_no": "国库-77"} | RIGHT)
    page = response.content.decode()
    assert response.status_code == 409 and "P-070s" in page and "国库-77" in page
    assert "demo-2020" not in page and "password_again" not in page
