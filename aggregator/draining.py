"""Whether this process has been asked to stop, and only finishes what it has begun."""

import signal
import threading
from types import FrameType
from typing import Any

draining = False


def drain_when_stopped() -> None:
    """From SIGTERM on. Whoever handles it already, as the server does, goes on to."""
    if threading.current_thread() is not threading.main_thread():
        return  # no signal comes here
    before: Any = signal.getsignal(signal.SIGTERM)

    def stopped(number: int, frame: FrameType | None) -> None:
        global draining
        draining = True
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGTERM, stopped)
