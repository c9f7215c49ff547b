"""What a city answers that no page could be drawn with is nonsense, and not a page that fails."""

import json
from typing import Any

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from aggregator.calling.answers import MOST_JSON, Answer, CityUnavailable
from aggregator.calling.deadline import Deadline
from aggregator.cities import City
from aggregator.provider_api.bookings import Booking
from aggregator.provider_api.films import Film
from aggregator.provider_api.reading import Asking
from aggregator.provider_api.seances import Seance, SeatMap
from aggregator.provider_api.values import amount, instant, listed, whole

KAZAN = City("kazan", "Казань", "http://127.0.0.1:1", "Europe/Moscow")
FILM = {"id": 1, "name": "Aelita", "description": "", "image_url": "", "comingSoon": True}
SEANCE = {"id": 2, "movie_id": 1, "price": 250, "datetime": "2026-12-01T18:30:00.000Z"}
SEAT = {
    "id": 1,
    "vacant": True,
    "row": "1",
    "number": 1,
    "position": {"x": 0, "y": 0},
    "category": "standard",
    "price": 250,
}
TICKET = {"id": 5, "seat_id": 1, "code": "7KQ4M2XD9TRA"}
BOOKING = {
    "id": "0193a1b2-1111-4222-8333-444455556666",
    "movie_id": 1,
    "seance_id": 2,
    "status": "held",
    "total": 250,
    "expires_in": 600,
    "tickets": [TICKET],
}


def _answer(body: bytes) -> Answer:
    return Answer(KAZAN, 200, CIMultiDictProxy(CIMultiDict()), body)


def _parsed(body: Any, parse: Any) -> Any:
    asking = Asking(KAZAN, Deadline.within(1))
    return asking.parsed(_answer(json.dumps(body).encode()), parse)


@pytest.mark.parametrize("value", [-1, 2**63, "x", None, float("inf"), float("nan"), []])
def test_a_film_s_number_is_one_that_an_address_can_have(value: object) -> None:
    assert _parsed(FILM, lambda body: Film.parsed(body, "en")).id == 1
    with pytest.raises(CityUnavailable):
        _parsed({**FILM, "id": value}, lambda body: Film.parsed(body, "en"))


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "18:30", ""])
def test_a_showing_is_at_a_time_that_every_clock_can_show(time: str) -> None:
    assert _parsed(SEANCE, Seance.parsed).id == 2
    with pytest.raises(CityUnavailable):
        _parsed({**SEANCE, "datetime": time}, Seance.parsed)


@pytest.mark.parametrize("cell", [{"x": 0, "y": 10**9}, {"x": 10**9, "y": 0}, {"x": -1, "y": 0}])
def test_a_hall_has_no_seat_beyond_the_horizon(cell: dict[str, int]) -> None:
    """Every row between would be drawn, for minutes."""

    def parse(body: Any) -> SeatMap:
        return SeatMap.parsed(body, 1)

    hall = {**SEANCE, "currency": "RUB", "categories": [], "seats": [SEAT]}
    assert len(_parsed(hall, parse).seats) == 1
    with pytest.raises(CityUnavailable):
        _parsed({**hall, "seats": [SEAT, {**SEAT, "position": cell}]}, parse)


@pytest.mark.parametrize("seconds", [1e300, float("nan"), float("inf"), "soon"])
def test_a_reservation_ends_some_day(seconds: object) -> None:
    assert _parsed({"booking": BOOKING}, Booking.parsed).expires_in == 600
    with pytest.raises(CityUnavailable):
        _parsed({"booking": {**BOOKING, "expires_in": seconds}}, Booking.parsed)


@pytest.mark.parametrize("code", ["", "A" * 5000])
def test_a_ticket_s_code_can_be_drawn(code: str) -> None:
    with pytest.raises(CityUnavailable):
        _parsed({"booking": {**BOOKING, "tickets": [{**TICKET, "code": code}]}}, Booking.parsed)


@pytest.mark.parametrize("value", [10**400, -(10**400), 1e308, float("nan"), True, "250", None])
def test_money_is_a_number_that_somebody_may_have(value: object) -> None:
    with pytest.raises((ValueError, ArithmeticError, TypeError)):
        amount(value)


def test_a_list_is_a_list_and_no_longer_than_was_asked_for() -> None:
    assert listed([1, 2], most=2) == [1, 2]
    for value in ([1, 2, 3], {"a": 1}, "ab", None):
        with pytest.raises(ValueError, match="class"):
            listed(value, most=2)


def test_limits_are_inclusive() -> None:
    assert whole(0) == 0
    assert whole("7", most=7) == 7
    assert instant("2026-12-01T18:30:00+03:00").hour == 15


@pytest.mark.parametrize("body", [rb'{"name": "\ud800"}', b'{"name": "\xed\xa0\x80"}', b"\xff"])
def test_half_a_character_is_nonsense(body: bytes) -> None:
    with pytest.raises(CityUnavailable):
        _answer(body).json()


def test_a_whole_one_is_not() -> None:
    assert _answer(rb'{"name": "\ud83c\udfac"}').json() == {"name": "🎬"}


def test_more_than_can_be_parsed_in_passing_is_nonsense() -> None:
    with pytest.raises(CityUnavailable):
        _answer(b'["' + b"x" * MOST_JSON + b'"]').json()
