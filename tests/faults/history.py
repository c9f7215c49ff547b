"""What clients did and were told, and whether an honest box office could have told them that.

The method is Jepsen's: clients note what they asked and what they got, and a checker looks through
the notes afterwards. No answer, or one to ask again, means that it may or may not have been done.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

from tests.faults.box_office import Place

DONE, REFUSED, UNKNOWN = "done", "refused", "unknown"


@dataclass(frozen=True)
class Attempt:
    """One request. All attempts with one `key` are the same request, asked again."""

    client: int
    action: Literal["buy", "cancel", "look"]
    began: float
    ended: float
    outcome: str
    key: str | None = None
    places: tuple[Place, ...] = ()
    booking: str | None = None  # bought, to be cancelled, or whose token the look carried
    shown_vacant: tuple[Place, ...] = ()  # of a look


@dataclass
class Ownership:
    """From when until when a booking surely had its places."""

    booking: str
    places: set[Place]
    since: float
    until: float = math.inf
    cancelled: bool = field(default=False)


def violations(attempts: list[Attempt], sold: dict[Place, list[str]]) -> list[str]:
    """What can't be, in sentences. `sold`: the bookings with a live ticket for each place, when
    all was over."""
    owned = _ownerships(attempts)
    return [
        *_answers_that_differ(attempts),
        *_seats_sold_twice(owned, sold),
        *_sales_lost(owned, sold),
        *_stale_looks(attempts, owned),
    ]


def _ownerships(attempts: list[Attempt]) -> dict[str, Ownership]:
    owned: dict[str, Ownership] = {}
    for attempt in sorted(attempts, key=lambda one: one.ended):
        if attempt.action == "buy" and attempt.outcome == DONE and attempt.booking:
            owned.setdefault(
                attempt.booking,
                Ownership(attempt.booking, set(attempt.places), since=attempt.ended),
            )
    for attempt in attempts:
        if attempt.action == "cancel" and attempt.outcome != REFUSED:
            ownership = owned[str(attempt.booking)]
            ownership.until = min(ownership.until, attempt.began)
            ownership.cancelled |= attempt.outcome == DONE
    return owned


def _answers_that_differ(attempts: list[Attempt]) -> Iterator[str]:
    answers: dict[str, set[tuple[str, str | None]]] = defaultdict(set)
    for attempt in attempts:
        if attempt.key and attempt.outcome != UNKNOWN:
            answers[attempt.key].add((attempt.outcome, attempt.booking))
    for key, different in answers.items():
        if len(different) > 1:
            yield f"key {key} was answered differently: {sorted(map(str, different))}"


def _seats_sold_twice(owned: dict[str, Ownership], sold: dict[Place, list[str]]) -> Iterator[str]:
    by_place: dict[Place, list[Ownership]] = defaultdict(list)
    for ownership in owned.values():
        for place in ownership.places:
            by_place[place].append(ownership)
    for place, owners in by_place.items():
        for one, other in combinations(owners, 2):
            if one.since < other.until and other.since < one.until:
                yield f"{place} was sold to {one.booking} and to {other.booking} at once"
    for place, bookings in sold.items():
        if len(bookings) > 1:
            yield f"{place} has live tickets of {sorted(bookings)}"


def _sales_lost(owned: dict[str, Ownership], sold: dict[Place, list[str]]) -> Iterator[str]:
    for ownership in owned.values():
        kept = {place for place in ownership.places if ownership.booking in sold.get(place, [])}
        if ownership.until == math.inf and kept != ownership.places:
            yield f"{ownership.booking} was sold and is lost: {ownership.places - kept}"
        if ownership.cancelled and kept:
            yield f"{ownership.booking} was cancelled and is sold again: {kept}"


def _stale_looks(attempts: list[Attempt], owned: dict[str, Ownership]) -> Iterator[str]:
    """With a sale's token, that sale is seen."""
    for look in attempts:
        if look.action == "look" and look.outcome == DONE and look.booking:
            own = owned[look.booking]
            unseen = own.places & set(look.shown_vacant)
            if unseen and own.since <= look.began and look.ended <= own.until:
                yield f"{look.booking} was sold and its buyer was shown as vacant: {unseen}"
