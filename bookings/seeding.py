"""Sales of seeded showings: what a day's buyers would have left behind, in one statement.

Which seats are sold follows from the given luck alone and so is the same on every machine; the ids
of bookings and the codes of tickets are secrets and never are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from bookings.claiming import _ALPHABET, _CODE_LENGTH

# 20 seats next to each other are parties of one to three, beginning at each 1. A gap between seats
# begins one too, as those who come together sit together.
_PARTIES = "11010011010101101010"

# A code is 60 random bits: five from each byte of a random UUID that is all random.
_RANDOM_BYTES = (0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 13)[:_CODE_LENGTH]
_CODE = " || ".join(
    f"substr('{_ALPHABET.decode()}', (get_byte(random, {byte}) & 31) + 1, 1)"
    for byte in _RANDOM_BYTES
)

# `party` is everyone who may come, with two throws of dice between 0 and 1. The first, against the
# part of the seats that is wanted (more of them further from the screen), decides what they do; the
# second decides when. `booking` and `ticket` are then written as selling, cancelling and releasing
# would have left them.
# Plan: the seats of all showings, sorted once; linear in seats. Meant for one day of a cinema.
_SELL = f"""
WITH seat AS (
    SELECT seance.id AS seance_id, seance.hall_id, seance.starts_at, wish.share, wish.luck,
           seat.id AS seat_id, seat.x, seat.y, seance.price + category.surcharge AS price,
           category.name AS category, category.surcharge,
           seat.y::float / greatest(max(seat.y) OVER (PARTITION BY seance.id), 1) AS depth,
           substr(%(parties)s, (seat.x + 7 * seat.y + wish.luck) %% 20 + 1, 1) = '1'
               OR lag(seat.x) OVER (PARTITION BY seance.id, seat.y ORDER BY seat.x)
                  IS DISTINCT FROM seat.x - 1 AS begins
    FROM unnest(%(seances)s::bigint[], %(shares)s::float[], %(lucks)s::int[])
         AS wish (seance_id, share, luck)
    JOIN movies_seance seance ON seance.id = wish.seance_id
    JOIN movies_seat seat ON seat.hall_id = seance.hall_id
    JOIN movies_seatcategory category ON category.id = seat.category_id
), visitor AS MATERIALIZED (
    SELECT seat.*, sum(begins::int) OVER (PARTITION BY seance_id ORDER BY y, x) AS party FROM seat
), party AS (
    SELECT seance_id, hall_id, party, sum(price) AS total,
           share * (0.7 + 0.6 * min(depth)) AS wanted,
           starts_at > now() AS ahead, least(starts_at, now()) - interval '5 minutes' AS latest,
           ('x' || substr(md5(luck || '/' || party), 1, 8))::bit(32)::bigint / 2.0 ^ 32 AS what,
           ('x' || substr(md5(luck || '/' || party), 9, 8))::bit(32)::bigint / 2.0 ^ 32 AS time
    FROM visitor GROUP BY seance_id, hall_id, party, share, starts_at, luck
), decided AS (
    SELECT *, CASE WHEN what < wanted THEN 'confirmed'
                   WHEN what < wanted + 0.03 THEN 'cancelled'
                   WHEN what < wanted + 0.04 THEN 'expired'
                   WHEN what < wanted + 0.06 AND ahead THEN 'held' END AS status
    FROM party
), timed AS (
    SELECT *, CASE status WHEN 'held' THEN now() - 0.8 * time * %(hold)s::interval
                          ELSE latest - time * time * interval '6 days' - %(hold)s::interval
              END AS created_at
    FROM decided WHERE status IS NOT NULL
), bought AS MATERIALIZED (
    SELECT gen_random_uuid() AS id, *,
           'visitor' || (time * 50000)::int || '@example.org' AS email,
           CASE WHEN status IN ('held', 'expired') THEN created_at + %(hold)s::interval END
               AS expires_at,
           CASE WHEN status IN ('confirmed', 'cancelled') THEN created_at END AS confirmed_at,
           CASE status WHEN 'cancelled' THEN created_at + what * (latest - created_at) END
               AS cancelled_at
    FROM timed
), booking AS (
    INSERT INTO bookings_booking (id, seance_id, hall_id, email, total, status,
                                  created_at, expires_at, confirmed_at, cancelled_at)
    SELECT id, seance_id, hall_id, email, total, status,
           created_at, expires_at, confirmed_at, cancelled_at
    FROM bought ORDER BY created_at
), printed AS MATERIALIZED (
    SELECT bought.id AS booking_id, seance_id, visitor.hall_id, seat_id, price, category, surcharge,
           uuid_send(gen_random_uuid()) AS random, expires_at AS held_until,
           CASE status WHEN 'cancelled' THEN cancelled_at
                       WHEN 'expired' THEN expires_at + interval '1 minute' END AS released_at
    FROM visitor JOIN bought USING (seance_id, party) ORDER BY created_at, seat_id
), ticket AS (
    INSERT INTO bookings_ticket
        (booking_id, seance_id, hall_id, seat_id, price, category, surcharge, code,
         held_until, released_at)
    SELECT booking_id, seance_id, hall_id, seat_id, price, category, surcharge, {_CODE},
           held_until, released_at
    FROM printed
)
SELECT (SELECT count(*) FROM bought), (SELECT count(*) FROM printed)
"""  # noqa: S608 nothing but the alphabet


@dataclass(frozen=True, slots=True)
class Demand:
    """How much of a showing is sold: `share` of its seats, from 0 to 1; `luck` decides which."""

    seance_id: int
    share: float
    luck: int


@dataclass(frozen=True, slots=True)
class Sold:
    bookings: int = 0
    tickets: int = 0

    def __add__(self, other: "Sold") -> "Sold":
        return Sold(self.bookings + other.bookings, self.tickets + other.tickets)


def sell(demands: Sequence[Demand]) -> Sold:
    """Sells seats of showings that have no bookings yet, some of them held, cancelled, expired."""
    parameters: dict[str, Any] = {
        "seances": [demand.seance_id for demand in demands],
        "shares": [demand.share for demand in demands],
        "lucks": [demand.luck for demand in demands],
        "parties": _PARTIES,
        "hold": settings.HOLD_TIME,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SELL, parameters)
        return Sold(*cursor.fetchone())
