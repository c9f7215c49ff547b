"""When what breaks: made of a seed alone."""

import random
from collections.abc import Collection
from dataclasses import dataclass

from loadtest.torture.faults import FIRST, OF_CLOCKS, OF_DATABASES, OF_NODES

LANES = {"nodes": OF_NODES, "clocks": OF_CLOCKS, "databases": OF_DATABASES}


@dataclass(frozen=True)
class Planned:
    """It begins so many seconds `after` the one before was mended, and `lasts` so many."""

    fault: str
    after: float
    lasts: float
    pick: int


def schedule(seed: int, seconds: float, names: Collection[str]) -> list[list[Planned]]:
    """Lanes that go on side by side: the nodes', their clocks', the databases' and the network's.

    Each takes its faults in a random order, those that tell most before the others, and then all of
    them in another order, until the time is over.
    """
    return [
        _lane(random.Random(f"{seed} {lane}"), seconds, sorted(set(faults) & set(names)))
        for lane, faults in LANES.items()
    ]


def _lane(chance: random.Random, seconds: float, names: list[str]) -> list[Planned]:
    planned: list[Planned] = []
    while names and sum(one.after + one.lasts for one in planned) < seconds:
        chance.shuffle(names)
        if not planned:
            names.sort(key=lambda name: name not in FIRST)  # and else stays in that order
        for name in names:
            after, lasts = round(chance.uniform(2, 4), 2), round(chance.uniform(3, 5), 2)
            planned.append(Planned(name, after, lasts, chance.getrandbits(16)))
    return planned
