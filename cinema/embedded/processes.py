"""The processes of one server, found by where they work.

A PostgreSQL child makes itself the leader of its own process group, so signalling the
postmaster's group does not reach it. But all processes of a server, and no others, have its
data directory as working directory; that also finds what an earlier, killed program left.
"""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

PR_SET_PDEATHSIG = 1


def processes_in(data_directory: Path) -> list[psutil.Process]:
    here = str(data_directory)
    return [process for process in psutil.process_iter() if _is_server_process(process, here)]


def postmaster_in(data_directory: Path) -> psutil.Process | None:
    """The running postmaster, if the one that postmaster.pid names is alive and really is it.

    After a crash or a reboot the number in the file may belong to any process by now.
    """
    try:
        pid = int((data_directory / "postmaster.pid").read_text().splitlines()[0])
        process = psutil.Process(pid)
    except (OSError, ValueError, IndexError, psutil.Error):
        return None
    return process if _is_server_process(process, str(data_directory)) else None


def _is_server_process(process: psutil.Process, data_directory: str) -> bool:
    try:
        return (
            process.name() == "postgres"
            and process.status() != psutil.STATUS_ZOMBIE
            and bool(process.cwd() == data_directory)
        )
    except psutil.Error:
        return False


def send(process: psutil.Process, number: signal.Signals) -> None:
    with suppress(psutil.NoSuchProcess):
        process.send_signal(number)


def leash(number: signal.Signals) -> Callable[[], None] | None:
    """For `preexec_fn`: asks the kernel to send the child `number` when this process dies.

    Linux ties the wish to the thread that starts the child, and running Python between fork
    and exec is safe without other threads only: with threads about, there is no leash.
    """
    if sys.platform != "linux" or threading.active_count() > 1:
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def die_with_parent() -> None:
        prctl(PR_SET_PDEATHSIG, number.value)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return die_with_parent


def eventually(condition: Callable[[], bool], *, within: float) -> bool:
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
