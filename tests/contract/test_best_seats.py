"""`GET /movies/{id}/seances/{id}/best-seats`. Which ones are best: tests/bookings."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.booking import book
from movies.models import Seance
from tests.making import make_hall, make_movie, make_seance, seat_ids
from tests.selling import order

pytestmark = pytest.mark.django_db


@pytest.fixture
def seance() -> Seance:
    """A hall of one row of seven."""
    return make_seance(hall=make_hall(rows=1, seats=7))


def path(seance: Seance) -> str:
    return f"/movies/{seance.movie_id}/seances/{seance.pk}/best-seats"


def offered(api, seance: Seance, count: int) -> list[int]:
    answer = api.get(path(seance), {"count": str(count)})
    assert answer.status_code == 200, answer.content
    assert list(answer.json()) == ["data"]
    assert list(answer.json()["data"]) == ["seatsIds"]
    return answer.json()["data"]["seatsIds"]


def test_the_best_seats_together_are_offered_from_left_to_right(api, seance):
    assert offered(api, seance, 3) == seat_ids(seance)[2:5]


def test_taken_and_held_seats_are_not_offered(api, seance):
    seats = seat_ids(seance)
    book(order(seance, seats[3:4]))
    book(order(seance, seats[2:3], hold=True))
    assert offered(api, seance, 3) == seats[4:7]


def test_what_is_offered_can_be_booked(api, seance):
    booked = book(order(seance, offered(api, seance, 2)))
    assert len(booked.tickets) == 2


def test_when_fewer_are_free_none_are_offered(api, seance):
    book(order(seance, seat_ids(seance)[:6]))
    assert offered(api, seance, 1) == seat_ids(seance)[6:]
    assert offered(api, seance, 2) == []


def test_a_wheelchair_place_is_not_offered_to_everybody(api, seance):
    seance.hall.seats.filter(number__in=[3, 4, 5]).update(wheelchair=True)
    assert set(offered(api, seance, 2)).isdisjoint(seat_ids(seance)[2:5])
    assert offered(api, seance, 5) == []


def test_without_a_number_one_is_offered(api, seance):
    assert api.get(path(seance)).json() == {"data": {"seatsIds": [seat_ids(seance)[3]]}}


@pytest.mark.parametrize("count", ["0", "11", "-1", "two", "", "1.5", "9" * 99])
def test_a_wrong_number_is_refused_and_named(api, seance, count):
    answer = api.get(path(seance), {"count": count})
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["title"], error["source"]) == ("Validation failed", {"parameter": "count"})


def test_a_showing_that_is_not_there_or_of_another_film_is_not_found(api, seance):
    other = make_movie()
    for address in (
        f"/movies/{other.pk}/seances/{seance.pk}/best-seats",
        f"/movies/{seance.movie_id}/seances/{seance.pk + 99}/best-seats",
        f"/movies/{seance.movie_id}/seances/x/best-seats",
    ):
        answer = api.get(address)
        assert answer.status_code == 404
        assert answer.json()["errors"][0]["title"] == "Not found"


def test_who_has_the_answer_already_is_told_so(api, seance):
    first = api.get(path(seance))
    again = api.get(path(seance), headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304


def test_a_larger_hall_takes_no_more_queries(api, seance):
    for known in (seance, make_seance(hall=make_hall(rows=20, seats=20))):
        with CaptureQueriesContext(connection) as asked:
            assert len(offered(api, known, 2)) == 2
        assert len(asked) == 2


def test_it_is_read_with_a_trailing_slash_too(api, seance):
    assert api.get(f"{path(seance)}/").content == api.get(path(seance)).content
