"""Schemathesis attacks an API with what its schema promises and with what it forbids.

It runs its engine as its command line does (every documented boundary, random requests, chains of
requests along links) with every check it has, and those below. A failure is printed with the
request that reproduces it.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.schemas import BaseSchema

from bookings.booking import book
from bookings.claiming import Order
from tests.fuzz import leading
from tests.fuzz.hostile import headers_of_strangers
from tests.fuzz.size import SEED, TIMES, asked
from tests.fuzz.stored import Stored
from tests.making import make_hall, make_seance, seat_ids

EXAMPLES = 8
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


def configuration(**more: Any) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "generation": {"max-examples": EXAMPLES * TIMES, "database": "none"},
            "operations": [
                {
                    # A cancelled booking can still be read: the history stays, says the contract.
                    "include-path-regex": r"/bookings/\{booking_id\}$",
                    "checks": {"use_after_free": {"enabled": False}},
                },
            ],
            **more,
        }
    )


def make_programme() -> None:
    for _ in range(3):
        seance = make_seance(hall=make_hall(rows=4, seats=10))
        for seat in seat_ids(seance)[:3]:
            book(Order(seance_id=seance.pk, seat_ids=[seat], email="a@b.org"))


def attack(schema: BaseSchema, name: str) -> None:
    """Fails with what was found. `name`: of what is attacked."""
    watch = _Watch(name)
    _watching.append(watch)
    try:
        found = [text for event in from_schema(schema).execute() for text in _failures(event)]
    finally:
        _watching.remove(watch)
    if found:
        pytest.fail("\n\n".join([f"FUZZ_SEED={SEED} FUZZ_TIMES={TIMES}", *found]), pytrace=False)


def _failures(event: Any) -> Iterator[str]:
    if isinstance(event, events.NonFatalError | events.FatalError):
        yield str(event)
    if isinstance(event, events.ScenarioFinished):
        for checks in event.recorder.checks.values():
            for check in checks:
                if failure := check.failure_info:
                    yield f"{event.label}: {failure.failure}\n{failure.code_sample}"


class _Watch:
    """What one attack has changed, by the case that did it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.changes: dict[str, list[str]] = {}
        self._stored: Stored | None = None

    def before(self) -> None:
        if self._stored is None:  # in the engine's own thread, which has a connection of its own
            self._stored = Stored()

    def after(self, case_id: str) -> None:
        asked[f"requests to {self.name}"] += 1
        assert self._stored
        self.changes[case_id] = self._stored.changes()


_watching: list[_Watch] = []


@schemathesis.hook("before_call")
def begin(context: Any, case: Any, kwargs: Any) -> None:
    for watch in _watching:
        watch.before()
    chance = Random(leading.digest(case))
    case.headers = {**(case.headers or {}), **headers_of_strangers(chance, case.headers or {})}


@schemathesis.hook("after_call")
def end(context: Any, case: Any, response: Any) -> None:
    for watch in _watching:
        watch.after(case.id)


@schemathesis.check
def nothing_changed(ctx: Any, response: Any, case: Any) -> None:
    """By what was refused, and by who only looked."""
    for watch in _watching:
        changes = watch.changes.pop(case.id, [])
        if response.status_code >= 400 or case.method.upper() in SAFE:
            assert not changes, f"{response.status_code}, yet it changed {', '.join(changes)}"


@schemathesis.check
def refusal_is_the_contract_s(ctx: Any, response: Any, case: Any) -> None:
    text = response.content.decode(errors="replace")
    assert "Traceback" not in text
    if response.status_code < 400 or case.method.upper() == "HEAD":
        return
    assert response.headers["content-type"][0] == "application/json; charset=utf-8"
    whole = response.json()
    assert set(whole) == {"errors"}, whole
    for error in whole["errors"]:
        assert {"title", "detail"} <= set(error), error
        assert set(error) <= {"title", "detail", "source", "seats"}, error
        assert error["title"], error
