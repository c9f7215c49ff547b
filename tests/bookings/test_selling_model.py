"""Selling compared with the simplest model of it: a dictionary of who has which seat.

Hypothesis books, holds, confirms, cancels, lets holds expire and repeats requests in any order,
over the API and on a real PostgreSQL; after every step the seat map and each booking must be what
the model says.
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from rest_framework.test import APIClient

from tests.making import make_hall, make_movie, make_seance, seat_ids
from tests.selling import expire

SEATS = 5
places = st.lists(st.integers(0, SEATS - 1), min_size=1, max_size=SEATS, unique=True)


@dataclass
class Known:
    """A booking as the model knows it."""

    id: str
    status: str
    seats: list[int]


@dataclass
class Asked:
    """A request that was answered, to be repeated."""

    key: str
    body: dict[str, Any]
    status: int
    answer: dict[str, Any] = field(repr=False)


class Selling(RuleBasedStateMachine):
    bookings = Bundle("bookings")
    requests = Bundle("requests")

    def __init__(self) -> None:
        super().__init__()
        self.api = APIClient()
        self.seance = make_seance(hall=make_hall(rows=1, seats=SEATS), movie=make_movie())
        self.seats = seat_ids(self.seance)
        self.known: list[Known] = []

    def taken(self) -> set[int]:
        return {
            seat
            for booking in self.known
            if booking.status in ("held", "confirmed")
            for seat in booking.seats
        }

    @rule(target=requests, places=places, hold=st.booleans())
    def ask(self, places: list[int], hold: bool) -> Any:
        wanted = [self.seats[place] for place in places]
        body = {"email": "a@b.org", "seatsIds": wanted, "hold": hold}
        asked = self.post(uuid.uuid4().hex, body)
        lost = sorted(set(wanted) & self.taken())
        if lost:
            assert asked.status == 409
            assert asked.answer["errors"][0]["seats"] == lost
        else:
            assert asked.status == 201
            booking = asked.answer["booking"]
            status = "held" if hold else "confirmed"
            assert booking["status"] == status
            assert [ticket["seat_id"] for ticket in booking["tickets"]] == wanted
            self.known.append(Known(booking["id"], status, wanted))
        return asked

    @rule(asked=requests)
    def ask_again(self, asked: Asked) -> None:
        """The same key and body: the first answer, whatever happened since."""
        again = self.post(asked.key, asked.body)
        assert (again.status, again.answer) == (asked.status, asked.answer)

    @rule(asked=requests, places=places)
    def reuse_a_key(self, asked: Asked, places: list[int]) -> None:
        other = {**asked.body, "seatsIds": [self.seats[place] for place in places]}
        if other["seatsIds"] != asked.body["seatsIds"]:
            assert self.post(asked.key, other).status == 422

    @rule(choice=st.randoms(use_true_random=False))
    def confirm(self, choice: Any) -> None:
        if self.known:
            booking = choice.choice(self.known)
            answer = self.api.post(f"/bookings/{booking.id}/confirm")
            if booking.status in ("held", "confirmed"):
                booking.status = "confirmed"
                assert answer.status_code == 200
            else:
                assert answer.status_code == 409

    @rule(choice=st.randoms(use_true_random=False))
    def cancel(self, choice: Any) -> None:
        if self.known:
            booking = choice.choice(self.known)
            answer = self.api.delete(f"/bookings/{booking.id}")
            if booking.status != "expired":
                booking.status = "cancelled"
            assert answer.status_code == 200
            assert answer.json()["booking"]["status"] == booking.status

    @rule(choice=st.randoms(use_true_random=False))
    def let_expire(self, choice: Any) -> None:
        if held := [booking for booking in self.known if booking.status == "held"]:
            booking = choice.choice(held)
            expire(uuid.UUID(booking.id))
            booking.status = "expired"

    @invariant()
    def the_seat_map_shows_what_the_model_says(self) -> None:
        path = f"/movies/{self.seance.movie_id}/seances/{self.seance.pk}"
        seats = self.api.get(path).json()["data"]["seats"]
        assert {seat["id"] for seat in seats if not seat["vacant"]} == self.taken()

    @invariant()
    def every_booking_reads_as_the_model_says(self) -> None:
        for booking in self.known:
            read = self.api.get(f"/bookings/{booking.id}").json()["booking"]
            assert read["status"] == booking.status
            assert read["total"] == 250 * len(booking.seats)

    def post(self, key: str, body: dict[str, Any]) -> Asked:
        answer = self.api.post(
            f"/movies/{self.seance.movie_id}/seances/{self.seance.pk}/bookings",
            body,
            format="json",
            headers={"Idempotency-Key": key},
        )
        return Asked(key, body, answer.status_code, answer.json())


@pytest.mark.django_db(transaction=True)
def test_selling_behaves_like_its_model():
    run_state_machine_as_test(
        Selling,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
