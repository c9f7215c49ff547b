"""Films over HTTP, sentence by sentence of the contract."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from bookings.booking import book, cancel
from bookings.models import Booking
from cinema.replication.position import read_token
from movies.models import Movie, Seance, SeanceStatus
from tests.making import make_hall, make_movie, make_seance, make_staff, make_token, seat_ids
from tests.selling import expire, order

pytestmark = pytest.mark.django_db

BODY = {"name": "Аэлита", "description": "Немой фильм", "image_url": "https://img.example/2.svg"}
READ = ["id", "name", "description", "image_url", "comingSoon"]


def error(answer) -> dict:
    (only,) = answer.json()["errors"]
    return only


def without(field: str) -> dict:
    return {name: value for name, value in BODY.items() if name != field}


def listed(api: APIClient, query: str = "") -> list[int]:
    answer = api.get(f"/movies{query}")
    assert answer.status_code == 200, answer.content
    return [movie["id"] for movie in answer.json()["data"]]


def many(count: int) -> list[int]:
    made = Movie.objects.bulk_create(Movie(name=f"Фильм {n}") for n in range(count))
    return [movie.pk for movie in made]


def database_now() -> datetime:
    """The moment that the database calls now; in a test's transaction it stands still."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]


def local_midnight(zone: str) -> datetime:
    """When the present day began in `zone`."""
    local = database_now().astimezone(ZoneInfo(zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {make_token(user)}")
    return client


def writes(movie: Movie) -> dict[str, Callable[[APIClient], object]]:
    """Every write to films, by the name of its permission."""
    return {
        "add_movie": lambda client: client.post("/movies", BODY, format="json"),
        "change_movie": lambda client: client.patch(
            f"/movies/{movie.pk}", {"name": "Другой"}, format="json"
        ),
        "delete_movie": lambda client: client.delete(f"/movies/{movie.pk}"),
    }


WRITES = ["add_movie", "change_movie", "delete_movie"]


# GET /movies


def test_films_come_with_the_newest_id_first(api):
    first, second, third = (make_movie(name).pk for name in ("А", "Я", "М"))
    assert listed(api) == [third, second, first]


def test_a_cinema_without_films_answers_an_empty_list(api):
    assert api.get("/movies").json() == {"data": []}


def test_a_film_is_listed_flat(api):
    movie = make_movie("Aelita", description="Mute", image_url="https://img.example/2.svg")
    (read,) = api.get("/movies").json()["data"]
    assert {name: read[name] for name in READ} == {
        "id": movie.pk,
        "name": "Aelita",
        "description": "Mute",
        "image_url": "https://img.example/2.svg",
        "comingSoon": False,
    }


def test_a_poster_on_this_server_is_read_with_a_full_address(api):
    make_movie(image_url="/static/a.svg")
    (read,) = api.get("/movies").json()["data"]
    assert read["image_url"] == "https://kazan.example/static/a.svg"


def test_text_is_answered_as_utf_8_json(api):
    make_movie("Аэлита «Æ» 🎬")
    answer = api.get("/movies")
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert "Аэлита «Æ» 🎬" in answer.content.decode()


def test_fifty_films_are_listed_unless_more_are_asked_for(api):
    made = many(51)
    assert listed(api) == made[:0:-1]


def test_max_results_limits_the_list_to_the_newest(api):
    made = many(5)
    assert listed(api, "?max_results=2") == [made[4], made[3]]


@pytest.mark.parametrize("most", [1, 500])
def test_max_results_may_be_between_1_and_500(api, most):
    many(501)
    assert len(listed(api, f"?max_results={most}")) == most


@pytest.mark.parametrize("wrong", ["0", "501", "-1", "1.5", "many", "", "9" * 50])
def test_any_other_max_results_is_refused(api, wrong):
    answer = api.get("/movies", {"max_results": wrong})
    assert answer.status_code == 422
    assert error(answer)["title"] == "Validation failed"
    assert error(answer)["source"] == {"parameter": "max_results"}


def test_with_seances_leaves_out_films_that_are_not_shown_any_more(api):
    gone, shown, never = make_movie(), make_movie(), make_movie()
    make_seance(movie=gone, starts_at=timezone.now() - timedelta(days=3))
    make_seance(movie=shown)
    assert listed(api, "?with_seances=true") == [shown.pk]
    assert listed(api, "?with_seances=false") == listed(api) == [never.pk, shown.pk, gone.pk]


def test_with_seances_is_applied_before_max_results(api):
    shown = make_seance().movie
    make_movie()
    assert listed(api, "?with_seances=true&max_results=1") == [shown.pk]


def test_a_film_with_several_showings_is_listed_once(api):
    movie = make_movie()
    make_seance(movie=movie)
    make_seance(movie=movie)
    assert listed(api, "?with_seances=true") == [movie.pk]


@pytest.mark.parametrize("wrong", ["1", "yes", ""])
def test_with_seances_is_true_or_false(api, wrong):
    answer = api.get("/movies", {"with_seances": wrong})
    assert answer.status_code == 422
    assert error(answer)["source"] == {"parameter": "with_seances"}


# Their midnights are at 10:00, 11:00 and 18:15 UTC: none is the tests' or their database's own.
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"])
@pytest.mark.parametrize(
    ("after_midnight", "coming"),
    [(timedelta(0), True), (timedelta(minutes=-1), False), (timedelta(hours=23), True)],
)
def test_a_film_is_coming_soon_from_the_start_of_the_local_day(
    api, settings, zone, after_midnight, coming
):
    settings.TIME_ZONE = zone
    movie = make_seance(starts_at=local_midnight(zone) + after_midnight).movie
    assert api.get(f"/movies/{movie.pk}").json()["data"]["comingSoon"] is coming
    assert api.get("/movies").json()["data"][0]["comingSoon"] is coming
    assert listed(api, "?with_seances=true") == ([movie.pk] if coming else [])


def test_a_film_shown_next_year_is_coming_soon(api):
    movie = make_seance(starts_at=timezone.now() + timedelta(days=365)).movie
    assert api.get(f"/movies/{movie.pk}").json()["data"]["comingSoon"] is True


def test_a_cancelled_showing_is_none(api):
    seance = make_seance()
    Seance.objects.update(status=SeanceStatus.CANCELLED)
    assert api.get(f"/movies/{seance.movie_id}").json()["data"]["comingSoon"] is False
    assert listed(api, "?with_seances=true") == []


def test_films_with_an_etag_that_is_known_are_not_sent_again(api):
    movie = make_movie()
    etag = api.get("/movies")["ETag"]
    again = api.get("/movies", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    Movie.objects.filter(pk=movie.pk).update(name="Другой")
    assert api.get("/movies", headers={"If-None-Match": etag}).status_code == 200


def test_a_longer_list_of_films_takes_no_more_queries(api):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert api.get("/movies").status_code == 200
        return len(queries)

    def make(count: int) -> None:
        for _ in range(count):
            english = {"en": {"name": "Aelita", "description": "", "director": ""}}
            make_seance(movie=make_movie(genres=["scifi"], translations=english))

    make(3)
    few = asked()
    make(27)
    assert asked() == few > 0


# GET /movies/{id}


def test_one_film_is_read_flat(api):
    movie = make_movie("Aelita", description="Mute", image_url="https://img.example/2.svg")
    answer = api.get(f"/movies/{movie.pk}")
    assert answer.status_code == 200
    read = answer.json()["data"]
    assert [read[name] for name in READ] == [
        movie.pk,
        "Aelita",
        "Mute",
        "https://img.example/2.svg",
        False,
    ]


def test_a_film_with_an_etag_that_is_known_is_not_sent_again(api):
    movie = make_movie()
    etag = api.get(f"/movies/{movie.pk}")["ETag"]
    again = api.get(f"/movies/{movie.pk}", headers={"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)


def test_a_film_that_is_not_there_can_not_be_read(api):
    answer = api.get("/movies/17")
    assert answer.status_code == 404
    assert error(answer)["title"] == "Not found"
    assert error(answer)["detail"] == "movie_id 17 not found"


# POST /movies


def test_a_new_film_is_answered_in_the_form_of_the_contract(staff):
    answer = staff.post("/movies", BODY, format="json")
    assert answer.status_code == 201
    movie = Movie.objects.get()
    assert answer.json() == {"data": {"id": movie.pk, "type": "movies", "attributes": BODY}}
    assert (movie.name, movie.description, movie.image_url) == tuple(BODY.values())


def test_a_new_film_s_location_can_be_read(api, staff):
    answer = staff.post("/movies", BODY, format="json")
    assert answer["Location"] == f"/movies/{Movie.objects.get().pk}"
    assert api.get(answer["Location"]).json()["data"]["name"] == BODY["name"]


def test_a_new_film_may_have_more_than_the_required_fields(staff):
    more = {
        "original_title": "Aelita",
        "year": 1924,
        "director": "Яков Протазанов",
        "duration_minutes": 111,
        "age_rating": "12+",
        "genres": ["scifi", "drama"],
        "translations": {"en": {"name": "Aelita", "description": "Mute", "director": ""}},
    }
    answer = staff.post("/movies", BODY | more, format="json")
    assert answer.status_code == 201
    assert answer.json()["data"]["attributes"] == BODY | more
    movie = Movie.objects.get()
    assert (movie.year, movie.duration_minutes, movie.genres) == (1924, 111, ["scifi", "drama"])
    assert movie.translations.get().name == "Aelita"


@pytest.mark.parametrize("field", list(BODY))
def test_a_new_film_needs_every_required_field(staff, field):
    answer = staff.post("/movies", without(field), format="json")
    assert answer.status_code == 400
    assert error(answer)["detail"] == f"'{field}' is a required property"
    assert error(answer)["source"] == {"pointer": f"/data/{field}"}
    assert not Movie.objects.exists()


@pytest.mark.parametrize("field", list(BODY))
@pytest.mark.parametrize("wrong", [1, 1.5, True, None, [], {}])
def test_a_field_of_the_wrong_type_is_refused_and_pointed_at(staff, field, wrong):
    answer = staff.post("/movies", BODY | {field: wrong}, format="json")
    assert answer.status_code == 422
    assert error(answer)["title"] == "Validation failed"
    assert error(answer)["detail"].endswith("is not of type 'string'")
    assert error(answer)["source"] == {"pointer": f"/data/{field}"}
    assert not Movie.objects.exists()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("year", "1924"),
        ("year", 1887),
        ("duration_minutes", 0),
        ("duration_minutes", 90.5),
        ("age_rating", "17+"),
        ("genres", ["western", "western"]),
        ("genres", ["unheard of"]),
        ("genres", "drama"),
    ],
)
def test_a_field_of_a_wrong_form_is_refused_and_pointed_at(staff, field, wrong):
    answer = staff.post("/movies", BODY | {field: wrong}, format="json")
    assert answer.status_code == 422
    assert error(answer)["source"]["pointer"].startswith(f"/data/{field}")
    assert not Movie.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "\njavascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
    ],
)
@pytest.mark.parametrize("method", ["post", "patch"])
def test_an_address_that_a_browser_would_run_is_no_poster(staff, method, address):
    movie = make_movie()
    path = "/movies" if method == "post" else f"/movies/{movie.pk}"
    answer = getattr(staff, method)(path, BODY | {"image_url": address}, format="json")
    assert answer.status_code == 422
    assert error(answer)["source"] == {"pointer": "/data/image_url"}
    assert Movie.objects.get().image_url == "/static/a.svg"


def test_a_poster_on_this_server_is_stored_and_answered_as_it_was_sent(staff):
    answer = staff.post("/movies", BODY | {"image_url": "/static/b.svg"}, format="json")
    assert answer.json()["data"]["attributes"]["image_url"] == "/static/b.svg"
    assert Movie.objects.get().image_url == "/static/b.svg"


# PATCH /movies/{id}


@pytest.mark.parametrize("field", list(BODY))
def test_a_change_of_one_field_leaves_the_others_alone(staff, field):
    movie = make_movie(year=1924)
    before = Movie.objects.filter(pk=movie.pk).values().get()
    answer = staff.patch(f"/movies/{movie.pk}", {field: "/new"}, format="json")
    assert answer.status_code == 200
    assert Movie.objects.filter(pk=movie.pk).values().get() == before | {field: "/new"}


def test_a_changed_film_is_answered_in_the_form_of_the_contract(staff):
    movie = make_movie()
    answer = staff.patch(f"/movies/{movie.pk}", {"name": "Другой"}, format="json")
    assert answer.json() == {
        "data": {
            "id": movie.pk,
            "type": "movies",
            "attributes": {
                "name": "Другой",
                "description": "Немой фильм",
                "image_url": "/static/a.svg",
            },
        }
    }


def test_a_change_of_the_wrong_type_is_refused_and_changes_nothing(staff):
    movie = make_movie()
    answer = staff.patch(f"/movies/{movie.pk}", {"name": 1, "description": "x"}, format="json")
    assert answer.status_code == 422
    assert error(answer)["detail"] == "1 is not of type 'string'"
    assert error(answer)["source"] == {"pointer": "/data/name"}
    assert Movie.objects.get().description == "Немой фильм"


def test_an_empty_change_changes_nothing(staff):
    movie = make_movie()
    before = Movie.objects.values().get()
    assert staff.patch(f"/movies/{movie.pk}", {}, format="json").status_code == 200
    assert Movie.objects.values().get() == before


def test_a_film_can_not_grow_into_the_next_showing(staff):
    hall, movie = make_hall(), make_movie(duration_minutes=100)
    first = make_seance(hall=hall, movie=movie)
    make_seance(hall=hall, starts_at=first.starts_at + timedelta(hours=2))
    answer = staff.patch(f"/movies/{movie.pk}", {"duration_minutes": 110}, format="json")
    assert answer.status_code == 409
    assert hall.name in error(answer)["detail"]
    assert Movie.objects.get(pk=movie.pk).duration_minutes == 100


def test_a_film_that_is_not_there_can_not_be_changed(staff):
    answer = staff.patch("/movies/17", {"name": "Другой"}, format="json")
    assert answer.status_code == 404
    assert error(answer)["detail"] == "movie_id 17 not found"


# DELETE /movies/{id}


def test_a_deleted_film_is_answered_with_its_id_as_a_string(staff):
    movie = make_movie()
    answer = staff.delete(f"/movies/{movie.pk}")
    assert answer.status_code == 200
    assert answer.json() == {"data": {"id": str(movie.pk), "type": "movies"}}
    assert not Movie.objects.exists()


def test_a_film_that_was_never_sold_is_deleted_with_its_showings(staff):
    seance, other = make_seance(), make_seance()
    assert staff.delete(f"/movies/{seance.movie_id}").status_code == 200
    assert Seance.objects.get() == other


@pytest.mark.parametrize("hold", [False, True])
def test_a_film_with_tickets_is_not_deleted_and_a_sentence_says_why(staff, hold):
    seance = make_seance()
    book(order(seance, seat_ids(seance)[:2], hold=hold))
    answer = staff.delete(f"/movies/{seance.movie_id}")
    assert answer.status_code == 409
    assert error(answer)["title"] == "Tickets have been sold"
    assert error(answer)["detail"].startswith("Аэлита can't be deleted: 2 tickets have been sold")
    assert Seance.objects.get().movie_id == seance.movie_id


def test_a_film_whose_tickets_were_cancelled_is_not_deleted(staff):
    seance = make_seance()
    cancel(book(order(seance, seat_ids(seance)[:1])).id)
    assert staff.delete(f"/movies/{seance.movie_id}").status_code == 409
    assert Booking.objects.exists()


def test_a_film_that_was_only_held_and_never_bought_is_deleted(staff):
    seance = make_seance()
    held = book(order(seance, seat_ids(seance)[:1], hold=True))
    expire(held, at=database_now() - timedelta(seconds=1))
    assert staff.delete(f"/movies/{seance.movie_id}").status_code == 200
    assert not Movie.objects.exists()


def test_a_film_that_is_not_there_can_not_be_deleted(staff):
    answer = staff.delete("/movies/17")
    assert answer.status_code == 404
    assert error(answer)["detail"] == "movie_id 17 not found"


# Both forms of an address


def test_films_are_read_with_a_trailing_slash_too(api):
    movie = make_movie()
    for path in ("/movies", f"/movies/{movie.pk}"):
        with_slash = api.get(f"{path}/")
        assert with_slash.status_code == 200
        assert with_slash.content == api.get(path).content


def test_a_parameter_counts_after_a_trailing_slash_too(api):
    many(3)
    assert len(api.get("/movies/?max_results=2").json()["data"]) == 2


def test_a_film_is_entered_with_a_trailing_slash_too(staff):
    answer = staff.post("/movies/", BODY, format="json")
    assert answer.status_code == 201
    assert answer["Location"] == f"/movies/{Movie.objects.get().pk}"


def test_a_film_is_changed_and_deleted_with_a_trailing_slash_too(staff):
    path = f"/movies/{make_movie().pk}/"
    assert staff.patch(path, {"name": "Другой"}, format="json").status_code == 200
    assert Movie.objects.get().name == "Другой"
    assert staff.delete(path).status_code == 200
    assert not Movie.objects.exists()


# Who may write


@pytest.mark.parametrize("write", WRITES)
def test_a_visitor_can_not_write(api, write):
    movie = make_movie()
    answer = writes(movie)[write](api)
    assert answer.status_code == 401
    assert error(answer)["title"] == "Unauthorized"
    assert answer["WWW-Authenticate"] == "Token"
    assert Movie.objects.get().name == movie.name


@pytest.mark.parametrize("credentials", ["Token abc", "Token", "Bearer abc", "Token a b", "x"])
def test_bad_credentials_can_not_write(api, credentials):
    api.credentials(HTTP_AUTHORIZATION=credentials)
    assert api.post("/movies", BODY, format="json").status_code == 401
    assert not Movie.objects.exists()


def test_bad_credentials_do_not_hinder_a_read(api):
    api.credentials(HTTP_AUTHORIZATION="Token abc")
    assert api.get("/movies").status_code == 200


@pytest.mark.parametrize("write", WRITES)
def test_who_is_not_staff_can_not_write_even_with_permission(write):
    user = User.objects.create_user("buyer", password="correct horse")
    user.user_permissions.set(Permission.objects.filter(codename__in=WRITES))
    movie = make_movie()
    answer = writes(movie)[write](client_of(user))
    assert answer.status_code == 403
    assert error(answer)["title"] == "Forbidden"
    assert Movie.objects.get().name == movie.name


@pytest.mark.parametrize("write", WRITES)
def test_staff_without_the_permission_can_not_write(write):
    user = make_staff(superuser=False)
    user.user_permissions.set(Permission.objects.filter(codename__in=set(WRITES) - {write}))
    movie = make_movie()
    assert writes(movie)[write](client_of(user)).status_code == 403
    assert Movie.objects.get().name == movie.name


@pytest.mark.parametrize("write", WRITES)
def test_staff_with_the_permission_can_write(write):
    user = make_staff(superuser=False)
    user.user_permissions.set(Permission.objects.filter(codename=write))
    answer = writes(make_movie())[write](client_of(user))
    assert answer.status_code in (200, 201)
    assert Movie.objects.count() == {"add_movie": 2, "change_movie": 1, "delete_movie": 0}[write]


def test_somebody_who_left_can_not_write():
    user = make_staff()
    client = client_of(user)
    User.objects.update(is_active=False)
    assert client.post("/movies", BODY, format="json").status_code == 401
    assert not Movie.objects.exists()


def test_a_session_can_not_write_without_its_csrf_token():
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(make_staff())
    assert client.post("/movies", BODY, format="json").status_code == 403
    assert not Movie.objects.exists()


def test_a_session_can_write_with_its_csrf_token():
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(make_staff())
    client.get("/admin/password_change/")  # a page with a form hands the token out
    token = client.cookies["csrftoken"].value
    answer = client.post("/movies", BODY, format="json", headers={"X-CSRFToken": token})
    assert answer.status_code == 201, answer.content
    assert Movie.objects.exists()


# The consistency token


@pytest.mark.parametrize("write", WRITES)
def test_a_write_answers_with_a_consistency_token_as_header_and_cookie(staff, write):
    answer = writes(make_movie())[write](staff)
    token = answer["X-Consistency-Token"]
    assert read_token(token) is not None
    assert answer.cookies["consistency_token"].value == token


def test_a_read_answers_without_a_consistency_token(api):
    answer = api.get("/movies")
    assert not answer.has_header("X-Consistency-Token")
    assert not answer.cookies


@pytest.mark.parametrize("token", ["", "forged", "1-2:abc:def", "x" * 5000])
def test_a_bad_consistency_token_is_no_error(api, token):
    movie = make_movie()
    answer = api.get(f"/movies/{movie.pk}", headers={"X-Consistency-Token": token})
    assert answer.status_code == 200
