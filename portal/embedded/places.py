"""Where the embedded servers live: addresses, cheap enough to be asked for when the settings are read, and folders."""

import contextlib
import hashlib
import os
import secrets
from pathlib import Path
from urllib.parse import quote

BASE_DIR = Path(__file__).resolve().parent.parent.parent
LONGEST_SOCKET_PATH = 107  # sun_path of Linux, without its closing zero
POSTGRES_SOCKET = ".s.PGSQL.5432"
OWNER, APP, DATABASE = "portal_owner", "portal_app", "portal"


class Unavailable(Exception):
    """The reason in one sentence, for the person at the keyboard."""


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


def make_servers_dir(var):
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


def log_file(var, name, limit=10 * 1024 * 1024):
    """Where a process writes; a log grown past the limit is put aside at the next start."""
    path = Path(var) / "log" / f"{name}.log"
    path.parent.mkdir(exist_ok=True)
    if path.exists() and path.stat().st_size > limit:
        path.replace(path.with_suffix(".log.1"))
    return path
