"""The whole portal under one parent: it answers, and when it is told to stop nothing of it is left."""

import signal
import urllib.request

import pytest

from tests.ops.conftest import processes_of


@pytest.mark.xdist_group("serve")
def test_it_answers_and_ctrl_c_leaves_no_process(portal):
    portal.wait_ready()
    with urllib.request.urlopen(f"http://127.0.0.1:{portal.port}/healthz") as answer:
        assert answer.status == 200
    assert portal.pids("celery -A portal worker") and portal.pids("celery -A portal beat")
    portal.process.send_signal(signal.SIGINT)
    assert portal.process.wait(60) == 0
    assert processes_of(portal.var) == []
    assert (portal.var / "servers" / "postgres" / "PG_VERSION").exists()  # the data stay
