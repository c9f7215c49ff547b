"""What of a film is still to come, counted by the database for a whole page of films at once."""

from datetime import timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Now

from bookings.models import BookingStatus, Ticket
from movies.admin.occupancy import count_of
from movies.models import Movie, Seance

NEXT = 3
"""How many starts are named; the others are counted."""
WEEK = timedelta(days=7)


def with_coming(films: QuerySet[Movie]) -> QuerySet[Movie]:
    """Adds `next_showing_at`, `next_starts`, `coming_showings`, `showings_in_week` and
    `tickets_coming`, those sold for showings that have not begun."""
    coming = Seance.future().filter(movie=OuterRef("pk")).order_by("starts_at")
    showings = Seance.future().filter(movie=OuterRef(OuterRef("pk"))).order_by().values("pk")
    taken = Ticket.objects.filter(
        seance__in=showings, released_at__isnull=True, held_until__isnull=True
    ).annotate(film=OuterRef("pk"))
    # Seats that are not for sale are tickets too: few, and found by an index of their own.
    blocked = taken.filter(booking__seance__in=showings, booking__status=BookingStatus.BLOCKED)
    return films.annotate(
        next_showing_at=Subquery(coming.values("starts_at")[:1]),
        next_starts=ArraySubquery(coming.values("starts_at")[:NEXT]),
        coming_showings=count_of(coming, "movie"),
        showings_in_week=count_of(coming.filter(starts_at__lt=Now() + WEEK), "movie"),
        tickets_coming=count_of(taken, "film") - count_of(blocked, "film"),
    )
