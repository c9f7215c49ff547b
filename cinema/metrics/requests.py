"""Requests of a web server."""

import functools
from typing import Any

from django.conf import settings
from prometheus_client import Counter, Gauge, Histogram

from cinema.metrics.registries import APP, BUCKETS, WEB

_requests = Counter(
    "http_server_requests",
    "Requests answered",
    ["app", "city", "method", "code"],
    registry=WEB,
)
_durations = Histogram(
    "http_server_request_duration_seconds",
    "Seconds from the first byte of a request to its answer",
    ["app", "city", "method"],
    buckets=BUCKETS,
    registry=WEB,
)
in_progress = Gauge(
    "http_server_requests_in_progress",
    "Requests being answered now",
    multiprocess_mode="livesum",
    registry=WEB,
)
_threads = Gauge(
    "http_server_threads",
    "Threads that answer requests, of all workers",
    multiprocess_mode="livesum",
    registry=WEB,
)

# There from the start, at 0: a rate needs a value before the first failure.
_EXPECTED = [
    *(("GET", code) for code in (200, 304, 404, 500, 503)),
    *(("POST", code) for code in (200, 201, 409, 422, 500, 503)),
]


@functools.lru_cache(maxsize=1024)
def _counted(city: str, method: str, code: int) -> tuple[Any, Any]:
    """To look labels up by their names takes longer than to count."""
    return (
        _requests.labels(APP, city, method, str(code)),
        _durations.labels(APP, city, method),
    )


def request_answered(method: str, code: int, seconds: float) -> None:
    counter, histogram = _counted(settings.CITY, method, code)
    counter.inc()
    histogram.observe(seconds)


def expect_requests(threads: int) -> None:
    """A worker is about to serve with so many threads."""
    _threads.set(threads)
    for method, code in _EXPECTED:
        _counted(settings.CITY, method, code)
