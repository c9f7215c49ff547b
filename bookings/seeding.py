"""Sales for showings that were seeded: what a day's buyers would have left behind, in one statement.

Which seats are sold follows from the given luck alone and so is the same on every machine; the ids
of bookings and the codes of tickets are secrets and never are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from bookings.claiming import ALPHABET, CODE_LENGTH

# 20 seats next to each other are parties of 1 to 4 people, beginning at each 1. An aisle also ends
# one, as those who come together sit together.
_PARTIES = "11010011010001101001"

# A code is 60 random bits of a random UUID, five at a time from each byte that has eight of them.
_RANDOM_BYTES = (0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 13)[:CODE_LENGTH]
_CODE = "||".join(
    f"substr('{ALPHABET}', (get_byte(random_bytes, {byte}) & 31) + 1, 1)" for byte in _RANDOM_BYTES
)

# `party`: people who may come, with what becomes of them: their luck is compared with the share of
# seats that is wanted, which is higher further from the screen. `booking` and `ticket` then carry
# what claiming, confirming, cancelling and releasing would have written.
# Plan: all seats of the showings, sorted twice by showing; linear in seats. A cinema's day at once.
_SELL = f"""
WITH seat AS (
    SELECT seance.id AS seance_id, seance.hall_id, seance.starts_at, wish.share, wish.luck,
           seat.id AS seat_id, seat.x, seat.y, seance.price + category.surcharge AS price,
           CASE WHEN substr(%(parties)s, (seat.x + 7 * seat.y + wish.luck) %% 20 + 1, 1) = '0'
                 AND seat.x - 1 = lag(seat.x) OVER (PARTITION BY seance.id ORDER BY seat.y, seat.x)
                THEN 0 ELSE 1 END AS begins
    FROM unnest(%(seances)s::bigint[], %(shares)s::float[], %(lucks)s::int[])
         AS wish (seance_id, share, luck)
    JOIN movies_seance seance ON seance.id = wish.seance_id
    JOIN movies_seat seat ON seat.hall_id = seance.hall_id
    JOIN movies_seatcategory category ON category.id = seat.category_id
), visitor AS MATERIALIZED (
    SELECT seat.*, sum(begins) OVER (PARTITION BY seance_id ORDER BY y, x) AS party FROM seat
), party AS (
    SELECT seance_id, hall_id, party, sum(price) AS total, least(now(), starts_at) AS latest,
           starts_at > now() AS ahead, share * (0.7 + 0.6 * avg(y) / max(max(y)) OVER whole) AS wanted,
           'x' || md5(luck || '/' || party) AS dice
    FROM visitor GROUP BY seance_id, hall_id, party, starts_at, share, luck
    WINDOW whole AS (PARTITION BY seance_id)
)
SELECT 1
"""
