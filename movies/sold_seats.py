"""Which seats people have bought or hold: what may no longer be removed, or renamed."""

from collections.abc import Iterable

from django.db.models import Count, Q
from django.db.models.functions import Now

from bookings.models import Ticket


def ever_sold(seats: Iterable[int]) -> dict[int, int]:
    """How many tickets were ever sold or held for each; those without any are left out.

    Inside a transaction that has locked the seats, the answer holds until its end.
    """
    tickets = Ticket.objects.filter(seat__in=list(seats)).order_by().values("seat")
    return dict(tickets.annotate(number=Count("*")).values_list("seat", "number"))


def awaiting_somebody(seats: Iterable[int]) -> set[int]:
    """Those named by a live ticket for a coming showing, by the database's clock."""
    live = Q(held_until__isnull=True) | Q(held_until__gt=Now())
    tickets = Ticket.objects.filter(
        live, seat__in=list(seats), released_at__isnull=True, seance__starts_at__gt=Now()
    )
    return set(tickets.order_by().values_list("seat", flat=True).distinct())
