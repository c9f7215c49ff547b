"""A gunicorn, and waiting until it serves."""

import http.client
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from cinema.demo.children import end, kill_group, spawn
from cinema.demo.errors import DemoError
from cinema.demo.stopping import Stop

READY_SECONDS = 60.0
# A little longer than gunicorn gives to requests that are being answered.
STOP_SECONDS = 35.0
PROVIDER = ("-c", "cinema/gunicorn.conf.py", "cinema.wsgi:application")
SITE = ("-c", "aggregator/gunicorn.conf.py", "aggregator.asgi:application")


class WebServer:
    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        port: int,
        environment: Mapping[str, str],
        directory: Path,
    ) -> None:
        self.name = name
        self.port = port
        self.log_file = directory / "web.log"
        self._arguments = ["-m", "gunicorn", *arguments]
        self._environment = {
            **environment,
            "BIND": f"127.0.0.1:{port}",
            "WEB_CONCURRENCY": "2",
            # Beside the log: a directory of its own in /tmp would stay behind after a crash.
            "PROMETHEUS_MULTIPROC_DIR": str(directory / "metrics"),
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def launch(self) -> None:
        if self._process is not None:
            kill_group(self._process)  # workers that outlived it still hold the port
        self._process = spawn(self._arguments, self._environment, self.log_file)

    def wait_until_ready(self, stop: Stop) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while (answer := self.readiness()) != "200":
            stop.sleep()
            if not self.running:
                raise DemoError(f"{self.name} stopped by itself: see {self.log_file}")
            if time.monotonic() > deadline:
                raise DemoError(f"{self.name} is not ready ({answer}): see {self.log_file}")

    def readiness(self) -> str:
        """What it answers when asked whether it is ready: "200", or else what is wrong."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health/ready")
            answer = connection.getresponse()
            return "200" if answer.status == 200 else f"{answer.status} {answer.read()[:200]!r}"
        except (OSError, http.client.HTTPException) as failure:
            return str(failure)
        finally:
            connection.close()

    def stop(self) -> None:
        if self._process is not None:
            end(self._process, STOP_SECONDS)
