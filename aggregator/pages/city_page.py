"""What pages of a city share: which city it is, how long it may take, what its failing shows."""

import functools
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from aggregator.calling import CityUnavailable, Deadline
from aggregator.cities import City, directory
from aggregator.provider_api.reading import Asking, Refused

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Asking, P], Awaitable[HttpResponse]]

TOKEN_COOKIE = "fresh"  # noqa: S105 a cookie's name
TOKEN_SECONDS = 30
_TOKEN = re.compile(r"[\x21-\x7e]{1,1000}\Z")  # it becomes a header and a cookie
CITY_COOKIE = "city"
A_YEAR = 365 * 24 * 3600


def city_page(view: View[P]) -> Callable[..., Coroutine[Any, Any, HttpResponse]]:
    """The view gets an `Asking` in place of the city's id. 404 for a city or a thing that there is
    not; 503 with the other cities when this one can't be asked."""

    @functools.wraps(view)
    async def page(
        request: HttpRequest, city_id: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        city = directory.city(city_id)
        if city is None:
            raise Http404
        request.city = city  # type: ignore[attr-defined]
        try:
            response = await view(request, asking_for(request, city), *args, **kwargs)
        except CityUnavailable as failure:
            return unavailable(request, failure)
        except Refused as refused:
            if refused.status == 404:
                raise Http404 from refused
            # To a question that everybody may ask, the contract knows no other refusal.
            return unavailable(request, CityUnavailable(city, CityUnavailable.NONSENSE))
        if response.get("Content-Type", "").startswith("text/html"):
            # The start page shows every city's posters: they are nobody's choice of a city.
            remember_city(response, city)
        return response

    return page


def asking_for(request: HttpRequest, city: City) -> Asking:
    """With the token of what this visitor has just written at this city."""
    written, _colon, token = request.COOKIES.get(TOKEN_COOKIE, "").partition(":")
    deadline = Deadline.within(settings.PAGE_DEADLINE_SECONDS)
    return Asking(city, deadline, token if written == city.id and _TOKEN.match(token) else "")


def remember_write(response: HttpResponse, city: City, token: str) -> None:
    """So that this visitor's next pages show it, whatever replicas and caches know."""
    if _TOKEN.match(token):
        _set_cookie(response, TOKEN_COOKIE, f"{city.id}:{token}", TOKEN_SECONDS)


def remember_city(response: HttpResponse, city: City) -> None:
    _set_cookie(response, CITY_COOKIE, city.id, A_YEAR)


def _set_cookie(response: HttpResponse, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        samesite="Lax",
        secure=settings.CSRF_COOKIE_SECURE,
    )


def unavailable(request: HttpRequest, failure: CityUnavailable) -> HttpResponse:
    """The page that says that this city does not sell for the moment."""
    response = render(request, "site/unavailable.html", {"city": failure.city}, status=503)
    response["Retry-After"] = "5"
    response["Cache-Control"] = "no-store"
    return response


def language() -> str:
    """The reader's: `ru` or `en`."""
    return (get_language() or settings.LANGUAGE_CODE).partition("-")[0]


def context(request: HttpRequest) -> dict[str, Any]:
    """What every template may use: a context processor."""
    city: City | None = getattr(request, "city", None)
    return {
        "city": city or directory.city(request.COOKIES.get(CITY_COOKIE, "")),
        "cities": directory.cities(),
        "language": language(),
    }
