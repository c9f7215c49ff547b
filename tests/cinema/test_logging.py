"""What the log may say, and how programs read it."""

import json
import logging
import sys
from typing import Any

import pytest
from django.urls import resolve

from cinema.logging import JSONLine, TextLine, log_stream, request_id, span_id, trace_id
from cinema.middleware import route_of

BOOKING = "0193a1b2-1111-4222-8333-444455556666"


def record(message: str, *arguments: object, error: bool = False, **more: Any) -> logging.LogRecord:
    raised = sys.exc_info() if error else None
    made = logging.LogRecord("x", logging.ERROR, "", 1, message, arguments, raised)
    made.__dict__ |= more
    return made


def as_json(*arguments: Any, **more: Any) -> dict[str, Any]:
    line = JSONLine("kazan").format(record(*arguments, **more))
    assert "\n" not in line
    read: dict[str, Any] = json.loads(line)
    return read


def test_secrets_are_shortened_whoever_writes_them() -> None:
    said = record("Failed: %s for %s", f"/bookings/{BOOKING}", "anna.buyer+kino@mail.example.org")
    assert TextLine().format(said).endswith(" Failed: /bookings/0193a1b2… for somebody@…")
    assert said.getMessage().endswith("example.org")  # the record itself stays as it is


def test_so_they_are_in_tracebacks() -> None:
    try:
        int(f"{BOOKING} anna@example.org")
    except ValueError:
        texts = [
            TextLine().format(record("failed", error=True)),
            as_json("failed", error=True)["exception"],
        ]
    for text in texts:
        assert "ValueError" in text
        assert BOOKING not in text
        assert "anna@" not in text


def test_a_long_word_takes_no_time_to_look_through() -> None:
    """A minute, if each of its letters were tried to its end."""
    TextLine().format(record("a" * 200_000))


def test_an_object_says_where_it_comes_from_and_only_what_is_known() -> None:
    for variable in (request_id, trace_id, span_id):
        variable.set("-")
    line = as_json("Служба\nоткрыта")
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "ERROR",
        "logger": "x",
        "message": "Служба\nоткрыта",
        "app": "provider-backend",
        "city": "kazan",
    }


def test_it_has_the_record_s_fields_and_the_request_s_ids() -> None:
    set_before = [(v, v.set(v.name)) for v in (request_id, trace_id, span_id)]
    try:
        line = as_json("x", fields={"status": 200})
    finally:
        for variable, token in set_before:
            variable.reset(token)
    assert (line["request_id"], line["trace_id"], line["span_id"]) == (
        "request_id",
        "trace_id",
        "span_id",
    )
    assert line["status"] == 200


def test_what_is_no_text_is_still_a_line() -> None:
    assert as_json("\ud800")["message"] == "\\ud800"


def test_what_a_command_says_becomes_lines(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    log_stream(logging.WARNING).write("Handled 100% of it.\n\n")
    assert [(one.levelname, one.getMessage()) for one in caplog.records] == [
        ("WARNING", "Handled 100% of it.")
    ]


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/movies", "/movies"),
        ("/movies/17/seances/9/", "/movies/{movie_id}/seances/{seance_id}"),
        (f"/bookings/{BOOKING}/tickets.pdf", "/bookings/{booking_id}/tickets.pdf"),
        ("/admin/films/17/preview/", "/admin/films/{movie_id}/preview/"),
        ("/admin/bookings/", "/admin/{app_label}/"),
        ("/health/ready/", "/health/ready"),
        ("/metrics", "/metrics"),
        ("/static/admin/base.css", "/static/{file}"),
        (f"/health/{BOOKING}", ""),
        (f"/nowhere/{BOOKING}", ""),
    ],
)
def test_a_route_is_an_address_without_its_values(rf: Any, path: str, route: str) -> None:
    request = rf.get(path)
    served_before = path.startswith(("/health", "/metrics", "/static/", "/nowhere"))
    request.resolver_match = None if served_before else resolve(path)
    assert route_of(request) == route


@pytest.mark.django_db
def test_a_strange_request_is_refused_in_one_line_without_a_traceback(
    client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert client.get("/movies", headers={"host": "evil.example"}).status_code == 400
    [told] = [one for one in caplog.records if one.name == "django.security.DisallowedHost"]
    console = logging.getLogger().handlers[0]
    assert console.filter(told)
    line = console.format(told)
    assert " WARNING django.security.DisallowedHost " in line
    assert "\n" not in line
