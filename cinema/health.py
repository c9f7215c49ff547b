"""Whether the process is up, and whether it can sell."""

import functools
from collections.abc import Callable

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

from cinema import metrics
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
    missing = _missing()
    if missing is None:
        return JSONResponse(_OK)
    return plain_failure(503, missing, Retry_After="1")


def _missing() -> str | None:
    try:
        if not _primary_answers():
            return "The primary database can't be reached"
        if not _migrations_applied():
            return "The database lacks migrations: run ./manage.py migrate"
    except UNREACHABLE:
        return "The primary database can't be reached"
    if not monitor.writable:
        return "No synchronous standby acknowledges writes"
    return None


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
