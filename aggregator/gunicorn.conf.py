"""gunicorn for the site: `gunicorn -c aggregator/gunicorn.conf.py aggregator.asgi:application`."""

import glob
import logging.config
import os
import shutil
import sys
import tempfile
from typing import Any

from gunicorn.glogging import Logger


def _number(name: str, default: int) -> int:
    given = os.environ.get(name, str(default))
    if not given.isdecimal():
        sys.exit(f"{name} must be a whole number, not {given!r}.")
    return int(given)


bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "aggregator.worker.SiteWorker"
workers = _number("WEB_CONCURRENCY", 2)
timeout = 30
graceful_timeout = _number("GRACEFUL_SECONDS", 30)
keepalive = (
    75  # longer than the gateway's, so that it closes first and no request meets a closed door
)
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 its files have no name
control_socket_disable = True
accesslog = None  # aggregator.middleware writes one line per request


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

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aggregator.settings")
    try:
        return settings.LOGGING
    except ImproperlyConfigured as error:
        sys.exit(str(error))


# The client library decides by this variable, when it is imported, whether metrics are shared.
_OWN = "aggregator-metrics-"
_metrics = os.environ.get("PROMETHEUS_MULTIPROC_DIR") or tempfile.mkdtemp(prefix=_OWN)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = _metrics
# At once: gunicorn's log needs the settings, and what they import makes its files there.
os.makedirs(_metrics, exist_ok=True)


def on_starting(server: Any) -> None:
    """Once: this file is read again by a reload, while workers write their metrics."""
    for left_over in glob.glob(os.path.join(_metrics, "*.db")):
        os.unlink(left_over)
    import aggregator.limits  # noqa: F401 its memory is shared by the workers made after this


def post_worker_init(worker: Any) -> None:
    from aggregator import metrics, tracing
    from aggregator.cities import directory

    metrics.begin_serving(city.id for city in directory.cities())
    tracing.start()


def child_exit(server: Any, worker: Any) -> None:
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    if os.path.basename(_metrics).startswith(_OWN):
        shutil.rmtree(_metrics, ignore_errors=True)
