"""Moving a booking to other seats: the hall, and what the difference costs before it is done."""

import uuid
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.admin.payments import paid
from bookings.exchanging import exchange
from bookings.models import Booking, BookingStatus, PaidBy
from bookings.refusals import OtherDifference, SeatsTaken
from cinema.admin import money
from cinema.refusals import Refused
from cinema.site import answer, page
from movies.admin import seatmap
from movies.admin.seatmap import SeatMap

PAGE = "bookings/admin/booking_move.html"


@page(
    "bookings/<uuid:key>/move/",
    name="booking_move",
    title=gettext_lazy("Move to other seats"),
    permission="bookings.change_booking",
)
def move_booking(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Nobody moves before they have seen what it costs: `agreed` comes back from the page."""
    booking = _find(key)
    if booking is None:
        messages.error(request, _("There is no such booking, or it is not sold."))
        return redirect("admin:bookings_booking_changelist")
    own = set(booking.tickets.filter(released_at=None).values_list("seat", flat=True))
    if request.method != "POST":
        return _show(request, booking, own, own)
    wanted = [int(seat) for seat in request.POST.getlist("seats") if _is_id(seat)]
    if set(wanted) == own:  # the form was sent twice
        messages.info(request, _("The booking has these seats."))
        return redirect("admin:bookings_booking_change", key)
    try:
        total = exchange(
            booking_id=key,
            seat_ids=wanted,
            by_id=request.user.pk,
            paid_by=_way(request, booking),
            agreed=_amount(request.POST.get("agreed", "")),
        ).total
    except OtherDifference as other:
        return _show(request, booking, own, wanted, costs=other.difference)
    except Refused as refused:
        return _show(request, booking, own, wanted, refused=refused)
    _tell(request, total - booking.total)
    return redirect("admin:bookings_booking_change", key)


def _find(key: uuid.UUID) -> Booking | None:
    sold = Booking.objects.filter(pk=key, status=BookingStatus.CONFIRMED)
    return sold.select_related("seance__movie", "seance__hall").first()


def _show(
    request: HttpRequest,
    booking: Booking,
    own: set[int],
    wanted: Any,
    *,
    costs: Decimal | None = None,
    refused: Refused | None = None,
) -> HttpResponse:
    hall = seatmap.of_seance(booking.seance)
    context = {
        "title": _("Move to other seats"),
        "booking": booking,
        "seance": booking.seance,
        "map": hall,
        "own": own,
        "own_title": _("the seats as they were"),
        "chosen": set(wanted),
        "number": len(own),
        "agreed": costs,
        "ways": _ways(booking),
        "way": _way(request, booking),
        "costs": "" if costs is None else in_words(costs),
        "refusal": _sentence(refused, hall) if refused else "",
        "currency": settings.CURRENCY,
        "words": {
            "collect": _("to collect {amount}"),
            "pay back": _("to pay back {amount}"),
            "same": _("the price stays the same"),
            "fewer": _("chosen: {number} of {all}"),
        },
    }
    return answer(request, PAGE, context, status=409 if refused else None)


def _ways(booking: Booking) -> list[tuple[str, Any]]:
    """How a difference can be paid; what was paid online or in no known way can stay so."""
    as_booked = [] if booking.paid_by else [("", paid(booking))]
    return [*as_booked, *PaidBy.choices]


def _way(request: HttpRequest, booking: Booking) -> str:
    """By default as the booking was paid."""
    chosen = request.POST.get("paid_by", booking.paid_by)
    return chosen if chosen in dict(_ways(booking)) else booking.paid_by


def in_words(costs: Decimal) -> str:
    """What a difference in price means at the counter."""
    if costs > 0:
        return _("to collect %(amount)s") % {"amount": money(costs)}
    if costs < 0:
        return _("to pay back %(amount)s") % {"amount": money(-costs)}
    return _("the price stays the same")


def _sentence(refused: Refused, hall: SeatMap) -> str:
    """Seats as people call them, not by their ids."""
    if not isinstance(refused, SeatsTaken):
        return str(refused)
    lost = [str(place.seat) for place in hall.places if place.seat.pk in refused.seats]
    return _("Taken meanwhile: %(seats)s. Choose others; nothing has been moved.") % {
        "seats": "; ".join(lost)
    }


def _tell(request: HttpRequest, costs: Decimal) -> None:
    moved = _("The booking has moved to its new seats: %(costs)s.") % {"costs": in_words(costs)}
    messages.warning(request, moved) if costs else messages.success(request, moved)


def _amount(text: str) -> Decimal:
    """From our own form; without scripts nothing was shown yet, which is like no difference."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return Decimal()
    return amount if amount.is_finite() else Decimal()


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) <= 18
