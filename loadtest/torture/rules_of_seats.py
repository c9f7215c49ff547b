"""Whose a seat is."""

import math
from collections import defaultdict
from collections.abc import Iterator

from loadtest.torture.history import DONE, REFUSED, Place
from loadtest.torture.known import GONE, Known
from loadtest.torture.owning import MAKING, Owned


def sold_twice(known: Known) -> Iterator[str]:
    """Two who surely had the same seat at the same time, or two live tickets for it."""
    by_place: dict[Place, list[Owned]] = defaultdict(list)
    for one in known.owned:
        for place in one.places:
            if one.since < one.until:
                by_place[place].append(one)
    for place, owners in by_place.items():
        owners.sort(key=lambda one: one.since)
        longest = owners[0]
        for other in owners[1:]:
            if other.since < longest.until:
                yield f"{place} was sold to {longest.booking} and to {other.booking} at once"
            longest = max(longest, other, key=lambda one: one.until)
    live: dict[Place, list[str]] = defaultdict(list)
    for ticket in known.end.tickets:
        live[ticket.place].append(ticket.booking)
    for place, bookings in live.items():
        if len(bookings) > 1:
            yield f"{place} has {len(bookings)} live tickets, of {', '.join(sorted(bookings))}"


def sale_lost(known: Known) -> Iterator[str]:
    end = known.end
    for one in known.sales.values():
        if one.surely(end.at, end.at) and (lost := one.places - known.live[one.booking]):
            yield f"{one.booking} was sold and has lost {sorted(lost)}"
    for attempt in known.attempts:
        sale = known.sales.get(attempt.booking)
        if sale is None or attempt.action in MAKING:
            continue
        if attempt.status == 404:
            yield f"{attempt.booking} was sold, and {attempt.action} found nothing of it"
        elif sale.surely(attempt.began, attempt.ended):
            if attempt.state in GONE:
                yield f"{attempt.booking} was nobody's to cancel, and was {attempt.state}"
            elif attempt.action == "confirm" and attempt.outcome == REFUSED:
                yield f"{attempt.booking} was held, and could not be bought"


def resurrected(known: Known) -> Iterator[str]:
    for row in known.end.bookings:
        sale = known.sales.get(row.id)
        if row.state in GONE and (live := known.live[row.id]):
            yield f"{row.id} is {row.state} and has live tickets: {sorted(live)}"
        elif sale and sale.cancelled and row.state not in GONE:
            yield f"{row.id} was cancelled and is {row.state}"
    began: dict[str, float] = {}
    for attempt in known.attempts:
        # A request that comes again gets the answer that was true the first time.
        asked = began.setdefault(attempt.key, attempt.began) if attempt.key else attempt.began
        sale = known.sales.get(attempt.booking)
        if sale is None or not sale.cancelled or attempt.outcome != DONE:
            continue
        later = attempt.action in ("read", "confirm") and asked > sale.maybe_until
        if later and attempt.state not in GONE:
            yield f"{attempt.booking} was cancelled; {attempt.action}: {attempt.state}"


def hold_outlived(known: Known) -> Iterator[str]:
    """Bought, or still held, when its time was surely over."""
    for one in known.sales.values():
        if one.bought < math.inf and one.maybe_bought > one.over:
            yield f"{one.booking} could be bought {one.maybe_bought - one.over:.3f} s too late"
    for attempt in known.attempts:
        sale = known.sales.get(attempt.booking)
        held = attempt.action == "read" and attempt.state == "held"
        if sale and held and attempt.began > sale.over:
            yield f"{attempt.booking} was held {attempt.began - sale.over:.3f} s too long"


def refused_for_nothing(known: Known) -> Iterator[str]:
    """Who was told that seats are taken, while nobody can have had any of them."""
    began: dict[str, float] = {}
    for attempt in known.attempts:
        if attempt.action not in MAKING:
            continue
        since = began.setdefault(attempt.key, attempt.began)
        if attempt.outcome == REFUSED and attempt.status == 409:
            named = [place for place in attempt.places if place.seat in attempt.seats]
            if not any(known.owners(place, since, attempt.ended) for place in named):
                yield f"key {attempt.key} was refused {named or attempt.places}, which nobody had"
