"""The first steps on a machine: what is missing is said in one sentence, before anything is started."""

import os
import socket
import subprocess
import sys

import pytest

from portal import embedded, start
from portal.embedded import Unavailable


def run_start(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "portal/start.py", *arguments],
        cwd=embedded.BASE_DIR,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


def test_a_busy_port_is_named():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(Unavailable, match=f"端口 {port} 已被占用"):
            start.check_port(port)


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1"])
def test_nonsense_is_not_a_port(port, var):
    refused = run_start("run", PORT=port, PORTAL_VAR=str(var))
    assert refused.returncode == 1
    assert refused.stderr.strip() == f"PORT={port} 不是端口号（not a port number）"


def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_installed(var):
    (var / "file").write_text("")
    refused = run_start("run", PORTAL_VAR=str(var / "file"))
    assert refused.returncode == 1
    assert "不可写" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert refused.stdout == ""


def test_an_ordinary_user_is_told_which_packages_are_missing(monkeypatch):
    monkeypatch.setattr(start, "LIBRARIES", {"libnowhere.so.9": "libnowhere9"})
    monkeypatch.setattr(start, "has_chinese_font", lambda: False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert start.missing_libraries() == ["libnowhere9", "fonts-noto-cjk"]
    with pytest.raises(Unavailable, match="libnowhere9 fonts-noto-cjk.*apt-get install libnowhere9 fonts-noto-cjk"):
        start.install_packages(start.missing_libraries())


def test_what_is_installed_already_is_not_installed_again(monkeypatch, tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text("one==1")
    ran = []
    monkeypatch.setattr(start, "VENV", tmp_path)
    monkeypatch.setattr(start, "run", lambda command, *more: ran.append(command))
    start.install_requirements(lock)
    start.install_requirements(lock)
    assert len(ran) == 1
    assert "--require-hashes" in ran[0]
    lock.write_text("one==2")
    start.install_requirements(lock)
    assert len(ran) == 2


@pytest.mark.parametrize(
    "lock", ["requirements.lock", "requirements-dev.lock", "requirements-node.lock", "package-lock.json"]
)
def test_the_lock_files_hold_digests_and_no_addresses(lock):
    text = (embedded.BASE_DIR / lock).read_text()
    assert "http" not in text
    assert "sha256:" in text or "sha512-" in text
