"""A film opens for sale in many cities at the same minute: who waits how long, and who is refused?

Each city is a queue of its own, as it is in production: its pods' processors serve requests in
the order of their coming. Buyers come all through the first minutes, most at the beginning; each
looks at some pages and seat maps, and then buys. Nothing here is measured: the seconds of work for
a request come from `make bench` or docs/operating.md.
"""

import random
from dataclasses import dataclass

from loadtest.scale.queueing import Waited, queue
from loadtest.scale.size import Impossible

THINKING = 8.0
"""Mean seconds between two requests of one person."""
EAGER, EAGERLY = 0.5, 0.1
"""Half of the buyers come within the first tenth of the time, the others in all of it."""
MOST_PODS = 256
MOST_REQUESTS = 4_000_000  # of a city: some hundred bytes each

Request = tuple[float, float]
"""When it comes, and for how long it needs a core; in seconds."""


@dataclass(frozen=True)
class Premiere:
    """`buyers` in all `cities` together, who come within `minutes`. A city has `pods` with `cores`
    each; `read` and `sale`: seconds of one core for a request; `reads`: for each purchase.
    Who would wait longer than `patience` seconds is answered 503 instead."""

    buyers: int
    cities: int
    minutes: float
    pods: int
    cores: int = 2
    read: float = 1 / 400
    sale: float = 1 / 370
    reads: int = 30
    patience: float = 5.0

    @property
    def sales_per_second(self) -> float:
        """Of one city while most come, which its primary has to store."""
        at_first = EAGER + (1 - EAGER) * EAGERLY
        return self.buyers / self.cities * at_first / (EAGERLY * self.minutes * 60)


def played(premiere: Premiere, luck: int = 0) -> Waited:
    """One city's requests. Cities are alike and share nothing, so one tells of all. Raises
    Impossible when they are too many to play."""
    return _served(premiere, _requests(premiere, random.Random(luck)), premiere.pods)


def pods_needed(premiere: Premiere, *, wait: float = 0.25, luck: int = 0) -> int:
    """The fewest with which 99 of 100 requests wait for at most `wait` seconds and nobody is
    refused. MOST_PODS: not even so many are enough. Raises Impossible as `played`."""
    requests = _requests(premiere, random.Random(luck))
    low, high = 1, MOST_PODS
    while low < high:
        middle = (low + high) // 2
        if _is_enough(_served(premiere, requests, middle), wait):
            high = middle
        else:
            low = middle + 1
    return low


def _served(premiere: Premiere, requests: list[Request], pods: int) -> Waited:
    return queue(requests, pods * premiere.cores, patience=premiere.patience)


def _is_enough(waited: Waited, wait: float) -> bool:
    return not waited.refused and waited.percentile(0.99) <= wait


def _requests(premiere: Premiere, luck: random.Random) -> list[Request]:
    """Of all buyers, in the order of time. Work varies about its mean as answers do: some are kept
    ready, some are not."""
    buyers = round(premiere.buyers / premiere.cities)
    if buyers * (premiere.reads + 1) > MOST_REQUESTS:
        raise Impossible(
            f"{buyers} buyers of one city with {premiere.reads + 1} requests each are more than"
            f" the {MOST_REQUESTS} that can be played: ask for fewer, or for more cities."
        )
    asked: list[Request] = []
    for _buyer in range(buyers):
        now = _comes(premiere.minutes * 60, luck)
        for _read in range(premiere.reads):
            asked.append((now, luck.expovariate(1 / premiere.read)))
            now += luck.expovariate(1 / THINKING)
        asked.append((now, luck.expovariate(1 / premiere.sale)))
    return sorted(asked)


def _comes(seconds: float, luck: random.Random) -> float:
    share = EAGERLY if luck.random() < EAGER else 1.0
    return luck.random() * share * seconds
