"""How bookings were paid, and so how money goes back."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from bookings.booking import Cancelled
from bookings.models import Booking, BookingStatus, PaidBy
from cinema.admin import money


@dataclass(frozen=True)
class Refund:
    """What must be paid back in one way."""

    way: str
    amount: Decimal

    @property
    def written(self) -> str:
        return f"{money(self.amount)}: {self.way}"


def paid(booking: Booking) -> str:
    """By which way, in words; nothing while it is only held."""
    if booking.confirmed_at is None:
        return ""
    if booking.paid_by:
        return str(PaidBy(booking.paid_by).label)
    return _("at the box office, not noted how") if booking.sold_by_id else _("online")


def refunds(bookings: Iterable[Booking]) -> list[Refund]:
    """What would have to be paid back for these bookings, by the way. Without what was free."""
    return _summed(
        (booking.paid_by, booking.sold_by_id is not None, booking.total)
        for booking in bookings
        if booking.status == BookingStatus.CONFIRMED
    )


def refunds_of(cancelled: Iterable[Cancelled]) -> list[Refund]:
    """What must be paid back after something was cancelled."""
    return _summed((one.paid_by, one.at_box_office, one.paid) for one in cancelled)


def refunds_of_showing(seance_id: int) -> list[Refund]:
    """The same for all that is sold of a showing, summed by the database."""
    sold = Booking.objects.filter(seance=seance_id, status=BookingStatus.CONFIRMED).order_by()
    by_way = sold.annotate(at_box_office=Q(sold_by__isnull=False))
    return _summed(by_way.values_list("paid_by", "at_box_office").annotate(Sum("total")))


def _summed(paid: Iterable[tuple[str, bool, Decimal]]) -> list[Refund]:
    amounts: dict[str, Decimal] = {}
    for paid_by, at_box_office, amount in paid:
        if amount:
            way = _back(paid_by, at_box_office)
            amounts[way] = amounts.get(way, Decimal()) + amount
    return [Refund(way, amount) for way, amount in sorted(amounts.items())]


def _back(paid_by: str, at_box_office: bool) -> str:
    if paid_by == PaidBy.CASH:
        return _("in cash, from the till")
    if paid_by == PaidBy.CARD:
        return _("to the card, at the terminal")
    return _("at the box office") if at_box_office else _("by the way it was paid online")
