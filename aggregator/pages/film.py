"""A film: what it is, and when and where it is shown."""

import asyncio
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from aggregator import programme
from aggregator.pages.city_page import city_page, language
from aggregator.provider_api import films, seances
from aggregator.provider_api.reading import Asking

DAYS_IN_STRIP = 14


@city_page
async def page(request: HttpRequest, asking: Asking, movie_id: int) -> HttpResponse:
    """`?date=2026-12-01` chooses a day; another one than the strip's shows the first."""
    now, zone = datetime.now(UTC), asking.city.zone
    film, all_seances = await asyncio.gather(
        films.film(asking, movie_id, language()),
        seances.of_film(asking, movie_id, since=programme.start_of_today(now, zone)),
    )
    on_sale = programme.on_sale(all_seances, now)
    days = programme.by_day(on_sale, zone)[:DAYS_IN_STRIP]
    day = programme.chosen(days, request.GET.get("date", ""))
    shown = {
        "film": film,
        "days": days,
        "day": day,
        "halls": programme.by_hall(day.seances) if day else (),
        "known_at": asking.known_at(now),
    }
    response = render(request, "site/film.html", shown)
    patch_cache_control(response, private=True, no_cache=True)
    return response
