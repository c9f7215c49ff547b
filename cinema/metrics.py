"""What Prometheus reads at `/metrics`, summed over gunicorn's workers."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
    values,
)

APP = "provider-backend"

requests = Counter(
    "http_server_requests",
    "Requests answered",
    ["app", "city", "method", "code"],
)
durations = Histogram(
    "http_server_request_duration_seconds",
    "Seconds from the first byte of a request to its answer",
    ["app", "city", "method"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
sold = Counter("success_bookings", "Tickets sold", ["app", "city"])
reads = Counter("database_reads", "Public reads, by the database that answered", ["alias"])
# Of living workers only: what a killed one last thought would otherwise be reported for ever.
_writable = Gauge("sales_accepted", "1: a sale would be stored safely", multiprocess_mode="livemin")
_alive = Gauge("replica_alive", "1: the replica answers", ["replica"], multiprocess_mode="livemin")
_fresh = Gauge(
    "replica_fresh", "1: the replica may answer anybody", ["replica"], multiprocess_mode="livemin"
)
_lag = Gauge("replica_lag_bytes", "Log not replayed yet", ["replica"], multiprocess_mode="livemax")


def tickets_sold(count: int) -> None:
    sold.labels(APP, settings.CITY).inc(count)


def request_answered(method: str, code: int, seconds: float) -> None:
    requests.labels(APP, settings.CITY, method, str(code)).inc()
    durations.labels(APP, settings.CITY, method).observe(seconds)


def sales_accepted(writable: bool) -> None:
    _writable.set(writable)


def replica_state(alias: str, alive: bool, fresh: bool, lag_bytes: int) -> None:
    _alive.labels(alias).set(alive)
    _fresh.labels(alias).set(fresh)
    _lag.labels(alias).set(lag_bytes)


def page(request: HttpRequest) -> HttpResponse:
    """`GET /metrics`."""
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _registry() -> Any:
    if values.ValueClass.__name__ == "MutexValue":  # one process: runserver, tests
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return registry
