"""Until when an answer is of use."""

import time
from collections.abc import Callable

Clock = Callable[[], float]


class Deadline:
    def __init__(self, at: float, clock: Clock = time.monotonic) -> None:
        self._at = at
        self._clock = clock

    @classmethod
    def within(cls, seconds: float, *, clock: Clock = time.monotonic) -> "Deadline":
        return cls(clock() + seconds, clock)

    def left(self) -> float:
        """Seconds, never negative."""
        return max(0.0, self._at - self._clock())

    @property
    def passed(self) -> bool:
        return self._clock() >= self._at

    def or_within(self, seconds: float) -> "Deadline":
        """The earlier of this one and so many seconds from now."""
        return Deadline(min(self._at, self._clock() + seconds), self._clock)
