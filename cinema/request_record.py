"""What is told of every request, whoever answers: its id, its span, its metrics, one log line."""

import logging
import random
import re
import time
from types import TracebackType
from typing import Self
from urllib.parse import quote

from cinema import metrics
from cinema.logging import answered_by, request_id
from cinema.tracing import RequestSpan

logger = logging.getLogger("cinema.requests")

PROBE = re.compile(r"(/health(?:/(?:started|serving|ready))?|/metrics)/*")

# Asked every few seconds, or costing nothing: among such spans nobody would find the others.
_UNTRACED = ("/health", "/metrics", "/static/")
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"})
_REQUEST_ID = re.compile(r"[\x21-\x7e]{1,200}\Z")


class RequestRecord:
    """`with RequestRecord(…) as record`, then `record.answered(route, status)`. `given_id` and
    `traceparent`: the caller's headers, or ""."""

    def __init__(self, method: str, path: str, *, given_id: str, traceparent: str) -> None:
        self._started = time.perf_counter()
        # A caller may invent methods, and each would be a new time series for ever.
        self._method = method if method in _METHODS else "other"
        self._path = path
        self.id = given_id if _REQUEST_ID.match(given_id) else _new_id()
        request_id.set(self.id)
        answered_by.set("-")
        self._span = RequestSpan(traceparent, traced=not path.startswith(_UNTRACED))

    def __enter__(self) -> Self:
        metrics.in_progress.inc()
        self._span.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._span.__exit__(kind, error, traceback)
        metrics.in_progress.dec()

    def answered(self, route: str, status: int) -> None:
        """`route`: the address without its values, as `/movies/{movie_id}`; "" for none. A
        booking's id is its buyer's secret, and spans and log fields are counted by route."""
        seconds = time.perf_counter() - self._started
        self._span.answered(self._method, route, status)
        # Probes are nobody's visit: at night they would hide what happens to people.
        if not PROBE.fullmatch(self._path):
            metrics.request_answered(self._method, status, seconds)
        fields = {"method": self._method, "route": route, "status": status}
        fields["duration_ms"] = round(seconds * 1000, 1)
        if (alias := answered_by.get()) != "-":
            fields["database"] = alias
        # Quoted: a line break in an address would write a line of its own into the log.
        arguments = (self._method, quote(self._path), status, seconds * 1000)
        logger.info("%s %s %d %.1fms", *arguments, extra={"fields": fields})


def _new_id() -> str:
    """Not a secret: so without asking the kernel, which would let another thread go first."""
    return f"{random.getrandbits(128):032x}"
