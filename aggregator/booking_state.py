"""What a booking means to its buyer: its status and what became of the money, in one word."""

from datetime import datetime
from enum import StrEnum

from aggregator.provider_api.bookings import CANCELLED, CONFIRMED, HELD, Booking


class State(StrEnum):
    TO_PAY = "to-pay"  # held, and nothing is on its way
    DECLINED = "declined"  # held; the bank said no
    WAITING = "waiting"  # held; the bank has not told the cinema yet
    SOLD = "sold"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    LATE = "late"  # expired while the bank had not answered
    RETURNED = "returned"  # expired, and the money goes back

    @property
    def may_change(self) -> bool:
        """Without its buyer doing anything."""
        return self in (State.WAITING, State.LATE)


def state_of(booking: Booking) -> State:
    if booking.status == CONFIRMED:
        return State.SOLD
    if booking.status == CANCELLED:
        return State.CANCELLED
    if booking.status == HELD and booking.expires_in:
        held = {"pending": State.WAITING, "succeeded": State.WAITING, "failed": State.DECLINED}
        return held.get(booking.payment, State.TO_PAY)
    over = {"pending": State.LATE, "succeeded": State.LATE, "refunded": State.RETURNED}
    return over.get(booking.payment, State.EXPIRED)


def may_cancel(booking: Booking, now: datetime) -> bool:
    """Its buyer, without asking anybody."""
    until = booking.cancellable_until
    return booking.status == CONFIRMED and until is not None and now < until
