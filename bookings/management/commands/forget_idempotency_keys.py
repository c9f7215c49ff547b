"""Deletes idempotency keys that are too old to be asked for again."""

from typing import Any

from bookings.idempotency import forget_old
from cinema.management.plain import PlainCommand


class Command(PlainCommand):
    help = (
        "Deletes the answers kept for Idempotency-Key after IDEMPOTENCY_HOURS: a request that "
        "comes again later than that is a new one. Run it once a day."
    )
    example = "manage.py forget_idempotency_keys"

    def handle(self, **options: Any) -> str:
        forgotten = 0
        while batch := forget_old():
            forgotten += batch
        return f"Forgot {forgotten} idempotency {'key' if forgotten == 1 else 'keys'}."
