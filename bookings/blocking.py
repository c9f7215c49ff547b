"""Seats that are not for sale at a showing: broken, kept for guests, or out of sight of the screen.

They are taken by a booking of the cinema's own, of the price nothing: so what decides who gets a
seat decides about them too, and every reader of taken seats knows of them.
"""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from bookings.claiming import Order, claim
from bookings.holds import past_expired_holds
from bookings.models import Booking, BookingStatus, Ticket


def block_seats(
    *, seance_id: int, seat_ids: Sequence[int], reason: str, by_id: int | None
) -> uuid.UUID:
    """Takes vacant seats out of the sale, all of them or none. Returns the blocking booking's id.

    Raises NotFound, SeanceStarted, SeanceCancelled, SeatsElsewhere, SeatsTaken.
    """
    order = Order(
        seance_id=seance_id,
        seat_ids=seat_ids,
        email="",
        sold_by_id=by_id,
        blocked=True,
        reason=reason,
    )
    return past_expired_holds(lambda: claim(order)).id


@transaction.atomic
def unblock_seats(*, seance_id: int, seat_ids: Sequence[int], by_id: int | None) -> int:
    """Puts seats back on sale. Those that aren't blocked are left alone. Returns how many were."""
    blocks = Booking.objects.filter(seance=seance_id, status=BookingStatus.BLOCKED)
    locked = list(blocks.order_by("id").select_for_update().values_list("id", flat=True))
    live = Ticket.objects.filter(booking__in=locked, released_at__isnull=True)
    released = live.filter(seat__in=seat_ids).update(released_at=Now())
    blocks.filter(~Exists(live.filter(booking=OuterRef("pk"))), pk__in=locked).update(
        status=BookingStatus.CANCELLED, cancelled_at=Now(), cancelled_by=by_id
    )
    return released
