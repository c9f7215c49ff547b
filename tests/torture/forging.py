"""Histories made by hand, for the tests of the checker."""

import math

from loadtest.torture.checking import violations
from loadtest.torture.history import (
    DONE,
    REFUSED,
    UNKNOWN,
    Attempt,
    End,
    History,
    LiveTicket,
    Place,
    Row,
)

HERE, THERE = Place(1, 1), Place(1, 2)
PRICE = 250.0
END = 100.0

Times = tuple[float, float]


def bought(
    booking: str,
    *places: Place,
    at: Times,
    key: str = "",
    outcome: str = DONE,
    action: str = "buy",
    lasts: float = math.inf,
) -> Attempt:
    seats = tuple(place.seat for place in places)
    states = {"buy": "confirmed", "hold": "held"}
    told = {
        DONE: {
            "booking": booking,
            "status": 201,
            "state": states[action],
            "total": PRICE * len(places),
            "lasts": lasts,
            "seats": seats,
        },
        REFUSED: {"status": 409, "seats": seats},
        UNKNOWN: {"status": 0},
    }
    return Attempt(
        client=1,
        action=action,
        began=at[0],
        ended=at[1],
        outcome=outcome,
        key=key or f"key-{booking}",
        places=places,
        **told[outcome],
    )


def held(booking: str, *places: Place, at: Times, lasts: float = 60.0) -> Attempt:
    return bought(booking, *places, at=at, action="hold", lasts=lasts)


def later(
    action: str,
    booking: str,
    *places: Place,
    at: Times,
    outcome: str = DONE,
    state: str = "",
    key: str = "",
) -> Attempt:
    states = {"cancel": "cancelled", "confirm": "confirmed"}
    known = state or (states.get(action, "") if outcome == DONE else "")
    status = {DONE: 200, REFUSED: 409, UNKNOWN: 503}[outcome]
    key = key or ("" if action == "read" else f"{action}-{booking}")
    seats = tuple(place.seat for place in places or (HERE,)) if outcome == DONE else ()
    return Attempt(
        1, action, *at, outcome, key, booking=booking, status=status, state=known, seats=seats
    )


def looked(*vacant: Place, at: Times, client: int = 1, token: bool = True) -> Attempt:
    return Attempt(client, "look", *at, DONE, places=vacant, status=200, seance=1, token=token)


def misused(key: str, *, at: Times, outcome: str = REFUSED, status: int = 422) -> Attempt:
    return Attempt(1, "misuse", *at, outcome, key, (THERE,), status=status)


def end(*sold: tuple[str, Place], others: tuple[Row, ...] = ()) -> End:
    """These live tickets, each booking made by its own key; and `others`, without tickets."""
    tickets = [LiveTicket(booking, place, PRICE) for booking, place in sold]
    bookings = dict.fromkeys(booking for booking, _place in sold)
    rows = [
        Row(one, f"key-{one}", "confirmed", PRICE * sum(one == booking for booking, _ in sold))
        for one in bookings
    ]
    return End(END, [*rows, *others], tickets)


def gone(booking: str, state: str = "cancelled", key: str = "", seats: int = 1) -> Row:
    return Row(booking, key or f"key-{booking}", state, PRICE * seats)


def rules_broken(attempts: list[Attempt], tables: End | None) -> set[str]:
    prices = {HERE: PRICE, THERE: PRICE}
    history = History({}, sorted(attempts, key=lambda one: one.began), [], tables, prices)
    return {violation.rule for violation in violations(history)}
