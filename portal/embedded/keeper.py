"""The keeper of one server: starts it, restarts it when it dies, stops it when nobody uses it any more."""

import fcntl
import json
import os
import shutil
import signal
import time

from portal.embedded.places import Unavailable, log_file, servers_dir
from portal.embedded.processes import adopt_orphans, bury_orphans
from portal.embedded.servers import SERVERS, last_line


class Lock:
    """A lock on a file; the kernel lets go of it when the process ends, however it ends."""

    def __init__(self, path):
        self.file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self, kind):
        try:
            fcntl.flock(self.file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def wait(self, kind):
        fcntl.flock(self.file, kind)

    def close(self):
        if self.file is not None:
            os.close(self.file)
            self.file = None

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()


def is_held(path):
    with Lock(path) as lock:
        return not lock.take(fcntl.LOCK_EX)


def read_state(servers, name):
    try:
        return json.loads((servers / f"{name}.state").read_text())
    except (OSError, ValueError):
        return {"status": "stopped"}


def write_state(servers, name, **state):
    draft = servers / f"{name}.state.new"
    draft.write_text(json.dumps(state, ensure_ascii=False))
    draft.replace(servers / f"{name}.state")


def keep(name, var, durable):
    """Runs one server for as long as somebody uses it."""
    asked_to_stop = []
    signal.signal(signal.SIGTERM, lambda *_: asked_to_stop.append(True))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    adopt_orphans()
    servers = servers_dir(var)
    with Lock(servers / f"{name}.keeper") as life, Lock(servers / f"{name}.users") as users:
        if not life.take(fcntl.LOCK_EX):
            return 0
        server, process, deaths = None, None, []

        def say(status, **more):
            write_state(servers, name, status=status, durable=durable, pid=os.getpid(), **more)

        try:
            say("starting")
            server = SERVERS[name](var, durable)
            server.prepare()
            process = _start_and_wait(server)
            server.settle()
            say("ready")
            while not asked_to_stop and not users.take(fcntl.LOCK_EX):
                if process.poll() is not None:
                    deaths = [moment for moment in deaths if moment > time.monotonic() - 60] + [time.monotonic()]
                    if len(deaths) > 3:
                        raise Unavailable(f"{name} 一分钟内多次中断，见 {log_file(var, name)}（it keeps dying）")
                    say("starting")
                    server.prepare()
                    bury_orphans()
                    process = _start_and_wait(server)
                    say("ready")
                time.sleep(0.1)
            say("stopping")
        except Unavailable as error:
            say("failed", why=str(error))
            return 1
        except Exception as error:
            say("failed", why=f"{name} 无法启动：{error!r}，见 {log_file(var, name)}（it could not be started）")
            raise
        finally:
            if process:
                server.stop(process)
        if not durable:
            shutil.rmtree(server.data, ignore_errors=True)
        say("stopped")
    return 0


def _start_and_wait(server, seconds=60):
    process = server.start()
    deadline = time.monotonic() + seconds
    while not server.answers():
        log = log_file(server.var, server.name)
        if process.poll() is not None:
            last = last_line(log.read_text(errors="replace"))
            raise Unavailable(f"{server.name} 无法启动：{last}（见 {log}; it could not be started）")
        if time.monotonic() > deadline:
            server.stop(process)
            raise Unavailable(f"{server.name} 在 {seconds} 秒内没有应答，见 {log}（it did not answer in time）")
        time.sleep(0.05)
    return process
