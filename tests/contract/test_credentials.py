"""Who may do what: staff by token or session; visitors read and book."""

import time
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError
from knox.models import AuthToken
from rest_framework.test import APIClient

from cinema.replication import position
from cinema.replication.monitor import Server, monitor
from cinema.replication.position import COOKIE, HEADER, MAX_AGE, Position, read_token
from movies.models import Movie
from tests.making import make_movie, make_seance, make_staff, make_token, seat_ids

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

MOVIE = {"name": "Аэлита", "description": "Немой", "image_url": "/static/a.svg"}
WRITES = [
    ("POST", "/movies"),
    ("PATCH", "/movies/1"),
    ("DELETE", "/movies/1"),
    ("POST", "/movies/1/seances"),
    ("DELETE", "/movies/1/seances/1"),
]


def refused(answer, status: int, title: str) -> str:
    """The detail of a failure in the contract's form."""
    assert answer.status_code == status, answer.content[:500]
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    (error,) = answer.json()["errors"]
    assert error["title"] == title
    return error["detail"]


def unauthorized(answer) -> str:
    assert answer["WWW-Authenticate"] == "Token"
    return refused(answer, 401, "Unauthorized")


def write(client: APIClient, method: str = "POST", path: str = "/movies", **headers: object):
    return getattr(client, method.lower())(path, MOVIE, format="json", **headers)


def book(client: APIClient, **headers: object):
    seance = make_seance()
    body = {"email": "a@b.org", "seatsIds": seat_ids(seance)[:1], "seance_id": seance.pk}
    return client.post("/bookings", body, format="json", **headers)


# Tokens


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_visitor_changes_nothing(api, method, path):
    assert unauthorized(write(api, method, path))


def test_a_token_of_staff_is_enough(api):
    token = make_token(make_staff())
    assert write(api, HTTP_AUTHORIZATION=f"Token {token}").status_code == 201


@pytest.mark.parametrize("word", ["token", "TOKEN"])
def test_the_scheme_s_case_does_not_matter(api, word):
    token = make_token(make_staff())
    assert write(api, HTTP_AUTHORIZATION=f"{word} {token}").status_code == 201


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_an_unknown_token_is_unauthorized(api, method, path):
    assert unauthorized(write(api, method, path, HTTP_AUTHORIZATION="Token " + "a" * 64))


@pytest.mark.parametrize(
    "header",
    [
        "Token",
        "Token ",
        "Token a b",
        "Token \x00",
        "Token \xff",
        "Token ' OR 1=1 --",
        "Token " + "a" * 100_000,
        "Bearer abc",
        "Basic YTpi",
        "Basic nonsense",
        "nonsense",
        ",",
        "\xff",
        "",
    ],
)
def test_a_malformed_header_is_unauthorized(api, header):
    assert unauthorized(write(api, HTTP_AUTHORIZATION=header))


@pytest.mark.parametrize("scheme", ["Bearer", "Basic", ""])
def test_a_token_under_another_scheme_is_unauthorized(api, scheme):
    header = f"{scheme} {make_token(make_staff())}".strip()
    assert unauthorized(write(api, HTTP_AUTHORIZATION=header))


def test_a_token_that_is_nearly_right_is_unauthorized(api):
    token = make_token(make_staff())
    for wrong in (token[:-1], token + "0", token[:-1] + ("0" if token[-1] != "0" else "1")):
        unauthorized(write(api, HTTP_AUTHORIZATION=f"Token {wrong}"))


def test_the_token_of_somebody_inactive_is_unauthorized(api):
    user = make_staff()
    token = make_token(user)
    user.is_active = False
    user.save()
    assert unauthorized(write(api, HTTP_AUTHORIZATION=f"Token {token}"))


def test_a_deleted_token_is_unauthorized(api):
    token = make_token(make_staff())
    AuthToken.objects.all().delete()
    assert unauthorized(write(api, HTTP_AUTHORIZATION=f"Token {token}"))


def test_an_expired_token_is_unauthorized(api):
    token = AuthToken.objects.create(make_staff(), expiry=timedelta(seconds=-1))[1]
    assert unauthorized(write(api, HTTP_AUTHORIZATION=f"Token {token}"))


def test_staff_without_permission_are_forbidden(api):
    token = make_token(make_staff(superuser=False))
    refused(write(api, HTTP_AUTHORIZATION=f"Token {token}"), 403, "Forbidden")
    assert not Movie.objects.exists()


def test_a_customer_s_account_is_forbidden_whatever_its_permissions(api):
    user = make_staff()
    user.is_staff = False
    user.save()
    token = make_token(user)
    refused(write(api, HTTP_AUTHORIZATION=f"Token {token}"), 403, "Forbidden")


def test_bad_credentials_are_refused_before_the_body_is_read(api):
    answer = api.generic("POST", "/movies", b"{", content_type="application/json")
    assert unauthorized(answer)


def test_what_is_not_there_is_unauthorized_to_a_visitor(api):
    assert unauthorized(api.delete("/movies/17"))


# Sessions


@pytest.fixture
def browser() -> APIClient:
    """Somebody signed in to the admin, in a browser."""
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(make_staff())
    return client


def csrf(browser: APIClient) -> str:
    """The token that a page of the admin gives."""
    browser.get("/admin/password_change/")
    return browser.cookies["csrftoken"].value


def test_a_session_without_csrf_is_forbidden(browser):
    assert "CSRF" in refused(write(browser), 403, "Forbidden")
    assert not Movie.objects.exists()


def test_a_session_with_a_wrong_csrf_token_is_forbidden(browser):
    csrf(browser)
    refused(write(browser, HTTP_X_CSRFTOKEN="a" * 32), 403, "Forbidden")


def test_a_session_with_csrf_may_write(browser):
    assert write(browser, HTTP_X_CSRFTOKEN=csrf(browser)).status_code == 201


def test_a_session_that_ended_is_unauthorized(browser):
    token = csrf(browser)
    browser.logout()
    assert unauthorized(write(browser, HTTP_X_CSRFTOKEN=token))


@pytest.mark.parametrize("session", ["", "nonsense", "\x00", "a" * 10_000])
def test_a_session_that_is_none_is_unauthorized(api, session):
    api.cookies["sessionid"] = session
    assert unauthorized(write(api))


def test_a_visitor_s_booking_needs_no_csrf():
    assert book(APIClient(enforce_csrf_checks=True)).status_code == 201


def test_a_token_needs_no_csrf():
    client = APIClient(enforce_csrf_checks=True)
    token = make_token(make_staff())
    assert write(client, HTTP_AUTHORIZATION=f"Token {token}").status_code == 201


@pytest.mark.parametrize("path", ["/nowhere", "/health", "/health/ready", "/metrics"])
def test_csrf_hides_no_other_answer(browser, path):
    status, title = (404, "Not found") if path == "/nowhere" else (405, "Method not allowed")
    refused(write(browser, path=path), status, title)


# Reading


@pytest.mark.parametrize("header", ["Token", "Token unknown", "Token a b", "Basic x", "\xff"])
def test_reading_ignores_credentials(api, header):
    seance = make_seance()
    showings = f"/movies/{seance.movie_id}/seances"
    for path in ("/movies", f"/movies/{seance.movie_id}", showings, f"{showings}/{seance.pk}"):
        assert api.get(path, HTTP_AUTHORIZATION=header).status_code == 200


def test_reading_asks_nobody_who_is_asking(api, django_assert_num_queries):
    make_movie()
    token = make_token(make_staff())
    with django_assert_num_queries(1):
        api.get("/movies", HTTP_AUTHORIZATION=f"Token {token}")


def test_reading_survives_a_session_that_cannot_be_looked_up(browser):
    with patch(
        "django.contrib.sessions.backends.db.SessionStore.load", side_effect=OperationalError
    ):
        assert browser.get("/movies").status_code == 200


@pytest.mark.parametrize("path", ["/health", "/health/ready", "/metrics", "/schema"])
def test_service_addresses_ignore_credentials(api, path):
    assert api.get(path, HTTP_AUTHORIZATION="Token unknown").status_code == 200


# Consistency tokens


@pytest.fixture
def a_replica(monkeypatch):
    """Without one no read looks at a consistency token. This one has replayed nothing yet."""
    monkeypatch.setattr(monitor, "replicas", [Server("replica1")])


def forged() -> str:
    return position.make_token(Position(1, 1))[:-1] + "!"


def expired() -> str:
    with patch("django.core.signing.time.time", return_value=time.time() - MAX_AGE - 60):
        return position.make_token(Position(1, 1))


BAD = {
    "empty": lambda: "",
    "nonsense": lambda: "nonsense",
    "colons": lambda: ":::::",
    "NUL": lambda: "\x00",
    "not ASCII": lambda: "\xff",
    "long": lambda: "a" * 100_000,
    "forged": forged,
    "expired": expired,
}


@pytest.mark.usefixtures("a_replica")
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
@pytest.mark.parametrize("sent_as", ["header", "cookie"])
def test_a_bad_consistency_token_is_never_an_error(api, bad, sent_as):
    movie = make_movie()
    token = bad()
    if sent_as == "header":
        headers = {"HTTP_X_CONSISTENCY_TOKEN": token}
    else:
        headers = {"HTTP_COOKIE": f"{COOKIE}={token}"}
    answer = api.get("/movies", **headers)
    assert answer.status_code == 200
    assert [one["id"] for one in answer.json()["data"]] == [movie.pk]
    assert book(api, **headers).status_code == 201


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_bad_consistency_token_has_no_position(bad):
    assert read_token(bad()) is None


def test_a_write_answers_with_its_position_in_a_header_and_a_cookie(staff):
    answer = write(staff)
    assert answer[HEADER] == answer.cookies[COOKIE].value
    assert answer.cookies[COOKIE]["httponly"]
    written = read_token(answer[HEADER])
    assert written
    assert position.current_position().covers(written)


def test_a_refused_write_has_no_position(api):
    answer = write(api)
    assert HEADER not in answer
    assert COOKIE not in answer.cookies


def test_a_read_has_no_position(api):
    assert HEADER not in api.get("/movies")
