"""What was sold for showings of the past and of days to come, as buyers would have left it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

AT_ONCE = 2000
"""Showings whose seats are sold by one statement."""

# A party is two neighbours, or one at the end of a row. Most that come have bought, within the week
# before; some have cancelled, some never paid; of showings to come some are held at this moment.
# Codes are as long as real ones, and all different: multiplying by an odd number turns 48 bits into
# one another.
_SELL = """
WITH place AS MATERIALIZED (
    SELECT hall_id, y * 100 + x / 2 AS party, seat.id AS seat_id, category.name AS category,
           category.surcharge
    FROM movies_seat seat JOIN movies_seatcategory category ON category.id = seat.category_id
    WHERE hall_id IN (SELECT hall_id FROM movies_seance WHERE id = ANY(%(seances)s::bigint[]))
), party AS (
    SELECT hall_id, party, count(*) AS seats, sum(surcharge) AS surcharges
    FROM place GROUP BY hall_id, party
), interested AS MATERIALIZED (
    SELECT seance.id AS seance_id, hall_id, party, starts_at > now() AS ahead, seance.price,
           seats * seance.price + surcharges AS total, random() AS what, random() AS early,
           least(starts_at, now()) - interval '5 minutes' - %(hold)s::interval AS latest
    FROM movies_seance seance JOIN party USING (hall_id)
    WHERE seance.id = ANY(%(seances)s::bigint[])
), decided AS (
    SELECT *, latest - early * early * interval '6 days' AS earliest,
           CASE WHEN what < %(share)s THEN 'confirmed' WHEN what < %(share)s + 0.02 THEN 'cancelled'
                WHEN what < %(share)s + 0.03 THEN 'expired'
                WHEN what < %(share)s + 0.05 AND ahead THEN 'held' END AS status
    FROM interested
), bought AS MATERIALIZED (
    SELECT gen_random_uuid() AS id, *,
           CASE status WHEN 'held' THEN now() - 0.8 * early * %(hold)s::interval ELSE earliest END
               AS created_at,
           CASE status WHEN 'held' THEN now() + (1 - 0.8 * early) * %(hold)s::interval
                       WHEN 'expired' THEN earliest + %(hold)s::interval END AS expires_at,
           CASE WHEN status IN ('confirmed', 'cancelled') THEN earliest END AS confirmed_at,
           CASE status WHEN 'cancelled' THEN earliest + what * (latest - earliest) END
               AS cancelled_at
    FROM decided WHERE status IS NOT NULL
), booking AS (
    INSERT INTO bookings_booking (id, seance_id, hall_id, email, total, status,
                                  created_at, expires_at, confirmed_at, cancelled_at)
    SELECT id, seance_id, hall_id, 'visitor' || (early * 1000000)::int || '@example.org', total,
           status, created_at, expires_at, confirmed_at, cancelled_at
    FROM bought ORDER BY created_at
), printed AS MATERIALIZED (
    SELECT nextval('bookings_ticket_id_seq') AS id, *
    FROM (SELECT bought.id AS booking_id, seance_id, hall_id, seat_id, price + surcharge AS price,
                 category, surcharge, expires_at AS held_until,
                 CASE status WHEN 'cancelled' THEN cancelled_at
                             WHEN 'expired' THEN expires_at + interval '1 minute' END AS released_at
          FROM bought JOIN place USING (hall_id, party) ORDER BY created_at, seat_id) AS printed
), ticket AS (
    INSERT INTO bookings_ticket
        (id, booking_id, seance_id, hall_id, seat_id, price, category, surcharge, code,
         held_until, released_at)
    SELECT id, booking_id, seance_id, hall_id, seat_id, price, category, surcharge,
           translate(lpad(to_hex((id * 274876858367) & 281474976710655), 12, '0'),
                     'abcdef01', 'ABCDEFXY'),
           held_until, released_at
    FROM printed
)
SELECT (SELECT count(*) FROM bought), (SELECT count(*) FROM printed)
"""


class Sold(NamedTuple):
    bookings: int
    tickets: int


def sell(seances: Sequence[int], share: float, progress: Callable[[str], None]) -> Sold:
    """`share` of the seats of showings that have no bookings yet."""
    sold = list(_sold(seances, share, progress))
    return Sold(sum(one.bookings for one in sold), sum(one.tickets for one in sold))


def _sold(seances: Sequence[int], share: float, progress: Callable[[str], None]) -> Iterator[Sold]:
    told = 0
    for first in range(0, len(seances), AT_ONCE):
        some = seances[first : first + AT_ONCE]
        asked: dict[str, Any] = {"seances": some, "share": share, "hold": settings.HOLD_TIME}
        with connection.cursor() as cursor:
            cursor.execute(_SELL, asked)
            yield Sold(*cursor.fetchone())
        tenths = (first + len(some)) * 10 // len(seances)
        if tenths > told:
            told = tenths
            progress(f"Sold {10 * tenths} %")
