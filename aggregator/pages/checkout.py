"""The checkout: what was reserved, how long it stays reserved, and the form that buys it."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aggregator import limits
from aggregator.booking_state import State, state_of
from aggregator.calling import CityUnavailable
from aggregator.pages import policies
from aggregator.pages.city_page import remember_write
from aggregator.pages.own_booking import booking_page, form_key, kept_secret, order, wish_key
from aggregator.pages.own_hold import forget_hold
from aggregator.pages.to_bank import leading_to_bank
from aggregator.pages.uncertain import uncertain
from aggregator.provider_api import bookings
from aggregator.provider_api.bookings import Booking
from aggregator.provider_api.reading import Asking, Refused

PAYABLE = (State.TO_PAY, State.DECLINED, State.WAITING)
ABOUT_MONEY = (State.SOLD, State.LATE, State.RETURNED)
LONGEST_ADDRESS = 254


@require_safe
@booking_page
async def page(request: HttpRequest, asking: Asking, booking: Booking) -> HttpResponse:
    return await _shown(request, asking, booking)


@booking_page
async def pay(request: HttpRequest, asking: Asking, booking: Booking) -> HttpResponse:
    """Buys: sets the address, then leads to the bank or, where nothing is paid here, confirms."""
    if request.method != "POST":
        return _see(_address("checkout", asking, booking))  # a link of the page that answered it
    if state_of(booking) not in PAYABLE:
        return await _shown(request, asking, booking, status=409)
    email = request.POST.get("email", "").strip()
    if wrong := _wrong_with(email):
        return await _shown(request, asking, booking, status=422, email=email, wrong=wrong)
    if seconds := limits.purchases.allow(limits.visitor_of(request)):
        return policies.too_many(request, seconds)
    try:
        return await _bought(request, asking, booking, email)
    except CityUnavailable:
        fields = [("key", request.POST.get("key", "")[:100]), ("email", email)]
        return uncertain(request, fields, back=_address("checkout", asking, booking))
    except Refused as refused:
        return await _refused(request, asking, booking, refused, email)


@booking_page
async def release(request: HttpRequest, asking: Asking, booking: Booking) -> HttpResponse:
    """Gives the seats back; what was bought meanwhile stays bought."""
    if request.method != "POST":
        return _see(_address("checkout", asking, booking))
    hall = reverse("hall", args=[asking.city.id, booking.movie_id, booking.seance_id])
    if state_of(booking) not in PAYABLE:
        return await _shown(request, asking, booking, status=409)
    try:
        _booking, token = await bookings.release(
            asking, booking.id, key=wish_key(request.POST, "release", booking)
        )
    except CityUnavailable:
        fields = [("key", request.POST.get("key", "")[:100])]
        return uncertain(request, fields, back=_address("checkout", asking, booking))
    except Refused as refused:
        return await _refused(request, asking, booking, refused)
    response = _see(hall)
    forget_hold(response, hall)
    remember_write(response, asking.city, token)
    return response


async def _bought(
    request: HttpRequest, asking: Asking, booking: Booking, email: str
) -> HttpResponse:
    """Raises CityUnavailable, Refused."""
    if email != booking.email:
        await bookings.set_email(asking, booking.id, email)
    if booking.payment_required:
        return await _paying(request, asking, booking)
    try:
        _confirmed, token = await bookings.confirm(
            asking, booking.id, key=wish_key(request.POST, "confirm", booking)
        )
    except Refused as refused:
        if refused.status != 402:
            raise
        return await _paying(request, asking, booking)
    response = _see(_address("ticket", asking, booking))
    remember_write(response, asking.city, token)
    return response


async def _paying(request: HttpRequest, asking: Asking, booking: Booking) -> HttpResponse:
    # The site's own name for itself, which is the one that the cinema knows.
    ticket = settings.SITE_URL + _address("ticket", asking, booking)
    payment = await bookings.pay(asking, booking.id, ticket)
    if payment.status == "succeeded":
        return _see(ticket)
    return leading_to_bank(request, asking.city, payment.redirect_url)


async def _refused(
    request: HttpRequest, asking: Asking, booking: Booking, refused: Refused, email: str = ""
) -> HttpResponse:
    """The page as things are now, which is mostly why it was refused."""
    if refused.status == 429:
        return policies.too_many(request, 5)
    now = await bookings.find(asking, booking.id)
    wrong = refusal = ""
    if refused.status in (400, 422):
        wrong = _("The cinema can't send mail to this address.")
    elif state_of(now) in PAYABLE:
        refusal = _("The cinema did not accept that. Nothing was bought; please try again.")
    status = 422 if wrong else 409
    return await _shown(
        request, asking, now, status=status, email=email, wrong=wrong, refusal=refusal
    )


async def _shown(
    request: HttpRequest,
    asking: Asking,
    booking: Booking,
    *,
    status: int = 200,
    email: str = "",
    wrong: str = "",
    refusal: str = "",
) -> HttpResponse:
    """`wrong`: with the address, as it was typed. What is about money the ticket's page says."""
    state = state_of(booking)
    if state in ABOUT_MONEY:
        return _see(_address("ticket", asking, booking))
    shown = {
        "order": await order(asking, booking),
        "booking": booking,
        "state": state,
        "form_key": form_key(),
        "email": email or booking.email,
        "wrong": wrong,
        "refusal": refusal,
        "ends_at": timezone.now() + timedelta(seconds=booking.expires_in or 0),
        "refresh": int(booking.expires_in or 0) + 2,
    }
    name = "site/checkout.html" if state in PAYABLE else "site/checkout-over.html"
    return kept_secret(render(request, name, shown, status=status))


def _wrong_with(email: str) -> str:
    """A sentence for the visitor; empty when it looks like an address."""
    if not email:
        return _("Enter your email address: the tickets are sent there.")
    try:
        validate_email(email)
    except ValidationError:
        return _("This is not an email address. It looks like name@example.org.")
    return "" if len(email) <= LONGEST_ADDRESS else _("This address is too long.")


def _address(name: str, asking: Asking, booking: Booking) -> str:
    return reverse(name, args=[asking.city.id, booking.id])


def _see(address: str) -> HttpResponse:
    response = redirect(address)
    response.status_code = 303
    return response
