"""The hall: choosing seats, what others take meanwhile, and reserving them."""

import hashlib
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from aggregator import limits
from aggregator.calling import CityUnavailable
from aggregator.pages import policies
from aggregator.pages.city_page import city_page, remember_write
from aggregator.pages.hall_page import Notices, hall_page, is_open
from aggregator.pages.own_hold import own_hold, remember_hold
from aggregator.pages.seat_choice import MOST_SEATS, Choice, NoChoice
from aggregator.pages.uncertain import uncertain
from aggregator.provider_api import bookings, seances
from aggregator.provider_api.reading import Asking, Refused

TAKEN = "Seat already taken"
CLOSED = ("Seance has started", "Seance cancelled")
STILL_RUNNING = "Request in progress"
SOON = {"Retry-After": "2"}


@require_http_methods(["GET", "HEAD", "POST"])
@city_page
async def page(request: HttpRequest, asking: Asking, movie_id: int, seance_id: int) -> HttpResponse:
    """The map of the hall, and the form that reserves what was chosen. `?people=3` chooses."""
    if request.method == "POST":
        return await _reserve(request, asking, movie_id, seance_id)
    people = _people(request)
    best = await _best(asking, movie_id, seance_id, people) if people else []
    notices = Notices(chosen=tuple(best), people=people)
    return await hall_page(request, asking, movie_id, seance_id, notices)


@require_safe
@city_page
async def seats(
    request: HttpRequest, asking: Asking, movie_id: int, seance_id: int
) -> HttpResponse:
    """What changes while somebody chooses; asked every second, an unchanged answer is a 304."""
    try:
        seat_map = await seances.seat_map(asking, movie_id, seance_id)
    except CityUnavailable:
        return JsonResponse({}, status=503, headers=SOON)
    taken = [seat.id for seat in seat_map.seats if not seat.vacant]
    hold = own_hold(request, seance_id)
    answer = {
        "open": is_open(seat_map.seance, timezone.now()),
        "taken": taken,
        "own": sorted(set(hold.seats) & set(taken)) if hold else [],
        "checkout": reverse("checkout", args=[asking.city.id, hold.booking_id]) if hold else "",
    }
    response = JsonResponse(answer)
    etag = f'W/"{hashlib.sha256(response.content).hexdigest()[:20]}"'
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return get_conditional_response(request, etag=etag, response=response) or response


@require_safe
@city_page
async def best_seats(
    request: HttpRequest, asking: Asking, movie_id: int, seance_id: int
) -> HttpResponse:
    """For `people` together: JSON for scripts, the hall with them chosen for everybody else."""
    people = _people(request)
    if not people:
        raise Http404
    if "application/json" not in request.headers.get("Accept", ""):
        address = reverse("hall", args=[asking.city.id, movie_id, seance_id])
        return redirect(f"{address}?people={people}")
    try:
        best = await _best(asking, movie_id, seance_id, people)
    except CityUnavailable:
        return JsonResponse({}, status=503, headers=SOON)
    return JsonResponse({"seats": best}, headers={"Cache-Control": "no-store"})


def _people(request: HttpRequest) -> int:
    """How many seats are asked for; 0 for what is no such number."""
    text = request.GET.get("people", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    return number if number <= MOST_SEATS else 0


async def _best(asking: Asking, movie_id: int, seance_id: int, people: int) -> list[int]:
    try:
        return await seances.best_seats(asking, movie_id, seance_id, people)
    except Refused as refused:
        if refused.status == 404:
            raise
        return []  # the showing has begun, or the cinema sells fewer to one buyer


async def _reserve(
    request: HttpRequest, asking: Asking, movie_id: int, seance_id: int
) -> HttpResponse:
    """Holds every chosen seat or none, and goes on to the checkout."""
    try:
        choice = Choice.parsed(request.POST)
    except NoChoice as none:
        notices = Notices(status=422, chosen=none.seats, refusal=str(none))
        return await hall_page(request, asking, movie_id, seance_id, notices)
    if seconds := limits.holds.allow(limits.visitor_of(request)):
        return policies.too_many(request, seconds)
    try:
        booking, token = await bookings.hold(
            asking, movie_id, seance_id, choice.seats, key=choice.key_for(seance_id)
        )
    except CityUnavailable:
        return _unknown(request, choice)
    except Refused as refused:
        if refused.status == 429:
            return policies.too_many(request, 5)
        if refused.title == STILL_RUNNING:
            return _unknown(request, choice)
        # Past every cache: what was refused has to be seen.
        fresh = replace(asking, token=asking.token or "now")
        return await hall_page(request, fresh, movie_id, seance_id, _told(refused, choice))
    response = redirect("checkout", asking.city.id, booking.id)
    response.status_code = 303
    remember_write(response, asking.city, token)
    remember_hold(response, request.path, booking)
    return response


def _told(refused: Refused, choice: Choice) -> Notices:
    """What the page says of a refusal. Raises it again when there is no such showing."""
    if refused.status == 404:
        raise refused
    if refused.title == TAKEN:
        return Notices(status=409, chosen=choice.seats, lost=refused.seats)
    if refused.title in CLOSED:
        return Notices(status=409, closed=True)
    return Notices(
        status=422,
        chosen=choice.seats,
        refusal=_("The cinema can't reserve these seats. Please choose again."),
    )


def _unknown(request: HttpRequest, choice: Choice) -> HttpResponse:
    seats = [("seat", str(seat)) for seat in choice.seats]
    return uncertain(request, [("key", choice.form_key), *seats], back=request.path)
