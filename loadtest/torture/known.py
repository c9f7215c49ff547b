"""A history, looked at from the sides that rules ask about."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from loadtest.torture.history import Attempt, End, History, Place
from loadtest.torture.owning import Owned, owned

GONE = ("cancelled", "expired")


class Times:
    """When a seat was possibly somebody's."""

    def __init__(self, several: list[Owned]) -> None:
        self._since = sorted(one.maybe_since for one in several)
        self._until = sorted(one.maybe_until for one in several)

    def owners(self, began: float, ended: float) -> int:
        """How many may have had it at some time between."""
        return bisect_right(self._since, ended) - bisect_left(self._until, began)


@dataclass(frozen=True)
class Known:
    attempts: list[Attempt]
    owned: list[Owned]
    end: End
    prices: Mapping[Place, float]
    sales: dict[str, Owned]
    """By booking: those that somebody was told of."""
    times: dict[Place, Times]
    live: dict[str, set[Place]]
    """The live tickets in the end, by booking."""

    @classmethod
    def of(cls, history: History, end: End) -> Self:
        asked = owned(history.attempts)
        owners: dict[Place, list[Owned]] = defaultdict(list)
        for one in asked:
            for place in one.places:
                owners[place].append(one)
        live: dict[str, set[Place]] = defaultdict(set)
        for ticket in end.tickets:
            live[ticket.booking].add(ticket.place)
        return cls(
            attempts=history.attempts,
            owned=asked,
            end=end,
            prices=history.prices,
            sales={one.booking: one for one in asked if one.booking},
            times={place: Times(several) for place, several in owners.items()},
            live=live,
        )

    def owners(self, place: Place, began: float, ended: float) -> int:
        """How many may have had it at some time between."""
        return self.times[place].owners(began, ended) if place in self.times else 0
