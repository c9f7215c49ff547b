"""What has been sold for a showing: the reason why it can't be deleted."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from bookings.models import Booking, BookingStatus, Ticket


def tickets_of(seances: Sequence[int]) -> int:
    """How many tickets were ever sold for these showings, cancelled ones and holds included.

    Inside a transaction that has locked the showings: the answer then holds until its end.
    """
    # A hold may be being confirmed at this moment, in a transaction that began in time: wait for
    # it, or what follows would count it as expired and delete a sale.
    held = Booking.objects.filter(seance__in=seances, status=BookingStatus.HELD).order_by("pk")
    list(held.select_for_update().values_list("pk"))
    # By way of the bookings: only live tickets have an index by showing.
    bookings = Booking.objects.filter(seance__in=seances)
    sold = bookings.exclude(pk__in=_never_sold(seances))
    return Ticket.objects.filter(booking__in=sold).count()


def forget_unsold(seances: Sequence[int], *, keep_blocks: bool = False) -> None:
    """Deletes what expired or was released before it was ever sold, and what blocks seats."""
    kept = [BookingStatus.BLOCKED] if keep_blocks else []
    never_sold = _never_sold(seances).exclude(status__in=kept)
    unsold = list(never_sold.values_list("pk", flat=True))
    Ticket.objects.filter(booking__in=unsold).delete()
    Booking.objects.filter(pk__in=unsold).delete()


def _never_sold(seances: Sequence[int]) -> QuerySet[Booking]:
    """Holds that nobody paid and nobody can pay any more, and seats kept from the sale."""
    still_held = Q(status=BookingStatus.HELD, expires_at__gt=Now())
    return Booking.objects.filter(seance__in=seances, confirmed_at=None).exclude(still_held)
