"""A place for embedded servers and whole portals that the tests start, and the search for what they leave behind."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from portal import embedded


@pytest.fixture
def var():
    with throw_away_var() as folder:
        yield folder


@pytest.fixture(scope="session")
def portal_var():
    """The portals that the tests start one after another share their data, so migrations run once."""
    with throw_away_var() as folder:
        yield folder


@contextlib.contextmanager
def throw_away_var():
    """Not pytest's tmp_path: that is closed to other users, and root's servers run as another user."""
    folder = Path(tempfile.mkdtemp(prefix="portal-ops-"))
    folder.chmod(0o711)
    yield folder
    for pid in processes_of(folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for place in (embedded.run_dir(folder), embedded.servers_dir(folder), folder):
        shutil.rmtree(place, ignore_errors=True)


def processes_of(var):
    """Everything that belongs to the portal of this folder, however it was started."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
                words = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
                inside = os.readlink(entry / "cwd").startswith(str(embedded.servers_dir(var)))
                if state != "Z" and (inside or os.fsencode(var) in words):
                    found.append(int(entry.name))
    return found


def eventually(question, seconds=20):
    """Asks until the answer is yes."""
    deadline = time.monotonic() + seconds
    while not (answer := question()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


class RunningPortal:
    """`manage.py serve` as a person would start it."""

    def __init__(self, var, port, mode="training"):
        self.var, self.port, self.mode = var, port, mode
        self.start()

    def start(self):
        unset = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "PORTAL_TEST_RUN", "PYTEST_CURRENT_TEST"}
        environment = {key: value for key, value in os.environ.items() if key not in unset}
        self.output = open(self.var / "output", "w+")  # noqa: SIM115  (closed by the fixture)
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=embedded.BASE_DIR,
            env={**environment, "PORTAL_VAR": str(self.var), "PORT": str(self.port), "PORTAL_MODE": self.mode},
            stdout=self.output,
            stderr=subprocess.STDOUT,
        )

    def said(self):
        self.output.seek(0)
        return self.output.read()

    def wait_ready(self, seconds=90):
        eventually(lambda: "Portal ready" in self.said() or self.process.poll() is not None, seconds)
        assert f"Portal ready: http://127.0.0.1:{self.port}/\n" in self.said(), self.said()

    def pids(self, words):
        found = []
        for pid in processes_of(self.var):
            with contextlib.suppress(OSError):
                if words in Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode():
                    found.append(pid)
        return sorted(found)


@pytest.fixture
def portal(portal_var, free_port):
    running = RunningPortal(portal_var, free_port)
    yield running
    running.process.terminate()
    running.process.wait(60)
    running.output.close()


@pytest.fixture
def demonstration(var, free_port):
    """A portal of its own with the demonstration's counties and people."""
    running = RunningPortal(var, free_port, mode="demo")
    running.wait_ready(180)
    yield running
    running.process.terminate()
    running.process.wait(60)
    running.output.close()


@pytest.fixture
def free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
