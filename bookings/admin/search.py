"""Finding a booking by what a person can say: an email, a ticket's code, a booking's id.

Each is looked up in its own index; a condition that joins them would read every booking.
"""

import re
import uuid

from django.db.models import Q, QuerySet

from bookings.checkin import written_code
from bookings.models import Booking, Ticket

_BEGINNING_OF_ID = re.compile(r"[0-9a-f]{6,32}\Z")


def search(bookings: QuerySet[Booking], term: str) -> QuerySet[Booking]:
    """The bookings whose email or id begins with `term`, or with a ticket of that code."""
    term = term.strip()
    if not term:
        return bookings
    found = Q(email__startswith=term) | Q(email__startswith=term.lower())
    if "@" not in term:
        found |= Q(pk__in=_with_ticket(term))
        if ids := _ids_beginning_with(term):
            found |= Q(pk__range=ids)
    return bookings.filter(found)


def _with_ticket(term: str) -> list[uuid.UUID]:
    return list(Ticket.objects.filter(code=written_code(term)).values_list("booking", flat=True))


def _ids_beginning_with(term: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    digits = term.lower().replace("-", "")
    if not _BEGINNING_OF_ID.match(digits):
        return None
    return uuid.UUID(digits.ljust(32, "0")), uuid.UUID(digits.ljust(32, "f"))
