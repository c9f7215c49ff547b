"""Counting what happened lately."""

from collections import deque
from collections.abc import Callable


class Window:
    """Two counts over the last `seconds`, to the second."""

    def __init__(self, seconds: int, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._buckets: deque[list[int]] = deque()  # second, first count, second count

    def add(self, first: int, second: int) -> None:
        now = int(self._clock())
        if not self._buckets or self._buckets[-1][0] != now:
            self._buckets.append([now, 0, 0])
            self._forget(now)
        bucket = self._buckets[-1]
        bucket[1] += first
        bucket[2] += second

    def totals(self) -> tuple[int, int]:
        self._forget(int(self._clock()))
        return sum(bucket[1] for bucket in self._buckets), sum(b[2] for b in self._buckets)

    def clear(self) -> None:
        self._buckets.clear()

    def _forget(self, now: int) -> None:
        while self._buckets and self._buckets[0][0] <= now - self._seconds:
            self._buckets.popleft()
