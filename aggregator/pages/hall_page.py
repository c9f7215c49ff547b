"""How the hall's page is put together, and what it says when nothing can be sold there."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from aggregator import limits, programme
from aggregator.pages.city_page import language
from aggregator.pages.hall_words import for_scripts
from aggregator.pages.own_hold import OwnHold, own_hold
from aggregator.pages.seat_choice import MOST_SEATS
from aggregator.provider_api import bookings, films, seances
from aggregator.provider_api.bookings import HELD
from aggregator.provider_api.films import Film
from aggregator.provider_api.reading import Asking, Refused
from aggregator.provider_api.seances import SCHEDULED, Seance, SeatMap
from aggregator.seat_plan import seat_plan

OTHERS_SHOWN = 12


@dataclass(frozen=True)
class Notices:
    """What the page has to say first. `people`: so many best seats were asked for. `lost`: seats
    that others took. `refusal`: a sentence. `closed`: the provider sells nothing here any more."""

    status: int = 200
    chosen: tuple[int, ...] = ()
    people: int = 0
    lost: tuple[int, ...] = ()
    refusal: str = ""
    closed: bool = False


async def hall_page(
    request: HttpRequest, asking: Asking, movie_id: int, seance_id: int, notices: Notices
) -> HttpResponse:
    """Raises Refused (404)."""
    film, seat_map, hold = await asyncio.gather(
        films.film(asking, movie_id, language()),
        seances.seat_map(asking, movie_id, seance_id),
        _living_hold(request, asking, seance_id),
    )
    if notices.closed or not is_open(seat_map.seance, timezone.now()):
        return await _closed_page(request, asking, film, seat_map.seance, notices)
    shown = {"film": film, "seance": seat_map.seance, **_shown(asking, seat_map, hold, notices)}
    response = render(request, "site/hall.html", shown, status=notices.status)
    patch_cache_control(response, private=True, no_cache=True)
    return response


def is_open(seance: Seance, now: datetime) -> bool:
    return seance.status == SCHEDULED and seance.starts_at > now


def _shown(
    asking: Asking, seat_map: SeatMap, hold: OwnHold | None, notices: Notices
) -> dict[str, Any]:
    own = hold.seats if hold else ()
    plan = seat_plan(seat_map, chosen=notices.chosen, own=own)
    return {
        "plan": plan,
        "notices": notices,
        "lost_spots": plan.spots(set(notices.lost) - set(own)),
        "own_spots": plan.spots(own),
        "checkout": hold and reverse("checkout", args=[asking.city.id, hold.booking_id]),
        "form_key": str(uuid4()),
        "counts": range(1, MOST_SEATS + 1),
        "most": MOST_SEATS,
        "script": for_scripts(asking.city.id, seat_map),
    }


async def _living_hold(request: HttpRequest, asking: Asking, seance_id: int) -> OwnHold | None:
    """What this visitor has reserved here, if it still is: it may have been given back."""
    hold = own_hold(request, seance_id)
    visitor = limits.visitor_of(request)
    if not hold or limits.lookups.wait(visitor):
        return None
    try:
        booking = await bookings.find(asking, hold.booking_id)
    except Refused:
        limits.lookups.allow(visitor)
        return None
    return hold if booking.status == HELD else None


async def _closed_page(
    request: HttpRequest, asking: Asking, film: Film, seance: Seance, notices: Notices
) -> HttpResponse:
    """Why nothing is sold here, and when else the film is shown."""
    now = timezone.now()
    showings = await seances.of_film(replace(asking, token=""), film.id, since=now)
    others = [one for one in programme.on_sale(showings, now) if one.id != seance.id]
    shown = {
        "film": film,
        "seance": seance,
        "cancelled": seance.status != SCHEDULED,
        "days": programme.by_day(others[:OTHERS_SHOWN], asking.city.zone),
    }
    response = render(request, "site/hall-closed.html", shown, status=notices.status)
    patch_cache_control(response, private=True, no_cache=True)
    return response
