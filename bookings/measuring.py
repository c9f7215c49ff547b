"""What can only be seen in the tables: how much is open, waiting or wrong right now.

Asked of the primary every few seconds, so every question is small whatever history there is. Plans:
partial indexes of what is open (`booking_held_until`, `one_pending_payment_per_booking`,
`notice_to_send`), showings to come by `seance_by_start`, and of their tickets the entries of
`one_live_ticket_per_seat`.
"""

from django.db import connection

from bookings.checking import SOLD_TWICE
from cinema.metrics.chores import MEASURED

# Showings that have begun a day ago are left to `check_tickets`, which looks at everything and
# trusts no index.
_TO_COME = (
    "AND seance_id IN (SELECT id FROM movies_seance WHERE starts_at > now() - interval '1 day')"
)
_MEASURE = f"""
SELECT (SELECT count(*) FROM ({SOLD_TWICE.format(only=_TO_COME)}) AS twice)
           AS double_sold_seats,
       (SELECT count(*) FROM bookings_booking WHERE status = 'held' AND expires_at > now())
           AS holds_open,
       (SELECT count(*) FROM bookings_payment WHERE status = 'pending')
           AS payments_pending,
       (SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM bookings_payment
        WHERE status = 'pending')
           AS payments_undecided_seconds,
       (SELECT count(*) FROM bookings_notice
        WHERE sent_at IS NULL AND next_attempt_at IS NOT NULL)
           AS notices_waiting,
       showing.showings AS showings_upcoming,
       showing.seats AS seats_upcoming
FROM (SELECT count(*) AS showings, coalesce(sum(hall.seats), 0) AS seats
      FROM movies_seance seance
      LEFT JOIN (SELECT hall_id, count(*) AS seats FROM movies_seat GROUP BY hall_id) AS hall
          ON hall.hall_id = seance.hall_id
      WHERE seance.status = 'scheduled' AND seance.starts_at > now()) AS showing
"""  # noqa: S608 only our own words are put together


def measure() -> dict[str, float]:
    """By the names of `cinema.metrics.chores.MEASURED`, which says what each is."""
    with connection.cursor() as cursor:
        cursor.execute(_MEASURE)
        names = [column.name for column in cursor.description]
        values = dict(zip(names, cursor.fetchone(), strict=True))
    return {name: float(values[name]) for name in MEASURED}
