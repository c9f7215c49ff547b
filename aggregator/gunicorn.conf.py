"""gunicorn for the site: `gunicorn -c aggregator/gunicorn.conf.py aggregator.asgi:application`."""

import glob
import os
import shutil
import sys
import tempfile
from typing import Any

bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "aggregator.worker.SiteWorker"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
timeout = 30
graceful_timeout = 30
keepalive = (
    75  # longer than the gateway's, so that it closes first and no request meets a closed door
)
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
control_socket_disable = True
accesslog = None  # aggregator.middleware writes one line per request

# The client library decides by this variable, when it is imported, whether metrics are shared.
_OWN = "aggregator-metrics-"
_metrics = os.environ.get("PROMETHEUS_MULTIPROC_DIR") or tempfile.mkdtemp(prefix=_OWN)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = _metrics


def on_starting(server: Any) -> None:
    """Once: this file is read again by a reload, while workers write their metrics."""
    os.makedirs(_metrics, exist_ok=True)
    for left_over in glob.glob(os.path.join(_metrics, "*.db")):
        os.unlink(left_over)
    _check_configuration()
    import aggregator.limits  # noqa: F401 its memory is shared by the workers made after this


def _check_configuration() -> None:
    """One sentence for whoever has to mend it, instead of a traceback from each worker."""
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aggregator.settings")
    try:
        import aggregator.settings  # noqa: F401
    except ImproperlyConfigured as error:
        sys.exit(str(error))


def child_exit(server: Any, worker: Any) -> None:
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    if os.path.basename(_metrics).startswith(_OWN):
        shutil.rmtree(_metrics, ignore_errors=True)
