"""An application under gunicorn, run as a provider's workers are."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from cinema.embedded.memory import free_ports


@contextmanager
def serving(
    application: str, *options: str, threads: int, workers: int = 1
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Its port, which nothing may listen on yet, and its process."""
    [port] = free_ports(1)
    worker = ["-k", "cinema.worker.Worker", "-w", str(workers), "--threads", str(threads)]
    bound = ["-b", f"127.0.0.1:{port}"]
    command = [sys.executable, "-m", "gunicorn", *worker, *bound, *options, application]
    with subprocess.Popen(command, cwd=settings.BASE_DIR) as server:
        try:
            yield port, server
        finally:
            server.terminate()
