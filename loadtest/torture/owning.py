"""From when until when a booking had its seats: surely, and possibly.

Surely: from when its buyer was told, until the buyer first asked to give it up. Possibly: from when
it was first asked for, until it was surely given up. Whatever was not answered widens the second
and narrows the first.
"""

import math
from collections import defaultdict
from dataclasses import dataclass

from loadtest.torture.history import DONE, REFUSED, Attempt, Place

MAKING = ("buy", "hold")
CLOCKS = 0.05  # seconds that the database's clock and ours may differ over the time of a hold


@dataclass
class Owned:
    """What is known of one request for seats, by its key."""

    key: str
    client: int
    places: frozenset[Place]
    booking: str
    """Empty: nobody was told."""
    total: float
    since: float
    """Surely from then on; endless when nobody was told."""
    until: float
    """Surely until then."""
    maybe_since: float
    maybe_until: float
    cancelled: bool
    """And was told so."""
    over: float = math.inf
    """Of a hold: by then its time was surely over."""
    maybe_bought: float = math.inf
    """When it was first asked to be bought; endless: it never was."""
    bought: float = math.inf
    """When its buyer was told that it is bought."""

    def surely(self, began: float, ended: float) -> bool:
        """All the time between."""
        return self.since <= began and ended <= self.until


def owned(attempts: list[Attempt]) -> list[Owned]:
    """One for each request for seats that was granted, or may have been."""
    by_key: dict[str, list[Attempt]] = defaultdict(list)
    by_booking: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        if attempt.action in MAKING:
            by_key[attempt.key].append(attempt)
        elif attempt.booking:
            by_booking[attempt.booking].append(attempt)
    return [
        _owned(asked, [later for done in _told(asked) for later in by_booking[done]])
        for asked in by_key.values()
        if _told(asked) or not any(one.outcome == REFUSED for one in asked)
    ]


def _told(asked: list[Attempt]) -> list[str]:
    done = sorted((one for one in asked if one.outcome == DONE), key=lambda one: one.ended)
    return [one.booking for one in done[:1]]


def _owned(asked: list[Attempt], later: list[Attempt]) -> Owned:
    first = min(asked, key=lambda one: one.began)
    done = [one for one in asked if one.outcome == DONE]
    told = min(done, key=lambda one: one.ended, default=None)
    giving_up = [one for one in later if one.action == "cancel" and one.outcome != REFUSED]
    given_up = [one.ended for one in giving_up if one.outcome == DONE]
    buying = asked
    ends, over, may_end = math.inf, math.inf, math.inf
    if told and first.action == "hold":
        # It began to run after it was first asked for, and before anybody was told.
        over = told.ended + told.lasts + CLOCKS
        buying = [one for one in later if one.action == "confirm" and one.outcome != REFUSED]
        if not any(one.outcome == DONE for one in buying):
            ends = first.began + told.lasts - CLOCKS
            if not any(one.began <= over for one in buying):
                may_end = over
    return Owned(
        key=first.key,
        client=first.client,
        places=frozenset(first.places),
        booking=told.booking if told else "",
        total=told.total if told else 0.0,
        since=told.ended if told else math.inf,
        until=min([ends, *(one.began for one in giving_up)]),
        maybe_since=first.began,
        maybe_until=min([may_end, *given_up]),
        cancelled=bool(given_up),
        over=over,
        maybe_bought=min((one.began for one in buying), default=math.inf),
        bought=min((one.ended for one in buying if one.outcome == DONE), default=math.inf),
    )
