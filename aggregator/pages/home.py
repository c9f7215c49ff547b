"""What is on: in one city, or in all of them for whoever hasn't chosen one yet."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers

from aggregator import programme
from aggregator.calling import CityUnavailable, Deadline
from aggregator.cities import City, directory
from aggregator.pages.city_page import CITY_COOKIE, city_page, language
from aggregator.programme import OnScreen
from aggregator.provider_api import films, seances
from aggregator.provider_api.films import Film
from aggregator.provider_api.reading import Asking, Refused

EACH_CITY_SECONDS = 1.2
LARGE_POSTERS = 12


@dataclass(frozen=True)
class Showcase:
    """What a city shows today and tomorrow. `selling` is False when it can't be asked: what is here
    is then what was known before, or nothing."""

    city: City
    on_screen: tuple[OnScreen, ...] = ()
    coming: tuple[Film, ...] = ()
    selling: bool = True
    known_at: datetime | None = None


@city_page
async def page(request: HttpRequest, asking: Asking) -> HttpResponse:
    showcase = await _showcase(asking)
    shown = {"showcase": showcase, "large": showcase.on_screen[:LARGE_POSTERS]}
    return _personal(render(request, "site/home.html", shown))


async def start(request: HttpRequest) -> HttpResponse:
    """To the city that the visitor chose last; `?choose=1` lets them choose another one."""
    remembered = directory.city(request.COOKIES.get(CITY_COOKIE, ""))
    if remembered and "choose" not in request.GET:
        return _personal(HttpResponseRedirect(reverse("city", args=[remembered.id])))
    showcases = await asyncio.gather(*map(_showcase_or_none, directory.cities()))
    selling = [one for one in showcases if one.selling]
    likely = [one.city for one in selling if one.city == remembered] or [
        one.city for one in selling
    ]
    shown = {
        "showcases": showcases,
        "suggested": next(iter(likely), None),
        "large": _soonest_anywhere(selling),
    }
    return _personal(render(request, "site/home-start.html", shown))


async def _showcase(asking: Asking) -> Showcase:
    """Raises CityUnavailable."""
    now, zone = datetime.now(UTC), asking.city.zone
    all_films, all_seances = await asyncio.gather(
        films.showing_soon(asking, language()),
        seances.of_all_films(
            asking,
            since=programme.start_of_today(now, zone),
            until=programme.end_of_tomorrow(now, zone),
        ),
    )
    shown, coming = programme.on_screen(all_films, programme.on_sale(all_seances, now), zone)
    known_at = asking.known_at(now)
    return Showcase(asking.city, tuple(shown), tuple(coming), known_at is None, known_at)


async def _showcase_or_none(city: City) -> Showcase:
    try:
        return await _showcase(Asking(city, Deadline.within(EACH_CITY_SECONDS)))
    except (CityUnavailable, Refused):
        return Showcase(city, selling=False)


def _soonest_anywhere(showcases: Iterable[Showcase]) -> list[tuple[City, OnScreen]]:
    """Every film once, in the city that shows it first."""
    everywhere = [(one.city, shown) for one in showcases for shown in one.on_screen]
    everywhere.sort(key=lambda pair: pair[1].first.starts_at)
    once = {programme.same_film(shown.film): (city, shown) for city, shown in reversed(everywhere)}
    return list(reversed(once.values()))[:LARGE_POSTERS]


def _personal(response: HttpResponse) -> HttpResponse:
    """It depends on who asks, and is never shown again without asking."""
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response
