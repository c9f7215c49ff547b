"""Whatever arrives, a failure is the contract's JSON: never HTML, never a traceback, never ours."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from io import BytesIO

import pytest
from django.conf import settings as configured
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinema.logging import trace_id
from cinema.replication import middleware
from tests.making import make_hall, make_movie, make_seance, make_staff, seat_ids

pytestmark = pytest.mark.django_db(transaction=True)

BIGINT = 2**63 - 1
MOVIE = {"name": "Аэлита", "description": "Немой", "image_url": "/static/a.svg"}
DEEP = 100_000

often = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def refused(answer, *statuses: int) -> dict:
    """The first error of a failure in the contract's form."""
    assert 400 <= answer.status_code < 500 or answer.status_code == 503, answer.content[:500]
    assert not statuses or answer.status_code in statuses, answer.content[:500]
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer["X-Request-ID"]
    assert "Traceback" not in answer.content.decode()
    whole = answer.json()
    assert set(whole) == {"errors"}
    assert whole["errors"]
    for error in whole["errors"]:
        assert set(error) <= {"title", "detail", "source", "seats"}
        assert isinstance(error["title"], str)
        assert isinstance(error["detail"], str)
        assert error["title"]
        assert len(error["title"]) < 100
    return whole["errors"][0]


def send(client, path: str, body: bytes | str, method: str = "POST", **extra: object):
    content_type = extra.pop("content_type", "application/json")
    data = body.encode() if isinstance(body, str) else body
    return client.generic(method, path, data, content_type=content_type, **extra)


def movie_with(field: str, text: str) -> str:
    """A film as JSON, one field of it written as it is in `text`."""
    rest = {name: value for name, value in MOVIE.items() if name != field}
    return json.dumps(rest)[:-1] + f', "{field}": {text}}}'


# Addresses and methods


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/nowhere/",
        "/movies//",
        "/static/%00",
        "/static/%ff",
        "/static/" + "a" * 5000,
        "/static/../settings.py",
        "/movies/1/nowhere",
        "/movies//seances",
        "/health/nowhere",
        "/metrics/nowhere",
        "/movies.json",
        "/../etc/passwd",
        "/static/nowhere.css",
        "/%00",
        "/%ff%fe",
        "/%F0%9F%8E%AC",
        "/%0d%0aX-Evil:%201",
        "/nowhere?" + "a" * 10_000,
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_address_is_not_found(api, method, path):
    assert refused(send(api, path, b"", method), 404)["title"] == "Not found"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/movies", {"GET", "POST"}),
        ("PATCH", "/movies", {"GET", "POST"}),
        ("DELETE", "/movies", {"GET", "POST"}),
        ("PUT", "/movies/1", {"GET", "PATCH", "DELETE"}),
        ("POST", "/movies/1", {"GET", "PATCH", "DELETE"}),
        ("PUT", "/movies/1/seances", {"GET", "POST"}),
        ("DELETE", "/movies/1/seances", {"GET", "POST"}),
        ("POST", "/movies/1/seances/1", {"GET", "DELETE"}),
        ("GET", "/movies/1/seances/1/bookings", {"POST"}),
        ("GET", "/bookings", {"POST"}),
        ("PUT", "/bookings", {"POST"}),
        ("POST", "/bookings/0193", {"GET", "DELETE"}),
        ("GET", "/bookings/0193/confirm", {"POST"}),
        ("POST", "/health", {"GET", "HEAD"}),
        ("DELETE", "/health/ready", {"GET", "HEAD"}),
        ("POST", "/metrics", {"GET"}),
        ("POST", "/schema", {"GET"}),
        ("PUT", "/docs", {"GET"}),
        ("TRACE", "/movies", {"GET", "POST"}),
        ("BREW", "/movies", {"GET", "POST"}),
        ("BREW", "/health", {"GET", "HEAD"}),
    ],
)
@pytest.mark.parametrize("slash", ["", "/"])
def test_a_wrong_method_is_refused_with_those_that_are_allowed(api, method, path, allowed, slash):
    answer = send(api, path + slash, b"", method)
    assert refused(answer, 405)["title"] == "Method not allowed"
    named = set(answer["Allow"].replace(" ", "").split(","))
    assert allowed <= named
    assert method not in named


def test_a_wrong_method_is_a_wrong_method_whoever_asks(api, staff):
    for client in (api, staff):
        refused(client.put("/movies", MOVIE, format="json"), 405)


@pytest.mark.parametrize(
    "path",
    ["/movies", "/movies/1", "/bookings", "/health", "/health/ready", "/metrics", "/nowhere", "/*"],
)
def test_options_is_answered(api, path):
    answer = api.generic("OPTIONS", path)
    assert answer.status_code < 500
    if answer.status_code >= 400:
        refused(answer)


def test_head_is_answered_wherever_get_is(api):
    seance = make_seance()
    sold = api.post(
        "/bookings",
        {"email": "a@b.org", "seatsIds": seat_ids(seance)[:1], "seance_id": seance.pk},
        format="json",
    )
    showing = f"/movies/{seance.movie_id}/seances"
    for path in (
        "/movies",
        f"/movies/{seance.movie_id}",
        showing,
        f"{showing}/{seance.pk}",
        sold["Location"],
        "/health",
        "/health/ready",
        "/metrics",
    ):
        for form in (path, path + "/"):
            answer = api.head(form)
            assert answer.status_code == 200, form
            assert answer.content == b""
            assert answer["Content-Type"] == api.get(form)["Content-Type"]


def test_head_of_what_is_not_there_is_not_found(api):
    answer = api.head("/movies/17")
    assert answer.status_code == 404
    assert answer.content == b""


@pytest.mark.parametrize("path", ["/admin/nowhere", "/admin/movies/movie/%00", "/admin/%ff"])
def test_the_admin_answers_people_without_failing(api, path):
    assert api.get(path).status_code < 500


# Ids


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "-1",
        "+1",
        "1.0",
        "1e3",
        "abc",
        "%20",
        "1%00",
        "%00",
        "%ff",
        "%C2%B2",  # ², a digit to `isdigit`
        "%D9%A1",  # ١, a number to `int`
        "%ED%A0%80",  # a surrogate, which is no UTF-8
        "%0a",
        "1%0a",
        "0x10",
        str(BIGINT),
        str(BIGINT + 1),
        str(2**64),
        "9" * 100,
        "9" * 100_000,
        "x" * 100_000,
        "None",
        "%27%3B--",
    ],
)
@pytest.mark.parametrize("path", ["/movies/{}", "/movies/{}/seances", "/bookings/{}"])
def test_an_id_that_nothing_has_is_not_found(api, path, text):
    answer = api.get(path.format(text))
    refused(answer, 404)
    assert len(answer.content) < 1000


@pytest.mark.parametrize("text", ["0", "-1", "abc", str(BIGINT + 1), "9" * 100_000, "%00", "%ff"])
def test_a_showing_s_id_that_nothing_has_is_not_found(api, staff, text):
    seance = make_seance()
    refused(api.get(f"/movies/{seance.movie_id}/seances/{text}"), 404)
    refused(staff.delete(f"/movies/{seance.movie_id}/seances/{text}"), 404)
    body = {"email": "a@b.org", "seatsIds": seat_ids(seance)[:1]}
    refused(
        api.post(f"/movies/{seance.movie_id}/seances/{text}/bookings", body, format="json"), 404
    )
    refused(api.post(f"/movies/{text}/seances/{seance.pk}/bookings", body, format="json"), 404)


@pytest.mark.parametrize("number", [0, -1, BIGINT, BIGINT + 1, 2**64, -(2**63) - 1, 10**300])
def test_a_showing_s_id_in_a_body_that_nothing_has_is_not_found(api, number):
    body = {"email": "a@b.org", "seatsIds": [1], "seance_id": number}
    refused(api.post("/bookings", body, format="json"), 404)


@pytest.mark.parametrize("number", [0, -1, BIGINT, BIGINT + 1, 2**64, 10**300])
def test_a_seat_s_id_that_nothing_has_is_refused(api, number):
    body = {"email": "a@b.org", "seatsIds": [number], "seance_id": make_seance().pk}
    refused(api.post("/bookings", body, format="json"), 422)


@pytest.mark.parametrize("number", [0, -1, BIGINT, BIGINT + 1, 2**64, 10**300])
def test_a_hall_s_id_that_nothing_has_is_refused(staff, number):
    body = {"datetime": "2100-12-01T18:30:00Z", "price": 250, "hall": number}
    refused(staff.post(f"/movies/{make_movie().pk}/seances", body, format="json"), 422)


def test_not_found_names_what_was_asked_for(api):
    error = refused(api.get("/movies/17"), 404)
    assert (error["title"], error["detail"]) == ("Not found", "movie_id 17 not found")


# Queries


@pytest.mark.parametrize("name", ["max_results", "date", "from", "to", "ordering", "seats"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "%00",
        "%ff",
        "%ED%A0%80",
        "%F0%9F%8E%AC",
        "0",
        "-1",
        "501",
        "1e400",
        "NaN",
        "Infinity",
        str(BIGINT + 1),
        "9" * 10_000,
        "9" * 100_000,
        "%D9%A1",
        "2026-02-31",
        "2026-12-01T25:00:00Z",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
        "2026-12-01T18:30:00",
        "%27%3B--",
    ],
)
def test_a_wrong_parameter_is_refused_and_named(api, name, text):
    answer = api.get(f"/movies/{make_movie().pk}/seances?{name}={text}")
    error = refused(answer, 422)
    assert error["title"] == "Validation failed"
    assert error["source"] == {"parameter": name}
    assert len(answer.content) < 1000


@pytest.mark.parametrize(
    "query", ["%00=%00", "%ff=%ff", "a" * 100_000, "&&&===", "a[]=1&a[]=2", "%", "%zz=%u0000"]
)
def test_unknown_parameters_are_left_aside(api, query):
    assert api.get(f"/movies?{query}").status_code == 200


def test_more_parameters_than_anybody_needs_are_refused(api):
    refused(api.get("/movies?" + "&".join(f"a{n}=1" for n in range(2000))), 400)


# Bodies that are no JSON

BROKEN = {
    "nothing": b"",
    "blank": b"  \n ",
    "half": b'{"name": "a"',
    "trailing comma": b'{"name": "a",}',
    "single quotes": b"{'name': 'a'}",
    "two values": b"{} {}",
    "garbage": b"\x00\x01\x02",
    "HTML": b"<html></html>",
    "a form": b"name=a&description=b",
    "invalid UTF-8": b'{"name": "\xff\xfe"}',
    "an encoded surrogate": b'{"name": "\xed\xa0\x80"}',
    "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "a byte order mark": '{"name": "a"}'.encode("utf-8-sig"),
    "NaN": movie_with("year", "NaN").encode(),
    "Infinity": movie_with("year", "Infinity").encode(),
    "minus Infinity": movie_with("year", "-Infinity").encode(),
    "a raw NUL": b'{"name": "a\x00b"}',
    "a raw line break": b'{"name": "a\nb"}',
    "a name twice": b'{"name": "a", "name": "b"}',
    "deep arrays": b'{"name": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep and never closed": b"[" * DEEP,
    "10,000 digits": movie_with("year", "9" * 10_000).encode(),
    "10,000 decimals": movie_with("year", "0." + "9" * 10_000).encode(),
    "an impossible exponent": movie_with("year", "1e" + "9" * 30).encode(),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("path", ["/movies", "/bookings"])
def test_what_is_no_json_is_a_bad_request(staff, path, body):
    answer = send(staff, path, body)
    refused(answer, 400)
    assert len(answer.content) < 2000


@pytest.mark.parametrize(
    "body", ["[]", '["a"]', "1", '"a"', "null", "true", "1.5", "[" * 200 + "]" * 200]
)
@pytest.mark.parametrize("path", ["/movies", "/bookings"])
def test_json_that_is_no_object_is_refused(staff, path, body):
    assert refused(send(staff, path, body), 422)["title"] == "Validation failed"


@pytest.mark.parametrize("depth", [400, 700, 900, 990, 1000, 2000])
def test_nesting_around_the_limit_of_recursion_is_refused(staff, depth):
    refused(send(staff, "/movies", "[" * depth + "]" * depth), 400, 422)
    deep = '{"a":' * depth + "1" + "}" * depth
    for field in ("name", "genres", "translations", "year"):
        refused(send(staff, "/movies", movie_with(field, deep)), 400, 422)


def test_an_empty_object_lacks_every_required_field(staff):
    answer = send(staff, "/movies", "{}")
    refused(answer, 400)
    assert [error["detail"] for error in answer.json()["errors"]] == [
        "'name' is a required property",
        "'description' is a required property",
        "'image_url' is a required property",
    ]
    assert {error["source"]["pointer"] for error in answer.json()["errors"]} == {
        "/data/name",
        "/data/description",
        "/data/image_url",
    }


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_body_without_a_length_is_an_empty_one(staff, method):
    path = "/movies" if method == "POST" else f"/movies/{make_movie().pk}"
    answer = staff.generic(method, path)
    assert answer.status_code < 500
    if answer.status_code >= 400:
        refused(answer, 400, 415)


@pytest.mark.parametrize("length", ["-5", "abc", "", "1e3", "9" * 100])
def test_a_strange_length_does_no_harm(staff, length):
    answer = send(staff, "/movies", json.dumps(MOVIE), CONTENT_LENGTH=length)
    refused(answer, 400, 413)


def test_a_body_that_is_too_large_is_refused(staff):
    body = movie_with("description", '"' + "a" * configured.REQUEST_MAX_BYTES + '"')
    answer = send(staff, "/movies", body)
    assert refused(answer, 413)["title"] == "Payload too large"


def test_a_body_of_just_the_permitted_size_is_read(staff):
    body = json.dumps(MOVIE)
    padded = body + " " * (configured.REQUEST_MAX_BYTES - len(body))
    assert send(staff, "/movies", padded).status_code == 201
    refused(send(staff, "/movies", padded + " "), 413)


def test_a_body_in_chunks_is_limited_too(staff):
    def in_chunks(body: bytes):
        return staff.generic(
            "POST",
            "/movies",
            content_type="application/json",
            CONTENT_TYPE="application/json",
            CONTENT_LENGTH="",
            HTTP_TRANSFER_ENCODING="chunked",
            **{"wsgi.input": BytesIO(body), "wsgi.input_terminated": True},
        )

    assert in_chunks(json.dumps(MOVIE).encode()).status_code == 201
    refused(in_chunks(b" " * (configured.REQUEST_MAX_BYTES + 1)), 413)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "text/html",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "nonsense",
        "/",
        "a" * 10_000,
        "\xff",
    ],
)
@pytest.mark.parametrize("path", ["/movies", "/bookings"])
def test_another_content_type_is_refused(staff, path, content_type):
    answer = send(staff, path, json.dumps(MOVIE), content_type=content_type)
    assert refused(answer, 415)["title"] == "Unsupported media type"


@pytest.mark.parametrize(
    "content_type",
    ["application/json; charset=utf-8", "Application/JSON", "application/json; charset=nonsense"],
)
def test_json_is_json_with_any_parameter(staff, content_type):
    assert send(staff, "/movies", json.dumps(MOVIE), content_type=content_type).status_code == 201


@pytest.mark.parametrize(
    "accept", ["text/html", "application/xml", "nonsense", "\xff", "a/" * 5000]
)
def test_json_is_answered_whatever_is_accepted(api, accept):
    answer = api.get("/movies", HTTP_ACCEPT=accept)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    refused(api.get("/movies/17", HTTP_ACCEPT=accept), 404)


# Values


@pytest.mark.parametrize("field", ["name", "description", "image_url"])
@pytest.mark.parametrize("text", [r'"a\u0000b"', r'"\ud800"', r'"\udfff\ud800"'])
def test_text_that_cannot_be_stored_is_refused_and_named(staff, field, text):
    error = refused(send(staff, "/movies", movie_with(field, text)), 422)
    assert error["title"] == "Validation failed"
    assert error["source"] == {"pointer": f"/data/{field}"}


@pytest.mark.parametrize("text", [r'"a\u0000@b.org"', r'"\ud800@b.org"', r'"a@\ud800.org"'])
def test_an_email_that_cannot_be_stored_is_refused(api, text):
    seance = make_seance()
    body = f'{{"email": {text}, "seatsIds": [{seat_ids(seance)[0]}], "seance_id": {seance.pk}}}'
    refused(send(api, "/bookings", body), 422)


@pytest.mark.parametrize("name", [r'"\u0000"', r'"\ud800"', '""'])
def test_unknown_names_are_left_aside(staff, name):
    body = json.dumps(MOVIE)[:-1] + f", {name}: 1}}"
    assert send(staff, "/movies", body).status_code == 201


@pytest.mark.parametrize(
    "texts",
    [
        r'{"\u0000": {"name": "a"}}',
        r'{"\ud800": {"name": "a"}}',
        r'{"en": {"name": "\ud800"}}',
        r'{"en": {"name": "a\u0000"}}',
        '{"en": []}',
        '{"en": {"name": 1}}',
        "[]",
    ],
)
def test_translations_that_cannot_be_stored_are_refused(staff, texts):
    refused(send(staff, "/movies", movie_with("translations", texts)), 422)


HUGE = ["1e400", "-1e400", "1e-400", "1e999999", "-1e999999", "9" * 1000, "1e9999999999"]


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize("field", ["year", "duration_minutes", "name", "genres", "age_rating"])
def test_a_huge_number_in_a_film_is_refused(staff, field, number):
    refused(send(staff, "/movies", movie_with(field, number)), 400, 422)


@pytest.mark.parametrize("number", [*HUGE, "0.001", "-0.01", "100000000", "99999999.991"])
def test_a_price_that_is_none_is_refused(staff, number):
    body = f'{{"datetime": "2100-12-01T18:30:00Z", "price": {number}}}'
    error = refused(send(staff, f"/movies/{make_movie().pk}/seances", body), 400, 422)
    assert len(error["detail"]) < 300


@pytest.mark.parametrize("number", HUGE)
def test_a_huge_number_in_a_booking_is_refused(api, number):
    body = f'{{"email": "a@b.org", "seatsIds": [1], "seance_id": {number}}}'
    refused(send(api, "/bookings", body), 400, 404, 422)
    body = f'{{"email": "a@b.org", "seatsIds": [{number}], "seance_id": 1}}'
    refused(send(api, "/bookings", body), 400, 404, 422)


@pytest.mark.parametrize(
    "text",
    [
        "0000-00-00T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2100-02-30T00:00:00Z",
        "2100-12-01",
        "2100-12-01T18:30:00",
        "2100-12-01T18:30:00+24:00",
        "2100-12-01T18:30:60Z",
        "2100-12-01T24:00:00Z",
        "20261201T183000Z",
        "２100-12-01T18:30:00Z",
        "2100-12-01T18:30:00Z\n",
        "",
        "now",
        "\x00",
        "9" * 10_000,
    ],
)
def test_a_moment_that_is_none_is_refused(staff, text):
    body = {"datetime": text, "price": 250}
    answer = staff.post(f"/movies/{make_movie().pk}/seances", body, format="json")
    assert refused(answer, 422)["source"] == {"pointer": "/data/datetime"}
    assert len(answer.content) < 1000


# Headers


@pytest.mark.parametrize(
    "header",
    [
        "HTTP_X_REQUEST_ID",
        "HTTP_TRACEPARENT",
        "HTTP_IF_NONE_MATCH",
        "HTTP_ACCEPT_LANGUAGE",
        "HTTP_COOKIE",
        "HTTP_X_CONSISTENCY_TOKEN",
        "HTTP_AUTHORIZATION",
        "HTTP_USER_AGENT",
        "HTTP_X_FORWARDED_FOR",
        "HTTP_RANGE",
        "HTTP_IF_MODIFIED_SINCE",
    ],
)
@pytest.mark.parametrize("value", ["", "\x00", "\xff\xfe", "a" * 100_000, "a=b; " * 10_000, '"'])
def test_no_header_disturbs_a_read(api, header, value):
    assert api.get("/movies", **{header: value}).status_code == 200


@pytest.mark.parametrize("key", ["", "a" * 256, "a" * 100_000])
def test_an_idempotency_key_of_another_length_is_refused(api, key):
    seance = make_seance()
    body = {"email": "a@b.org", "seatsIds": seat_ids(seance)[:1], "seance_id": seance.pk}
    answer = api.post("/bookings", body, format="json", HTTP_IDEMPOTENCY_KEY=key)
    assert refused(answer, 422)["source"] == {"header": "Idempotency-Key"}


@pytest.mark.parametrize("key", ["\x00", "a\x00b", "\xff"])
def test_an_idempotency_key_that_cannot_be_stored_does_no_harm(api, key):
    seance = make_seance()
    body = {"email": "a@b.org", "seatsIds": seat_ids(seance)[:1], "seance_id": seance.pk}
    answer = api.post("/bookings", body, format="json", HTTP_IDEMPOTENCY_KEY=key)
    if answer.status_code != 201:
        refused(answer, 422)


@pytest.mark.parametrize("host", ["evil.example", "a b", "\xff", "[::1", "a" * 10_000, ""])
def test_a_stranger_s_host_is_a_bad_request(api, host):
    refused(api.get("/movies", HTTP_HOST=host), 400)


def test_the_caller_s_request_id_comes_back(api):
    for path in ("/movies", "/movies/17", "/nowhere", "/health", "/metrics", "/admin/login/"):
        assert api.get(path, HTTP_X_REQUEST_ID="from-me.1")["X-Request-ID"] == "from-me.1"


def test_every_answer_has_a_request_id_of_its_own(api):
    first, second = (api.get("/movies")["X-Request-ID"] for _ in range(2))
    assert len(first) >= 16
    assert first != second


@pytest.mark.parametrize(
    "given", ["", " ", "a b", "a\nb", "a\r\nSet-Cookie: x=1", "й", "\x00", "a" * 201, "a" * 100_000]
)
def test_a_request_id_that_cannot_be_repeated_is_replaced(api, given):
    made = api.get("/movies", HTTP_X_REQUEST_ID=given)["X-Request-ID"]
    assert made != given
    assert made.isalnum()


def test_a_traceparent_is_honoured(api):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    given = f"00-{trace}-00f067aa0ba902b7-01"
    assert api.get("/movies", HTTP_TRACEPARENT=given).status_code == 200
    assert trace_id.get() == trace


@pytest.mark.parametrize(
    "given",
    [
        "",
        "nonsense",
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-{'a' * 32}-{'0' * 16}-01",
        f"ff-{'a' * 32}-00f067aa0ba902b7-01",
        f"00-{'A' * 32}-00f067aa0ba902b7-01",
        f"00-{'a' * 32}-00f067aa0ba902b7-01\nforged",
        "a" * 100_000,
    ],
)
def test_a_wrong_traceparent_is_ignored(api, given):
    assert api.get("/movies", HTTP_TRACEPARENT=given).status_code == 200
    assert trace_id.get() == "-"


# The database is lost


@pytest.fixture
def lose_database(monkeypatch):
    """Everything asked of the database from now on fails, as with a server that is gone."""

    def lose():
        def gone(*args, **kwargs):
            raise OperationalError("server closed the connection unexpectedly")

        context.setattr(CursorWrapper, "execute", gone)
        context.setattr(CursorWrapper, "executemany", gone)

    with monkeypatch.context() as context:
        yield lose


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/movies"),
        ("GET", "/movies/1"),
        ("GET", "/movies/1/seances"),
        ("GET", "/movies/1/seances/1"),
        ("GET", "/bookings/0193f3a0-0000-7000-8000-000000000000"),
        ("POST", "/movies"),
        ("PATCH", "/movies/1"),
        ("DELETE", "/movies/1"),
        ("DELETE", "/movies/1/seances/1"),
        ("DELETE", "/bookings/0193f3a0-0000-7000-8000-000000000000"),
        ("POST", "/bookings/0193f3a0-0000-7000-8000-000000000000/confirm"),
    ],
)
def test_a_lost_database_is_service_unavailable(staff, lose_database, method, path):
    lose_database()
    answer = send(staff, path, json.dumps(MOVIE), method)
    assert refused(answer, 503)["title"] == "Service unavailable"
    assert int(answer["Retry-After"]) >= 1
    assert "server closed" not in answer.content.decode()


@pytest.mark.parametrize("key", [None, "k"])
def test_nothing_is_sold_without_the_database(api, lose_database, key):
    body = {"email": "a@b.org", "seatsIds": [1], "seance_id": 1}
    headers = {} if key is None else {"HTTP_IDEMPOTENCY_KEY": key}
    lose_database()
    answer = api.post("/bookings", body, format="json", **headers)
    assert refused(answer, 503)["title"] == "Service unavailable"
    assert int(answer["Retry-After"]) >= 1


def test_a_lost_database_is_service_unavailable_to_a_session(api, lose_database):
    api.force_login(make_staff())
    lose_database()
    answer = api.post("/bookings", {"email": "a@b.org", "seatsIds": [1]}, format="json")
    refused(answer, 503)
    assert int(answer["Retry-After"]) >= 1


def test_a_lost_database_is_service_unavailable_to_people_too(api, lose_database):
    api.force_login(make_staff())
    api.raise_request_exception = False  # Django's handler answers, as it does when deployed
    lose_database()
    answer = api.get("/admin/")
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) >= 1


def test_what_is_no_json_is_known_without_the_database(api, lose_database):
    lose_database()
    refused(send(api, "/bookings", b"{"), 400)
    refused(api.get("/nowhere"), 404)


def test_a_write_whose_position_is_unknown_still_stands(staff, monkeypatch):
    def gone():
        raise OperationalError

    monkeypatch.setattr(middleware, "current_position", gone)
    answer = staff.post("/movies", MOVIE, format="json")
    assert answer.status_code == 201
    assert "X-Consistency-Token" not in answer


# Any JSON at all

texts = st.text(st.characters(), max_size=20)
numbers = st.integers() | st.floats() | st.integers(-(2**70), 2**70)
scalars = st.none() | st.booleans() | numbers | texts
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)


def objects(**fields: st.SearchStrategy) -> st.SearchStrategy:
    """Objects with these fields or without, each as given or anything."""
    known = {name: strategy | anything for name, strategy in fields.items()}
    return anything | st.fixed_dictionaries({}, optional=known | {"unknown": anything})


films = objects(
    name=texts,
    description=texts,
    image_url=st.just("/a.svg"),
    original_title=texts,
    year=st.integers(1800, 2300),
    director=texts,
    duration_minutes=st.integers(-1, 2000),
    age_rating=st.sampled_from(["0+", "18+", "", None]),
    genres=st.lists(st.sampled_from(["drama", "comedy", ""]) | anything, max_size=3),
    translations=st.dictionaries(
        st.sampled_from(["en", "ru", "", "x" * 11]) | texts,
        st.fixed_dictionaries({}, optional={"name": texts | anything, "director": texts}),
        max_size=3,
    ),
)
showings = objects(
    datetime=st.sampled_from(["2100-01-01T00:00:00Z", "2199-12-31T23:59:59.999-23:59"]),
    price=st.decimals(-1, 10**9, places=2).map(float) | st.integers(-1, 10**9),
    hall=st.integers(1, 3),
    format=st.sampled_from(["2D", "3D", "IMAX"]),
    language=st.sampled_from(["ru", "en", "x"]),
)
orders = objects(
    email=st.just("a@b.org") | st.emails(),
    seatsIds=st.lists(st.integers(-1, 10) | anything, max_size=12),
    hold=st.booleans(),
    seance_id=st.integers(-1, 3) | st.just(BIGINT + 1),
)


def answered(answer) -> None:
    if answer.status_code != 201:
        refused(answer, 400, 404, 409, 422)


@often
@given(body=films)
def test_any_json_as_a_film_is_answered(staff, body):
    answered(send(staff, "/movies", json.dumps(body)))


@often
@given(body=films)
def test_any_json_as_a_change_of_a_film_is_answered(staff, body):
    answer = send(staff, f"/movies/{make_movie().pk}", json.dumps(body), "PATCH")
    if answer.status_code != 200:
        refused(answer, 400, 422)


@often
@given(body=showings)
def test_any_json_as_a_showing_is_answered(staff, body):
    answered(send(staff, f"/movies/{make_movie().pk}/seances", json.dumps(body)))


@often
@given(body=orders)
def test_any_json_as_an_order_is_answered(api, body):
    answered(send(api, "/bookings", json.dumps(body)))


@often
@given(body=orders)
def test_any_json_as_an_order_of_a_showing_is_answered(api, body):
    seance = make_seance(hall=make_hall(rows=1, seats=2))
    answered(send(api, f"/movies/{seance.movie_id}/seances/{seance.pk}/bookings", json.dumps(body)))


@often
@given(body=st.binary(max_size=200))
def test_any_bytes_are_answered(staff, body):
    answered(send(staff, "/movies", body))


@often
@given(path=st.binary(max_size=40), method=st.sampled_from(["GET", "POST", "PATCH", "DELETE"]))
def test_any_address_is_answered(api, path, method):
    address = "/movies/" + "".join(f"%{byte:02x}" for byte in path)
    answer = send(api, address, b"{}", method)
    if answer.status_code != 200:
        refused(answer, 400, 401, 404, 405)


# What goes in comes out


def plan(staff, **fields: str):
    """A showing in a hall of its own, from JSON as written; its address and the answer."""
    written = {
        "datetime": '"2100-12-01T18:30:00Z"',
        "price": "250",
        "hall": str(make_hall(rows=1, seats=1).pk),
        **fields,
    }
    body = "{" + ", ".join(f'"{name}": {text}' for name, text in written.items()) + "}"
    answer = send(staff, f"/movies/{make_movie().pk}/seances", body)
    assert answer.status_code == 201, answer.content
    return answer["Location"], answer


def exactly(answer) -> dict:
    """An answer's data, with numbers as they are written."""
    data = json.loads(answer.content, parse_float=str, parse_int=str)["data"]
    return data.get("attributes", data)


@often
@given(amount=st.decimals(0, Decimal("99999999.99"), places=2))
def test_money_comes_back_to_the_cent(api, staff, amount):
    amount = abs(amount)
    where, created = plan(staff, price=format(amount, "f"))
    plainly = f"{amount:f}".rstrip("0").rstrip(".") if amount else "0"
    assert exactly(created)["price"] == plainly
    assert exactly(api.get(where))["price"] == plainly


@pytest.mark.parametrize(
    "written", ["250", "250.0", "250.00", "2.5e2", "25000E-2", "250." + "0" * 50]
)
def test_a_whole_price_has_no_decimal_point_however_it_was_written(api, staff, written):
    where, created = plan(staff, price=written)
    assert exactly(created)["price"] == exactly(api.get(where))["price"] == "250"


@often
@given(
    moment=st.datetimes(datetime(2030, 1, 1), datetime(2198, 1, 1)),
    offset=st.integers(-1439, 1439),
)
def test_a_moment_with_any_offset_comes_back_as_the_same_instant(api, staff, moment, offset):
    local = moment.replace(tzinfo=timezone(timedelta(minutes=offset)))
    where, created = plan(staff, datetime=json.dumps(local.isoformat(timespec="microseconds")))
    utc = local.astimezone(UTC)
    expected = utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"
    assert exactly(created)["datetime"] == expected
    assert exactly(api.get(where))["datetime"] == expected
    listed = api.get(where.rpartition("/")[0]).json()["data"]
    assert [one["datetime"] for one in listed] == [expected]
