"""Selling in tests, and moving a hold's time without waiting for it."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from bookings.booked import Booked
from bookings.claiming import Order
from bookings.models import Booking, Ticket
from movies.models import Seance


def order(seance: Seance, seats: list[int], *, hold: bool = False) -> Order:
    return Order(
        seance_id=seance.pk,
        seat_ids=seats,
        email="a@b.org",
        hold=settings.HOLD_TIME if hold else None,
    )


def expire(held: Booked | uuid.UUID, *, at: datetime | None = None) -> None:
    """Lets a hold end at `at`, by default a second ago."""
    booking = held.id if isinstance(held, Booked) else held
    ended = at or timezone.now() - timedelta(seconds=1)
    Booking.objects.filter(pk=booking).update(expires_at=ended)
    Ticket.objects.filter(booking=booking).update(held_until=ended)
