"""Holds: seats reserved for some minutes. An expired hold is vacant at once, for every reader.

Only the unique index that decides a purchase still has its rows, so they are tidied away: by the
next buyer of such a seat, and by the command `release_expired_holds` for the rest.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import connection

from bookings import counting
from bookings.refusals import SeatsTaken

T = TypeVar("T")

BATCH = 1000
_ATTEMPTS = 5

# The bookings are locked in one order by everyone, before any of their tickets. One that was
# confirmed while we waited for its lock no longer matches and is left alone.
_RELEASE = """
WITH expired AS (
    SELECT id FROM bookings_booking booking
    WHERE status = 'held' AND expires_at <= now() AND ({which})
    ORDER BY id LIMIT %(limit)s FOR UPDATE
), booking AS (
    UPDATE bookings_booking SET status = 'expired' FROM expired
    WHERE bookings_booking.id = expired.id RETURNING bookings_booking.id
)
UPDATE bookings_ticket SET released_at = now() FROM booking
WHERE bookings_ticket.booking_id = booking.id AND released_at IS NULL
RETURNING bookings_ticket.booking_id
"""
_RELEASE_ALL = _RELEASE.format(which="true")
_RELEASE_SEATS = _RELEASE.format(
    which="""id IN (SELECT booking_id FROM bookings_ticket
                    WHERE seance_id = %(seance)s AND seat_id = ANY(%(seats)s::bigint[])
                      AND released_at IS NULL)"""
)


class ExpiredHoldsInTheWay(Exception):
    """The wanted seats are vacant, but the rows of expired holds still stand in the index."""

    def __init__(self, seance_id: int, seat_ids: Sequence[int]) -> None:
        super().__init__(seance_id, seat_ids)
        self.seance_id, self.seat_ids = seance_id, seat_ids


def past_expired_holds(sell: Callable[[], T]) -> T:
    """Runs `sell`; when expired holds are in its way, releases them and runs it again.

    The release commits before the next try, or the two would wait for each other's rows in
    opposite order. So inside a transaction the exception goes on to whoever began it.
    """
    wanted: Sequence[int] = ()
    for _attempt in range(_ATTEMPTS):
        try:
            return sell()
        except ExpiredHoldsInTheWay as blocked:
            if connection.in_atomic_block:
                raise
            wanted = blocked.seat_ids
            release_expired_at(blocked.seance_id, wanted)
    raise SeatsTaken(wanted)  # each time somebody else had one of them for a moment


def release_expired_at(seance_id: int, seat_ids: Sequence[int]) -> int:
    """Releases the expired holds on these seats. Returns how many bookings that were."""
    return _release(_RELEASE_SEATS, seance=seance_id, seats=list(seat_ids), limit=BATCH)


def release_expired(limit: int = BATCH) -> int:
    """Releases at most `limit` expired holds, the oldest id first. Returns how many."""
    return _release(_RELEASE_ALL, limit=limit)


def _release(statement: str, **parameters: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        released = len(set(cursor.fetchall()))
    counting.holds_expired(released)
    return released
