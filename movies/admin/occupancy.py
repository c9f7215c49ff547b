"""How full showings are, counted by the database for a whole page of them at once."""

from typing import TYPE_CHECKING

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from bookings.models import BookingStatus, Ticket
from bookings.vacancy import HELD_NOW, LIVE
from movies.models import Seance, Seat

if TYPE_CHECKING:

    class OccupiedSeance(Seance):
        """A showing with its counts."""

        seats_total: int
        seats_sold: int
        seats_held: int
        seats_blocked: int
        seats_vacant: int

        class Meta:
            abstract = True


__all__ = ["HELD_NOW", "LIVE", "count_of", "with_occupancy"]


def with_occupancy(seances: QuerySet[Seance]) -> "QuerySet[OccupiedSeance]":
    """Adds `seats_total`, `seats_sold`, `seats_held`, `seats_blocked` and `seats_vacant`."""
    live = Ticket.objects.filter(seance=OuterRef("pk"), released_at__isnull=True)
    # Blocked seats are few, and have an index of their own; sold ones are counted from theirs.
    blocked = live.filter(booking__seance=OuterRef("pk"), booking__status=BookingStatus.BLOCKED)
    counted = seances.annotate(
        seats_total=count_of(Seat.objects.filter(hall=OuterRef("hall")), "hall"),
        seats_taken=count_of(live.filter(held_until__isnull=True), "seance"),
        seats_held=count_of(live.filter(HELD_NOW), "seance"),
        seats_blocked=count_of(blocked, "seance"),
    )
    return counted.annotate(  # type: ignore[return-value]
        seats_sold=F("seats_taken") - F("seats_blocked"),
        seats_vacant=F("seats_total") - F("seats_taken") - F("seats_held"),
    )


def count_of(rows: QuerySet, group: str) -> Coalesce:
    """How many `rows` there are, as a subquery; all of them share `group`, the outer object."""
    counted = rows.order_by().values(group).annotate(number=Count("*")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
