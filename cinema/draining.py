"""Whether this process has been asked to stop, and only finishes what it has begun."""

import signal
from types import FrameType
from typing import Any

draining = False


def drain_when_stopped() -> None:
    """From SIGTERM on. Whoever handles it already, as gunicorn's worker does, goes on to."""
    before: Any = signal.getsignal(signal.SIGTERM)

    def stopped(number: int, frame: FrameType | None) -> None:
        global draining
        draining = True
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGTERM, stopped)
    signal.siginterrupt(signal.SIGTERM, False)  # requests under way are not disturbed
