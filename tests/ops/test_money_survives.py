"""R-30 for money: kill -9 of web, worker and PostgreSQL at random moments of a run of payments through the door.

Nothing acknowledged is lost, nothing is paid or booked twice, the books balance after each kill, the balances equal a
recount, the event chains verify. `KILLS=34 make chaos` kills each kind 34 times, about a hundred in all.
"""

import contextlib
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
from collections import Counter

import pytest

from portal import embedded
from tests.funds import moves
from tests.ops.conftest import RunningPortal, eventually
from tests.ops.test_deeds_survive import Clerk, Database
from tests.ops.test_kill import answers

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("serve")]

WANTED = int(os.environ.get("KILLS", 2))  # of each part
PARTS = ("gunicorn -c", "postgres -D", "celery -A portal worker")
PAYMENTS = 60 * len(PARTS) * WANTED
PREPARE = f"""
import json
from portal import clock
from tests import builders, conftest
from tests.funds import moves
with clock.pinned(builders.START):
    conftest._load_cast()
    first = moves.approved(conftest.gather_cast())
    (pks,) = moves.crowd(first, 1, {PAYMENTS}, fitting={PAYMENTS})
    today = clock.now()
clock.set_to(today)
print("PAYMENTS", json.dumps(pks))
"""
DOUBLED = """
SELECT 'payment ' || object_id || ' is booked ' || count(*) || ' times' FROM funds_posting posting
    JOIN django_content_type kind ON kind.id = posting.content_type_id AND kind.model = 'payment'
    WHERE reverses_id IS NULL GROUP BY object_id HAVING count(*) > 1
UNION ALL
SELECT 'payment ' || payment.id || ' has ' || count(event.id) || ' events of being paid' FROM funds_payment payment
    JOIN django_content_type kind ON kind.app_label = 'funds' AND kind.model = 'payment'
    LEFT JOIN portal_event event
        ON event.content_type_id = kind.id AND event.object_id = payment.id AND event.target = 'paid'
    WHERE payment.status = 'paid' GROUP BY payment.id HAVING count(event.id) <> 1
UNION ALL
SELECT 'event ' || event.id || ' has no seal' FROM portal_event event
    LEFT JOIN portal_eventseal seal ON seal.event_id = event.id WHERE seal.event_id IS NULL
"""


class Payer(Clerk):
    """Pays one payment after another; what brought no answer is tried again, as a person would."""

    def pay(self, pk):
        """True when the page says that this payment is paid, now or already."""
        path = moves.pay_path(pk)
        try:
            opened = self.opener.open(self.home + path, timeout=20)
            page = opened.read().decode()
            if opened.url != self.home + path:
                return opened.url == f"{self.home}/payments/{pk}/"
            fields = dict(re.findall(r'name="(csrfmiddlewaretoken|request_key)" value="([^"]+)"', page))
            data = urllib.parse.urlencode(fields | moves.pay_fields(f"演示凭证{pk}")).encode()
            answer = self.opener.open(self.home + path, data, timeout=20)
            return answer.status == 200 and answer.url == f"{self.home}/payments/{pk}/"
        except (OSError, http.client.HTTPException):
            return False


def wrong_with_the_money(database):
    return [words for question in (*moves.BOOKS, DOUBLED) for (words,) in database.ask(question)]


def paid(database):
    return {pk for (pk,) in database.ask("SELECT id FROM funds_payment WHERE status = 'paid'")}


def manage(var, *words):
    environment = {**os.environ, "PORTAL_VAR": str(var), "PORTAL_MODE": "training"}
    for name in ("PYTEST_CURRENT_TEST", "PORTAL_TEST_RUN", "DATABASE_URL"):
        environment.pop(name, None)
    environment["DATABASE_URL"] = embedded.owner_url(var)
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=embedded.BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture
def paying_portal(var, free_port):
    """A portal with one county whose finance bureau has many approved payments before it."""
    running = RunningPortal(var, free_port)
    running.wait_ready(180)
    said = manage(var, "shell", "-c", PREPARE)
    running.pks = json.loads(said[said.index("PAYMENTS") + 9 :])
    yield running
    running.process.terminate()
    running.process.wait(60)
    running.output.close()


def test_R_30_no_payment_is_lost_or_doubled_whatever_is_killed(paying_portal):
    database, acknowledged, unknown, stop = Database(paying_portal.var), [], Counter(), threading.Event()
    payer, killed = Payer(paying_portal, "queshan-finance"), Counter()

    def work():
        for pk in paying_portal.pks:
            while not stop.is_set() and not payer.pay(pk):
                unknown["answers"] += 1
                time.sleep(0.05)
            if stop.is_set():
                return
            acknowledged.append(pk)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for words in random.sample(PARTS * WANTED, len(PARTS) * WANTED):
            known = len(acknowledged)
            assert eventually(lambda known=known: len(acknowledged) > known, 40), f"nothing is paid before {words}"
            time.sleep(random.uniform(0, 0.3))
            with contextlib.suppress(ProcessLookupError, IndexError):
                os.kill(random.choice(paying_portal.pids(words)), signal.SIGKILL)
                killed[words] += 1
            assert eventually(lambda: answers(paying_portal), 40), words
            said = list(acknowledged)
            assert wrong_with_the_money(database) == [], words
            assert set(said) <= paid(database), "a payment was acknowledged and is gone"
            time.sleep(WAIT)
    finally:
        stop.set()
        worker.join(60)
    assert set(acknowledged) <= paid(database) and wrong_with_the_money(database) == []
    manage(paying_portal.var, "verify_events")
    moves.say(f"R-30: killed {dict(killed)}; {len(acknowledged)} payments acknowledged, {unknown['answers']} answers lost,"
              f" 0 lost, 0 doubled, books balance")  # fmt: skip
    _control(database, acknowledged)


# The portal gives up on a part that dies more often than five times a minute, PostgreSQL's keeper at the fourth death.
WAIT = 7 if WANTED > 6 else 4


def _control(database, acknowledged):
    """Half a deed, as code without a transaction leaves it, and a booking that is gone, are seen by the same questions."""
    database.ask("ALTER TABLE funds_payment DISABLE TRIGGER USER; ALTER TABLE funds_leg DISABLE TRIGGER USER")
    database.ask(
        "UPDATE funds_payment SET status = 'paid', paid_on = '2020-12-01', "
        " paid_by_id = (SELECT id FROM accounts_user WHERE username = 'queshan-finance'), voucher_no = 'x',"
        " payee_account = 'x' WHERE id = (SELECT max(id) FROM funds_payment WHERE status = 'approved')"
    )
    assert len(wrong_with_the_money(database)) == 2  # nothing booked, no event
    database.ask(
        "DELETE FROM funds_leg WHERE stage_id = (SELECT stage_id FROM funds_payment WHERE id = %s)", acknowledged[0]
    )
    assert len(wrong_with_the_money(database)) > 4
