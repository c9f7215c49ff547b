"""A city that keeps failing is left alone for a while: its visitors are told at once."""

import time
from collections.abc import Callable

from aggregator.calling.window import Window

SECONDS = 10
ENOUGH_CALLS = 20
FAILING_SHARE = 0.5
IN_A_ROW = 5
PROBE_SECONDS = 1.0


class Breaker:
    """Opens when half of at least 20 calls of the last 10 seconds failed, or 5 in a row (at night
    there are no 20). While it is open, one call a second goes through; the first that succeeds
    closes it. Calls don't wait for one another: a probe that hangs delays nobody's recovery."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        changed: Callable[[bool], None] = lambda is_open: None,
    ) -> None:
        self._clock = clock
        self._changed = changed
        self._calls = Window(SECONDS, clock)  # succeeded, failed
        self._in_a_row = 0
        self._probed: float | None = None  # None: closed

    @property
    def is_open(self) -> bool:
        return self._probed is not None

    def lets_through(self) -> bool:
        if self._probed is None:
            return True
        now = self._clock()
        if now - self._probed < PROBE_SECONDS:
            return False
        self._probed = now
        return True

    def succeeded(self) -> None:
        self._in_a_row = 0
        if self._probed is None:
            self._calls.add(1, 0)
            return
        self._probed = None
        self._calls.clear()
        self._changed(False)

    def failed(self) -> None:
        self._in_a_row += 1
        self._calls.add(0, 1)
        if self._probed is None and self._is_failing():
            self._probed = self._clock()
            self._changed(True)

    def _is_failing(self) -> bool:
        if self._in_a_row >= IN_A_ROW:
            return True
        succeeded, failed = self._calls.totals()
        calls = succeeded + failed
        return calls >= ENOUGH_CALLS and failed >= calls * FAILING_SHARE
