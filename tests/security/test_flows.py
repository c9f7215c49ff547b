"""API6: seats are held to be bought. What one visitor may take of a showing without paying, and for
how long; the site's limits per minute are in test_site.py."""

import json
from typing import Any

import pytest
from django.test import Client

from bookings.models import Booking, Ticket
from tests.making import make_hall, make_seance, seat_ids
from tests.selling import expire

pytestmark = pytest.mark.django_db


@pytest.fixture
def seance():
    return make_seance(hall=make_hall(rows=4, seats=10))


def send(method: str, where: str, body: dict[str, Any], **headers: str) -> Any:
    text = json.dumps(body)
    return getattr(Client(), method)(where, text, content_type="application/json", **headers)


def hold(seance, seats: list[int], **headers: str) -> Any:
    where = f"/movies/{seance.movie_id}/seances/{seance.pk}/bookings"
    return send("post", where, {"seatsIds": seats, "hold": True}, **headers)


def test_one_booking_is_for_some_seats_and_not_for_a_hall(seance, settings):
    most = settings.BOOKING_MAX_SEATS
    assert hold(seance, seat_ids(seance)[: most + 1]).status_code == 422
    assert hold(seance, seat_ids(seance)[:most]).status_code == 201
    assert Ticket.objects.count() == most


def test_a_hold_is_not_prolonged_by_anything_its_holder_may_ask(seance):
    seats = seat_ids(seance)[:2]
    held = hold(seance, seats, HTTP_IDEMPOTENCY_KEY="k").json()["booking"]["id"]
    ends = Booking.objects.get().expires_at
    send("patch", f"/bookings/{held}", {"email": "a@b.org", "expires_in": 9999})
    hold(seance, seats, HTTP_IDEMPOTENCY_KEY="k")
    assert hold(seance, seats).status_code == 409
    Client().get(f"/bookings/{held}")
    assert Booking.objects.get().expires_at == ends


@pytest.mark.django_db(transaction=True)  # who is next tidies up first, outside of a transaction
def test_what_is_over_is_not_brought_back_by_its_key(seance):
    seats = seat_ids(seance)[:2]
    held = hold(seance, seats, HTTP_IDEMPOTENCY_KEY="k").json()["booking"]["id"]
    expire(Booking.objects.get().pk)
    assert hold(seance, seats, HTTP_IDEMPOTENCY_KEY="k").json()["booking"]["id"] == held
    assert send("post", f"/bookings/{held}/confirm", {}).status_code in (400, 409)
    assert hold(seance, seats[:1]).status_code == 201  # anybody else's, at once


def test_where_buyers_pay_nobody_has_a_ticket_for_nothing(seance, settings):
    settings.PAYMENTS, settings.SITE_URL = "sandbox", "https://site.example"
    where = f"/movies/{seance.movie_id}/seances/{seance.pk}/bookings"
    body = {"email": "a@b.org", "seatsIds": seat_ids(seance)[:1], "hold": False}
    booked = send("post", where, body).json()["booking"]
    assert booked["status"] == "held"
    assert send("post", f"/bookings/{booked['id']}/confirm", {}).status_code == 402
