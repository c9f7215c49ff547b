"""Which seats have been taken: what may no longer be removed, or renamed."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from bookings.models import BookingStatus, Ticket
from movies.models import Seat


def ever_taken(seats: Iterable[int]) -> set[int]:
    """Those that were ever sold, held or blocked: their tickets stay, and so must they.

    Inside a transaction that has locked the seats, the answer holds until its end.
    """
    tickets = Ticket.objects.filter(seat=OuterRef("pk"))
    taken = Seat.objects.filter(Exists(tickets), pk__in=list(seats))
    return set(taken.order_by().values_list("pk", flat=True))


def awaiting_somebody(seats: Iterable[int]) -> set[int]:
    """Those named by a live ticket for a coming showing, by the database's clock.

    A seat that is only blocked is on nobody's ticket.
    """
    live = Q(held_until__isnull=True) | Q(held_until__gt=Now())
    tickets = Ticket.objects.filter(
        live, seat__in=list(seats), released_at__isnull=True, seance__starts_at__gt=Now()
    )
    held = tickets.exclude(booking__status=BookingStatus.BLOCKED)
    return set(held.order_by().values_list("seat", flat=True).distinct())
