"""API5: whose function is it? Every routed address, asked by who has no right to anything."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from bookings.booking import book
from bookings.models import Booking, Ticket
from movies.models import Hall, Movie, Seance
from tests.making import make_seance, seat_ids
from tests.office import clerk
from tests.security.addresses import address, known_objects, routes
from tests.selling import order

pytestmark = pytest.mark.django_db

STAFF = {route for route in routes() if route.startswith("/admin/")}
API = set(routes()) - STAFF - {"/", "/admin", "/i18n/setlang/"}
# What changes a booking needs its secret; the others are asked by everybody before they log in.
PUBLIC_WRITES = {
    "/bookings",
    "/bookings/(?P<booking_id>[^/]+)",
    "/bookings/(?P<booking_id>[^/]+)/confirm",
    "/bookings/(?P<booking_id>[^/]+)/payments",
    "/movies/(?P<movie_id>[^/]+)/seances/(?P<seance_id>[^/]+)/bookings",
    "/payments/notifications/(?P<gateway>[^/]+)",
    "/payments/sandbox/<uuid:number>",
}
# For oneself, whoever one is.
OF_ALL_STAFF = {"/admin/", "/admin/logout/", "/admin/security/", "/admin/security/verify/"}
OF_ALL_STAFF |= {"/admin/password_change/", "/admin/password_change/done/", "/admin/jsi18n/"}
OF_ALL_STAFF |= {"/admin/login/", "/admin/movies/seatcategory/colours.css"}
BEFORE_LOGIN = {"/admin/login/", "/admin/security/verify/", "/admin/jsi18n/", "/admin/logout/"}


@pytest.fixture
def known() -> dict[str, Any]:
    seance = make_seance()
    book(order(seance, seat_ids(seance)[:1]))
    return known_objects()


def everything() -> list[list[tuple[Any, ...]]]:
    models = (Booking, Ticket, Movie, Seance, Hall, User)
    return [list(model._default_manager.order_by("pk").values_list()) for model in models]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_visitor_writes_nothing_but_bookings(method, known):
    before = everything()
    for route in API - PUBLIC_WRITES:
        send = getattr(Client(), method)
        answer = send(address(route, known), "{}", content_type="application/json")
        assert answer.status_code in (401, 403, 404, 405), route
    assert everything() == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_is_led_from_every_page_of_the_staff_to_the_login(method, known):
    for route in STAFF - BEFORE_LOGIN:
        answer = getattr(Client(), method)(address(route, known))
        assert answer.status_code == 302, route
        assert answer["Location"].startswith("/admin/login/"), route


@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_without_a_role_are_refused_every_page(method, known):
    before, client = everything(), clerk()
    for route in STAFF - OF_ALL_STAFF:
        answer = getattr(client, method)(address(route, known))
        moved = answer.status_code == 302 and answer["Location"].startswith("/admin/")
        assert moved or answer.status_code in (403, 404, 405), route
    assert everything()[:-1] == before[:-1]
