"""Random identifiers lead nowhere, so most of those that Schemathesis invents are replaced by
existing ones before they are sent."""

import copy
import hashlib
import json
import uuid
from typing import Any

import schemathesis

from bookings.models import Booking
from cinema.api.fields import BIGINT
from movies.models import Hall, Movie, Seance
from tests.making import seat_ids

FOUND = 4  # of this many identifiers, all but one are made to lead to something that exists


@schemathesis.hook("before_call")
def lead_to_something(context: Any, case: Any, kwargs: Any) -> None:
    # Copies: the engine shares these between cases.
    path = dict(case.path_parameters or {})
    fields = copy.deepcopy(case.body) if isinstance(case.body, dict) else {}
    _replace(path, "movie_id", Movie)
    _find_booking(path, addressed=case.path.endswith(("/confirm", "/payments")))
    _replace(path if "seance_id" in path else fields, "seance_id", Seance)
    seance = _row(Seance, path.get("seance_id", fields.get("seance_id")))
    if seance and _number(path.get("movie_id")):
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
    bookings = dict(Booking.objects.order_by("pk").values_list("pk", "email"))
    existing = [key for key, email in bookings.items() if email or not addressed]
    if existing and given not in existing and (given in bookings or given.int % FOUND):
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
        case.headers = {**case.headers, "Idempotency-Key": f"request-{digest(case)}"}


def digest(case: Any) -> str:
    parts = [case.method, case.path, case.path_parameters, case.query, case.body, case.headers]
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()
