"""What buyers are told and shown."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from loadtest.torture.history import DONE, REFUSED, Attempt, Place
from loadtest.torture.known import GONE, Known
from loadtest.torture.owning import Owned
from loadtest.torture.rules_of_keys import MISUSED

CENT = 0.005
FINE = (0, 200, 201, 409, 503)
"""Answers that clients who ask for what there is may get; 0: none."""
SAID = {"buy": ("confirmed",), "hold": ("held",), "confirm": ("confirmed",), "cancel": GONE}
"""The state in which a request leaves a booking."""


def said_otherwise(known: Known) -> Iterator[str]:
    """Done, and not what was asked for; or a state that the booking can't have been in."""
    for one in known.attempts:
        sale = known.sales.get(one.booking)
        if one.outcome == DONE and one.state not in SAID.get(one.action, (one.state,)):
            yield f"{one.action} of {one.booking} was answered: {one.state}"
        elif one.action == "cancel" and one.outcome == REFUSED and one.status != 404:
            yield f"{one.booking} could not be cancelled: {one.status}"
        elif sale and one.action == "read" and one.outcome == DONE:
            yield from _misread(one, sale)
        if sale and one.outcome == DONE and set(one.seats) != {place.seat for place in sale.places}:
            yield f"{one.action} of {one.booking} was answered with the seats {one.seats}"


def _misread(read: Attempt, sale: Owned) -> Iterator[str]:
    if read.state == "held" and sale.bought < read.began:
        yield f"{sale.booking} was bought, and was read as held"
    if read.state == "confirmed" and sale.maybe_bought > read.ended:
        yield f"{sale.booking} was bought by nobody, and was read as confirmed"


def stale(known: Known) -> Iterator[str]:
    """A look that carries the token of its client's last write shows that client's own writes:
    seats that it has as taken, and those that it gave up as vacant, unless they are another's."""
    own: dict[tuple[int, int], list[Owned]] = defaultdict(list)
    for one in known.sales.values():
        for seance in {place.seance for place in one.places}:
            own[one.client, seance].append(one)
    looks: dict[tuple[int, int], list[Attempt]] = defaultdict(list)
    for look in known.attempts:
        if look.action == "look" and look.outcome == DONE and look.token:
            looks[look.client, look.seance].append(look)
    for whose, bookings in own.items():
        for one in bookings:
            yield from _unseen(known, one, looks[whose])


def _unseen(known: Known, one: Owned, looks: list[Attempt]) -> Iterator[str]:
    for look in looks[bisect_left(looks, one.since, key=lambda look: look.began) :]:
        vacant = set(look.places)
        if one.surely(look.began, look.ended) and (unseen := one.places & vacant):
            yield f"{one.booking} was sold, and its buyer saw as vacant {sorted(unseen)}"
        if look.began > one.maybe_until:
            for place in one.places - vacant:
                # One of them is this booking.
                if known.owners(place, one.until, look.ended) < 2:
                    yield f"{one.booking} is over, and its buyer saw as taken {place}"
            return


def money(known: Known) -> Iterator[str]:
    costs: dict[str, float] = defaultdict(float)
    for ticket in known.end.tickets:
        costs[ticket.booking] += ticket.price
        if _differ(ticket.price, _price(known, ticket.place)):
            yield f"a ticket for {ticket.place} costs {ticket.price:g}"
    for one in known.sales.values():
        price = sum(_price(known, place) for place in one.places)
        if _differ(one.total, price):
            yield f"{one.booking} costs {price:g} and was sold for {one.total:g}"
    for row in known.end.bookings:
        told = known.sales.get(row.id)
        if told and _differ(told.total, row.total):
            yield f"{row.id} was sold for {told.total:g}, and the table says {row.total:g}"
        if row.state not in GONE and _differ(costs[row.id], row.total):
            yield f"{row.id} says {row.total:g}, and its tickets cost {costs[row.id]:g}"
    taken = sum(row.total for row in known.end.bookings if row.state == "confirmed")
    least = sum(one.total for one in known.sales.values() if one.until == math.inf)
    if taken < least - CENT:
        yield f"buyers were sold tickets for {least:g}, and the tables have {taken:g}"


def _price(known: Known, place: Place) -> float:
    return known.prices.get(place, math.nan)


def _differ(one: float, other: float) -> bool:
    """Also when one of them is unknown."""
    return not abs(one - other) < CENT


def mistakes_of_ours(known: Known) -> Iterator[str]:
    for one in known.attempts:
        lost = one.status == 404 and one.booking in known.sales  # which is another rule's
        misused = one.action == "misuse" and one.status == MISUSED
        if one.status not in FINE and not lost and not misused:
            yield f"{one.action} was answered with {one.status} at {one.ended:.3f}"
