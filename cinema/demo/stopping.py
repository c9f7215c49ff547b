"""The wish to stop, heard at points where stopping is clean."""

import os
import signal
import time
from types import FrameType

from cinema.demo.errors import StopRequested

LOOK_EVERY_SECONDS = 0.1


class Stop:
    """Signals only leave a note here: an exception out of nowhere could lose a child process."""

    def __init__(self) -> None:
        self.requested = False
        self._parent: int | None = None

    def follow(self, parent: int) -> None:
        """In a process that should end with the one that forked it."""
        self._parent = parent

    def listen(self) -> None:
        signal.signal(signal.SIGINT, self._note)
        signal.signal(signal.SIGTERM, self._note)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # else nohup keeps us alive
            signal.signal(signal.SIGHUP, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.requested = True

    def check(self) -> None:
        orphaned = self._parent is not None and os.getppid() != self._parent
        if self.requested or orphaned:
            raise StopRequested

    def sleep(self, seconds: float = LOOK_EVERY_SECONDS) -> None:
        until = time.monotonic() + seconds
        self.check()
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, LOOK_EVERY_SECONDS))
            self.check()
