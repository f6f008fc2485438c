"""kill -9 on every part of a running portal."""

import os
import signal
import urllib.request

import pytest

from tests.ops.conftest import eventually, processes_of

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("serve")]


def answers(portal):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{portal.port}/healthz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_however_the_parent_ends_nothing_is_left_and_it_starts_again(portal, signal_number):
    portal.wait_ready()
    portal.process.send_signal(signal_number)
    portal.process.wait(60)
    if signal_number == signal.SIGKILL:
        portal.output.close()
        portal.start()  # at once, while the children of the first are still on their way out
        portal.wait_ready()
        portal.process.terminate()
        portal.process.wait(60)
    assert eventually(lambda: not processes_of(portal.var))


def test_every_part_that_is_killed_comes_back(portal):
    portal.wait_ready()
    for words in ("gunicorn -c", "celery -A portal worker", "celery -A portal beat", "postgres -D", "redis-server"):
        victim = portal.pids(words)[0]
        os.kill(victim, signal.SIGKILL)
        assert eventually(lambda words=words, victim=victim: set(portal.pids(words)) - {victim}), words
        assert eventually(lambda: answers(portal)), words
    for words in ("portal.embedded postgres", "portal.embedded redis"):
        victim = portal.pids(words)[0]
        os.kill(victim, signal.SIGKILL)
        assert eventually(lambda words=words, victim=victim: set(portal.pids(words)) - {victim}), words
        assert eventually(lambda: answers(portal)), words
    assert portal.process.poll() is None


def test_a_part_that_keeps_dying_ends_everything_with_a_sentence(portal):
    portal.wait_ready()

    def kill_beat():
        for pid in portal.pids("celery -A portal beat"):
            os.kill(pid, signal.SIGKILL)
        return portal.process.poll() is not None

    assert eventually(kill_beat, seconds=50)
    assert portal.process.returncode == 1
    assert "定时器一分钟内中断" in portal.said()
    assert eventually(lambda: not processes_of(portal.var))
