"""A cinema whose every change is noticed, and the sum of what was asked of it."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.backends.signals import connection_created

from tests.aggregator.site import Site, city
from tests.fuzz.size import SEED, TIMES, asked

# All that is asked comes from one address.
UNLIMITED = {
    "HOLDS_PER_MINUTE": "0",
    "PURCHASES_PER_MINUTE": "0",
    "RELAYED_BOOKINGS_PER_MINUTE": "0",
    "UNKNOWN_BOOKINGS_PER_MINUTE": "0",
}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if asked:
        what = ", ".join(f"{count:,} {name}" for name, count in sorted(asked.items()))
        said = f"Fuzzed: {what}; the same again: FUZZ_SEED={SEED} FUZZ_TIMES={TIMES}"
        terminalreporter.write_line(said)


class Incidents(logging.Handler):
    """What is logged as an error or with a traceback."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR or record.exc_info:
            self.heard.append(_told(record))


def _told(record: logging.LogRecord) -> str:
    """What happened, and the last places where it did."""
    if not record.exc_info:
        return record.getMessage()
    lines = logging.Formatter().formatException(record.exc_info).splitlines()
    return "\n".join([record.getMessage(), *lines[-15:]])


@pytest.fixture(autouse=True)
def _nothing_is_logged_as_an_incident() -> Iterator[None]:
    incidents = Incidents()
    logging.getLogger().addHandler(incidents)
    yield
    logging.getLogger().removeHandler(incidents)
    assert not incidents.heard, "\n".join(incidents.heard)[:5000]


@pytest.fixture(autouse=True)
def _no_hold_ends(settings: Any) -> None:
    """Else something would change by itself in a long run."""
    settings.HOLD_TIME = timedelta(days=1)


@pytest.fixture
def _connections_for_long(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One connection per thread, instead of one per request; they end here."""
    opened = []
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", None)

    def remember(connection: Any, **kwargs: Any) -> None:
        opened.append(connection)

    connection_created.connect(remember)
    yield
    connection_created.disconnect(remember)
    for connection in opened:
        connection.inc_thread_sharing()
        connection.close()


@pytest.fixture
def site(tmp_path: Path, live_server: Any) -> Iterator[Site]:
    kazan = city("kazan", "Казань", live_server.url)
    with Site(cities=[kazan], directory=tmp_path, **UNLIMITED) as site:
        yield site
    assert "Traceback" not in site.log, site.log[-5000:]
