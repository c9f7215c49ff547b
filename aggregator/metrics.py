"""What Prometheus reads at `/metrics`, summed over gunicorn's workers."""

import functools
import glob
import os
import platform
import struct
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
    values,
)

APP = "aggregator"
_OWN = CollectorRegistry()
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

_requests = Counter(
    "http_server_requests",
    "Requests answered",
    ["app", "city", "method", "code"],
    registry=_OWN,
)
_durations = Histogram(
    "http_server_request_duration_seconds",
    "Seconds from the first byte of a request to its answer",
    ["app", "city", "method"],
    buckets=_BUCKETS,
    registry=_OWN,
)
in_progress = Gauge(
    "http_server_requests_in_progress",
    "Requests being answered now",
    multiprocess_mode="livesum",
    registry=_OWN,
)
_calls = Counter(
    "city_calls",
    "Calls to a city's provider, by how they ended",
    ["city", "result"],
    registry=_OWN,
)
_call_durations = Histogram(
    "city_call_duration_seconds",
    "Seconds from a call to the head of its answer, repeated tries included",
    ["city"],
    buckets=_BUCKETS,
    registry=_OWN,
)
_retries = Counter(
    "city_retries", "Calls to a city's provider that were repeated", ["city"], registry=_OWN
)
_reads = Counter(
    "city_cache_reads",
    "Reads through the cache, by what answered",
    ["city", "source"],
    registry=_OWN,
)
# The worst of the living workers: each has a breaker of its own.
_open = Gauge(
    "city_breaker_open",
    "1: the city is left alone",
    ["city"],
    multiprocess_mode="livemax",
    registry=_OWN,
)
_build = Gauge(
    "build_info",
    "1; what runs is in the labels",
    ["app", "version", "revision", "python"],
    multiprocess_mode="livemax",
    registry=_OWN,
)

# There from the start, at 0: a rate needs a value before the first failure.
_EXPECTED = [
    *(("GET", code) for code in (200, 304, 404, 500, 503)),
    *(("POST", code) for code in (200, 201, 303, 409, 500, 503)),
]
_RESULTS = ("answered", "unreachable", "late", "nonsense", "refused")
_SOURCES = ("fresh", "renewing", "shared", "city", "stale")
_UNREADABLE = (OSError, ValueError, RuntimeError, struct.error)
"""What reading a worker's file raises when it is just being made or removed."""


@functools.lru_cache(maxsize=4096)
def _counted(city: str, method: str, code: int) -> tuple[Any, Any]:
    return (
        _requests.labels(APP, city, method, str(code)),
        _durations.labels(APP, city, method),
    )


def request_answered(city: str, method: str, code: int, seconds: float) -> None:
    """`city`: "" for what belongs to no known city; anything else would let callers invent
    time series."""
    counter, histogram = _counted(city, method, code)
    counter.inc()
    histogram.observe(seconds)


@functools.lru_cache(maxsize=1024)
def _called(city: str, result: str) -> tuple[Any, Any]:
    return _calls.labels(city, result), _call_durations.labels(city)


def city_called(city: str, result: str, seconds: float) -> None:
    """`result`: answered, unreachable, late, nonsense or refused (not even tried)."""
    counter, histogram = _called(city, result)
    counter.inc()
    if result != "refused":
        histogram.observe(seconds)


def call_repeated(city: str) -> None:
    _retries.labels(city).inc()


def breaker_changed(city: str, is_open: bool) -> None:
    _open.labels(city).set(is_open)


@functools.lru_cache(maxsize=1024)
def _read(city: str, source: str) -> Any:
    return _reads.labels(city, source)


def cache_read(city: str, source: str) -> None:
    """`source`: fresh, renewing, shared, city or stale."""
    _read(city, source).inc()


def begin_serving(cities: Iterable[str]) -> None:
    """Once in each worker, after it forked."""
    version, revision = settings.APP_VERSION, settings.APP_REVISION
    _build.labels(APP, version, revision, platform.python_version()).set(1)
    _expect_requests("")
    for city in cities:
        expect_city(city)


def expect_city(city: str) -> None:
    """There may be calls to it from now on."""
    _expect_requests(city)
    _retries.labels(city)
    _open.labels(city)
    for result in _RESULTS:
        _called(city, result)
    for source in _SOURCES:
        _read(city, source)


def _expect_requests(city: str) -> None:
    for method, code in _EXPECTED:
        _counted(city, method, code)


def text() -> tuple[bytes, str]:
    """And its content type."""
    return generate_latest(_registry()), CONTENT_TYPE_LATEST


def _registry() -> Any:
    if values.ValueClass.__name__ == "MutexValue":  # one process: tests
        return _OWN
    registry = CollectorRegistry()
    _Workers(registry)
    return registry


class _Workers(multiprocess.MultiProcessCollector):
    """Workers come and go while it reads. A file without any content is one that a worker has just
    opened, or was killed over: it has counted nothing, and costs nobody the rest."""

    def collect(self) -> Iterable[Any]:
        files = glob.glob(os.path.join(self._path, "*.db"))
        try:
            return self.merge(files)
        except _UNREADABLE:
            return self.merge([file for file in files if _readable(file)])


def _readable(file: str) -> bool:
    try:
        multiprocess.MultiProcessCollector.merge([file])
    except _UNREADABLE:
        return False
    return True
