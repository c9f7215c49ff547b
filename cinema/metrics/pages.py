"""`/metrics`: of a web server, summed over gunicorn's workers, and of `run_chores`."""

import glob
import os
import struct
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    generate_latest,
    multiprocess,
    values,
)

from cinema.metrics.registries import BOTH, CHORES, WEB

_UNREADABLE = (OSError, ValueError, RuntimeError, struct.error)
"""What reading a worker's file raises when it is just being made or removed."""


def page(request: HttpRequest) -> HttpResponse:
    """`GET /metrics` of a web server."""
    return HttpResponse(of_web_server(), content_type=CONTENT_TYPE_LATEST)


def of_web_server() -> bytes:
    if values.ValueClass.__name__ == "MutexValue":  # one process: runserver, tests
        return generate_latest(BOTH) + generate_latest(WEB)
    registry = CollectorRegistry()
    _Workers(registry)
    return generate_latest(registry)


def of_chores() -> bytes:
    return generate_latest(BOTH) + generate_latest(CHORES)


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
