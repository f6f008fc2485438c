"""The embedded servers: same addresses always, nothing left behind, nothing lost."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
from dj_database_url import parse

from portal import embedded
from portal.embedded import Unavailable, ensure
from tests.ops.conftest import eventually, processes_of


def ask(var, question, role_url=embedded.owner_url):
    address = parse(role_url(var))
    connection = psycopg2.connect(host=address["HOST"], user=address["USER"], dbname=address["NAME"])
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def postmaster(var):
    return int((embedded.servers_dir(var) / "postgres" / "postmaster.pid").read_text().split()[0])


def test_a_socket_path_never_exceeds_the_limit_of_the_kernel(var):
    deep = var / ("long" * 40)
    for folder in (var, deep):
        assert embedded.database_url(folder) == embedded.database_url(folder)
        sockets = [embedded.run_dir(folder) / name for name in (embedded.POSTGRES_SOCKET, "redis.sock")]
        assert all(len(os.fsencode(path)) <= embedded.LONGEST_SOCKET_PATH for path in sockets)
    assert embedded.run_dir(deep) != embedded.run_dir(deep.with_name("other" * 30))


def test_the_secret_is_made_once_and_for_its_owner_only(var):
    first = embedded.local_secret(var)
    assert len(first) >= 50
    assert embedded.local_secret(var) == first
    assert stat.S_IMODE((var / "secret").stat().st_mode) == 0o600
    assert embedded.local_secret(var / "other") != first


def test_a_folder_that_cannot_be_written_is_named_in_one_sentence(var):
    (var / "file").write_text("")
    with pytest.raises(Unavailable, match="不可写") as refusal:
        ensure(var / "file" / "var")
    assert str(var / "file" / "var") in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_one_server_for_all_its_users_and_none_after_the_last(var):
    with ensure(var):
        first = postmaster(var)
        assert ask(var, "SHOW fsync") == "on"
        assert ask(var, "SHOW synchronous_commit") == "on"
        assert ask(var, "SHOW timezone") == "Asia/Shanghai"
        assert ask(var, "SHOW listen_addresses") == ""
        ask(var, "CREATE TABLE kept AS SELECT 1 AS one")
        second = ensure(var)
        assert postmaster(var) == first
    assert ask(var, "SELECT one FROM kept") == 1  # the second user still needs it
    second.close()
    assert processes_of(var) == []
    with ensure(var):
        assert ask(var, "SELECT one FROM kept") == 1


def test_the_portal_itself_owns_no_table(var):
    with ensure(var, names=["postgres"]):
        ask(var, "CREATE TABLE ledger (n int)")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(var, "SELECT * FROM ledger", embedded.database_url)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(var, "CREATE TABLE mine (n int)", embedded.database_url)


def test_a_killed_server_is_back_within_seconds_and_its_killed_user_leaves_nothing(var):
    script = "import sys, time; from portal import embedded; embedded.ensure(sys.argv[1]); print('up', flush=True)"
    user = subprocess.Popen(
        [sys.executable, "-c", f"{script}; time.sleep(60)", var], stdout=subprocess.PIPE, cwd=embedded.BASE_DIR
    )
    assert user.stdout.readline() == b"up\n"
    ask(var, "CREATE TABLE kept AS SELECT 1 AS one")
    killed = postmaster(var)
    os.kill(killed, signal.SIGKILL)

    def is_back():
        try:
            return ask(var, "SELECT one FROM kept") == 1 and postmaster(var) != killed
        except psycopg2.OperationalError:
            return False

    assert eventually(is_back)
    user.kill()
    user.wait()
    user.stdout.close()
    assert eventually(lambda: not processes_of(var))


def test_a_pid_file_whose_number_is_now_another_process_does_not_stop_the_start(var):
    with ensure(var, names=["postgres"]):
        kept = (embedded.servers_dir(var) / "postgres" / "postmaster.pid").read_text().splitlines()
    stale = embedded.servers_dir(var) / "postgres" / "postmaster.pid"
    stale.write_text("\n".join([str(os.getpid()), *kept[1:]]) + "\n")
    with ensure(var, names=["postgres"]):
        assert postmaster(var) != os.getpid()


def test_a_killed_keeper_takes_its_server_with_it_and_the_next_user_starts_another(var):
    with ensure(var, names=["postgres"]) as servers:
        keeper, first = servers.leases[0].keeper, postmaster(var)
        keeper.kill()
        keeper.wait()
        assert not servers.leases[0].is_alive()
        with ensure(var, names=["postgres"]):
            assert postmaster(var) != first
            assert ask(var, "SELECT 1") == 1
    assert processes_of(var) == []


def test_a_throw_away_server_is_fast_and_keeps_nothing(var):
    with ensure(var, durable=False):
        assert ask(var, "SHOW fsync") == "off"
        ask(var, "CREATE TABLE kept AS SELECT 1 AS one")
        with pytest.raises(Unavailable, match="durability"):
            ensure(var)  # nobody gets a throw-away server who asked for a durable one
    with ensure(var, durable=False):
        assert ask(var, "SELECT to_regclass('kept')") is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands its servers over to another user")
def test_root_leaves_a_closed_home_closed(var):
    var.chmod(0o700)
    with ensure(var, names=["postgres"]):
        assert embedded.servers_dir(var).parent == Path("/var/lib")
        assert (var / "servers").is_symlink()
        assert ask(var, "SELECT 1") == 1
    assert stat.S_IMODE(var.stat().st_mode) == 0o700
