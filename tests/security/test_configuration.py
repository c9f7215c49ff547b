"""API8: how answers protect themselves in browsers, asked of every address. Settings of production
are checked in tests/cinema/test_deployment.py and tests/aggregator/test_deployed.py."""

from typing import Any

import pytest
from django.test import Client, override_settings

from bookings.booking import book
from tests.making import make_seance, seat_ids
from tests.office import director
from tests.security.addresses import address, known_objects, routes
from tests.selling import order

pytestmark = pytest.mark.django_db


@pytest.fixture
def known() -> dict[str, Any]:
    seance = make_seance()
    book(order(seance, seat_ids(seance)[:1]))
    return known_objects()


def test_every_answer_protects_itself(known):
    """Asked by somebody who may open all of them. No page of another origin may read any: the site
    opens the API to scripts, without cookies, but a provider has the staff's sessions."""
    client = director()
    for route in set(routes()) - {"/admin/logout/"}:
        answer = client.get(address(route, known))
        assert answer.status_code < 500, route
        assert answer["X-Content-Type-Options"] == "nosniff", route
        assert answer["X-Frame-Options"] == "DENY", route
        assert answer["Referrer-Policy"] == "same-origin", route
        assert "default-src 'none'" in answer["Content-Security-Policy"], route
        assert not [name for name in answer.headers if name.startswith("Access-Control-")], route


def test_what_is_a_buyer_s_is_kept_by_no_cache(known):
    for kept in ("", "/tickets.pdf", "/tickets.ics"):
        answer = Client().get(f"/bookings/{known['booking_id']}{kept}")
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"], kept


def test_what_failed_shows_nothing_of_the_inside(known):
    for path in ("/nowhere", "/movies/0x", "/bookings/x", "/admin/nowhere/", "/static/../settings"):
        told = Client().get(path).content.decode()
        assert not [
            word for word in ("Traceback", "urlconf", "DEBUG", "cinema.urls") if word in told
        ]


@override_settings(SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=31_536_000)
def test_with_https_nothing_but_probes_is_answered_without_it(known):
    for route in routes():
        answer = Client().get(address(route, known))
        assert answer.status_code == 301, route
        assert answer["Location"].startswith("https://"), route
    assert Client().get("/health").status_code == 200
    answer = Client().get("/movies", secure=True)
    assert answer["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "DEBUG"])
def test_a_method_that_nobody_needs_is_refused(method):
    answer = Client().generic(method, "/movies", HTTP_COOKIE="secret=1")
    assert answer.status_code == 405
    assert b"secret" not in answer.content
