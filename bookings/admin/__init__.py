"""Selling in the staff's site: the box office, bookings, tickets."""

from bookings.admin import (
    accounts,
    booking,
    booking_move,
    booking_resend,
    box_office,
    check_in,
    dashboard,
    notice,
    payment,
    printing,
    reports,
    shift,
    ticket,
)

__all__ = [
    "accounts",
    "booking",
    "booking_move",
    "booking_resend",
    "box_office",
    "check_in",
    "dashboard",
    "notice",
    "payment",
    "printing",
    "reports",
    "shift",
    "ticket",
]
