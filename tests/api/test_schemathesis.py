"""Schemathesis attacks the API with what `/schema` promises and with what it forbids.

It runs its engine as its command line does (every documented boundary, random requests, chains of
requests along links) with every check it has, in this process, on a cinema that has something to
sell. A failure is printed with the request that reproduces it.
"""

import copy
import hashlib
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.db import connections
from django.db.backends.signals import connection_created
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.transport.wsgi import WSGITransport

from bookings.booking import book
from bookings.claiming import Order
from bookings.models import Booking
from cinema.api.fields import BIGINT
from cinema.wsgi import application
from movies.models import Hall, Movie, Seance
from tests.making import make_hall, make_seance, make_staff, make_token, seat_ids

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:Generating overly large repr"),
]

FOUND = 4  # of this many identifiers, all but one are made to lead to something that exists

CONFIGURATION: dict[str, Any] = {
    "seed": 1,
    "generation": {"deterministic": True, "max-examples": 12, "database": "none"},
    "operations": [
        {
            # A cancelled booking can still be read: the history stays, says the contract.
            "include-path": "/bookings/{booking_id}",
            "checks": {"use_after_free": {"enabled": False}},
        },
    ],
}


@pytest.fixture(autouse=True)
def _no_sockets(monkeypatch):
    """Schemathesis 4.32 gives options of sockets to the transport that has none, when it asks
    again without credentials."""
    send = WSGITransport.send

    def send_in_process(self, case, *, session=None, **options):
        for name in ("max_redirects", "verify", "cert"):
            options.pop(name, None)
        return send(self, case, session=session, **options)

    monkeypatch.setattr(WSGITransport, "send", send_in_process)


@pytest.fixture(autouse=True)
def _connections_for_long(monkeypatch):
    """One connection per thread of the engine, instead of one per request; they end here."""
    opened = []
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", None)

    def remember(connection, **kwargs):
        opened.append(connection)

    connection_created.connect(remember)
    yield
    connection_created.disconnect(remember)
    for connection in opened:
        connection.inc_thread_sharing()
        connection.close()


def test_it_finds_nothing_as_a_stranger():
    make_programme()
    attack()


def test_it_finds_nothing_as_staff():
    make_programme()
    attack(headers={"Authorization": f"Token {make_token(make_staff())}"})


def attack(**configuration: Any) -> None:
    config = SchemathesisConfig.from_dict(CONFIGURATION | configuration)
    schema = schemathesis.openapi.from_wsgi("/schema", application, config=config)
    if found := [text for event in from_schema(schema).execute() for text in _failures(event)]:
        pytest.fail("\n\n".join(found), pytrace=False)


def _failures(event: Any) -> Iterator[str]:
    if isinstance(event, events.NonFatalError | events.FatalError):
        yield str(event)
    if isinstance(event, events.ScenarioFinished):
        for checks in event.recorder.checks.values():
            for check in checks:
                if failure := check.failure_info:
                    yield f"{event.label}: {failure.failure}\n{failure.code_sample}"


def make_programme() -> None:
    for _ in range(3):
        seance = make_seance(hall=make_hall(rows=4, seats=10))
        for seat in seat_ids(seance)[:3]:
            book(Order(seance_id=seance.pk, seat_ids=[seat], email="a@b.org"))


@schemathesis.hook("before_call")
def lead_to_something(context: Any, case: Any, kwargs: Any) -> None:
    """Random identifiers lead nowhere, so most valid ones are replaced by existing ones."""
    # Copies: the engine shares these between cases.
    path = dict(case.path_parameters or {})
    fields = copy.deepcopy(case.body) if isinstance(case.body, dict) else {}
    _replace(path, "movie_id", Movie)
    _find_booking(path, addressed=case.path.endswith(("/confirm", "/payments")))
    _replace(path if "seance_id" in path else fields, "seance_id", Seance)
    seance = _row(Seance, path.get("seance_id", fields.get("seance_id")))
    if seance and "movie_id" in path:
        path["movie_id"] = seance.movie_id
    # That a seat is in the showing's hall, and that a hall exists, is 422 by the contract, though
    # nothing in the schema can say so.
    if seance and isinstance(seats := fields.get("seatsIds"), list):
        of_hall = seat_ids(seance)
        seats[:] = [_one_of(of_hall, seat) if _number(seat) else seat for seat in seats]
    _replace(fields, "hall", Hall, share=1)
    case.path_parameters = path
    if isinstance(case.body, dict):
        case.body = fields
    if "Idempotency-Key" in (case.headers or {}):
        _use_key_for_one_request(case)


def _replace(values: dict[str, Any], name: str, model: Any, *, share: int = FOUND) -> None:
    """Makes an identifier lead to an existing row: the same number always to the same."""
    number = _number(values.get(name))
    existing = list(model.objects.order_by("pk").values_list("pk", flat=True))
    if number and existing and (share == 1 or number % share) and not _row(model, values[name]):
        values[name] = _one_of(existing, values[name])


def _find_booking(path: dict[str, Any], *, addressed: bool) -> None:
    """`addressed`: one with an email address. That others can't be bought is 400 by the contract;
    the schema can't say which booking has one."""
    try:
        given = uuid.UUID(path.get("booking_id"))
    except (AttributeError, TypeError, ValueError):
        return
    bookings = Booking.objects.exclude(email="") if addressed else Booking.objects.all()
    existing = list(bookings.order_by("pk").values_list("pk", flat=True))
    if existing and given not in existing and given.int % FOUND:
        path["booking_id"] = str(existing[given.int % len(existing)])


def _one_of(existing: list[Any], given: Any) -> Any:
    return given if given in existing else existing[_number(given) % len(existing)]


def _row(model: Any, given: Any) -> Any:
    return model.objects.filter(pk=given).first() if _number(given) else None


def _number(given: Any) -> int:
    """A valid number of a row; 0 for what is none."""
    if isinstance(given, str) and given.isdecimal():  # from the address in a Location
        given = int(given)
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    return int(given) if is_number and 0 < given <= BIGINT and given == int(given) else 0


def _use_key_for_one_request(case: Any) -> None:
    """The same key for another request is 422 by the contract; the schema can't say that."""
    key = case.headers["Idempotency-Key"]
    if isinstance(key, str) and 0 < len(key) <= 255 and not key.startswith("request-"):
        request = json.dumps(
            [case.method, case.path_parameters, case.query, case.body, key], default=str
        )
        digest = hashlib.sha256(request.encode()).hexdigest()
        case.headers = {**case.headers, "Idempotency-Key": f"request-{digest}"}
