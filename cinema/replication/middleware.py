"""The consistency token, in and out; and no write acknowledged that no standby has."""

from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import OperationalError, connections
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from cinema.api.failures import unavailable_to
from cinema.databases import PRIMARY
from cinema.failing import UNREACHABLE
from cinema.replication.monitor import monitor
from cinema.replication.position import COOKIE, HEADER, MAX_AGE, current_position, make_token

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
Answer = Callable[[HttpRequest], HttpResponse]

_unacknowledged: ContextVar[bool] = ContextVar("unacknowledged", default=False)


@receiver(connection_created)
def _listen(connection: Any, **kwargs: Any) -> None:
    """Hears PostgreSQL's warning that a commit was not acknowledged by a standby."""
    if connection.alias == PRIMARY:
        with suppress(ValueError):  # a pool gives the same connection out again and again
            connection.connection.remove_notice_handler(_hear)
        connection.connection.add_notice_handler(_hear)


def _hear(notice: Any) -> None:
    # By the place in PostgreSQL's source: the text comes in the server's language.
    if notice.source_function == "SyncRepWaitForLSN":
        _unacknowledged.set(True)


class Unacknowledged(OperationalError):
    """What was committed may be known to the primary alone."""


def check_acknowledged() -> None:
    """Before something that can't be taken back is done because of what this request has stored.
    Raises Unacknowledged, which is answered as a lost database is."""
    if _unacknowledged.get():
        raise Unacknowledged("A commit was not acknowledged by a standby")


class Durability:
    """Selling stops with 503 while no standby acknowledges: a sale that only the primary knows is
    lost with it, and its seats would be sold again."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE_METHODS:
            return self.get_response(request)
        if not monitor.writable:
            return unavailable_to(request, "Nothing can be stored safely at the moment; try again")
        heard = _unacknowledged.set(False)
        try:
            response = self.get_response(request)
            if _unacknowledged.get():
                return unavailable_to(
                    request,
                    "What you asked for may not have been stored safely; ask again with the same "
                    "Idempotency-Key to learn what became of it",
                )
            return response
        finally:
            _unacknowledged.reset(heard)


class ReadYourWrites:
    """A write answers with its position; reads that carry it see that write."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in SAFE_METHODS and response.status_code < 400:
            self._add_token(response)
        return response

    def _add_token(self, response: HttpResponse) -> None:
        try:
            token = make_token(current_position())
        except UNREACHABLE:
            # The write is done and its answer stands; the next read may be a moment behind.
            connections[PRIMARY].close()
            return
        response[HEADER] = token
        response.set_cookie(
            COOKIE,
            token,
            max_age=MAX_AGE,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
