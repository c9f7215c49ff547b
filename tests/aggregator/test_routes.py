"""Addresses without their values."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern

from aggregator.relay.paths import RESOURCES
from aggregator.routes import route
from aggregator.urls import urlpatterns
from bookings.api.urls import urlpatterns as of_bookings
from movies.api.urls import urlpatterns as of_movies

BOOKING = "0193a1b2-1111-4222-8333-444455556666"


def _addresses(patterns: list[Any], before: str = "/") -> Iterator[str]:
    for pattern in patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield address
        else:
            yield from _addresses(pattern.url_patterns, address)


@pytest.mark.parametrize("address", list(_addresses(urlpatterns)))
def test_every_page_s_address_keeps_its_words(address: str) -> None:
    path = re.sub(r"<[^>]+>", "?", address.replace("<slug:city_id>", "kazan"))
    expected = path.replace("kazan", "{city}", 1).replace("?", "{id}")
    assert route(path, "kazan") == expected


@pytest.mark.parametrize("address", list(_addresses([*of_bookings, *of_movies])))
def test_so_does_every_address_of_a_provider(address: str) -> None:
    plain = re.sub(r"\(\?P<\w+>[^)]+\)", "?", address)
    path = re.sub(r"[\^$\\]|/\?", "", plain)
    assert route(path.replace("?", BOOKING)) == path.replace("?", "{id}")


def test_every_resource_that_is_passed_on_is_a_word() -> None:
    for resource in RESOURCES:
        assert route(f"/{resource.decode()}") == f"/{resource.decode()}"


@pytest.mark.parametrize(
    ("path", "city", "expected"),
    [
        (
            f"/cities/kazan/bookings/{BOOKING}/confirm",
            "kazan",
            "/cities/{city}/bookings/{id}/confirm",
        ),
        (f"/cities/nowhere/{BOOKING}", "", "/cities/{id}/{id}"),
        ("/static/site.0a1b2c.css", "", "/static/{file}"),
        ("/", "", "/"),
    ],
)
def test_everything_else_is_a_value(path: str, city: str, expected: str) -> None:
    assert route(path, city) == expected
