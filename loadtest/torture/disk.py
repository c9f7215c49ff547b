"""A disk that can be full: a file system of limited size, in memory."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE = "3g"
WHY_NOT = "only root may mount the small file system that it would fill"


@contextmanager
def small_disk(directory: Path) -> Iterator[bool]:
    """`directory` as a file system of its own, which is gone afterwards; False where this user may
    mount none, and it is a directory like any other."""
    directory.mkdir(parents=True, exist_ok=True)
    mounted = os.geteuid() == 0 and _ran(
        "mount", "-t", "tmpfs", "-osize=" + SIZE, "torture", directory
    )
    try:
        yield mounted
    finally:
        if mounted:
            _ran("umount", "--lazy", directory)
        shutil.rmtree(directory, ignore_errors=True)


def _ran(*command: str | Path) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def fill(directory: Path) -> None:
    """Takes all that is left, but for less than a block."""
    with (directory / "filler").open("wb") as filler:
        size = shutil.disk_usage(directory).free
        for part in (size, 1 << 20, 1 << 12):
            _take(filler.fileno(), part)


def _take(descriptor: int, part: int) -> None:
    try:
        while True:
            os.posix_fallocate(descriptor, os.fstat(descriptor).st_size, part)
    except OSError:  # no space is left for a part of this size
        return


def empty(directory: Path) -> None:
    (directory / "filler").unlink(missing_ok=True)
