"""`GET /seances`: showings of all films. What it shares with a film's own list is tested there."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.booking import book
from movies.models import Hall, Seance, SeanceStatus
from tests.making import make_hall, make_movie, make_seance, seat_ids
from tests.selling import order

pytestmark = pytest.mark.django_db

START = datetime(2036, 12, 1, 18, 30, tzinfo=UTC)


def listed(api, **query: str) -> list[int]:
    answer = api.get("/seances", query)
    assert answer.status_code == 200, answer.content
    return [seance["id"] for seance in answer.json()["data"]]


def at(*moments: str) -> list[int]:
    """Showings at these moments, each of a film and in a hall of its own."""
    return [make_seance(starts_at=datetime.fromisoformat(moment)).pk for moment in moments]


def test_showings_of_all_films_come_with_the_newest_id_first(api):
    made = at("2036-12-02T10:00Z", "2036-12-01T10:00Z", "2036-12-03T10:00Z")
    assert listed(api) == made[::-1]


def test_there_may_be_none(api):
    assert api.get("/seances").json() == {"data": []}


def test_a_showing_is_listed_as_with_its_film(api):
    seance = make_seance(hall=make_hall(rows=1, seats=4))
    book(order(seance, seat_ids(seance)[:1]))
    [read] = api.get("/seances").json()["data"]
    assert read["movie_id"] == seance.movie_id
    assert (read["seats_total"], read["seats_vacant"]) == (4, 3)
    assert "seats" not in read
    for seats in ("true", "false"):
        of_film = api.get(f"/movies/{seance.movie_id}/seances", {"seats": seats}).json()
        assert api.get("/seances", {"seats": seats}).json() == of_film


def test_a_hall_without_seats_has_none_to_sell(api):
    hall = Hall.objects.create(name="Пустой")
    Seance.objects.create(
        movie=make_movie(),
        hall=hall,
        starts_at=START,
        ends_at=START + timedelta(hours=2),
        hall_free_at=START + timedelta(hours=2),
        price=250,
    )
    [read] = api.get("/seances").json()["data"]
    assert (read["seats_total"], read["seats_vacant"]) == (0, 0)


def test_a_cancelled_showing_is_not_listed(api):
    make_seance()
    Seance.objects.update(status=SeanceStatus.CANCELLED)
    assert listed(api) == []


def test_a_day_is_the_cinema_s_own(api):
    before, first, last, after = at(
        "2036-11-30T23:59+03:00",
        "2036-12-01T00:00+03:00",
        "2036-12-01T23:59+03:00",
        "2036-12-02T00:00+03:00",
    )
    assert listed(api, date="2036-12-01", ordering="datetime") == [first, last]
    assert listed(api, date="2036-11-30") == [before]
    assert listed(api, date="2036-12-02") == [after]


def test_from_is_included_and_to_is_not(api):
    made = at("2036-12-01T10:00Z", "2036-12-01T11:00Z", "2036-12-01T12:00Z")
    asked = {"from": "2036-12-01T11:00:00Z", "to": "2036-12-01T12:00:00Z"}
    assert listed(api, **asked) == [made[1]]


@pytest.mark.parametrize(
    ("ordering", "places"),
    [("id", [0, 1, 2]), ("-id", [2, 1, 0]), ("datetime", [1, 0, 2]), ("-datetime", [2, 0, 1])],
)
def test_showings_come_in_the_order_asked(api, ordering, places):
    made = at("2036-12-02T10:00Z", "2036-12-01T10:00Z", "2036-12-03T10:00Z")
    assert listed(api, ordering=ordering) == [made[place] for place in places]
    assert listed(api, ordering=ordering, max_results="2") == [made[place] for place in places[:2]]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("max_results", "0"),
        ("max_results", "501"),
        ("ordering", "price"),
        ("date", "today"),
        ("from", "2036-12-01"),
        ("to", ""),
        ("seats", "1"),
    ],
)
def test_a_wrong_parameter_is_refused_and_named(api, name, wrong):
    answer = api.get("/seances", {name: wrong})
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["title"], error["source"]) == ("Validation failed", {"parameter": name})


def test_who_has_it_already_is_told_so_until_a_seat_is_sold(api):
    seance = make_seance()
    first = api.get("/seances")
    assert first["Cache-Control"] == "no-cache"
    again = api.get("/seances", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    book(order(seance, seat_ids(seance)[:1]))
    assert api.get("/seances", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_it_is_one_statement_and_two_with_the_seats(api):
    for _ in range(3):
        make_seance()
    for seats, statements in (("false", 1), ("true", 2)):
        with CaptureQueriesContext(connection) as asked:
            assert len(listed(api, seats=seats)) == 3
        assert len(asked) == statements


@pytest.mark.parametrize("ordering", ["datetime", "-id"])
def test_the_days_to_come_are_found_by_their_time_among_many_past_ones(api, ordering):
    """However long a cinema has been running: read from the index by start."""
    movie, hall = make_movie(), make_hall(rows=1, seats=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO movies_seance (movie_id, hall_id, starts_at, ends_at, hall_free_at, price,"
            " format, language, status) "
            "SELECT %s, %s, at, till, till, 250, '2D', 'ru', 'scheduled' "
            "FROM generate_series(now() - interval '300 days', now(), interval '30 minutes') at, "
            "LATERAL (SELECT at + interval '20 minutes') ending (till)",
            [movie.pk, hall.pk],
        )
        cursor.execute("ANALYZE movies_seance")
    coming = make_seance()
    with CaptureQueriesContext(connection) as asked:
        found = listed(api, **{"from": datetime.now(UTC).isoformat(), "ordering": ordering})
    assert found == [coming.pk]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "seance_by_start" in plan
    assert "Seq Scan on movies_seance" not in plan


def test_it_is_read_only(api, staff):
    for client in (api, staff):
        assert client.post("/seances", {}, format="json").status_code == 405


def test_it_is_read_with_a_trailing_slash_too(api):
    make_seance()
    assert api.get("/seances/").content == api.get("/seances").content
