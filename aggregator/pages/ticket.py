"""The ticket: what is shown at the door, its files, and giving it back."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aggregator.booking_state import State, may_cancel, state_of
from aggregator.calling import CityUnavailable, ask
from aggregator.pages import policies
from aggregator.pages.city_page import language, remember_write
from aggregator.pages.own_booking import booking_page, form_key, order, wish_key
from aggregator.pages.uncertain import uncertain
from aggregator.provider_api import bookings
from aggregator.provider_api.bookings import Booking
from aggregator.provider_api.reading import Asking, Refused

OWN_PAGES = {
    State.SOLD: "site/ticket.html",
    State.WAITING: "site/ticket-waiting.html",
}


@require_safe
@booking_page
async def page(request: HttpRequest, asking: Asking, booking: Booking) -> HttpResponse:
    return await _shown(request, asking, booking)


@require_safe
@booking_page
async def status(request: HttpRequest, asking: Asking, booking: Booking) -> HttpResponse:
    """Asked by the page that waits for the bank."""
    return JsonResponse({"state": state_of(booking)})


@booking_page
async def cancel(request: HttpRequest, asking: Asking, booking: Booking) -> HttpResponse:
    ticket = _address("ticket", asking, booking)
    if request.method != "POST" or state_of(booking) is not State.SOLD:
        return _see(ticket)
    try:
        _cancelled, token = await bookings.cancel(
            asking, booking.id, key=wish_key(request.POST, "cancel", booking)
        )
    except CityUnavailable:
        return uncertain(request, [("key", request.POST.get("key", "")[:100])], back=ticket)
    except Refused as refused:
        return await _refused(request, asking, booking, refused)
    response = _see(ticket)
    remember_write(response, asking.city, token)
    return response


@require_safe
@booking_page
async def pdf(request: HttpRequest, asking: Asking, booking: Booking) -> HttpResponse:
    return await _file(request, asking, booking, "tickets.pdf", "application/pdf")


@require_safe
@booking_page
async def calendar(request: HttpRequest, asking: Asking, booking: Booking) -> HttpResponse:
    return await _file(request, asking, booking, "tickets.ics", "text/calendar")


async def _shown(
    request: HttpRequest,
    asking: Asking,
    booking: Booking,
    *,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    state = state_of(booking)
    if state in (State.TO_PAY, State.DECLINED):
        return _see(_address("checkout", asking, booking))
    shown = {
        "order": await order(asking, booking),
        "booking": booking,
        "state": state,
        "form_key": form_key(),
        "refusal": refusal,
        "cancellable": may_cancel(booking, timezone.now()),
    }
    name = OWN_PAGES.get(state, "site/ticket-over.html")
    return render(request, name, shown, status=status)


async def _refused(
    request: HttpRequest, asking: Asking, booking: Booking, refused: Refused
) -> HttpResponse:
    if refused.status == 429:
        return policies.too_many(request, 5)
    now = await bookings.find(asking, booking.id)
    sentences = {
        "Cancellation closed": _("It is too late to cancel these tickets here."),
        "Tickets used": _("Somebody was let in with these tickets, so they can't be cancelled."),
    }
    refusal = sentences.get(refused.title, _("The cinema did not cancel these tickets."))
    return await _shown(request, asking, now, status=409, refusal=refusal)


async def _file(
    request: HttpRequest, asking: Asking, booking: Booking, name: str, kind: str
) -> HttpResponse:
    """What the provider made, as it is; a page that says so when it makes none."""
    if state_of(booking) is not State.SOLD:
        return _see(_address("ticket", asking, booking))
    answer = await ask(
        asking.city,
        "GET",
        f"/bookings/{booking.id}/{name}",
        query={"language": language()},
        deadline=asking.deadline,
    )
    if answer.status != 200 or answer.content_type != kind:
        shown = {"booking": booking}
        return render(request, "site/ticket-no-file.html", shown, status=404)
    response = HttpResponse(answer.body, content_type=f"{kind}; charset=utf-8")
    way = "inline" if kind == "application/pdf" else "attachment"
    response["Content-Disposition"] = f'{way}; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _address(name: str, asking: Asking, booking: Booking) -> str:
    return reverse(name, args=[asking.city.id, booking.id])


def _see(address: str) -> HttpResponse:
    response = redirect(address)
    response.status_code = 303
    return response
