"""Bookings over HTTP, sentence by sentence of the contract."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework.test import APIClient

from bookings import holds
from bookings.models import Booking, Ticket
from movies.models import Seance
from tests.making import make_movie, make_seance, seat_ids
from tests.selling import expire

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seance() -> Seance:
    return make_seance()


def path(seance: Seance) -> str:
    return f"/movies/{seance.movie_id}/seances/{seance.pk}/bookings"


def post(api: APIClient, seance: Seance, body: object = None, **fields: object):
    """A purchase of the first two seats, changed by `fields`."""
    wanted = {"email": "a@b.org", "seatsIds": seat_ids(seance)[:2], **fields}
    return api.post(path(seance), wanted if body is None else body, format="json")


def error(answer) -> dict:
    (only,) = answer.json()["errors"]
    return only


def start(seance: Seance, *, minutes: int) -> None:
    starts_at = timezone.now() + timedelta(minutes=minutes)
    Seance.objects.filter(pk=seance.pk).update(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        hall_free_at=starts_at + timedelta(hours=3),
    )


def test_a_purchase_answers_one_ticket_per_seat_in_the_order_asked(api, seance):
    wanted = seat_ids(seance)[2::-1]
    answer = post(api, seance, seatsIds=wanted)
    assert answer.status_code == 201
    booking = answer.json()["booking"]
    assert answer["Location"] == f"/bookings/{booking['id']}"
    assert answer.json()["data"] == [ticket["id"] for ticket in booking["tickets"]]
    assert [ticket["seat_id"] for ticket in booking["tickets"]] == wanted
    assert (booking["status"], booking["seance_id"]) == ("confirmed", seance.pk)
    assert b'"total":750,' in answer.content
    assert all(ticket["code"] for ticket in booking["tickets"])
    assert Ticket.objects.filter(booking=booking["id"], released_at=None).count() == 3


def test_a_booking_can_be_made_with_the_seance_in_the_body(api, seance):
    body = {"email": "a@b.org", "seatsIds": seat_ids(seance)[:1], "seance_id": seance.pk}
    assert api.post("/bookings", body, format="json").status_code == 201
    assert api.post("/bookings/", body, format="json").status_code == 409


def test_a_booking_s_id_is_random_and_opens_it(api, seance):
    made = post(api, seance).json()
    read = api.get(f"/bookings/{made['booking']['id']}")
    assert read.status_code == 200
    assert read.json() == made
    assert uuid.UUID(made["booking"]["id"]).version == 4


@pytest.mark.parametrize("key", ["1", str(uuid.uuid4()), "x" * 300])
def test_an_id_that_can_be_counted_up_or_guessed_opens_nothing(api, seance, key):
    post(api, seance)
    for answer in (
        api.get(f"/bookings/{key}"),
        api.delete(f"/bookings/{key}"),
        api.post(f"/bookings/{key}/confirm"),
    ):
        assert answer.status_code == 404
        assert error(answer)["title"] == "Not found"


def test_no_seats_are_a_400_with_the_contract_s_title(api, seance):
    answer = post(api, seance, seatsIds=[])
    assert answer.status_code == 400
    assert error(answer)["title"] == "seatsIds must be an non-empty array"


@pytest.mark.parametrize("missing", ["email", "seatsIds"])
def test_a_missing_field_is_a_400_that_names_it(api, seance, missing):
    body = {"email": "a@b.org", "seatsIds": [1]}
    del body[missing]
    answer = post(api, seance, body)
    assert answer.status_code == 400
    assert error(answer)["detail"] == f"'{missing}' is a required property"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seatsIds", "1"),
        ("seatsIds", None),
        ("seatsIds", [1, 1]),
        ("seatsIds", ["1"]),
        ("seatsIds", [1.5]),
        ("seatsIds", [True]),
        ("seatsIds", list(range(1, 12))),
        ("email", 5),
        ("email", ""),
        ("email", "a\x00@b.org"),
        ("hold", "yes"),
        ("hold", None),
    ],
)
def test_a_wrong_type_or_value_is_a_422_that_points_at_the_field(api, seance, field, value):
    answer = post(api, seance, **{field: value})
    assert answer.status_code == 422
    first = answer.json()["errors"][0]
    assert first["title"] == "Validation failed"
    assert first["source"]["pointer"].startswith(f"/data/{field}")
    assert not Booking.objects.exists()


def test_a_bad_email_is_named(api, seance):
    answer = post(api, seance, email="slurm.io")
    assert answer.status_code == 422
    assert error(answer)["detail"] == "'slurm.io' is not a 'email'"


def test_a_seat_of_another_hall_is_a_422(api, seance):
    stranger = seat_ids(make_seance())[0]
    answer = post(api, seance, seatsIds=[seat_ids(seance)[0], stranger])
    assert answer.status_code == 422
    assert str(stranger) in error(answer)["detail"]


@pytest.mark.parametrize("beyond", [2**63, 10**30])
def test_a_seat_id_beyond_every_seat_is_a_422(api, seance, beyond):
    assert post(api, seance, seatsIds=[beyond]).status_code == 422


def test_an_unknown_seance_or_one_of_another_film_is_a_404(api, seance):
    body = {"email": "a@b.org", "seatsIds": [1]}
    other = make_movie()
    for address in (
        f"/movies/{other.pk}/seances/{seance.pk}/bookings",
        f"/movies/{seance.movie_id}/seances/0/bookings",
        f"/movies/{seance.movie_id}/seances/{10**30}/bookings",
    ):
        assert api.post(address, body, format="json").status_code == 404


def test_sales_end_when_the_seance_starts(api, seance):
    start(seance, minutes=-1)
    answer = post(api, seance)
    assert (answer.status_code, error(answer)["title"]) == (409, "Seance has started")


def test_every_taken_seat_is_named_ascending_and_nothing_is_booked(api, seance):
    first, second, third, fourth = seat_ids(seance)[:4]
    post(api, seance, seatsIds=[third, first])
    answer = post(api, seance, seatsIds=[fourth, third, second, first])
    assert answer.status_code == 409
    assert answer.json() == {
        "errors": [
            {
                "title": "Seat already taken",
                "detail": f"Taken seats: {first}, {third}",
                "seats": [first, third],
            }
        ]
    }
    assert Ticket.objects.count() == 2


def test_a_hold_says_until_when_and_is_confirmed(api, seance):
    held = post(api, seance, hold=True).json()["booking"]
    assert held["status"] == "held"
    left = parse_datetime(held["expires_at"]) - timezone.now()
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)
    assert post(api, seance).status_code == 409
    confirmed = api.post(f"/bookings/{held['id']}/confirm")
    assert confirmed.status_code == 200
    assert confirmed.json()["booking"]["status"] == "confirmed"


def test_an_expired_hold_is_vacant_at_once_and_too_late_to_confirm(api, seance):
    held = post(api, seance, hold=True).json()["booking"]
    expire(uuid.UUID(held["id"]))
    seats = api.get(path(seance).removesuffix("/bookings")).json()["data"]["seats"]
    assert all(seat["vacant"] for seat in seats)
    late = api.post(f"/bookings/{held['id']}/confirm")
    assert (late.status_code, error(late)["title"]) == (409, "Hold expired")
    assert api.get(f"/bookings/{held['id']}").json()["booking"]["status"] == "expired"
    assert post(api, seance).status_code == 201


def test_a_released_hold_is_vacant(api, seance):
    held = post(api, seance, hold=True).json()["booking"]
    released = api.delete(f"/bookings/{held['id']}")
    assert (released.status_code, released.json()["booking"]["status"]) == (200, "cancelled")
    assert post(api, seance).status_code == 201


def test_only_a_hold_is_released_by_whoever_means_a_hold(api, seance):
    held = post(api, seance, hold=True).json()["booking"]
    api.post(f"/bookings/{held['id']}/confirm")
    refused = api.delete(f"/bookings/{held['id']}?held=true")
    assert (refused.status_code, error(refused)["title"]) == (409, "Booking sold")
    assert api.get(f"/bookings/{held['id']}").json()["booking"]["status"] == "confirmed"
    assert api.delete(f"/bookings/{held['id']}?held=false").status_code == 200


def test_a_hold_is_released_once_however_often_it_is_asked(api, seance):
    held = post(api, seance, hold=True).json()["booking"]
    for _time in range(2):
        released = api.delete(f"/bookings/{held['id']}?held=true")
        assert released.status_code == 200
        assert released.json()["booking"]["status"] == "cancelled"


def test_a_key_of_a_release_is_not_good_for_a_cancellation(api, seance):
    sold = post(api, seance).json()["booking"]
    key = {"HTTP_IDEMPOTENCY_KEY": "k"}
    assert api.delete(f"/bookings/{sold['id']}?held=true", **key).status_code == 409
    assert api.delete(f"/bookings/{sold['id']}", **key).status_code == 422


def test_a_cancelled_seat_can_be_sold_again_and_the_history_stays(api, seance):
    first = post(api, seance).json()["booking"]
    assert api.delete(f"/bookings/{first['id']}").status_code == 200
    assert post(api, seance).status_code == 201
    read = api.get(f"/bookings/{first['id']}").json()["booking"]
    assert (read["status"], read["tickets"]) == ("cancelled", first["tickets"])


def test_a_buyer_cancels_too_late_but_staff_may(api, staff, seance):
    sold = post(api, seance).json()["booking"]
    start(seance, minutes=10)
    late = api.delete(f"/bookings/{sold['id']}")
    assert (late.status_code, error(late)["title"]) == (409, "Cancellation closed")
    assert staff.delete(f"/bookings/{sold['id']}").status_code == 200


def test_the_same_key_and_body_get_the_first_answer_again(api, seance):
    api.credentials(HTTP_IDEMPOTENCY_KEY="k")
    first, second = post(api, seance), post(api, seance)
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second["Location"] == first["Location"]
    assert Booking.objects.count() == 1


def test_a_refusal_is_replayed_too_even_when_the_seats_are_free_again(api, seance):
    sold = post(api, seance).json()["booking"]
    buyer = APIClient(headers={"Idempotency-Key": "k"})
    refused = post(buyer, seance)
    api.delete(f"/bookings/{sold['id']}")
    assert post(buyer, seance).content == refused.content
    assert refused.status_code == 409


def test_a_refusal_is_replayed_too_when_others_were_faster_in_every_try(api, seance, monkeypatch):
    """Expired holds stood in the way, each time anew."""
    held = post(api, seance, hold=True).json()["booking"]
    expire(uuid.UUID(held["id"]))
    buyer = APIClient(headers={"Idempotency-Key": "k"})
    with monkeypatch.context() as busy:
        busy.setattr(holds, "release_expired_at", lambda seance_id, seat_ids: 0)
        refused = post(buyer, seance)
    assert refused.status_code == 409
    assert post(buyer, seance).content == refused.content
    assert post(api, seance).status_code == 201


def test_the_same_key_with_another_body_or_path_is_a_422(api, seance):
    api.credentials(HTTP_IDEMPOTENCY_KEY="k")
    post(api, seance)
    assert post(api, seance, seatsIds=seat_ids(seance)[2:3]).status_code == 422
    other = make_seance()
    assert post(api, other, seatsIds=seat_ids(seance)[:2]).status_code == 422
    assert Booking.objects.count() == 1


@pytest.mark.parametrize("length", [0, 256])
def test_a_key_has_between_1_and_255_characters(api, seance, length):
    api.credentials(HTTP_IDEMPOTENCY_KEY="k" * length)
    assert post(api, seance).status_code == 422
    assert not Booking.objects.exists()


def test_what_could_not_be_stored_is_not_replayed(api, seance, monkeypatch):
    """An error of ours leaves no key behind: the retry does the work."""
    from django.db import OperationalError

    from bookings import booking

    def lose_the_database(order):
        raise OperationalError("gone")

    api.credentials(HTTP_IDEMPOTENCY_KEY="k")
    with monkeypatch.context() as broken:
        broken.setattr(booking, "claim", lose_the_database)
        assert post(api, seance).status_code == 503
    assert post(api, seance).status_code == 201
