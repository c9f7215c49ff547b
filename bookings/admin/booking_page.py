"""What the page of one booking shows: where its seats are, its tickets, what its buyer was told."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bookings import staff
from bookings.admin.naming import person, seats_by_row
from bookings.admin.notice import with_state
from bookings.admin.payments import paid
from bookings.admin.states import LIVE_STATES, TICKET_STATE, TICKET_STATES
from bookings.models import Booking, BookingStatus, Ticket
from cinema.admin import money
from movies.admin import seatmap


def page_of(request: HttpRequest, booking: Any) -> dict[str, Any]:
    """For the template; `booking` comes with `state_now`. A constant number of queries."""
    tickets = _tickets(booking)
    sold = booking.state_now == BookingStatus.CONFIRMED
    may_change = staff.may_cancel(request.user)
    return {
        "tickets": tickets,
        "map": seatmap.of_seance(booking.seance),
        "own": {ticket.seat_id for ticket in tickets if not ticket.replaced_by_id},
        "own_title": _("this booking"),
        "is_live": booking.state_now in LIVE_STATES,
        "is_blocked": booking.state_now == BookingStatus.BLOCKED,
        "seats": seats_by_row(booking),
        "status": str(BookingStatus(booking.state_now).label),
        "total": money(booking.total),
        "paid": paid(booking),
        "sold_by": person(booking.sold_by),
        "cancelled_by": person(booking.cancelled_by),
        "payments": _payments(booking),
        "notices": list(with_state(booking.notices.order_by("-id"))[:20]),
        "may_cancel": booking.state_now in LIVE_STATES and may_change,
        "may_move": sold and may_change,
        "may_resend": sold and may_change,
        "may_print": sold and staff.may_sell(request.user),
    }


def _payments(booking: Booking) -> list[Any]:
    """The newest first."""
    found: list[Any] = list(booking.payments.order_by("-created_at"))
    for payment in found:
        payment.written = money(payment.amount)
    return found


def _tickets(booking: Booking) -> list[Any]:
    """The valid ones first; each with its state in words and what it cost."""
    found: list[Any] = list(
        Ticket.objects.filter(booking=booking)
        .annotate(state_now=TICKET_STATE)
        .select_related("seat", "replaced_by__seat", "checked_in_by")
        .order_by("id")
    )
    for ticket in found:
        ticket.state = TICKET_STATES[ticket.state_now]
        ticket.amount = money(ticket.price)
        ticket.let_in_by = person(ticket.checked_in_by)
    return sorted(found, key=lambda ticket: ticket.replaced_by_id is not None)
