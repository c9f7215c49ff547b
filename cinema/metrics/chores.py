"""What `run_chores` does, and what it measures in the database every few seconds."""

import time
from collections.abc import Iterable, Mapping

from prometheus_client import Counter, Gauge

from cinema.metrics.registries import CHORES

MEASURED = {
    "double_sold_seats": "Seats of showings to come that two live tickets are for",
    "holds_open": "Holds whose time is not over",
    "payments_pending": "Payments that nothing has become of yet",
    "payments_undecided_seconds": "Age of the oldest of them",
    "notices_waiting": "Emails to buyers that are still to be sent",
    "showings_upcoming": "Showings that have not begun",
    "seats_upcoming": "Seats of their halls, sold or not",
}
_measured = {name: Gauge(name, text, registry=CHORES) for name, text in MEASURED.items()}
_runs = Counter(
    "chore_runs", "Turns of a chore, by how they ended", ["chore", "result"], registry=CHORES
)
_succeeded = Gauge(
    "chore_last_success_timestamp_seconds",
    "When a turn of it last succeeded; until the first one, when it was started",
    ["chore"],
    registry=CHORES,
)


def expect_chores(chores: Iterable[str]) -> None:
    for chore in chores:
        _succeeded.labels(chore).set(time.time())
        for result in ("ok", "failed"):
            _runs.labels(chore, result)


def chore_ran(chore: str, *, succeeded: bool) -> None:
    _runs.labels(chore, "ok" if succeeded else "failed").inc()
    if succeeded:
        _succeeded.labels(chore).set(time.time())


def measured(values: Mapping[str, float]) -> None:
    """By the names of MEASURED."""
    for name, value in values.items():
        _measured[name].set(value)
