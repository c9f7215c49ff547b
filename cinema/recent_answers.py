"""What everybody may read is made once for all who ask for it in the same moment.

In a rush hundreds ask for the same list or seat map within a second. Each worker keeps what it
answered for SHOWN_FOR seconds and gives it, before Django, to whoever asks for the same; meanwhile
one request after the other makes it anew. So nobody sees what is older than that, however long the
making takes: the age counts from before the database was asked, and a replica's lag is added. Who
carries a consistency token (or any credentials) is always answered by the database, and so sees his
own writes at once. See docs/adr/0018-recent-answers.md.
"""

import hashlib
import time
from collections.abc import Callable, Iterable
from threading import Event, Lock
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import resolve
from django.utils.http import parse_etags

from cinema.api.json import CONTENT_TYPE, JSONResponse
from cinema.logging import answered_by
from cinema.middleware import readable
from cinema.replication.monitor import monitor
from cinema.request_record import RequestRecord

RENEWED_AFTER = 0.15
SHOWN_FOR = 0.4  # with the site's own as much again (aggregator/relay): less than a second
MOST_BYTES = 16 * 1024 * 1024  # in each worker
PATHS = ("/movies", "/seances")

_SHARED = "cinema.shared_content"
# Who sends one of these is somebody, asks for the database's own word, or sends a body.
_OWN = (
    "HTTP_COOKIE",
    "HTTP_AUTHORIZATION",
    "HTTP_X_CONSISTENCY_TOKEN",
    "HTTP_CACHE_CONTROL",
    "HTTP_TRANSFER_ENCODING",
    "CONTENT_LENGTH",
)
_OF_ONE_ANSWER = frozenset({"content-length", "content-type", "x-request-id"})

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Key = tuple[str, str, str, str]


def tagged(request: HttpRequest, content: bytes) -> HttpResponse:
    """The answer with its ETag, or 304 for who has it already; everybody may be given it. Clients
    are to ask again each time: a seat map that is a minute old sells nothing."""
    etag = f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    request.META[_SHARED] = content
    if _is_known(etag, request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified(headers=headers)
    return JSONResponse(content, headers=headers)


def _is_known(etag: str, given: str) -> bool:
    """Compared weakly, as RFC 9110 wants: a gateway that compresses makes our tags weak."""
    if not given:
        return False
    known = {tag.removeprefix("W/") for tag in parse_etags(given)}
    return etag in known or "*" in known


class _Kept:
    __slots__ = ("asked_at", "being_renewed", "content", "etag", "headers", "is_for_next", "route")

    def __init__(self, asked_at: float, content: bytes, headers: Headers, route: str) -> None:
        self.asked_at = asked_at
        self.content = content
        self.headers = [
            (name, value) for name, value in headers if name.lower() not in _OF_ONE_ANSWER
        ]
        self.etag = dict(headers)["ETag"]
        self.route = route
        self.being_renewed = False
        self.is_for_next = False  # the next thread that is asked makes it

    def may_be_shown(self, now: float) -> bool:
        return now - self.asked_at < SHOWN_FOR

    def is_to_be_renewed(self, now: float) -> bool:
        """By whoever asks now: one is told so, and the others get what is there."""
        if self.being_renewed or now - self.asked_at < RENEWED_AFTER:
            return False
        self.being_renewed = True
        return True


class RecentAnswers:
    """Around the WSGI application."""

    def __init__(
        self, application: Application, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._application = application
        self._clock = clock
        self._kept: dict[Key, _Kept] = {}  # the oldest first
        self._bytes = 0
        self._being_made: dict[Key, Event] = {}
        self._changing = Lock()

    def at_once(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes] | None:
        """As `__call__`, but None instead of waiting for it to be made."""
        key = _key(environ)
        kept = self._kept.get(key) if key else None
        now = self._clock()
        if kept is None or not kept.may_be_shown(now):
            return None
        if kept.is_to_be_renewed(now):
            kept.is_for_next = True
            return None
        return _answer(kept, environ, start_response)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = _key(environ)
        if key is None:
            return self._application(environ, start_response)
        if kept := self._shown(key):
            return _answer(kept, environ, start_response)
        try:
            return self._make(key, environ, start_response)
        finally:
            if made := self._being_made.pop(key, None):
                made.set()

    def _shown(self, key: Key) -> _Kept | None:
        """What may be shown now; None for whoever is to make it."""
        now = self._clock()
        kept = self._kept.get(key)
        if kept and kept.may_be_shown(now):
            if kept.is_for_next or kept.is_to_be_renewed(now):
                kept.is_for_next = False
                return None
            return kept
        with self._changing:
            being_made = self._being_made.get(key)
            if being_made is None:
                self._being_made[key] = Event()
                return None
        # One makes it; it takes the others no longer to wait for that than to do the same.
        being_made.wait(SHOWN_FOR)
        kept = self._kept.get(key)
        return kept if kept and kept.may_be_shown(self._clock()) else None

    def _make(self, key: Key, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        asked_at = self._clock()
        given: Headers = []

        def start(status: str, headers: Headers, *failure: Any) -> Any:
            given[:] = headers
            return start_response(status, headers, *failure)

        answer = self._application(environ, start)
        content = environ.get(_SHARED)
        names = {name for name, _value in given}
        if content is not None and "ETag" in names and "Set-Cookie" not in names:
            route = readable(resolve(environ["PATH_INFO"]).route)
            self._store(key, _Kept(asked_at - _lag(), content, given, route))
        return answer

    def _store(self, key: Key, made: _Kept) -> None:
        if len(made.content) > MOST_BYTES:
            return
        with self._changing:
            there = self._kept.get(key)
            if there and there.asked_at > made.asked_at:
                return  # a faster one was younger
            self._drop(key)
            self._kept[key] = made
            self._bytes += len(made.content)
            while self._bytes > MOST_BYTES or self._oldest_age(made.asked_at) > SHOWN_FOR:
                self._drop(next(iter(self._kept)))

    def _oldest_age(self, now: float) -> float:
        return now - next(iter(self._kept.values())).asked_at

    def _drop(self, key: Key) -> None:
        if dropped := self._kept.pop(key, None):
            self._bytes -= len(dropped.content)


def _key(environ: Environ) -> Key | None:
    """None for a request that is answered to nobody else."""
    path = environ["PATH_INFO"]
    if (
        environ["REQUEST_METHOD"] != "GET"
        or not path.startswith(PATHS)
        or any(environ.get(name) for name in _OWN)
    ):
        return None
    # The host and the scheme, because Django refuses some and redirects others.
    query, host = environ.get("QUERY_STRING", ""), environ.get("HTTP_HOST", "")
    return path, query, host, environ["wsgi.url_scheme"]


def _lag() -> float:
    """Seconds that the replica which has answered is behind, as it was last looked at."""
    alias = answered_by.get()
    return next((one.lag_seconds for one in monitor.replicas if one.alias == alias), 0.0)


def _answer(kept: _Kept, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    with RequestRecord(
        "GET",
        environ["PATH_INFO"],
        given_id=environ.get("HTTP_X_REQUEST_ID", ""),
        traceparent=environ.get("HTTP_TRACEPARENT", ""),
    ) as record:
        own = ("X-Request-ID", record.id)
        if _is_known(kept.etag, environ.get("HTTP_IF_NONE_MATCH", "")):
            record.answered(kept.route, 304)
            start_response("304 Not Modified", [*kept.headers, own])
            return []
        record.answered(kept.route, 200)
        size = ("Content-Length", str(len(kept.content)))
        start_response("200 OK", [*kept.headers, ("Content-Type", CONTENT_TYPE), size, own])
        return [kept.content]
