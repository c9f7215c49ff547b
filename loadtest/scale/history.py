"""Filling a migrated database with years of sales, and what each leaves behind.

The payments, emails, lines of the audit trail and idempotency keys of `sales` are written here.
"""

from typing import Any

from django.conf import settings
from django.db import connection

from bookings.models import Booking
from cinema.management.patience import unhurried
from loadtest.scale import programme
from loadtest.scale.afterwards import checked_afterwards
from loadtest.scale.sales import sell
from loadtest.scale.size import Filled, Impossible, Progress, Size

SOLD = ("bookings_booking", "bookings_ticket", "bookings_payment", "bookings_notice")

# Only what was sold through the site, which is everything here, and is not free of charge.
_PAYMENTS = """
INSERT INTO bookings_payment
    (id, booking_id, gateway, gateway_id, redirect_url, return_url, amount, currency, status,
     created_at, settled_at, refunded_at, next_look_at, looks)
SELECT gen_random_uuid(), id, 'sandbox', gen_random_uuid()::text,
       'https://bank.example/pay/' || id, 'https://cinema.example/bookings/' || id, total,
       %(currency)s, CASE status WHEN 'cancelled' THEN 'refunded' ELSE 'succeeded' END,
       confirmed_at - interval '1 minute', confirmed_at, cancelled_at + interval '5 seconds',
       NULL, 1
FROM bookings_booking WHERE confirmed_at IS NOT NULL AND total > 0
"""
_NOTICES = """
INSERT INTO bookings_notice (booking_id, kind, created_at, next_attempt_at, attempts, sent_at)
SELECT id, 'tickets', confirmed_at, confirmed_at + interval '5 minutes', 1,
       confirmed_at + interval '2 seconds'
FROM bookings_booking WHERE confirmed_at IS NOT NULL AND email <> '' ORDER BY confirmed_at
"""
# As the triggers would have written: one line for the booking, one for each of its tickets.
_TRAIL = """
INSERT INTO cinema_change (at, action, kind, object_id, part, about, before, after)
SELECT cancelled_at, 'update', 'bookings.booking', id::text, '',
       jsonb_build_object('seance_id', seance_id),
       jsonb_build_object('status', 'confirmed', 'cancelled_at', NULL),
       jsonb_build_object('status', 'cancelled', 'cancelled_at', cancelled_at)
FROM bookings_booking WHERE status = 'cancelled'
UNION ALL
SELECT released_at, 'update', 'bookings.booking', booking_id::text, 'tickets',
       jsonb_build_object('id', ticket.id, 'code', code, 'seat_id', seat_id),
       jsonb_build_object('released_at', NULL), jsonb_build_object('released_at', released_at)
FROM bookings_ticket ticket JOIN bookings_booking booking ON booking.id = booking_id
WHERE status = 'cancelled'
ORDER BY 1
"""
# The keys of a day are kept, with the answers; older ones are forgotten.
_KEYS = """
INSERT INTO bookings_idempotencykey (key, fingerprint, status, headers, body, created_at)
SELECT gen_random_uuid()::text, sha256(id::text::bytea), 201, '{}',
       convert_to(repeat('answer ', 80), 'UTF8'), created_at
FROM bookings_booking WHERE created_at > now() - %(kept)s::interval ORDER BY created_at
"""


def fill(size: Size, progress: Progress) -> Filled:
    """Raises Impossible where anything was sold already."""
    if Booking.objects.exists():
        raise Impossible("This database has bookings: only an empty one is filled.")
    with unhurried():
        progress(f"Planning {size.seances} showings in {size.halls} halls, {size.days} days")
        seances = programme.make(size)
        with checked_afterwards(SOLD):
            sold = sell(seances, size.share, progress)
            for what, statement in _REST.items():
                progress(f"Writing {what}")
                _run(statement)
            progress("Building indexes, checking every constraint")
    progress("Tidying up and collecting statistics, as autovacuum would")
    tidy()
    return Filled(len(seances), sold.bookings, sold.tickets)


def tidy() -> None:
    """As autovacuum does sooner or later."""
    _run("SET statement_timeout = 0")
    _run("VACUUM (ANALYZE)")
    connection.close()  # the next one has the time limit of the settings again


_REST = {
    "payments": _PAYMENTS,
    "emails": _NOTICES,
    "the audit trail": _TRAIL,
    "idempotency keys": _KEYS,
}


def _run(statement: str) -> None:
    asked: dict[str, Any] = {"currency": settings.CURRENCY, "kept": settings.IDEMPOTENCY_TIME}
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
