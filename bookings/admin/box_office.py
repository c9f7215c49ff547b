"""The box office: one page to choose a showing, its seats, take the money and print.

`?seance=` has that showing's hall beside the list, and is where the sale is sent; `?sold=` shows
what was sold. Scripts ask for one `part` of the page at a time; without scripts it is links and a
form, and does the same.
"""

import uuid
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.admin.sale_form import SaleForm
from bookings.admin.sale_words import words
from bookings.admin.selling import Answer, sell
from bookings.admin.showings import choose
from bookings.best_seats import Spot, best_seats
from bookings.claiming import Order
from bookings.models import Booking, BookingStatus, PaidBy, Ticket
from cinema.admin import money
from cinema.site import answer, page
from movies.admin import seatmap
from movies.admin.occupancy import LIVE
from movies.admin.seatmap import SeatMap
from movies.models import Seance, SeanceStatus

TITLE = gettext_lazy("Box office")
MOST_TOGETHER = 6  # buttons; more can be typed

PAGE = "bookings/admin/box_office.html"
SHOWINGS = "bookings/admin/box_office_showings.html"
SALE = "bookings/admin/box_office_sale.html"
SOLD = "bookings/admin/box_office_sold.html"


@page("box-office/", name="box_office", title=TITLE, permission="bookings.add_booking", menu=20)
def box_office(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("seance")
    if wanted is None:
        return _answer(request, "", {})
    seance = _find(wanted)
    if seance is None:
        messages.error(request, _("There is no such showing."))
        return redirect("admin:box_office")
    if request.method == "POST":
        return _sell(request, seance)
    booking = _just_sold(request, seance)
    return _show_sold(request, booking) if booking else _show_sale(request, seance)


@page(
    "box-office/<int:seance_id>/taken/",
    name="box_office_taken",
    title=TITLE,
    permission="bookings.add_booking",
)
def taken(request: HttpRequest, seance_id: int) -> JsonResponse:
    """What others have taken by now; asked every other second while a hall is open."""
    seats = Ticket.objects.filter(LIVE, seance=seance_id).order_by("seat")
    return JsonResponse(
        {
            "taken": list(seats.values_list("seat", flat=True)),
            "on_sale": Seance.future().filter(pk=seance_id).exists(),
        }
    )


def _sell(request: HttpRequest, seance: Seance) -> HttpResponse:
    form = SaleForm(seatmap.of_seance(seance), request.POST)
    if not form.is_valid():
        return _show_sale(request, seance, form)
    order = Order(
        seance_id=seance.pk,
        seat_ids=form.cleaned_data["seats"],
        email=form.cleaned_data["email"],
        sold_by_id=request.user.pk,
        paid_by=form.cleaned_data["paid_by"],
    )
    answered = sell(request, order, form.cleaned_data["key"], form.cleaned_data["total"])
    if answered.booking_id is None:
        if not answered.taken:
            form.add_error(None, answered.refusal)
        return _show_sale(request, seance, form, answered)
    shown = {"seance": seance.pk, "sold": answered.booking_id}
    if answered.again:
        shown["again"] = 1
    if form.cleaned_data["given"] is not None:
        shown["given"] = form.cleaned_data["given"]
    if part := request.GET.get("part"):
        shown["part"] = part
    return redirect(f"{reverse('admin:box_office')}?{urlencode(shown)}")


def _show_sale(
    request: HttpRequest,
    seance: Seance,
    form: SaleForm | None = None,
    answered: Answer | None = None,
) -> HttpResponse:
    """`form`: what was asked for and couldn't be done."""
    hall = seatmap.of_seance(seance)
    lost = set(answered.taken) if answered else set()
    best = _best(hall)
    context = {
        "seance": seance,
        "map": hall,
        "form": form or SaleForm(hall),
        "key": _key(form, answered),
        "chosen": _chosen(request, form, hall, best),
        "lost": [str(place.seat) for place in hall.places if place.seat.pk in lost],
        "taken": sorted(place.seat.pk for place in hall.places if not place.is_free),
        "best": best,
        "best_numbers": [number for number in best if best[number] and number <= MOST_TOGETHER],
        "most": settings.BOOKING_MAX_SEATS,
        "on_sale": Seance.future().filter(pk=seance.pk).exists(),
        "is_cancelled": seance.status == SeanceStatus.CANCELLED,
        "link_bookings": request.user.has_perm("bookings.view_booking"),
    }
    return _answer(request, SALE, context)


def _show_sold(request: HttpRequest, booking: Booking) -> HttpResponse:
    tickets = list(booking.tickets.filter(released_at__isnull=True).select_related("seat"))
    given = _amount(request.GET.get("given", ""))
    context = {
        "booking": booking,
        "seance": booking.seance,
        "tickets": sorted(tickets, key=lambda ticket: ticket.pk),
        "total": money(booking.total),
        "paid": PaidBy(booking.paid_by).label if booking.paid_by else "",
        "given": money(given) if given is not None else "",
        "change": money(given - booking.total) if given and given >= booking.total else "",
        "again": "again" in request.GET,
    }
    return _answer(request, SOLD, context)


def _answer(request: HttpRequest, panel: str, context: dict[str, Any]) -> HttpResponse:
    part = request.GET.get("part")
    shared = {"title": TITLE, "currency": settings.CURRENCY}
    if part == "sale" and panel:
        return answer(request, panel, {**shared, **context})
    shared |= {"choice": choose(request.GET)}
    if part == "showings":
        return answer(request, SHOWINGS, shared | context)
    return answer(request, PAGE, {**shared, **context, "panel": panel, "words": words()})


def _find(key: str) -> Seance | None:
    if not key.isdecimal() or len(key) > 18:
        return None
    return Seance.objects.select_related("movie", "hall").filter(pk=int(key)).first()


def _just_sold(request: HttpRequest, seance: Seance) -> Booking | None:
    """What this very cashier sold; others' bookings have a page with a permission of its own."""
    try:
        key = uuid.UUID(request.GET.get("sold", ""))
    except ValueError:
        return None
    own = Booking.objects.filter(seance=seance, sold_by=request.user.pk)
    sold = own.exclude(status=BookingStatus.BLOCKED).select_related("seance__movie", "seance__hall")
    return sold.filter(pk=key).first()


def _key(form: SaleForm | None, answered: Answer | None) -> uuid.UUID:
    """A key that was answered has done its work: the next sale needs another."""
    waits = form is not None and (answered is None or answered.asks_again)
    kept = form.cleaned_data.get("key") if waits and form else None
    return kept or uuid.uuid4()


def _chosen(
    request: HttpRequest, form: SaleForm | None, hall: SeatMap, best: dict[int, list[int]]
) -> set[int]:
    if form:
        asked: Iterable[str] = form.data.getlist("seats")  # type: ignore[attr-defined]
        return {place.seat.pk for place in hall.places if str(place.seat.pk) in asked}
    number = request.GET.get("best", "")
    return set(best.get(int(number), ())) if number in map(str, best) else set()


def _best(hall: SeatMap) -> dict[int, list[int]]:
    """For each number of seats the best that are free; wheelchair places only by choosing them."""
    spots = [Spot(place.seat.pk, place.seat.x, place.seat.y) for place in hall.places]
    free = {place.seat.pk for place in hall.places if place.is_free and not place.seat.wheelchair}
    numbers = range(1, settings.BOOKING_MAX_SEATS + 1)
    return {number: best_seats(spots, free, number) for number in numbers}


def _amount(text: str) -> Decimal | None:
    """From our own address, so anything else is nothing."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < 10**12 else None
