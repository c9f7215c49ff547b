"""Seats and people as pages name them."""

from django.contrib.auth.models import User
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bookings.models import Booking


def person(user: User | None) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


def seats_by_row(booking: Booking) -> str:
    """As short as it can be read: `row 5: 7, 8; row 6: 1`."""
    rows: dict[str, list[str]] = {}
    for ticket in booking.tickets.all():
        if not ticket.replaced_by_id:
            rows.setdefault(ticket.seat.row, []).append(str(ticket.seat.number))
    return "; ".join(
        _("row %(row)s: %(seats)s") % {"row": row, "seats": ", ".join(seats)}
        for row, seats in rows.items()
    )


def two_lines(*lines: str) -> SafeString:
    """A cell of a list that would be too wide otherwise."""
    return format_html_join("", "<div>{}</div>", [(line,) for line in lines if line])
