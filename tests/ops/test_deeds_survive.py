"""kill -9 in the middle of deeds and reminders: the whole deed or nothing, every acknowledged deed is stored (R-30),
every reminder is delivered once, out of PostgreSQL (R-35, R-36 in small). Each question has a planted failure."""

import contextlib
import http.cookiejar
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import psycopg2
import pytest
import redis
from dj_database_url import parse

from portal import embedded
from tests.ops.conftest import eventually
from tests.ops.test_kill import answers

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("serve")]

KILLS = 6  # of each kind; make chaos KILLS=50 for a long night
WANTED = int(os.environ.get("KILLS", KILLS))
TERMS = """
SELECT (SELECT count(*) FROM counties_liaison WHERE county_id = c.id AND until IS NULL) AS in_office,
       (SELECT count(*) FROM counties_liaison WHERE county_id = c.id) AS appointed,
       (SELECT count(*) FROM portal_event e JOIN django_content_type t ON t.id = e.content_type_id
         WHERE t.model = 'county' AND e.object_id = c.id AND e.words = '明确信息联络员') AS recorded,
       (SELECT count(*) FROM portal_event e LEFT JOIN portal_eventseal s ON s.event_id = e.id
         WHERE s.event_id IS NULL) AS unsealed
FROM counties_county c WHERE c.id = %s
"""
LOST = "SELECT count(*) FROM portal_message m LEFT JOIN portal_delivery d ON d.message_id = m.id WHERE d.id IS NULL"


class Database:
    def __init__(self, var):
        self.address = parse(embedded.owner_url(var))

    def ask(self, question, *values):
        with contextlib.closing(self._connect()) as connection, connection, connection.cursor() as cursor:
            cursor.execute(question, values)
            return cursor.fetchall() if cursor.description else None

    def _connect(self):
        """A server that was just killed is back within seconds."""
        address, deadline = self.address, time.monotonic() + 20
        while True:
            try:
                return psycopg2.connect(host=address["HOST"], user=address["USER"], dbname=address["NAME"])
            except psycopg2.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)


class Clerk:
    """A clerk whose browser is urllib: signs in, opens a form, sends it."""

    def __init__(self, portal, username):
        self.home = f"http://127.0.0.1:{portal.port}"
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies, urllib.request.ProxyHandler({}))
        assert self.send("/sign-in/", username=username, password="demo-2020")

    def send(self, path, **fields):
        """True: acknowledged (the page after the deed came back); False: nothing is known."""
        try:
            page = self.opener.open(self.home + path, timeout=20).read().decode()
            hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|request_key)" value="([^"]+)"', page))
            data = urllib.parse.urlencode(hidden | fields).encode()
            answer = self.opener.open(self.home + path, data, timeout=20)
            return answer.status == 200 and answer.url != self.home + path
        except (OSError, http.client.HTTPException):
            return False


def half_deeds(database, county):
    """What is wrong with the appointments of this county, in words; nothing when each is whole or absent."""
    (in_office, appointed, recorded, unsealed), *_ = database.ask(TERMS, county)
    wrong = [] if in_office == 1 else [f"{in_office} in office"]
    wrong += [] if appointed == recorded else [f"{appointed} appointed, {recorded} recorded"]
    return wrong + ([] if not unsealed else [f"{unsealed} events without a seal"])


def test_a_killed_process_leaves_the_whole_deed_or_nothing(demonstration):
    database = Database(demonstration.var)
    ((county,),) = database.ask(
        "SELECT c.id FROM counties_county c JOIN accounts_region r ON r.id = c.region_id WHERE r.code = '411725'"
    )
    clerk, acknowledged, stop = Clerk(demonstration, "queshan-commerce"), [], threading.Event()

    def work():
        while not stop.is_set():
            name = f"演示联络员{len(acknowledged)}-{time.monotonic_ns()}"
            if clerk.send(f"/counties/{county}/liaison/", name=name, post="县商务局（演示）", phone="0000-00000"):
                acknowledged.append(name)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for words in ("gunicorn -c", "postgres -D", "celery -A portal worker"):
            for _ in range(WANTED):
                known = len(acknowledged)
                assert eventually(lambda known=known: len(acknowledged) > known, 30), f"no deed done after {words}"
                time.sleep(random.uniform(0, 0.15))
                with contextlib.suppress(ProcessLookupError, IndexError):
                    os.kill(demonstration.pids(words)[-1], signal.SIGKILL)
                assert eventually(lambda: answers(demonstration), 30), words
                assert half_deeds(database, county) == []
    finally:
        stop.set()
        worker.join(60)
    stored = {name for (name,) in database.ask("SELECT name FROM counties_liaison WHERE county_id = %s", county)}
    assert set(acknowledged) <= stored, "a deed was acknowledged and is gone"

    # the control: half a deed, as code without a transaction would leave it, is seen
    database.ask("UPDATE counties_liaison SET until = since WHERE county_id = %s AND until IS NULL", county)
    database.ask(
        "INSERT INTO counties_liaison (county_id, name, post, phone, since) VALUES (%s, '半', '半', '半', now())",
        county,
    )
    assert half_deeds(database, county)


def test_reminders_survive_an_emptied_and_a_killed_redis(demonstration):
    """The clock runs over the days of the reminders while Redis is emptied and killed and the worker dies."""
    database, var = Database(demonstration.var), demonstration.var
    moving = subprocess.Popen(
        [sys.executable, "manage.py", "clock", "--to", "2020-11-10"],
        cwd=embedded.BASE_DIR,
        env={**os.environ, "PORTAL_VAR": str(var), "PORTAL_MODE": "demo"},
        stdout=subprocess.DEVNULL,
    )
    for n in range(min(WANTED, 8)):  # the portal gives up on a part that dies more often than five times a minute
        time.sleep(random.uniform(0.05, 0.4))
        with contextlib.suppress(redis.exceptions.RedisError, OSError):
            redis.Redis(unix_socket_path=str(embedded.run_dir(var) / "redis.sock")).flushall()
        victim = "redis-server" if n % 2 else "celery -A portal worker"
        with contextlib.suppress(ProcessLookupError, IndexError):
            os.kill(demonstration.pids(victim)[0], signal.SIGKILL)
    assert moving.wait(120) == 0

    def all_sent():
        ((waiting,),) = database.ask("SELECT count(*) FROM portal_delivery WHERE state <> 'sent'")
        return waiting == 0

    assert eventually(all_sent, 90), "letters still wait"
    ((messages, keys),) = database.ask("SELECT count(*), count(DISTINCT (key, recipient_id)) FROM portal_message")
    ((letters,),) = database.ask("SELECT count(*) FROM portal_delivery WHERE state = 'sent'")
    assert messages == keys, "somebody was told twice"
    assert database.ask(LOST) == [(0,)]
    assert letters == len(list((var / "mail").glob("*.eml"))) > 100
    ((open_days,),) = database.ask("SELECT count(*) FROM portal_dueperiod WHERE done_at IS NULL")
    assert open_days == 0

    # the control: a reminder that only the queue knew is found missing
    database.ask("DELETE FROM portal_delivery WHERE id = (SELECT max(id) FROM portal_delivery)")
    assert database.ask(LOST) == [(1,)]
