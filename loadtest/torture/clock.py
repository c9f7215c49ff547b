"""A clock of a node's own, that can jump.

Inside the node, `go_by` puts another time of day before whatever asks Python or Django for it:
tokens and signatures, sessions, log lines. What counts how long something lasts is left alone, as
it is when a machine's clock is set. (libfaketime would do it from outside, but makes Python's
`time.sleep` fail.)
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

VARIABLE = "TORTURE_CLOCK"
NOTICED = 0.2  # seconds until a jump is noticed


class Clock:
    """`path`: the file that tells by how many seconds it is wrong."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.jump(0)

    def jump(self, seconds: int) -> None:
        """To so many seconds after the time that everybody else has, or before."""
        fresh = self.path.with_suffix(".new")
        fresh.write_text(str(seconds))
        fresh.replace(self.path)


def go_by(path: Path) -> None:
    """From now on this process has the time that this clock shows."""
    time_, time_ns, now = time.time, time.time_ns, timezone.now
    wrong_by = _reader(path)

    def wrong_now() -> datetime:
        return now() + timedelta(seconds=wrong_by())

    time.time = lambda: time_() + wrong_by()
    time.time_ns = lambda: time_ns() + wrong_by() * 10**9
    timezone.now = wrong_now


def _reader(path: Path) -> Callable[[], int]:
    read_at, seconds = -NOTICED, 0

    def wrong_by() -> int:
        nonlocal read_at, seconds
        if time.monotonic() - read_at > NOTICED:
            read_at, seconds = time.monotonic(), int(path.read_text())
        return seconds

    return wrong_by
