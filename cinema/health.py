"""Whether the process is up, serves, and can sell: docs/adr/0016-probes.md tells who asks what."""

import functools
from collections.abc import Callable

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

from cinema import draining, metrics
from cinema.api.failures import plain_failure
from cinema.api.json import JSONResponse
from cinema.failing import UNREACHABLE
from cinema.replication.monitor import monitor

_OK = b'{"result":"ok"}'
_migrated = False  # asked until true: migrations don't come undone under a running process

View = Callable[[HttpRequest], HttpResponse]


def reading_only(view: View) -> View:
    """405 in the contract's form for anything but reading."""

    @functools.wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return view(request)
        return plain_failure(405, f"Method {request.method!r} not allowed.", Allow="GET, HEAD")

    return guarded


@reading_only
def alive(request: HttpRequest) -> HttpResponse:
    """`GET /health`: this process answers. Needs nothing else."""
    return JSONResponse(_OK)


@reading_only
def ready(request: HttpRequest) -> HttpResponse:
    """`GET /health/ready`: 200 when it can sell, else 503 with what is missing."""
    return _answer(_not_started() or _not_selling())


@reading_only
def started(request: HttpRequest) -> HttpResponse:
    """`GET /health/started`: 200 once the database has this version's tables, and from then on,
    whatever becomes of the database."""
    return _answer(None if _migrated else _not_started())


@reading_only
def serving(request: HttpRequest) -> HttpResponse:
    """`GET /health/serving`: 200 until it is asked to stop. Needs no database: listings come from
    replicas while the primary is away."""
    return _answer("This process is stopping" if draining.draining else None)


def _answer(missing: str | None) -> HttpResponse:
    if missing is None:
        return JSONResponse(_OK)
    return plain_failure(503, missing, Retry_After="1")


def _not_started() -> str | None:
    try:
        if not _primary_answers():
            return "The primary database can't be reached"
        if not _migrations_applied():
            return "The database lacks migrations: run ./manage.py migrate"
    except UNREACHABLE:
        return "The primary database can't be reached"
    return None


def _not_selling() -> str | None:
    return None if monitor.writable else "No synchronous standby acknowledges writes"


def _primary_answers() -> bool:
    """As the monitor knows, who watches it anyway: a probe must not queue for the connections
    that sell, or a rush would look like an outage."""
    if monitor.running:
        return monitor.primary.alive
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _migrations_applied() -> bool:
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


class Probes:
    """Kubelet and Prometheus come to a pod by its address, over plain HTTP: they are answered
    before anything asks whether the host is allowed or the connection encrypted."""

    views = {
        "/health": alive,
        "/health/started": started,
        "/health/serving": serving,
        "/health/ready": ready,
        "/metrics": reading_only(metrics.page),
    }

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = self.views.get(request.path_info.rstrip("/"))
        if view is None:
            return self.get_response(request)
        answer = view(request)
        answer["Content-Length"] = str(len(answer.content))
        return answer
