"""API1: whose object is it? A booking opens to its secret; nothing else tells or changes it."""

import uuid
from itertools import product

import pytest
from django.db.models import Model
from django.test import Client

from bookings.booking import book
from bookings.models import Booking, Ticket
from tests.making import make_seance, seat_ids
from tests.security.addresses import address, known_objects, routes
from tests.selling import order

pytestmark = pytest.mark.django_db

BODY = '{"email": "mine@buyer.example", "return_url": "https://site.example/"}'
OF_A_BOOKING = [r for r in routes() if "booking_id" in r and not r.startswith("/admin/")]
PUBLIC_READS = [
    route
    for route in routes()
    if "booking_id" not in route and not route.startswith(("/admin", "/i18n", "/payments"))
]


@pytest.fixture
def booking() -> Booking:
    seance = make_seance()
    return Booking.objects.get(pk=book(order(seance, seat_ids(seance)[:2])).id)


def state(*models: type[Model]) -> list[list[tuple]]:
    return [list(model._default_manager.order_by("pk").values_list()) for model in models]


@pytest.mark.parametrize("method", ["get", "post", "patch", "delete"])
def test_no_other_id_opens_a_booking(method, booking):
    before = state(Booking, Ticket)
    ticket = booking.tickets.first()
    guesses = [uuid.uuid4(), uuid.UUID(int=booking.pk.int + 1), ticket.pk, ticket.code, 1, "*"]
    guesses += [booking.email, str(booking.pk)[:-1], f"{booking.pk}%00", f"{booking.pk}'--"]
    for route, guess in product(OF_A_BOOKING, guesses):
        where = address(route, known_objects() | {"booking_id": guess})
        send = getattr(Client(), method)
        answer = send(where, *([] if method == "get" else [BODY, "application/json"]))
        assert answer.status_code in (404, 405) or where.endswith("/payments"), where
        assert ticket.code not in answer.content.decode() or guess == ticket.code
    assert state(Booking, Ticket) == before


def test_what_everybody_may_read_tells_nothing_of_a_booking(booking):
    Booking.objects.update(email="very.own@buyer.example")
    secrets = [str(booking.pk), booking.pk.hex, "very.own@buyer.example"]
    secrets += [ticket.code for ticket in booking.tickets.all()]
    for route in [*PUBLIC_READS, "/metrics", "/health/ready"]:
        told = Client().get(address(route, known_objects())).content.decode(errors="replace")
        assert not [secret for secret in secrets if secret in told], route


def test_a_secret_has_no_order_in_it(booking):
    """Whoever knows one, or when it was made, is no nearer to another."""
    other = book(order(booking.seance, seat_ids(booking.seance)[2:3]))
    codes = [*booking.tickets.values_list("code", flat=True), other.tickets[0].code]
    assert all(len(code) >= 12 for code in codes)  # of 32 characters: 60 bits, read at a door only
    assert len({code[:6] for code in codes}) == len(codes)
    assert str(booking.pk)[:6] != str(other.id)[:6]
