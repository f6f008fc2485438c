"""After the revocation every workflow of the county is read-only: all POST rows of all rooms, all people of the county.

Only what recovers the money and answers people stays possible; the explicit list below is the whole of it.
"""

import pytest
from django.db import transaction

from accounts.demo import PASSWORD
from counties.models import authoring
from portal import clock
from portal.rules import READ_ONLY, Refused
from projects.ledgers import STATIONS
from projects.models import Import
from tests import builders
from tests.test_access import all_rows
from tests.world import build_world, visiting

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("revoked")]

PEOPLE = ("government", "clerk", "finance", "poverty", "liaison", "contractor", "zhumadian_commerce")
STILL_POSSIBLE = {
    # one's own account and messages, the company's own people, the city's own report: no matter of the county
    "sign-out",
    "message-read",
    "message-read-all",
    "contractor-staff-close",
    "token-revoke",
    "recommendation-edit",
    "payment-batch",  # nothing waits there; each row would answer for itself (test_P_082_quotes_itself…)
}
REFUSED = {403, 404, 409, 422}  # 422: not even the shape was right, nothing was done


@pytest.fixture(scope="module")
def revoked(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        token = clock._pinned.set(clock.morning(builders.START))
        with transaction.atomic():
            w = build_world()
            builders.decided_sanction(w.cast)
            w.today = clock.today()
            yield w
            transaction.set_rollback(True)
        clock._pinned.reset(token)


POSTS = [
    pytest.param(name, make, data or {}, actor, id=f"{name}-{actor}-{number}")
    for number, (name, make, method, data, answers) in enumerate(all_rows())
    if method.upper() == "POST"
    for actor, status in answers.items()
    if actor in PEOPLE and status in (200, 302, 409)
]


@pytest.mark.parametrize(("name", "make", "data", "actor"), POSTS)
def test_P_082_nothing_is_done_in_a_revoked_county(revoked, client, django_db_blocker, name, make, data, actor):
    with visiting(revoked, client, django_db_blocker, actor) as address:
        try:
            url = address(name, make)  # some rows prepare their record by a deed: that is refused already
        except Refused as refusal:
            assert [breach.rule for breach in refusal.breaches] == [READ_ONLY]
            return
        response = client.post(url, data | {"password_again": PASSWORD})
    if name in STILL_POSSIBLE:
        assert READ_ONLY.id not in response.content.decode()
    else:
        assert response.status_code in REFUSED, f"{actor} {name}: {response.status_code}"


def test_P_082_quotes_itself_and_leaves_drafts_alone(revoked, client, django_db_blocker):
    day = str(revoked.today)
    receipt = {"source": "central", "kind": "formal", "doc_no": "演示〔2020〕1号", "doc_date": day, "arrived_on": day}
    with visiting(revoked, client, django_db_blocker, "finance") as address:
        response = client.post(address("receipt-create", lambda w: [w.county.pk]), receipt | {"amount": "1"})
        assert response.status_code == 409 and "A-345" in response.content.decode()  # its own rule comes first
        with pytest.raises(Refused, match="P-082"):
            authoring.open_for(revoked.plan, revoked.cast.clerk)
        with pytest.raises(Refused, match="P-082"):
            Import.queue(revoked.project, STATIONS, builders.pdf("x.pdf"), by=revoked.cast.contractor)


def test_P_082_recovery_and_answers_go_on(revoked, client, django_db_blocker):
    recovery = revoked.cast.county.recoveries.order_by("pk").last()
    with visiting(revoked, client, django_db_blocker, "finance") as address:
        back = {"amount": "1", "paid_on": str(revoked.today), "payer": "演示承办单位", "voucher_no": "1"}
        assert client.post(address("recovery-receive", lambda w: [recovery.pk]), back).status_code == 302
    revoked.objection.refresh_from_db()
    with visiting(revoked, client, django_db_blocker, "government"), transaction.atomic():
        revoked.objection.answer(by=revoked.cast.government, outcome="upheld", reply="演示答复")
        assert revoked.objection.notice.status == "upheld"
        transaction.set_rollback(True)
    revoked.complaint.refresh_from_db()
    with visiting(revoked, client, django_db_blocker, "henan_commerce"), transaction.atomic():
        revoked.complaint.answer(by=revoked.cast.henan_commerce, reply="演示答复")
        transaction.set_rollback(True)


def test_P_082_timers_go_on(revoked, client, django_db_blocker):
    with visiting(revoked, client, django_db_blocker, "clerk"):
        revoked.county.record("演示：系统任务", by=None)
