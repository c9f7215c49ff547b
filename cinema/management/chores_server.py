"""How `run_chores` tells how it does: `/health`, `/health/ready` and `/metrics` of its own."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
from django.core.management.base import CommandError
from prometheus_client import CONTENT_TYPE_LATEST

from cinema import metrics
from cinema.management.repeating import TURN_SECONDS, Chore, Progress
from cinema.metrics import chores as of_chores

STUCK_SECONDS = 60.0
"""So much longer than a turn and the pause before it may last, and the chore is stuck: a mail
server or a gateway that hangs is given up after ten seconds or so."""


class Turns(Progress):
    """What has become of each chore's last turn."""

    def __init__(self, chores: Sequence[Chore]) -> None:
        began = time.monotonic()
        self._ended = {chore.name: began for chore in chores}
        self._succeeded = {chore.name: False for chore in chores}
        self._patience = {
            chore.name: chore.every + TURN_SECONDS + STUCK_SECONDS for chore in chores
        }
        metrics.begin()
        of_chores.expect_chores(self._ended)

    def turned(self, chore: str, *, succeeded: bool) -> None:
        self._ended[chore] = time.monotonic()
        self._succeeded[chore] = succeeded
        of_chores.chore_ran(chore, succeeded=succeeded)

    def stuck(self) -> list[str]:
        now = time.monotonic()
        return [name for name, at in self._ended.items() if now - at > self._patience[name]]

    def not_done(self) -> list[str]:
        """Whose last turn failed, or has never ended."""
        return [name for name, succeeded in self._succeeded.items() if not succeeded]


@contextmanager
def telling(address: str, turns: Turns) -> Iterator[str]:
    """While it runs, `address`, HOST:PORT, answers. Gives the address in use: of port 0 a free
    one. Raises CommandError."""
    try:
        host, port = _parsed(address)
        server = _Server((host, port), turns)
    except (OSError, ValueError, OverflowError) as error:
        raise CommandError(
            f"CHORES_METRICS is {address!r}, where nothing can listen ({error}): set it to "
            "HOST:PORT with a free port, or to nothing."
        ) from error
    thread = threading.Thread(target=server.serve_forever, name="chores-metrics", daemon=True)
    thread.start()
    try:
        yield f"{host}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _parsed(address: str) -> tuple[str, int]:
    host, _colon, port = address.rpartition(":")
    if not host:
        raise ValueError("there is no host in it")
    return host, int(port)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], turns: Turns) -> None:
        self.turns = turns
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Without asking a name server for a name that nobody reads."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].rstrip("/")
        if path == "/metrics":
            self._answer(200, metrics.of_chores(), CONTENT_TYPE_LATEST)
        elif path == "/health":
            self._tell("does not come to an end", self.server.turns.stuck())
        elif path == "/health/ready":
            self._tell("has not succeeded the last time", self.server.turns.not_done())
        else:
            self._fail(404, "Not found", "There is nothing at this address")

    def _tell(self, what: str, chores: list[str]) -> None:
        if chores:
            detail = "; ".join(f"{chore} {what}" for chore in chores)
            self._fail(503, "Service unavailable", detail)
        else:
            self._answer(200, b'{"result":"ok"}')

    def _fail(self, status: int, title: str, detail: str) -> None:
        self._answer(status, orjson.dumps({"errors": [{"title": title, "detail": detail}]}))

    def _answer(
        self, status: int, content: bytes, kind: str = "application/json; charset=utf-8"
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Not a line for each look of a probe."""
