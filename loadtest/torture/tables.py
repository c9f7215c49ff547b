"""What is in the tables in the end, asked past the provider."""

from collections.abc import Sequence

import psycopg

from loadtest.torture.history import End, LiveTicket, Place, Row, now

# A buyer's address begins with the key: see `box_office`.
_BOOKINGS = """
SELECT id::text, split_part(email, '@', 1),
       CASE WHEN status = 'held' AND expires_at <= now() THEN 'expired' ELSE status END,
       total::float
FROM bookings_booking WHERE seance_id = ANY(%s) ORDER BY created_at, id
"""
_LIVE_TICKETS = """
SELECT booking_id::text, seance_id, seat_id, price::float FROM bookings_ticket
WHERE seance_id = ANY(%s) AND released_at IS NULL AND (held_until IS NULL OR held_until > now())
ORDER BY id
"""


def tables(url: str, seances: Sequence[int]) -> End:
    """All that was sold of these showings, in the database at `url`, at one moment."""
    end = End(at=now())
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        for row in connection.execute(_BOOKINGS, [list(seances)]):
            end.bookings.append(Row(*row))
        for booking, seance, seat, price in connection.execute(_LIVE_TICKETS, [list(seances)]):
            end.tickets.append(LiveTicket(booking, Place(seance, seat), price))
    return end
