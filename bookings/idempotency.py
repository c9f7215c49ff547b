"""Idempotency keys: the same request again gets the first answer again.

The key is claimed, the work done and the answer stored in one transaction, so a key is known
exactly when its work is. A second request waits on the key's primary key until the first has
committed, at most as long as the connection's lock_timeout.
"""

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now
from django.http import HttpRequest
from psycopg.errors import LockNotAvailable
from rest_framework.exceptions import ErrorDetail, ValidationError

from bookings.holds import past_expired_holds
from bookings.models import IdempotencyKey
from bookings.refusals import KeyInProgress, KeyReused, SeatsTaken
from cinema.api.failures import refusal
from cinema.api.json import JSONResponse, encode
from cinema.refusals import Refused

HEADER = "Idempotency-Key"
LONGEST = 255

Operation = Callable[[], JSONResponse]


def once(request: HttpRequest, body: dict[str, Any], operation: Operation) -> JSONResponse:
    """Answers with `operation`, or with what it answered to the request's key before.

    Refusals are answers and are kept too; an error of ours is not. Raises KeyReused when the key
    came with another request, KeyInProgress when the first is still running.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return operation()
    if not 0 < len(key) <= LONGEST or "\0" in key:
        raise _bad_key(f"{HEADER} has between 1 and {LONGEST} characters, none of them NUL")
    return once_for(key, request, body, operation)


def once_for(
    key: str, request: HttpRequest, body: dict[str, Any], operation: Operation
) -> JSONResponse:
    """The same for a form, which brings its key along in a field."""
    fingerprint = _fingerprint(request, body)
    try:
        return past_expired_holds(lambda: _first_answer(key, fingerprint, operation))
    except SeatsTaken as refused:  # others were faster in every try, each of which was undone
        answer = refusal(refused)
        return _first_answer(key, fingerprint, lambda: answer)


def forget_old(batch: int = 1000) -> int:
    """Deletes at most `batch` keys older than IDEMPOTENCY_HOURS. Returns how many."""
    old = IdempotencyKey.objects.filter(created_at__lt=Now() - settings.IDEMPOTENCY_TIME)
    return IdempotencyKey.objects.filter(pk__in=old.order_by("created_at")[:batch]).delete()[0]


@transaction.atomic
def _first_answer(key: str, fingerprint: bytes, operation: Operation) -> JSONResponse:
    if not _claimed(key, fingerprint):
        return _earlier_answer(key, fingerprint)
    try:
        answer = operation()
    except Refused as refused:
        answer = refusal(refused)
    IdempotencyKey.objects.filter(pk=key).update(
        status=answer.status_code,
        body=answer.content,
        headers={name: answer[name] for name in ("Location",) if answer.has_header(name)},
    )
    return answer


def _claimed(key: str, fingerprint: bytes) -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bookings_idempotencykey (key, fingerprint, headers) "
                "VALUES (%s, %s, '{}') ON CONFLICT DO NOTHING",
                [key, fingerprint],
            )
            return cursor.rowcount == 1
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise KeyInProgress from error
        raise


def _earlier_answer(key: str, fingerprint: bytes) -> JSONResponse:
    # Locked, which is a write: so the commit waits for a standby, and the first answer is not
    # repeated while only the primary knows of it.
    earlier = IdempotencyKey.objects.select_for_update().filter(pk=key).first()
    if earlier is None:  # deleted as too old in this very moment
        raise KeyInProgress
    if bytes(earlier.fingerprint) != fingerprint:
        raise KeyReused
    answer = JSONResponse(bytes(earlier.body or b""), earlier.status or 200, earlier.headers)
    answer["Idempotency-Replayed"] = "true"
    return answer


def _fingerprint(request: HttpRequest, body: dict[str, Any]) -> bytes:
    """Method, path and body; the order of a JSON object's keys doesn't matter."""
    canonical = orjson.dumps(orjson.loads(encode(body)), option=orjson.OPT_SORT_KEYS)
    request_line = f"{request.method} {request.path.rstrip('/')}\n"
    return hashlib.sha256(request_line.encode() + canonical).digest()


def _bad_key(detail: str) -> ValidationError:
    error = ValidationError({HEADER: [ErrorDetail(detail, code="header")]})
    error.where = "header"  # type: ignore[attr-defined]
    return error
