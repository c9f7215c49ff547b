"""What the log may say, and how programs read it."""

import json
import logging
import sys
from typing import Any

from aggregator.logging import JSONLine, TextLine
from aggregator.visit import Visit, visit

BOOKING = "0193a1b2-1111-4222-8333-444455556666"


def record(message: str, *arguments: object, error: bool = False, **more: Any) -> logging.LogRecord:
    raised = sys.exc_info() if error else None
    made = logging.LogRecord("x", logging.ERROR, "", 1, message, arguments, raised)
    made.__dict__ |= more
    return made


def as_json(*arguments: Any, **more: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(JSONLine().format(record(*arguments, **more)))
    return read


def test_secrets_are_shortened_whoever_writes_them() -> None:
    said = record("Refused: %s for %s", f"/kazan/tickets/{BOOKING}/", "anna@mail.example.org")
    written = TextLine().format(said)
    assert written.endswith(
        "ERROR x request=- trace=- Refused: /kazan/tickets/0193a1b2…/ for somebody@…"
    )


def test_so_they_are_in_tracebacks() -> None:
    try:
        int(BOOKING)
    except ValueError:
        texts = [
            TextLine().format(record("failed", error=True)),
            as_json("failed", error=True)["exception"],
        ]
    for text in texts:
        assert "0193a1b2…" in text
        assert BOOKING not in text


def test_an_object_has_the_record_s_fields_and_the_visit_s_ids() -> None:
    before = visit.set(Visit("r1", "t1", {}, "s1"))
    try:
        line = as_json("x", fields={"status": 200, "city": "kazan"})
    finally:
        visit.reset(before)
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "ERROR",
        "logger": "x",
        "message": "x",
        "app": "aggregator",
        "request_id": "r1",
        "trace_id": "t1",
        "span_id": "s1",
        "status": 200,
        "city": "kazan",
    }
