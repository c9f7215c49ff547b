"""gunicorn for a provider: `gunicorn -c cinema/gunicorn.conf.py cinema.wsgi:application`."""

import glob
import json
import logging.config
import os
import shutil
import sys
import tempfile
import uuid
from typing import Any

from gunicorn.glogging import Logger


def _number(name: str, default: int) -> int:
    given = os.environ.get(name, str(default))
    if not given.isdecimal():
        sys.exit(f"{name} must be a whole number, not {given!r}.")
    return int(given)


bind = os.environ.get("BIND", "127.0.0.1:8001")
worker_class = "cinema.worker.Worker"
workers = _number("WEB_CONCURRENCY", 2)
threads = _number("WEB_THREADS", 8)
timeout = 30
graceful_timeout = _number("GRACEFUL_SECONDS", 30)
keepalive = (
    75  # longer than the gateway's, so that it closes first and no request meets a closed door
)
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 its files have no name
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
control_socket_disable = True
accesslog = None  # cinema.middleware.RequestLog writes one line per request


class logger_class(Logger):  # noqa: N801 the setting's name
    """gunicorn's own lines look like all others."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        logging.config.dictConfig(_logging())


def _logging() -> Any:
    """As the settings have it. Where they are wrong, one sentence for whoever has to mend them,
    instead of a traceback from each worker."""
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cinema.settings")
    try:
        return settings.LOGGING
    except ImproperlyConfigured as error:
        sys.exit(str(error))


# The client library decides by this variable, when it is imported, whether metrics are shared.
_OWN = "cinema-metrics-"
_metrics = os.environ.get("PROMETHEUS_MULTIPROC_DIR") or tempfile.mkdtemp(prefix=_OWN)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = _metrics


def on_starting(server: Any) -> None:
    """Even a request that gunicorn itself can't read is answered in the contract's form."""
    _empty_metrics()

    from gunicorn import util

    def write_error(sock: Any, status_int: int, reason: str, mesg: str) -> None:
        body = json.dumps(
            {"errors": [{"title": reason, "detail": "The request can't be understood"}]}
        )
        head = (
            f"HTTP/1.1 {status_int} {reason}\r\nConnection: close\r\n"
            f"Content-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
            f"X-Request-ID: {uuid.uuid4().hex}\r\n\r\n"
        )
        util.write_nonblock(sock, (head + body).encode())

    util.write_error = write_error


def _empty_metrics() -> None:
    """Once, at the start: this file is read again by a reload, while workers write theirs."""
    os.makedirs(_metrics, exist_ok=True)
    for left_over in glob.glob(os.path.join(_metrics, "*.db")):
        os.unlink(left_over)


def post_worker_init(worker: Any) -> None:
    """Threads belong to the worker: they would not survive the fork."""
    from cinema import metrics, tracing
    from cinema.draining import drain_when_stopped
    from cinema.logging import only_what_is_told
    from cinema.replication.monitor import monitor

    only_what_is_told()
    metrics.begin_serving(worker.cfg.threads)
    drain_when_stopped()
    monitor.start()
    tracing.start()


def post_request(worker: Any, req: Any, environ: Any, resp: Any) -> None:
    """What gunicorn says next in this thread is of another request, or of none."""
    from cinema.logging import forget_request

    forget_request()


def child_exit(server: Any, worker: Any) -> None:
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    if os.path.basename(_metrics).startswith(_OWN):
        shutil.rmtree(_metrics, ignore_errors=True)
