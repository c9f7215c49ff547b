"""Every address that the provider routes, found where Django finds it."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from bookings.models import Booking, Ticket
from movies.models import Hall, Movie, Seance


def routes(inside: URLResolver | None = None, prefix: str = "/") -> Iterator[str]:
    for pattern in (inside or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLPattern):
            yield route.removesuffix("$").replace("/?", "")
        else:
            yield from routes(pattern, route)


def address(route: str, known: dict[str, Any]) -> str:
    """The route with what is known in place of its arguments."""

    def filled(found: re.Match[str]) -> str:
        return str(known[found["name"] or found["regex"]])

    argument = r"<(?:\w+:)?(?P<name>\w+)>|\(\?P<(?P<regex>\w+)>[^)]+\)"
    return re.sub(argument, filled, route).replace("\\.", ".").replace("$", "")


def known_objects() -> dict[str, Any]:
    """One of everything that an address names."""
    booking, seance = Booking.objects.get(), Seance.objects.get()
    return {
        "booking_id": booking.pk,
        "key": booking.pk,
        "number": booking.pk,
        "seance_id": seance.pk,
        "movie_id": Movie.objects.get().pk,
        "hall_id": Hall.objects.get().pk,
        "ticket_id": Ticket.objects.first().pk,
        "user_id": 1,
        "id": 1,
        "object_id": 1,
        "content_type_id": 1,
        "kind": "csv",
        "gateway": "sandbox",
        "app_label": "movies",
        "url": "nowhere",
    }
