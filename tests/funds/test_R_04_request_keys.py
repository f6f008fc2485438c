"""R-04: the same request key gives the same answer and one effect, through a real server; other content is refused.

Push: 50 payers, 50 duplicates of each of three keys, 300 replays. `NIGHT=1`: 200 keys, 10,000 replays.
"""

import os
import random
import socket
import threading
import uuid
from urllib.parse import urlsplit

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connection
from django.test.testcases import QuietWSGIRequestHandler

from disclosure.models import Complaint
from funds.models import Payment
from portal import clock
from portal.models import Event
from tests.conftest import gather_cast
from tests.funds import moves
from tests.funds.crowds import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("transactions")]

NIGHT = bool(os.environ.get("NIGHT"))
KEYS, REPLAYS = (200, 10_000) if NIGHT else (3, 300)


class WideDoor(ThreadedWSGIServer):
    request_queue_size = 128  # of ten, as Django's own has it, a crowd of fifty at once sees only some let in


@pytest.fixture(scope="module")
def address():
    server = WideDoor(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(WSGIHandler())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def payer(address):
    """The finance bureau at a server that runs, its first payment ready; the clock of the server is set to its day."""
    cast = gather_cast()
    first = moves.approved(cast)
    clock.set_to(clock.now())  # the server's threads do not see the pinned clock of the test
    browser = moves.Browser(address, cast.finance)
    browser.first, browser.cast = first, cast
    return browser


def _pays(payer, pk, fields, answers):
    return lambda: answers.append(payer.post(moves.pay_path(pk), fields))


def _effects(pks):
    """(paid payments, postings about them, events of the payment) of these payments."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM funds_posting posting JOIN django_content_type kind
                ON kind.id = posting.content_type_id AND kind.model = 'payment' WHERE object_id = ANY(%s)""",
            [list(pks)],
        )
        (postings,) = cursor.fetchone()
    events = Event.objects.filter(content_type__model="payment", object_id__in=pks, target="paid").count()
    return Payment.objects.paid().filter(pk__in=pks).count(), postings, events


def test_fifty_payers_with_fifty_forms_pay_one_stage_once(payer):
    pk, answers = payer.first.pk, []
    form = payer.form(moves.pay_path(pk))
    forms = [form | moves.pay_fields(f"凭证{n}") | {"request_key": str(uuid.uuid4())} for n in range(50)]
    assert at_once([_pays(payer, pk, fields, answers) for fields in forms]) == [None] * 50
    assert sorted(status for status, _ in answers) == [302] + [409] * 49
    assert _effects([pk]) == (1, 1, 1)
    assert moves.paid_total() == payer.first.stage.amount and moves.books_wrong() == []


def test_a_crowd_at_the_door_pays_an_agreement_to_the_yuan_and_no_further(payer):
    """R-01 through HTTP: 16 people, ten payments of one agreement that has room for four."""
    (pks,) = moves.crowd(payer.first, 1, 10, fitting=4)
    form, answers = payer.form(moves.pay_path(pks[0])), []

    def client(n):
        def deed():
            for pk in random.Random(n).sample(pks, len(pks)):
                fields = form | moves.pay_fields() | {"request_key": str(uuid.uuid4())}
                answers.append(payer.post(moves.pay_path(pk), fields))

        return deed

    assert at_once([client(n) for n in range(16)]) == [None] * 16
    assert {status for status, _ in answers} <= {302, 409} and len(answers) == 160
    assert moves.paid_total() == 4 * moves.EACH and moves.overspent() == {} and moves.books_wrong() == []


def test_R_04_fifty_duplicates_of_each_key_have_one_effect_and_one_answer(payer):
    (pks,) = moves.crowd(payer.first, 1, KEYS, fitting=KEYS)
    for pk in pks:
        fields, answers = payer.form(moves.pay_path(pk)) | moves.pay_fields(), []
        assert at_once([_pays(payer, pk, fields, answers) for _ in range(50)]) == [None] * 50
        assert set(answers) == {(302, f"/payments/{pk}/")}
    assert _effects(pks) == (KEYS, KEYS, KEYS) and moves.books_wrong() == []


def test_R_04_replays_and_stale_pages_pay_nothing_again_and_other_content_is_409(payer):
    """200 and more of them: the same form again, the page opened before the payment, the form changed."""
    pk = payer.first.pk
    path = moves.pay_path(pk)
    fields, stale = payer.form(path) | moves.pay_fields(), payer.form(path)
    assert payer.post(path, fields) == (302, f"/payments/{pk}/")
    for n in range(REPLAYS):
        kind = n % 3
        if kind == 0:
            assert payer.post(path, fields) == (302, f"/payments/{pk}/")
        elif kind == 1:
            assert payer.post(path, fields | {"voucher_no": f"另一凭证{n}"})[0] == 409
        else:
            assert payer.post(path, stale | moves.pay_fields(f"旧页{n}") | {"request_key": str(uuid.uuid4())})[0] == 409
    assert _effects([pk]) == (1, 1, 1) and moves.books_wrong() == []


class CutsTheAnswer:
    """Stands between browser and server, passes the request on, waits for the answer and hangs up instead of giving it:
    the deed is done, and whoever did it cannot know."""

    def __init__(self, address):
        self.target = urlsplit(address).hostname, urlsplit(address).port
        self.swallowed = []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                caller, _ = self.door.accept()
            except OSError:
                return
            with caller, socket.create_connection(self.target) as server:
                server.sendall(_whole_request(caller))
                self.swallowed.append(b"".join(iter(lambda: server.recv(65536), b"")))

    def close(self):
        self.door.close()


def _whole_request(caller):
    data = b""
    while b"\r\n\r\n" not in data:
        data += caller.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(int(row.split(b":")[1]) for row in head.split(b"\r\n") if row.lower().startswith(b"content-length"))
    while len(body) < length:
        body += caller.recv(65536)
    lines = [row for row in head.split(b"\r\n") if not row.lower().startswith(b"connection")]
    return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body


def test_R_04_an_answer_lost_on_its_way_is_asked_for_again_and_nothing_is_paid_twice(payer):
    (pks,) = moves.crowd(payer.first, 1, 5, fitting=5)
    proxy, own = CutsTheAnswer(f"http://{payer.host}"), payer.host
    for pk in pks:
        fields = payer.form(moves.pay_path(pk)) | moves.pay_fields()
        payer.host = urlsplit(proxy.address).netloc
        with pytest.raises(OSError):
            payer.post(moves.pay_path(pk), fields)
        payer.host = own
        assert _effects([pk]) == (1, 1, 1)  # done, though nobody was told
        assert payer.post(moves.pay_path(pk), fields) == (302, f"/payments/{pk}/")
    proxy.close()
    assert len(proxy.swallowed) == 5 and all(b" 302 " in answer for answer in proxy.swallowed)
    assert _effects(pks) == (5, 5, 5) and moves.books_wrong() == []


def test_R_04_control_without_the_unique_key_the_effect_is_doubled(payer):
    """A payment has guards of its own; a complaint has only the key of its form against being filed twice."""
    path = "/complaints/new/"
    fields = payer.form(path) | {"region": payer.cast.county.region.code, "text": "演示举报"}
    answers, deed = [], [lambda: answers.append(payer.post(path, fields))] * 5
    assert at_once(deed) == [None] * 5 and Complaint.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE portal_requestkey DROP CONSTRAINT portal_requestkey_pkey")
        cursor.execute("DELETE FROM portal_requestkey")
    try:
        assert at_once(deed) == [None] * 5
        assert Complaint.objects.count() > 2
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM portal_requestkey")
            cursor.execute("ALTER TABLE portal_requestkey ADD CONSTRAINT portal_requestkey_pkey PRIMARY KEY (key)")
