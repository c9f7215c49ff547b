"""The wish to stop, heard at points where stopping is clean."""

import signal
import time
from types import FrameType

from cinema.demo.errors import StopRequested

LOOK_EVERY_SECONDS = 0.1


class Stop:
    """Signals only leave a note here: an exception out of nowhere could lose a child process."""

    def __init__(self) -> None:
        self.requested = False

    def listen(self) -> None:
        signal.signal(signal.SIGINT, self._note)
        signal.signal(signal.SIGTERM, self._note)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # else nohup keeps us alive
            signal.signal(signal.SIGHUP, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.requested = True

    def check(self) -> None:
        if self.requested:
            raise StopRequested

    def sleep(self, seconds: float = LOOK_EVERY_SECONDS) -> None:
        until = time.monotonic() + seconds
        self.check()
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, LOOK_EVERY_SECONDS))
            self.check()
