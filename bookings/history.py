"""What has been sold for a showing: the reason why it can't be deleted."""

from django.db.models import Q
from django.db.models.functions import Now

from bookings.models import Booking, BookingStatus, Ticket

# A hold that nobody paid and nobody can pay any more was never a sale.
_NEVER_SOLD = Q(confirmed_at__isnull=True) & (
    ~Q(status=BookingStatus.HELD) | Q(expires_at__lte=Now())
)


def tickets_of(seances: list[int]) -> int:
    """How many tickets were ever sold for these showings, cancelled ones and holds included."""
    never_sold = Booking.objects.filter(_NEVER_SOLD, seance__in=seances)
    return Ticket.objects.filter(seance__in=seances).exclude(booking__in=never_sold).count()


def forget_unsold(seances: list[int]) -> None:
    """Deletes what expired or was released before it was ever sold."""
    never_sold = Booking.objects.filter(_NEVER_SOLD, seance__in=seances)
    Ticket.objects.filter(booking__in=never_sold)._raw_delete(using="default")
    never_sold._raw_delete(using="default")
