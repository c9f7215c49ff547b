"""Tickets on paper, as the box office hands them out: one for each seat."""

import uuid

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import Booking, BookingStatus, Ticket
from cinema.admin import money
from cinema.site import page


@page(
    "box-office/<uuid:booking_id>/print/",
    name="print_tickets",
    title=gettext_lazy("Tickets to print"),
    permission="bookings.add_booking",
)
def print_tickets(request: HttpRequest, booking_id: uuid.UUID) -> HttpResponse:
    """What of the booking is valid now, in the cinema's language: its buyer reads it."""
    bookings = Booking.objects.exclude(status=BookingStatus.BLOCKED)
    found = bookings.select_related("seance__movie", "seance__hall", "sold_by")
    booking = found.filter(pk=booking_id).first()
    if booking is None:
        messages.error(request, _("There is no such booking."))
        return redirect("admin:box_office")
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "booking": booking,
            "short_id": str(booking.pk)[:8],
            "seance": booking.seance,
            "tickets": _valid_tickets(booking),
            "cancelled": booking.status == BookingStatus.CANCELLED,
            "seller": booking.sold_by and (booking.sold_by.get_full_name() or str(booking.sold_by)),
            "cinema": settings.CITY_NAME,
            "language": settings.LANGUAGE_CODE,
        }
        return render(request, "bookings/admin/print_tickets.html", context)


def _valid_tickets(booking: Booking) -> list[dict[str, object]]:
    if booking.status != BookingStatus.CONFIRMED:
        return []
    valid = Ticket.objects.filter(booking=booking, released_at__isnull=True)
    return [
        {
            "seat": ticket.seat,
            "category": ticket.category_name,
            "code": ticket.code,
            "price": money(ticket.price),
            "picture": picture(ticket.code),
        }
        for ticket in valid.select_related("seat__category").order_by("pk")
    ]


def picture(code: str) -> SafeString:
    """The code for the camera at the door, as SVG."""
    drawn = segno.make(code, error="m", micro=False)
    return mark_safe(drawn.svg_inline(omitsize=True, svgclass="picture", lineclass=None))  # noqa: S308 drawn: no text is in it
