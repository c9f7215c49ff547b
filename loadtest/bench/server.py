"""The web servers that are asked: the provider, the site, and the yardsticks."""

import http.client
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from cinema.demo import webserver
from cinema.demo.stopping import Stop
from cinema.demo.webserver import WebServer
from cinema.embedded.memory import free_ports
from loadtest.bench.failing import Failed

WORKERS = 2  # of each, see WebServer
YARDSTICK = ("-c", "python:loadtest.bench.yardstick_settings", "loadtest.bench.yardstick")
PATIENCE = 20.0  # seconds for an answer


class Server(WebServer):
    """A gunicorn that serves from its start until `stop`."""

    def __init__(
        self, name: str, arguments: Sequence[str], settings: Mapping[str, str], directory: Path
    ) -> None:
        directory.mkdir(parents=True)
        [port] = free_ports(1)
        environment = {"PATH": os.environ["PATH"], **settings}
        super().__init__(name, arguments, port, environment, directory)
        self.url = f"http://127.0.0.1:{port}"

    def start(self, stop: Stop) -> None:
        self.launch()
        self.wait_until_ready(stop)

    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self._process.pid).children() if self._process else []

    def get(self, path: str, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
        """Over a connection of its own. Raises Failed when nothing is answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        except (OSError, http.client.HTTPException) as failure:
            raise Failed(f"{self.name} did not answer {path}: {failure!r}") from failure
        finally:
            connection.close()

    def read(self, path: str) -> Any:
        """What its JSON says."""
        status, _headers, body = self.get(path)
        if status != 200:
            raise Failed(f"{self.name} answered {status} to {path}: {body[:200]!r}")
        return json.loads(body)

    def check_log(self) -> None:
        """Raises Failed if it complained."""
        log = self.log_file.read_text(errors="replace")
        if "Traceback" in log:
            raise Failed(f"{self.name} failed: {log[log.index('Traceback') :][:1000]}")


def provider(settings: Mapping[str, str], directory: Path) -> Server:
    return Server("The provider", webserver.PROVIDER, settings, directory)


def site(settings: Mapping[str, str], directory: Path) -> Server:
    return Server("The site", webserver.SITE, settings, directory)


def yardstick(size: int, directory: Path) -> Server:
    """Answers so many bytes to everything."""
    return Server(f"The yardstick of {size} bytes", YARDSTICK, {"BODY_BYTES": str(size)}, directory)
