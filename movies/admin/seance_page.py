"""What the page of one showing says first: how full it is, what it brings, who comes."""

from typing import Any

from django.db.models import Count, Prefetch, Sum
from django.http import HttpRequest

from bookings.admin.naming import seats_by_row
from bookings.admin.payments import paid
from bookings.admin.states import BOOKING_STATE, HOLD_IS_OVER, LIVE_STATES
from bookings.models import Booking, BookingStatus, Ticket
from cinema.admin import money
from movies.admin import seatmap
from movies.business_day import day_of
from movies.models import Seance, SeanceStatus

MOST_BUYERS = 100


def page_of(request: HttpRequest, seance: Any) -> dict[str, Any]:
    """For the template; `seance` comes with its counts. A constant number of queries."""
    user = request.user
    on_sale = Seance.future().filter(pk=seance.pk).exists()
    sees_bookings = user.has_perm("bookings.view_booking")
    sold = Ticket.objects.filter(seance=seance, released_at=None, held_until=None)
    money_and_door = sold.aggregate(revenue=Sum("price"), inside=Count("checked_in_at"))
    buyers = _buyers(seance) if sees_bookings else []
    return {
        "map": seatmap.of_seance(seance),
        "is_cancelled": seance.status == SeanceStatus.CANCELLED,
        "link_bookings": sees_bookings,
        "blocked_from": seance.seats_sold + seance.seats_held,
        "may_sell": on_sale and user.has_perm("bookings.add_booking"),
        "may_block": on_sale and user.has_perm("bookings.block_seats"),
        "sees_revenue": user.has_perm("bookings.view_report"),
        "revenue": money(money_and_door["revenue"] or 0),
        "inside": money_and_door["inside"],
        "buyers": buyers[:MOST_BUYERS],
        "more_buyers": len(buyers) > MOST_BUYERS,
        "day": day_of(seance.starts_at).isoformat(),
    }


def _buyers(seance: Seance) -> list[Any]:
    """The newest first, one more than are shown."""
    tickets = Ticket.objects.select_related("seat").order_by("id")
    live = Booking.objects.filter(seance=seance, status__in=LIVE_STATES).exclude(HOLD_IS_OVER)
    found: list[Any] = list(
        live.annotate(state_now=BOOKING_STATE)
        .select_related("sold_by")
        .prefetch_related(Prefetch("tickets", queryset=tickets))
        .order_by("-created_at")[: MOST_BUYERS + 1]
    )
    for booking in found:
        booking.short_id = str(booking.pk)[:8]
        booking.seats = seats_by_row(booking)
        booking.amount = money(booking.total)
        booking.state = BookingStatus(booking.state_now).label
        booking.paid = paid(booking)
    return found
