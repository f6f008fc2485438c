"""Our share in the servers, and how a command finds them running."""

import contextlib
import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

from portal.embedded.keeper import Lock, is_held, read_state, write_state
from portal.embedded.places import BASE_DIR, Unavailable, log_file, make_servers_dir, make_var, var_dir

# These work without a database; every other command finds one, or has one started for it.
WITHOUT_DATABASE = {"serve", "help", "version", "--help", "--version", "-h", "check", "collectstatic", "findstatic"}


class Lease:
    """Our share in one server. While it is held the keeper keeps the server running."""

    def __init__(self, name, var, durable):
        self.name, self.var, self.durable = name, Path(var), durable
        self.servers = make_servers_dir(self.var)
        self.users = Lock(self.servers / f"{name}.users")
        self.keeper = None

    def open(self, seconds=90):
        """Blocks a stopping keeper out until it is done, then makes sure that one is alive."""
        deadline = time.monotonic() + seconds
        while not self.users.take(fcntl.LOCK_SH):
            if time.monotonic() > deadline:
                raise Unavailable(f"{self.name} 正在停止，但没有结束（it is stopping but does not end）")
            time.sleep(0.05)
        with Lock(self.servers / f"{self.name}.start") as starting:
            starting.wait(fcntl.LOCK_EX)
            while is_held(self.life) and self.state["status"] in ("stopping", "stopped", "failed"):
                time.sleep(0.05)
            if not is_held(self.life):
                self.spawn_keeper()
        return self

    @property
    def life(self):
        return self.servers / f"{self.name}.keeper"

    @property
    def state(self):
        return read_state(self.servers, self.name)

    def spawn_keeper(self):
        write_state(self.servers, self.name, status="starting", durable=self.durable)
        kind = "durable" if self.durable else "throwaway"
        with open(log_file(self.var, self.name), "ab") as log:
            self.keeper = subprocess.Popen(
                [sys.executable, "-m", "portal.embedded", self.name, str(self.var), kind],
                cwd=BASE_DIR,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while not is_held(self.life) and self.keeper.poll() is None:
            time.sleep(0.01)

    def wait_ready(self, seconds=90):
        deadline = time.monotonic() + seconds
        while (state := self.state)["status"] != "ready":
            if state["status"] == "failed":
                raise Unavailable(state["why"])
            if not is_held(self.life):
                raise Unavailable(f"{self.name} 的看护进程中断，见 {log_file(self.var, self.name)}（its keeper died）")
            if time.monotonic() > deadline:
                raise Unavailable(f"{self.name} 在 {seconds} 秒内没有就绪（it did not become ready in time）")
            time.sleep(0.02)
        if state["durable"] != self.durable:
            raise Unavailable(f"{self.name} 已以另一种方式运行于 {self.var}（it runs there in the other durability）")

    def is_alive(self):
        """False once the keeper is gone or has given up; a server that it restarts counts as alive."""
        return is_held(self.life) and self.state["status"] != "failed"

    def close(self, seconds=60):
        """Lets go; the last one out waits until the keeper has stopped the server."""
        if self.users.file is None:
            return
        others = not self.users.take(fcntl.LOCK_EX) and self.users.take(fcntl.LOCK_SH)
        keeper = self.state.get("pid")
        self.users.close()
        deadline = time.monotonic() + seconds
        while not others and (is_held(self.life) or self.is_exiting(keeper)) and time.monotonic() < deadline:
            time.sleep(0.02)

    def is_exiting(self, keeper):
        """It has let go of everything, but the process is still there for a moment."""
        if self.keeper and self.keeper.pid == keeper:
            return self.keeper.poll() is None
        try:
            return "portal.embedded" in Path(f"/proc/{keeper}/cmdline").read_text()
        except OSError:
            return False


class Servers:
    """What ensure() returns: close it, and servers that nobody else uses are stopped, Redis first."""

    def __init__(self, leases):
        self.leases = leases

    def close(self):
        for lease in reversed(self.leases):
            lease.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()


def ensure(var, *, durable=True, names=("postgres", "redis")):
    """The servers are running when this returns. Safe to call from many processes at once."""
    leases = []
    try:
        leases += [Lease(name, Path(var).resolve(), durable) for name in names]
        for lease in leases:
            lease.open()
        for lease in leases:
            lease.wait_ready()
    except BaseException:
        Servers(leases).close()
        raise
    return Servers(leases)


def needed():
    """The servers for which the environment names no address."""
    return [name for name, key in [("postgres", "DATABASE_URL"), ("redis", "REDIS_URL")] if not os.environ.get(key)]


@contextlib.contextmanager
def for_command(arguments):
    """Around manage.py: the command finds its servers running, and none is left behind that it started."""
    try:
        if needed():
            make_var(var_dir())  # before the settings are read: they keep a key there
        wanted = needed() if arguments and arguments[0] not in WITHOUT_DATABASE else []
        servers = ensure(var_dir(), names=wanted)
    except Unavailable as error:
        raise SystemExit(str(error)) from None
    with servers:
        yield
