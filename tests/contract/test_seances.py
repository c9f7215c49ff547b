"""Showings over HTTP, sentence by sentence of the contract."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from bookings.booking import book, cancel
from bookings.models import Booking, Ticket
from cinema.replication.position import read_token
from movies.models import Hall, Movie, Seance, SeanceStatus, Seat
from tests.making import (
    make_category,
    make_hall,
    make_movie,
    make_seance,
    make_staff,
    make_token,
    seat_ids,
)
from tests.selling import expire, order

pytestmark = pytest.mark.django_db

START = datetime(2036, 12, 1, 18, 30, tzinfo=UTC)
BODY = {"datetime": "2036-12-01T18:30:00.000Z", "price": 250}


@pytest.fixture
def movie() -> Movie:
    return make_movie()


@pytest.fixture
def seance(movie) -> Seance:
    return make_seance(movie=movie, hall=make_hall(rows=1, seats=4), starts_at=START)


def path(of: Movie | Seance) -> str:
    """A film's showings, or one of them."""
    if isinstance(of, Movie):
        return f"/movies/{of.pk}/seances"
    return f"/movies/{of.movie_id}/seances/{of.pk}"


def error(answer) -> dict:
    (only,) = answer.json()["errors"]
    return only


def listed(api: APIClient, movie: Movie, query: str = "") -> list[int]:
    answer = api.get(path(movie) + query)
    assert answer.status_code == 200, answer.content
    return [seance["id"] for seance in answer.json()["data"]]


def plan(client: APIClient, movie: Movie, **fields: object):
    return client.post(path(movie), BODY | fields, format="json")


def many(movie: Movie, count: int) -> list[int]:
    """Showings one after another in one hall."""
    hall = make_hall(rows=1, seats=1)
    made = Seance.objects.bulk_create(
        Seance(
            movie=movie,
            hall=hall,
            starts_at=START + timedelta(hours=3 * n),
            ends_at=START + timedelta(hours=3 * n + 2),
            hall_free_at=START + timedelta(hours=3 * n + 2),
            price=250,
        )
        for n in range(count)
    )
    return [seance.pk for seance in made]


def at(movie: Movie, *moments: str) -> list[int]:
    """Showings at these moments, each in a hall of its own."""
    return [make_seance(movie=movie, starts_at=datetime.fromisoformat(m)).pk for m in moments]


def expire_now(held) -> None:
    """Lets a hold end before what the database calls now: in a test's transaction it stands
    still."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        expire(held, at=cursor.fetchone()[0])


def vacancy(seats: list[dict]) -> list[bool]:
    return [seat["vacant"] for seat in seats]


def queries(api: APIClient, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert api.get(address).status_code == 200
    return len(asked)


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {make_token(user)}")
    return client


def writes(seance: Seance) -> dict[str, Callable[[APIClient], object]]:
    """Every write to showings, by the name of its permission."""
    later = (START + timedelta(days=1)).isoformat()
    return {
        "add_seance": lambda client: plan(client, seance.movie, datetime=later),
        "delete_seance": lambda client: client.delete(path(seance)),
    }


WRITES = ["add_seance", "delete_seance"]


# GET /movies/{id}/seances


def test_showings_come_with_the_newest_id_first(api, movie):
    made = at(movie, "2036-12-02T10:00Z", "2036-12-01T10:00Z", "2036-12-03T10:00Z")
    assert listed(api, movie) == made[::-1]


def test_only_the_film_s_own_showings_are_listed(api, movie, seance):
    make_seance()
    assert listed(api, movie) == [seance.pk]


def test_a_film_without_showings_has_an_empty_list(api, movie):
    assert api.get(path(movie)).json() == {"data": []}


def test_a_cancelled_showing_is_not_listed(api, movie, seance):
    Seance.objects.update(status=SeanceStatus.CANCELLED)
    assert listed(api, movie) == []


def test_a_showing_is_listed_in_the_form_of_the_contract(api, movie, seance):
    (read,) = api.get(path(movie)).json()["data"]
    assert {name: read[name] for name in ("id", "price", "datetime", "seats")} == {
        "id": seance.pk,
        "price": 250,
        "datetime": "2036-12-01T18:30:00.000Z",
        "seats": [{"id": seat, "vacant": True} for seat in seat_ids(seance)],
    }


@pytest.mark.parametrize(
    ("price", "written"),
    [
        ("250", b'"price":250,'),
        ("250.50", b'"price":250.5,'),
        ("250.05", b'"price":250.05,'),
        ("0", b'"price":0,'),
        ("1000", b'"price":1000,'),
        ("99999999.99", b'"price":99999999.99,'),
    ],
)
def test_a_price_is_a_number_without_needless_decimals(api, movie, price, written):
    seance = make_seance(movie=movie, price=price)
    assert written in api.get(path(movie)).content
    assert written in api.get(path(seance)).content


def test_a_time_is_answered_in_utc_with_milliseconds(api, movie):
    seance = make_seance(movie=movie, starts_at=datetime.fromisoformat("2036-12-01T18:30+03:00"))
    assert b'"datetime":"2036-12-01T15:30:00.000Z"' in api.get(path(movie)).content
    assert b'"datetime":"2036-12-01T15:30:00.000Z"' in api.get(path(seance)).content


def test_every_seat_of_the_hall_is_listed_with_whether_it_is_vacant(api, movie, seance):
    sold, held, expired, free = seat_ids(seance)
    book(order(seance, [sold]))
    book(order(seance, [held], hold=True))
    expire_now(book(order(seance, [expired], hold=True)))
    (read,) = api.get(path(movie)).json()["data"]
    assert read["seats"] == [
        {"id": sold, "vacant": False},
        {"id": held, "vacant": False},
        {"id": expired, "vacant": True},
        {"id": free, "vacant": True},
    ]
    assert (read["seats_total"], read["seats_vacant"]) == (4, 2)


def test_a_cancelled_ticket_s_seat_is_vacant(api, movie, seance):
    cancel(book(order(seance, seat_ids(seance)[:1])).id)
    (read,) = api.get(path(movie)).json()["data"]
    assert all(vacancy(read["seats"]))


def test_a_seat_is_taken_for_the_showing_it_was_sold_for_only(api, movie, seance):
    other = make_seance(movie=movie, hall=seance.hall, starts_at=START + timedelta(hours=5))
    book(order(seance, seat_ids(seance)))
    newest, oldest = api.get(path(movie)).json()["data"]
    assert newest["id"] == other.pk
    assert vacancy(newest["seats"]) == [True] * 4
    assert vacancy(oldest["seats"]) == [False] * 4


def test_seats_can_be_left_out(api, movie, seance):
    with_seats = api.get(f"{path(movie)}?seats=true").json()["data"][0]
    without = api.get(f"{path(movie)}?seats=false").json()["data"][0]
    del with_seats["seats"]
    assert without == with_seats


def test_fifty_showings_are_listed_unless_more_are_asked_for(api, movie):
    made = many(movie, 51)
    assert listed(api, movie) == made[:0:-1]


def test_max_results_limits_the_list_in_the_order_asked(api, movie):
    made = many(movie, 5)
    assert listed(api, movie, "?max_results=2") == [made[4], made[3]]
    assert listed(api, movie, "?max_results=2&ordering=datetime") == made[:2]


@pytest.mark.parametrize("most", [1, 500])
def test_max_results_may_be_between_1_and_500(api, movie, most):
    many(movie, 501)
    assert len(listed(api, movie, f"?max_results={most}")) == most


@pytest.mark.parametrize(
    ("ordering", "places"),
    [
        ("id", [0, 1, 2]),
        ("-id", [2, 1, 0]),
        ("datetime", [1, 0, 2]),
        ("-datetime", [2, 0, 1]),
    ],
)
def test_showings_come_in_the_order_asked(api, movie, ordering, places):
    made = at(movie, "2036-12-02T10:00Z", "2036-12-01T10:00Z", "2036-12-03T10:00Z")
    assert listed(api, movie, f"?ordering={ordering}") == [made[place] for place in places]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("max_results", "0"),
        ("max_results", "501"),
        ("max_results", "-5"),
        ("max_results", "ten"),
        ("ordering", "price"),
        ("ordering", "--id"),
        ("ordering", "-ID"),
        ("ordering", ""),
        ("ordering", "id;DROP TABLE movies_seance"),
        ("date", "2036-13-01"),
        ("date", "2035-02-29"),
        ("date", "01.12.2036"),
        ("date", "20361201"),
        ("date", "2036-12-01T00:00:00Z"),
        ("date", "today"),
        ("date", ""),
        ("from", "2036-12-01"),
        ("from", "2036-12-01T18:30:00"),
        ("from", "2036-02-30T18:30:00Z"),
        ("to", "tomorrow"),
        ("to", "1700000000"),
        ("to", ""),
        ("seats", "no"),
        ("seats", "0"),
    ],
)
def test_a_wrong_parameter_is_refused_and_named(api, movie, name, wrong):
    answer = api.get(path(movie), {name: wrong})
    assert answer.status_code == 422
    assert error(answer)["title"] == "Validation failed"
    assert error(answer)["source"] == {"parameter": name}


@pytest.mark.parametrize("name", ["date", "from", "to", "ordering"])
def test_an_unknown_film_has_no_list_of_showings(api, name):
    values = {"date": "2036-12-01", "ordering": "id"}
    answer = api.get("/movies/17/seances", {name: values.get(name, "2036-12-01T00:00:00Z")})
    assert answer.status_code == 404
    assert error(answer)["title"] == "Not found"
    assert error(answer)["detail"] == "movie_id 17 not found"


@pytest.mark.parametrize(
    ("zone", "day", "before", "on", "after"),
    [
        (  # an ordinary day
            "Europe/Moscow",
            "2036-12-01",
            "2036-11-30T23:59+03:00",
            ["2036-12-01T00:00+03:00", "2036-12-01T00:30+03:00", "2036-12-01T23:59+03:00"],
            "2036-12-02T00:00+03:00",
        ),
        (  # 25 hours: the clock goes back
            "Europe/Berlin",
            "2026-10-25",
            "2026-10-24T23:59+02:00",
            ["2026-10-25T00:00+02:00", "2026-10-25T00:30+02:00", "2026-10-25T23:59+01:00"],
            "2026-10-26T00:00+01:00",
        ),
        (  # 23 hours: the clock goes forward
            "Europe/Berlin",
            "2026-03-29",
            "2026-03-28T23:59+01:00",
            ["2026-03-29T00:00+01:00", "2026-03-29T00:30+01:00", "2026-03-29T23:59+02:00"],
            "2026-03-30T00:00+02:00",
        ),
        (  # a day that has no midnight: the clock goes from 0 to 1
            "Africa/Cairo",
            "2026-04-24",
            "2026-04-23T23:59+02:00",
            ["2026-04-24T01:00+03:00", "2026-04-24T23:59+03:00"],
            "2026-04-25T00:00+03:00",
        ),
        (  # tomorrow already, for UTC
            "America/New_York",
            "2036-12-01",
            "2036-11-30T23:59-05:00",
            ["2036-12-01T00:30-05:00", "2036-12-01T23:30-05:00"],
            "2036-12-02T00:00-05:00",
        ),
    ],
)
def test_a_date_is_the_cinema_s_local_day(api, movie, settings, zone, day, before, on, after):
    settings.TIME_ZONE = zone
    at(movie, before, after)
    wanted = at(movie, *on)
    assert listed(api, movie, f"?date={day}&ordering=id") == wanted


@pytest.mark.parametrize(
    "moment",
    [
        "2036-12-01T18:30:00Z",
        "2036-12-01T18:30:00.000Z",
        "2036-12-01T21:30:00%2B03:00",
        "2036-12-01T21:30:00+03:00",
        "2036-12-02T00:15:00+05:45",
        "2036-12-01T08:30:00-10:00",
    ],
)
def test_from_and_to_take_any_offset_even_with_an_unescaped_plus(api, movie, moment):
    earlier, exactly, later = at(
        movie, "2036-12-01T18:29:59Z", "2036-12-01T18:30:00Z", "2036-12-01T18:30:01Z"
    )
    assert listed(api, movie, f"?ordering=id&from={moment}") == [exactly, later]
    assert listed(api, movie, f"?ordering=id&to={moment}") == [earlier]


def test_from_and_to_and_date_go_together(api, movie):
    made = at(movie, "2036-12-01T10:00Z", "2036-12-01T12:00Z", "2036-12-02T10:00Z")
    span = "from=2036-12-01T11:00:00Z&to=2036-12-03T00:00:00Z"
    assert listed(api, movie, f"?ordering=id&{span}") == made[1:]
    assert listed(api, movie, f"?date=2036-12-01&{span}") == [made[1]]


def test_a_list_with_an_etag_that_is_known_is_sent_again_after_a_sale_only(api, movie, seance):
    etag = api.get(path(movie))["ETag"]
    same = api.get(path(movie), headers={"If-None-Match": etag})
    assert (same.status_code, same.content) == (304, b"")
    book(order(seance, seat_ids(seance)[:1]))
    assert api.get(path(movie), headers={"If-None-Match": etag}).status_code == 200


def test_a_longer_list_of_showings_takes_no_more_queries(api, movie):
    def make(count: int) -> None:
        for _ in range(count):
            book(order(made := make_seance(movie=movie), seat_ids(made)[:2]))

    make(3)
    few = queries(api, path(movie))
    make(27)
    assert len(listed(api, movie)) == 30
    assert queries(api, path(movie)) == few > 0


# GET /movies/{id}/seances/{id}


def test_one_showing_is_read_with_its_hall_format_language_start_and_end(api, staff):
    hall = make_hall(name="Зал 77")
    movie = make_movie(duration_minutes=111)
    plan(staff, movie, hall=hall.pk, format="35mm", language="en")
    seance = Seance.objects.get()
    read = api.get(path(seance)).json()["data"]
    del read["seats"]
    assert (
        read.items()
        >= {
            "id": seance.pk,
            "movie_id": movie.pk,
            "price": 250,
            "hall": {"id": hall.pk, "name": "Зал 77"},
            "format": "35mm",
            "language": "en",
            "datetime": "2036-12-01T18:30:00.000Z",
            "ends_at": "2036-12-01T20:21:00.000Z",
        }.items()
    )


def test_a_seat_map_has_row_number_position_category_and_price_of_every_seat(api, movie):
    hall = make_hall(rows=1, seats=1)
    dear = make_category("VIP", "149.50")
    vip = Seat.objects.create(hall=hall, row="Б1", number=12, x=3, y=7, category=dear)
    seance = make_seance(movie=movie, hall=hall, price="250.25")
    plain, special = api.get(path(seance)).json()["data"]["seats"]
    assert {name: value for name, value in special.items() if name != "wheelchair"} == {
        "id": vip.pk,
        "vacant": True,
        "row": "Б1",
        "number": 12,
        "position": {"x": 3, "y": 7},
        "category": "VIP",
        "price": 399.75,
    }
    assert (plain["row"], plain["category"], plain["price"]) == ("1", "Стандарт", 250.25)


def test_a_seat_s_price_is_what_it_is_sold_for(api, movie):
    hall = make_hall(rows=1, seats=2)
    hall.seats.update(category=make_category("VIP", "100"))
    seance = make_seance(movie=movie, hall=hall)
    answer = api.get(path(seance))
    booked = book(order(seance, seat_ids(seance)))
    assert answer.content.count(b'"price":350') == 3  # two seats and their category
    assert booked.total == 700


def test_a_seat_map_shows_which_seats_are_vacant(api, seance):
    sold, held, expired, _free = seat_ids(seance)
    book(order(seance, [sold]))
    book(order(seance, [held], hold=True))
    expire_now(book(order(seance, [expired], hold=True)))
    seats = api.get(path(seance)).json()["data"]["seats"]
    assert [seat["id"] for seat in seats] == seat_ids(seance)
    assert vacancy(seats) == [False, False, True, True]
    assert Ticket.objects.filter(released_at=None).count() == 3  # no clean-up was needed


def test_a_showing_with_an_etag_that_is_known_is_not_sent_again(api, seance):
    first = api.get(path(seance))
    again = api.get(path(seance), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_an_etag_among_others_and_weak_is_recognized(api, seance):
    etag = api.get(path(seance))["ETag"]
    again = api.get(path(seance), headers={"If-None-Match": f'"other", W/{etag}'})
    assert again.status_code == 304


def test_an_etag_of_something_else_is_not_recognized(api, seance):
    answer = api.get(path(seance), headers={"If-None-Match": '"other"'})
    assert answer.status_code == 200
    assert answer.json()["data"]["id"] == seance.pk


def test_a_sale_changes_the_etag_and_so_does_its_end(api, seance):
    etag = api.get(path(seance))["ETag"]
    held = book(order(seance, seat_ids(seance)[:1], hold=True))
    sold = api.get(path(seance), headers={"If-None-Match": etag})
    assert sold.status_code == 200
    assert sold["ETag"] != etag
    expire_now(held)
    assert api.get(path(seance))["ETag"] == etag


def test_a_showing_that_is_not_there_can_not_be_read(api, movie):
    answer = api.get(f"{path(movie)}/17")
    assert answer.status_code == 404
    assert error(answer)["title"] == "Not found"
    assert error(answer)["detail"] == "seance_id 17 not found"


def test_a_showing_of_another_film_can_not_be_read(api, seance):
    other = make_movie()
    answer = api.get(f"{path(other)}/{seance.pk}")
    assert answer.status_code == 404
    assert error(answer)["detail"] == f"seance_id {seance.pk} not found"


@pytest.mark.parametrize("sold", [0, 40])
def test_a_larger_hall_takes_no_more_queries(api, movie, sold):
    small = make_seance(movie=movie, hall=make_hall(rows=1, seats=2))
    large = make_seance(hall=make_hall(rows=20, seats=20))
    for first in range(0, sold, 10):
        book(order(large, seat_ids(large)[first : first + 10]))
    assert queries(api, path(large)) == queries(api, path(small)) > 0
    assert queries(api, path(large.movie)) == queries(api, path(movie)) > 0


# POST /movies/{id}/seances


def test_a_new_showing_is_answered_in_the_form_of_the_contract(staff, movie):
    hall = make_hall(rows=1, seats=2)
    answer = plan(staff, movie)
    assert answer.status_code == 201
    seance = Seance.objects.get()
    data = answer.json()["data"]
    assert (data["id"], data["type"]) == (seance.pk, "seances")
    assert (
        data["attributes"].items()
        >= {"datetime": "2036-12-01T18:30:00.000Z", "price": 250, "movie_id": movie.pk}.items()
    )
    seats = hall.seats.order_by("id").values_list("id", flat=True)
    assert data["seats"] == [{"id": seat, "vacant": True} for seat in seats]
    assert (seance.movie, seance.hall, seance.starts_at, seance.price) == (movie, hall, START, 250)


def test_a_new_showing_s_location_can_be_read(api, staff, movie):
    make_hall()
    answer = plan(staff, movie)
    assert answer["Location"] == path(Seance.objects.get())
    assert api.get(answer["Location"]).json()["data"]["datetime"] == BODY["datetime"]


@pytest.mark.parametrize(
    "moment",
    [
        "2036-12-01T18:30:00Z",
        "2036-12-01t18:30:00z",
        "2036-12-01T21:30:00+03:00",
        "2036-12-02T00:15:00.000+05:45",
        "2036-12-01T08:30:00-10:00",
        "2036-12-01T18:30:00-00:00",
    ],
)
def test_a_new_showing_s_time_may_have_any_offset(staff, movie, moment):
    make_hall()
    answer = plan(staff, movie, datetime=moment)
    assert answer.status_code == 201
    assert answer.json()["data"]["attributes"]["datetime"] == "2036-12-01T18:30:00.000Z"
    assert Seance.objects.get().starts_at == START


@pytest.mark.parametrize(
    ("price", "written"), [("250", b"250"), ("250.5", b"250.5"), ("250.50", b"250.5")]
)
def test_a_new_showing_s_price_is_answered_exactly(staff, movie, price, written):
    make_hall()
    body = f'{{"datetime": "2036-12-01T18:30:00Z", "price": {price}}}'
    answer = staff.generic("POST", path(movie), body, content_type="application/json")
    assert b'"price":%b,' % written in answer.content
    assert format(Seance.objects.get().price.normalize(), "f").encode() == written


def test_a_new_showing_may_name_its_hall_format_and_language(staff, movie):
    make_hall()
    hall = make_hall()
    answer = plan(staff, movie, hall=hall.pk, format="3D", language="en")
    attributes = answer.json()["data"]["attributes"]
    assert [attributes[name] for name in ("hall", "format", "language")] == [hall.pk, "3D", "en"]
    seance = Seance.objects.get()
    assert (seance.hall, seance.format, seance.language) == (hall, "3D", "en")


@pytest.mark.parametrize("field", list(BODY))
def test_a_new_showing_needs_every_required_field(staff, movie, field):
    make_hall()
    body = {name: value for name, value in BODY.items() if name != field}
    answer = staff.post(path(movie), body, format="json")
    assert answer.status_code == 400
    assert error(answer)["detail"] == f"'{field}' is a required property"
    assert error(answer)["source"] == {"pointer": f"/data/{field}"}
    assert not Seance.objects.exists()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("datetime", 1700000000),
        ("datetime", None),
        ("datetime", "2036-12-01"),
        ("datetime", "2036-12-01T18:30:00"),
        ("datetime", "2036-12-01 18:30:00Z"),
        ("datetime", "2036-02-30T18:30:00Z"),
        ("datetime", "soon"),
        ("price", "250"),
        ("price", None),
        ("price", True),
        ("price", -1),
        ("price", 1.001),
        ("price", 100_000_000),
        ("hall", "1"),
        ("hall", 1.5),
        ("hall", 0),
        ("hall", 2**62),
        ("format", "4D"),
        ("format", 3),
        ("language", "по-русски"),
        ("language", 7),
    ],
)
def test_a_wrong_field_is_refused_and_pointed_at(staff, movie, field, wrong):
    make_hall()
    answer = plan(staff, movie, **{field: wrong})
    assert answer.status_code == 422
    assert error(answer)["title"] == "Validation failed"
    assert error(answer)["source"] == {"pointer": f"/data/{field}"}
    assert not Seance.objects.exists()


def test_an_unknown_film_gets_no_showing(staff):
    make_hall()
    answer = staff.post("/movies/17/seances", BODY, format="json")
    assert answer.status_code == 404
    assert error(answer)["detail"] == "movie_id 17 not found"


@pytest.mark.parametrize("minutes", [-134, -60, 0, 60, 134])
def test_without_a_hall_one_that_is_free_for_the_whole_showing_is_chosen(staff, movie, minutes):
    busy = make_seance(starts_at=START + timedelta(minutes=minutes)).hall
    free = make_hall()
    answer = plan(staff, movie)
    assert answer.status_code == 201
    assert answer.json()["data"]["attributes"]["hall"] == free.pk
    assert movie.seances.get().hall == free != busy


@pytest.mark.parametrize("minutes", [-135, 135])
def test_a_hall_is_free_again_after_the_showing_and_its_turnaround(staff, movie, minutes):
    hall = make_seance(starts_at=START + timedelta(minutes=minutes)).hall
    assert plan(staff, movie).status_code == 201
    assert movie.seances.get().hall == hall


def test_a_hall_without_seats_is_not_chosen(staff, movie):
    Hall.objects.create(name="Пустой")
    hall = make_hall()
    assert plan(staff, movie, hall=None).json()["data"]["attributes"]["hall"] == hall.pk


def test_a_cancelled_showing_occupies_no_hall(staff, movie, seance):
    Seance.objects.update(status=SeanceStatus.CANCELLED)
    assert plan(staff, movie).status_code == 201


def test_when_every_hall_is_occupied_nothing_is_planned_and_a_sentence_says_why(staff, movie):
    make_seance(starts_at=START)
    make_seance(starts_at=START + timedelta(minutes=60))
    answer = plan(staff, movie)
    assert answer.status_code == 409
    assert error(answer)["title"] == "Hall occupied"
    assert error(answer)["detail"] == (
        "No hall is free for the whole showing; choose another time."
    )
    assert not movie.seances.exists()


def test_when_the_given_hall_is_occupied_nothing_is_planned_though_others_are_free(staff, movie):
    busy = make_seance(starts_at=START).hall
    make_hall()
    answer = plan(staff, movie, hall=busy.pk)
    assert answer.status_code == 409
    assert error(answer)["title"] == "Hall occupied"
    assert busy.name in error(answer)["detail"]
    assert not movie.seances.exists()


# DELETE /movies/{id}/seances/{id}


def test_a_deleted_showing_is_answered_with_its_id_as_a_string(staff, seance):
    answer = staff.delete(path(seance))
    assert answer.status_code == 200
    assert answer.json() == {"data": {"id": str(seance.pk), "type": "seances"}}
    assert not Seance.objects.exists()
    assert Movie.objects.exists()


@pytest.mark.parametrize("hold", [False, True])
def test_a_showing_with_tickets_is_not_deleted_and_a_sentence_says_why(staff, seance, hold):
    book(order(seance, seat_ids(seance)[:1], hold=hold))
    answer = staff.delete(path(seance))
    assert answer.status_code == 409
    assert error(answer)["title"] == "Tickets have been sold"
    assert "can't be deleted: 1 ticket has been sold or held" in error(answer)["detail"]
    assert "Cancel instead" in error(answer)["detail"]
    assert Booking.objects.get().seance_id == seance.pk


def test_a_showing_whose_tickets_were_cancelled_is_not_deleted(staff, seance):
    cancel(book(order(seance, seat_ids(seance)[:1])).id)
    assert staff.delete(path(seance)).status_code == 409
    assert Seance.objects.exists()


def test_a_showing_that_was_only_held_and_never_bought_is_deleted(staff, seance):
    expire_now(book(order(seance, seat_ids(seance)[:1], hold=True)))
    assert staff.delete(path(seance)).status_code == 200
    assert not Seance.objects.exists()


def test_a_showing_of_another_film_is_not_deleted(staff, seance):
    other = make_movie()
    answer = staff.delete(f"{path(other)}/{seance.pk}")
    assert answer.status_code == 404
    assert error(answer)["detail"] == f"seance_id {seance.pk} not found"
    assert Seance.objects.exists()


def test_a_showing_that_is_not_there_can_not_be_deleted(staff, movie):
    answer = staff.delete(f"{path(movie)}/17")
    assert answer.status_code == 404
    assert error(answer)["detail"] == "seance_id 17 not found"


# Both forms of an address


def test_showings_are_read_with_a_trailing_slash_too(api, movie, seance):
    for address in (path(movie), path(seance)):
        with_slash = api.get(f"{address}/")
        assert with_slash.status_code == 200
        assert with_slash.content == api.get(address).content


def test_a_showing_is_planned_with_a_trailing_slash_too(staff, movie):
    make_hall()
    answer = staff.post(f"{path(movie)}/", BODY, format="json")
    assert answer.status_code == 201
    assert answer["Location"] == path(Seance.objects.get())


def test_a_showing_is_deleted_with_a_trailing_slash_too(staff, seance):
    assert staff.delete(f"{path(seance)}/").status_code == 200
    assert not Seance.objects.exists()


# Who may write


@pytest.mark.parametrize("write", WRITES)
def test_a_visitor_can_not_write(api, seance, write):
    answer = writes(seance)[write](api)
    assert answer.status_code == 401
    assert error(answer)["title"] == "Unauthorized"
    assert Seance.objects.get() == seance


@pytest.mark.parametrize("write", WRITES)
def test_a_bad_token_can_not_write(api, seance, write):
    api.credentials(HTTP_AUTHORIZATION="Token abc")
    assert writes(seance)[write](api).status_code == 401
    assert Seance.objects.get() == seance


@pytest.mark.parametrize("write", WRITES)
def test_who_is_not_staff_can_not_write_even_with_permission(seance, write):
    user = User.objects.create_user("buyer", password="correct horse")
    user.user_permissions.set(Permission.objects.filter(codename__in=WRITES))
    answer = writes(seance)[write](client_of(user))
    assert answer.status_code == 403
    assert error(answer)["title"] == "Forbidden"
    assert Seance.objects.get() == seance


@pytest.mark.parametrize("write", WRITES)
def test_staff_without_the_permission_can_not_write(seance, write):
    user = make_staff(superuser=False)
    user.user_permissions.set(Permission.objects.filter(codename__in=set(WRITES) - {write}))
    assert writes(seance)[write](client_of(user)).status_code == 403
    assert Seance.objects.get() == seance


@pytest.mark.parametrize("write", WRITES)
def test_staff_with_the_permission_can_write(seance, write):
    user = make_staff(superuser=False)
    user.user_permissions.set(Permission.objects.filter(codename=write))
    assert writes(seance)[write](client_of(user)).status_code in (200, 201)
    assert Seance.objects.count() == {"add_seance": 2, "delete_seance": 0}[write]


# The consistency token


@pytest.mark.parametrize("write", WRITES)
def test_a_write_answers_with_a_consistency_token_as_header_and_cookie(staff, seance, write):
    answer = writes(seance)[write](staff)
    token = answer["X-Consistency-Token"]
    assert read_token(token) is not None
    assert answer.cookies["consistency_token"].value == token


def test_a_read_answers_without_a_consistency_token(api, seance):
    answer = api.get(path(seance))
    assert not answer.has_header("X-Consistency-Token")
    assert not answer.cookies
