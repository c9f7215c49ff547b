"""One city's web server: gunicorn with the provider in it."""

import http.client
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from cinema.demo.children import end, kill_group, spawn
from cinema.demo.cities import City
from cinema.demo.errors import DemoError
from cinema.demo.stopping import Stop
from cinema.embedded.memory import port_is_free

READY_SECONDS = 60.0
# A little longer than gunicorn gives to requests that are being answered.
STOP_SECONDS = 35.0
COMMAND = ["-m", "gunicorn", "-c", "cinema/gunicorn.conf.py", "cinema.wsgi:application"]


def check_port(port: int) -> None:
    if not port_is_free(port):
        raise DemoError(
            f"Port {port} is already in use: stop what listens there or run"
            f" DEMO_PORT={port + 1} make demo"
        )


class WebServer:
    name = "The web server"

    def __init__(self, city: City, environment: Mapping[str, str], directory: Path) -> None:
        self.city = city
        self.log_file = directory / "web.log"
        self._environment = {
            **environment,
            "BIND": f"127.0.0.1:{city.port}",
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
        self._process = spawn(COMMAND, self._environment, self.log_file)

    def wait_until_ready(self, stop: Stop) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while (answer := self._readiness()) != "200":
            stop.sleep()
            if not self.running:
                raise DemoError(f"The web server stopped by itself: see {self.log_file}")
            if time.monotonic() > deadline:
                raise DemoError(f"The web server is not ready ({answer}): see {self.log_file}")

    def _readiness(self) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.city.port, timeout=5)
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
