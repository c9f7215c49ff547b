"""Waiting for a state by asking for it, with a deadline."""

import time
from collections.abc import Callable


def eventually(happened: Callable[[], object], *, within: float = 10.0) -> None:
    """Returns as soon as `happened()` is true; fails when it isn't within so many seconds."""
    deadline = time.monotonic() + within
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
