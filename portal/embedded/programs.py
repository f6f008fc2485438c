"""Who runs the servers, and with which programs."""

import contextlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from portal.embedded.places import Unavailable

SYSTEM_USER = "henan-portal"  # PostgreSQL refuses to run as root


def server_user(data):
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


def run_as(user):
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def program_of(servers, user, package, path):
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
        return subprocess.run([program, "--version"], capture_output=True, cwd="/", **run_as(user)).returncode == 0
    except OSError:
        return False
