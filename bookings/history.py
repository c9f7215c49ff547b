"""What has been sold for a showing: the reason why it can't be deleted."""

from collections.abc import Sequence

from django.db.models import Q
from django.db.models.functions import Now

from bookings.models import Booking, BookingStatus, Ticket

# Of bookings: paid at some time, or held by somebody who can still pay. The rest are holds that
# ended unpaid, and seats kept from the sale.
EVER_SOLD = Q(confirmed_at__isnull=False) | Q(status=BookingStatus.HELD, expires_at__gt=Now())


def tickets_of(seances: Sequence[int]) -> int:
    """How many tickets were ever sold for these showings, cancelled ones and holds included.

    Inside a transaction that has locked the showings: the answer then holds until its end.
    """
    # A hold may be being confirmed at this moment, in a transaction that began in time: wait for
    # it, or what follows would count it as expired and delete a sale.
    held = Booking.objects.filter(seance__in=seances, status=BookingStatus.HELD).order_by("pk")
    list(held.select_for_update().values_list("pk"))
    # By way of the bookings: only live tickets have an index by showing.
    sold = Booking.objects.filter(EVER_SOLD, seance__in=seances)
    return Ticket.objects.filter(booking__in=sold).count()


def is_sold(seance_id: int) -> bool:
    """Whether the showing is fixed by what was sold, as it looks now: nothing is locked."""
    return Booking.objects.filter(EVER_SOLD, seance=seance_id).exists()


def forget_unsold(seances: Sequence[int], *, keep_blocks: bool = False) -> None:
    """Deletes what expired or was released before it was ever sold, and what blocks seats."""
    kept = [BookingStatus.BLOCKED] if keep_blocks else []
    never_sold = Booking.objects.filter(~EVER_SOLD, seance__in=seances).exclude(status__in=kept)
    # Before their tickets, as everywhere: somebody may be putting blocked seats back on sale.
    unsold = list(never_sold.order_by("pk").select_for_update().values_list("pk", flat=True))
    Ticket.objects.filter(booking__in=unsold).delete()
    Booking.objects.filter(pk__in=unsold).delete()
