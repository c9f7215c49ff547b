"""What the log may say."""

import logging
import sys

from aggregator.logging import RequestContext, UTCFormatter

BOOKING = "0193a1b2-1111-4222-8333-444455556666"
LINE = "request=%(request_id)s %(message)s"


def _written(message: str, *arguments: object, error: bool = False) -> str:
    raised = sys.exc_info() if error else None
    record = logging.LogRecord("x", logging.ERROR, "", 1, message, arguments, raised)
    RequestContext().filter(record)
    return UTCFormatter(LINE).format(record)


def test_a_booking_s_id_is_shortened_whoever_writes_it() -> None:
    written = _written("Service Unavailable: %s", f"/kazan/tickets/{BOOKING}/")
    assert written == "request=- Service Unavailable: /kazan/tickets/0193a1b2…/"


def test_so_it_is_in_tracebacks() -> None:
    try:
        int(BOOKING)
    except ValueError:
        written = _written("failed", error=True)
    assert "0193a1b2…" in written
    assert BOOKING not in written
