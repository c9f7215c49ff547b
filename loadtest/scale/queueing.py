"""People in a queue: those who come are served by whoever is free, in the order of their coming."""

import heapq
import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Waited:
    """`waits`: seconds before each was served, of those who were; `refused`: how many were turned
    away; `busy`: the part of the servers' time that was work; `over`: when the last was served."""

    waits: Sequence[float]
    refused: int
    busy: float
    over: float

    @property
    def share_refused(self) -> float:
        return self.refused / (self.refused + len(self.waits))

    def percentile(self, part: float) -> float:
        """The wait that `part` (0 to 1) of them did not exceed."""
        ordered = sorted(self.waits)
        return ordered[min(int(part * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def queue(
    arrivals: Iterable[tuple[float, float]], servers: int, *, patience: float = math.inf
) -> Waited:
    """`arrivals`: when each comes, in order, and how long serving it takes. Who would wait longer
    than `patience` is turned away at once, and takes nobody's time. All in seconds."""
    free_at = [0.0] * servers  # a heap
    waits: list[float] = []
    refused, worked, last = 0, 0.0, 0.0
    for now, service in arrivals:
        begins = max(now, free_at[0])
        if begins - now > patience:
            refused += 1
            continue
        waits.append(begins - now)
        worked += service
        last = max(last, begins + service)
        heapq.heapreplace(free_at, begins + service)
    return Waited(waits, refused, worked / (servers * last) if last else 0.0, last)


def poisson(rate: float, until: float, luck: random.Random) -> Iterator[float]:
    """When people come who know nothing of each other: `rate` per second."""
    now = luck.expovariate(rate)
    while now < until:
        yield now
        now += luck.expovariate(rate)


def erlang_c(rate: float, service: float, servers: int) -> float:
    """The mean wait in seconds, in the long run, where arrivals are Poisson's and the length of a
    service exponential with this mean. Infinite where more come than can be served."""
    offered = rate * service
    if offered >= servers:
        return math.inf
    blocking = 1.0  # Erlang B, from one server to the next
    for number in range(1, servers + 1):
        blocking = offered * blocking / (number + offered * blocking)
    waiting = blocking / (1 - offered / servers * (1 - blocking))
    return waiting * service / (servers - offered)
