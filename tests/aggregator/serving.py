"""The site's own ASGI application in a thread, and requests written by hand: clients tidy up the
paths that have to be tested."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any

import uvicorn

from aggregator.asgi_types import App, Receive, Scope, Send
from aggregator.calling.calls import Calls
from aggregator.calling.limits import Limits
from aggregator.cities import City, Directory
from aggregator.json_answers import answer
from aggregator.limits import Limit
from aggregator.middleware import AroundRequests
from aggregator.relay import Relay
from aggregator.site import Site
from tests.polling import eventually


@dataclass
class Got:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def title(self) -> str:
        return str(self.json()["errors"][0]["title"])


@dataclass
class Served:
    port: int
    calls: Calls
    relay: Relay

    def connect(self, timeout: float = 10) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def ask(
        self,
        target: str,
        method: str = "GET",
        *headers: str,
        body: bytes = b"",
        timeout: float = 10,
    ) -> Got:
        lines = [f"{method} {target} HTTP/1.1", "Host: site.example", "Connection: close", *headers]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        with self.connect(timeout) as connection:
            connection.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
            return received(connection, method)


def received(connection: socket.socket, method: str = "GET") -> Got:
    """Raises http.client's errors for an answer that breaks off."""
    response = HTTPResponse(connection, method=method)
    response.begin()
    try:
        return Got(response.status, response.getheaders(), response.read())
    finally:
        response.close()


async def _page(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(send, 200, b"a page", kind=b"text/plain")


def directory_of(*cities: City) -> Directory:
    directory = Directory()
    entries = [
        {"id": c.id, "name": c.name, "names": c.names, "url": c.url, "time_zone": c.time_zone}
        for c in cities
    ]
    directory.open(text=json.dumps(entries))
    return directory


@contextmanager
def serving(
    *cities: City,
    seconds: float = 5.0,
    limits: Limits | None = None,
    proxies: int = 0,
    bookings: Limit | None = None,
) -> Iterator[Served]:
    """`seconds`: the relay's deadline; `bookings`: how often one visitor may book."""
    directory, calls = directory_of(*cities), Calls(limits or Limits(silence_seconds=seconds))
    relay = Relay(directory, calls, seconds=seconds, bookings=bookings)
    site = Site(relay=relay, static=_page, pages=_page, close=calls.close)
    with run(AroundRequests(site, directory, proxies)) as port:
        yield Served(port, calls, relay)


@contextmanager
def run(app: App) -> Iterator[int]:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http="httptools",
            loop="uvloop",
            lifespan="on",
            ws="none",
            proxy_headers=False,
            log_config=None,
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        eventually(lambda: server.started)
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
