"""How often a call is repeated: here and in no other layer, so that failures don't multiply."""

import random
import time
from collections.abc import Callable

from aggregator.calling.window import Window

MOST = 2
FIRST_PAUSE = 0.05
SHARE = 0.1
FLOOR = 10
SECONDS = 10


class RetryBudget:
    """A city in trouble gets at most a tenth more calls than its visitors make in 10 seconds;
    a quiet site may repeat ten."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._calls = Window(SECONDS, clock)  # first tries, repeated ones

    def called(self) -> None:
        self._calls.add(1, 0)

    def spend(self) -> bool:
        """Whether one more may be repeated; if so, it is counted."""
        calls, repeated = self._calls.totals()
        if repeated >= FLOOR + calls * SHARE:
            return False
        self._calls.add(0, 1)
        return True


def pause(tries: int) -> float:
    """Seconds before the next try ("full jitter"): those who failed together don't return
    together."""
    return random.uniform(0, FIRST_PAUSE * 2 ** (tries - 1))  # noqa: S311 not a secret
