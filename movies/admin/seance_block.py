"""Seats that are not for sale at a showing: taking them out, and putting them back."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bookings.admin.naming import person, seats_by_row
from bookings.blocking import block_seats, unblock_seats
from bookings.models import Booking, BookingStatus, Ticket
from bookings.reasons import OF_BLOCK, ReasonForm
from bookings.refusals import SeatsTaken
from cinema.refusals import Refused
from cinema.site import answer, page
from movies.admin import seatmap
from movies.admin.seatmap import SeatMap
from movies.models import Seance

TITLE = gettext_lazy("Seats that are not for sale")


@page(
    "seances/<int:seance_id>/block/",
    name="seance_block",
    title=TITLE,
    permission="bookings.block_seats",
)
def block_page(request: HttpRequest, seance_id: int) -> HttpResponse:
    """One hall for both: free seats are taken out, those taken out are put back."""
    if seance_id >= 2**63 or (seance := _find(seance_id)) is None:
        messages.error(request, _("There is no such showing."))
        return redirect("admin:index")
    form = ReasonForm(OF_BLOCK, request.POST if request.POST.get("do") == "block" else None)
    if request.method != "POST":
        return _show(request, seance, form)
    hall = seatmap.of_seance(seance)
    if form.is_bound:
        return _block(request, seance, hall, form)
    return _unblock(request, seance, hall)


def _block(request: HttpRequest, seance: Seance, hall: SeatMap, form: ReasonForm) -> HttpResponse:
    blocked = {place.seat.pk for place in hall.places if place.state == "blocked"}
    wanted = [seat for seat in _asked(request, hall) if seat not in blocked]
    if not wanted:
        return _show(request, seance, form, refusal=_("Choose at least one free seat."))
    if not form.is_valid():
        return _show(request, seance, form)
    try:
        block_seats(seance_id=seance.pk, seat_ids=wanted, reason=form.reason, by_id=request.user.pk)
    except Refused as refused:
        return _show(request, seance, form, refusal=_sentence(refused, hall))
    message = ngettext(
        "%(count)d seat is not for sale now.", "%(count)d seats are not for sale now.", len(wanted)
    )
    return _done(request, seance, message % {"count": len(wanted)})


def _unblock(request: HttpRequest, seance: Seance, hall: SeatMap) -> HttpResponse:
    """The chosen seats, or all of one block."""
    whole = request.POST.get("block")
    wanted = (
        [place.seat.pk for place in hall.places if str(place.booking_id) == whole]
        if whole
        else _asked(request, hall)
    )
    number = unblock_seats(seance_id=seance.pk, seat_ids=wanted, by_id=request.user.pk)
    if not number:
        refusal = _("Choose at least one seat that is not for sale.")
        return _show(request, seance, ReasonForm(OF_BLOCK), refusal=refusal)
    message = ngettext(
        "%(count)d seat is on sale again.", "%(count)d seats are on sale again.", number
    )
    return _done(request, seance, message % {"count": number})


def _show(
    request: HttpRequest, seance: Seance, form: ReasonForm, *, refusal: str = ""
) -> HttpResponse:
    hall = seatmap.of_seance(seance)
    context = {
        "title": TITLE,
        "seance": seance,
        "map": hall,
        "form": form,
        "refusal": refusal,
        "chosen": set(_asked(request, hall)),
        "selectable": {place.seat.pk for place in hall.places if place.state == "blocked"},
        "on_sale": Seance.future().filter(pk=seance.pk).exists(),
        "blocks": _blocks(seance),
    }
    return answer(
        request, "movies/admin/seance_block.html", context, status=409 if refusal else None
    )


def _blocks(seance: Seance) -> list[Any]:
    live = Ticket.objects.filter(released_at=None).select_related("seat").order_by("id")
    found: list[Any] = list(
        Booking.objects.filter(seance=seance, status=BookingStatus.BLOCKED)
        .select_related("sold_by")
        .prefetch_related(Prefetch("tickets", queryset=live))
        .order_by("created_at")
    )
    for block in found:
        block.seats = seats_by_row(block)
        block.by = person(block.sold_by)
    return found


def _done(request: HttpRequest, seance: Seance, message: str) -> HttpResponse:
    messages.success(request, message)
    return redirect("admin:seance_block", seance.pk)


def _find(seance_id: int) -> Seance | None:
    return Seance.objects.select_related("movie", "hall").filter(pk=seance_id).first()


def _asked(request: HttpRequest, hall: SeatMap) -> list[int]:
    asked = set(request.POST.getlist("seats"))
    return [place.seat.pk for place in hall.places if str(place.seat.pk) in asked]


def _sentence(refused: Refused, hall: SeatMap) -> str:
    """Seats as people call them, not by their ids."""
    if not isinstance(refused, SeatsTaken):
        return str(refused)
    lost = [str(place.seat) for place in hall.places if place.seat.pk in refused.seats]
    return _("Sold or held: %(seats)s. Nothing has been changed.") % {"seats": "; ".join(lost)}
