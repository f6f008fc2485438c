"""One parent for the whole portal: it starts everything in order, restarts what dies, and stops everything in order.

Nothing survives it. Children get SIGTERM from the kernel when it is killed, the servers' keepers lose their last user
(portal/embedded/), and the next start ends whatever an earlier one may still have left.
"""

import contextlib
import fcntl
import importlib
import importlib.util
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import dj_database_url
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command, get_commands
from django.db import connections

from portal import checks, embedded
from portal.embedded import Unavailable
from portal.start import check_port, missing_libraries, wanted_port

MOST_RESTARTS = 5  # within a minute
ADDRESS = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
# The first start of an empty install may begin in May 2020, with the application round.
DEMO_OPTIONS = ["--from-application"] if os.environ.get("DEMO_FROM") == "application" else []
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked for the end."""


def serve():
    var, port = Path(settings.VAR_DIR), wanted_port()
    for number in SIGNALS:
        signal.signal(number, _stop)
    embedded.make_var(var)
    with embedded.Lock(var / "supervisor.lock") as lock:
        if not lock.take(fcntl.LOCK_EX):
            raise Unavailable(f"平台已经在运行（目录 {var}）（the portal is already running there）")
        portal = Portal(var, port)
        try:
            portal.start()
            portal.watch()
        except Stopped:
            say("正在停止 …（stopping）")
        finally:
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)  # the way down is always walked to its end
            portal.stop()
    say("已停止（stopped）")


def _stop(*_):
    raise Stopped


def say(sentence):
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


# --- before anything is started ---------------------------------------------------------------------------------------


def check_libraries():
    """Without the subset library a page of PDF takes 11.6 s, without a CJK font it is empty squares."""
    missing = missing_libraries()
    if missing:
        raise Unavailable(f"缺少系统软件包：{' '.join(missing)}，请安装后再启动（Debian packages are missing）")
    if importlib.util.find_spec("weasyprint") is None:
        raise Unavailable("缺少 Python 包 weasyprint：请用 make run 启动（a package is missing）")


# --- the processes ----------------------------------------------------------------------------------------------------


class Child:
    """A process of the portal, in a session of its own: Ctrl-C reaches the parent only, which then keeps the order."""

    def __init__(self, name, title, command, var, seconds_to_stop):
        self.name, self.title, self.command, self.var = name, title, command, var
        self.seconds_to_stop = seconds_to_stop
        self.process, self.deaths = None, []

    def start(self):
        with open(embedded.log_file(self.var, self.name), "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.command],
                cwd=settings.BASE_DIR,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=embedded.die_with_parent(signal.SIGTERM),
            )

    def revive(self):
        """Restarts a dead child; one that keeps dying ends the portal."""
        if self.process is None or self.process.poll() is None:
            return False
        now = time.monotonic()
        self.deaths = [moment for moment in self.deaths if moment > now - 60] + [now]
        if len(self.deaths) > MOST_RESTARTS:
            raise Unavailable(
                f"{self.title}一分钟内中断 {len(self.deaths)} 次，平台停止，原因见 "
                f"{embedded.log_file(self.var, self.name)}（it keeps dying, see the log）"
            )
        self.end_group()
        self.start()
        return True

    def stop(self):
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(self.seconds_to_stop)
        self.end_group()
        self.process.wait()

    def end_group(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


class Step:
    """A management command in a fork of this process, which has read settings and models already: no second start."""

    def __init__(self, command, log, database_url):
        self.command, self.log, self.database_url = command, log, database_url
        self.process = multiprocessing.get_context("fork").Process(target=self.work)

    def run(self):
        self.process.start()
        self.process.join()
        return self.process.exitcode == 0

    def work(self):
        os.setsid()
        embedded.end_with_parent(signal.SIGTERM, os.getppid())
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        with open(self.log, "ab", buffering=0) as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
        address = dj_database_url.parse(self.database_url)
        connections["default"].settings_dict.update({key: address[key] for key in ADDRESS if key in address})
        try:
            call_command(*self.command)
        except CommandError as error:
            sys.exit(str(error))

    def stop(self):
        if self.process.is_alive():
            self.process.terminate()
            self.process.join(10)
            self.process.kill()
            self.process.join()


class Portal:
    def __init__(self, var, port):
        self.var, self.port = var, port
        self.servers = self.step = None
        web = ["-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"]
        celery = ["-m", "celery", "-A", "portal"]
        worker = [*celery, "worker", "-l", "INFO", "-c", "2", "--without-gossip", "--without-mingle"]
        beat = [*celery, "beat", "-l", "WARNING", "--pidfile="]
        self.web = Child("web", "网页服务", web, var, 20)
        self.worker = Child("worker", "后台任务", worker, var, 15)
        self.beat = Child("beat", "定时器", beat, var, 10)

    def children(self):
        """In the order in which they stop: first nobody asks, then nothing is scheduled, then the work is finished."""
        return [self.web, self.beat, self.worker]

    def start(self):
        began = time.monotonic()
        left = end_leftovers(self.var)
        check_port(self.port, patience=10 if left else 0)
        check_libraries()
        if names := embedded.needed():
            say(f"启动数据库与队列（{', '.join(names)}）…")
            self.servers = embedded.ensure(self.var, names=names)
        app, owner = settings.DATABASE_URL, settings.DATABASE_OWNER_URL
        self.run_step("migrate", "更新数据表（migrate）", ["migrate", "--no-input"], owner)
        if app != owner:  # with one role for everything there is nobody to grant anything to
            self.run_step("migrate", "授予数据库权限（grants）", ["grants", "--to", role_of(app)], owner)
        if settings.MODE == "demo" and "demo" in get_commands():
            self.run_step("demo", "装入演示数据（demonstration data）", ["demo", *DEMO_OPTIONS], app)
        self.refuse_demonstration_accounts()
        say("启动网页、后台任务与定时器（web, worker, beat）…")
        os.environ["PORT"] = str(self.port)
        self.web.start()
        self.remember()
        self.wait_until_answering()  # alone on the processors: the first page is seconds earlier
        self.worker.start()
        self.beat.start()
        self.remember()
        say(f"Portal ready: http://127.0.0.1:{self.port}/")
        say_accounts()
        say(f"（用时 {time.monotonic() - began:.1f} 秒；日志在 {self.var / 'log'}；Ctrl-C 停止）")

    @staticmethod
    def refuse_demonstration_accounts():
        try:
            checks.refuse_demonstration_accounts()
        except ImproperlyConfigured as error:
            raise Unavailable(str(error)) from None
        finally:
            connections.close_all()  # the parent holds no connection

    def run_step(self, log, title, command, database_url):
        say(f"{title} …")
        path = embedded.log_file(self.var, log)
        before = path.stat().st_size if path.exists() else 0
        self.step = Step(command, path, database_url)
        if not self.step.run():
            with open(path, errors="replace") as file:
                file.seek(before)
                sys.stderr.write("".join(file.readlines()[-12:]))
            raise Unavailable(f"{title}失败，详见 {path}（this step failed, see the log）")
        self.step = None

    def wait_until_answering(self, seconds=60):
        deadline = time.monotonic() + seconds
        while not answers(f"http://127.0.0.1:{self.port}/healthz"):
            self.revive_children()
            if time.monotonic() > deadline:
                raise Unavailable(
                    f"网页服务 {seconds} 秒内没有应答，见 {self.var / 'log/web.log'}（it does not answer）"
                )
            time.sleep(0.1)

    def watch(self):
        while True:
            time.sleep(0.5)
            self.revive_children()
            if self.servers and not all(lease.is_alive() for lease in self.servers.leases):
                self.renew_servers()

    def revive_children(self):
        revived = [child for child in self.children() if child.revive()]
        if revived:
            self.remember()

    def renew_servers(self):
        """A keeper died or gave up. A new one is tried once; the children reconnect by themselves."""
        broken, self.servers = self.servers, None
        names = [lease.name for lease in broken.leases]
        try:
            self.servers = embedded.ensure(self.var, names=names)
        finally:
            broken.close()

    def remember(self):
        """For the next start, should this one be killed."""
        started = {child.process.pid: born(child.process.pid) for child in self.children() if child.process}
        (self.var / "children.json").write_text(json.dumps(started))

    def stop(self):
        for child in [self.step, *self.children()]:
            if child:
                child.stop()
        if self.servers:
            self.servers.close()
        (self.var / "children.json").unlink(missing_ok=True)


def role_of(database_url):
    return dj_database_url.parse(database_url)["USER"]


def answers(url):
    """Ready means 200. Without proxies: this is our own machine."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=20) as answer:
            return answer.status == 200
    except urllib.error.HTTPError:
        return False
    except OSError:
        return False


def born(pid):
    """When the process started, so that a number used again is not taken for it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return None


def end_leftovers(var):
    """Children of a killed parent are on their way out already; the slow ones are helped."""
    try:
        left = json.loads((var / "children.json").read_text())
    except (OSError, ValueError):
        return False
    groups = [int(pid) for pid, moment in left.items() if born(pid) == moment]
    deadline = time.monotonic() + 15
    while any(_group_lives(group) for group in groups) and time.monotonic() < deadline:
        time.sleep(0.1)
    for group in groups:
        with contextlib.suppress(OSError):
            os.killpg(group, signal.SIGKILL)
    (var / "children.json").unlink(missing_ok=True)
    return True


def _group_lives(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def say_accounts():
    """The accounts come from a higher floor, so they are asked for by name."""
    if settings.MODE != "demo":
        return
    try:
        rows = importlib.import_module("accounts.demo").account_table()
    except (ImportError, AttributeError):
        return
    say("演示账号（demonstration accounts）：用户名 · 身份 · 密码")
    longest = max((len(username) for username, _, _ in rows), default=0)
    for username, who, password in rows:
        say(f"  {username:<{longest}}  {password}  {who}")
