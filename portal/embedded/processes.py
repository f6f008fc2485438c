"""Processes that end with the one that started them, and those that an earlier keeper left behind."""

import contextlib
import ctypes
import os
import signal
import time
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(number):
    """For preexec_fn: the kernel sends the signal when the parent dies, however it dies."""
    parent = os.getpid()
    return lambda: end_with_parent(number, parent)


def end_with_parent(number, parent):
    _libc.prctl(PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:  # it died between fork and here
        os._exit(1)


def adopt_orphans():
    """What a killed server leaves behind comes to us, to be buried."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1)


def bury_orphans():
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def evict(folder, program, patience=3):
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
