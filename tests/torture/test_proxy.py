"""The network between servers: it passes on, breaks, and goes silent."""

import socket
import socketserver
import threading
import time
from collections.abc import Iterator

import pytest

from loadtest.torture.proxy import Network, Proxy
from tests.polling import eventually


class Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while came := self.request.recv(1000):
            self.request.sendall(came)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        network = Network()
        try:
            yield network.before(lambda: server.server_address[1])
        finally:
            network.close()
            server.shutdown()


def connect(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=5)


def echo(connection: socket.socket, words: bytes) -> bytes:
    """Empty when the connection is broken."""
    try:
        connection.sendall(words)
        return connection.recv(1000)
    except TimeoutError:
        raise
    except OSError:
        return b""


def test_it_passes_on_in_both_directions(proxy: Proxy) -> None:
    with connect(proxy) as one, connect(proxy) as other:
        assert echo(one, b"hello") == b"hello"
        assert echo(other, b"you") == b"you"


def test_cut_it_breaks_what_is_open_and_accepts_nothing_until_it_is_mended(proxy: Proxy) -> None:
    with connect(proxy) as one:
        assert echo(one, b"hello") == b"hello"
        proxy.cut()
        assert echo(one, b"hello") == b""
    with connect(proxy) as one:
        assert echo(one, b"hello") == b""
    proxy.mend()
    with connect(proxy) as one:
        assert echo(one, b"hello") == b"hello"


def test_slow_it_passes_everything_on_later(proxy: Proxy) -> None:
    with connect(proxy) as one:
        proxy.slow(0.2)
        began = time.monotonic()
        assert echo(one, b"hello") == b"hello"
        assert time.monotonic() - began > 0.35  # there and back
        proxy.mend()
        began = time.monotonic()
        assert echo(one, b"hello") == b"hello"
        assert time.monotonic() - began < 0.35


def test_dropping_it_keeps_connections_and_passes_nothing_on(proxy: Proxy) -> None:
    with connect(proxy) as one, connect(proxy) as other:
        assert echo(one, b"hello") == b"hello"
        proxy.drop()
        for silent in (one, other):
            silent.settimeout(0.3)
            with pytest.raises(TimeoutError):
                echo(silent, b"hello")
        proxy.mend()
        one.settimeout(5)
        assert echo(one, b"") == b""  # bytes were lost, so it is broken
    with connect(proxy) as one:
        assert echo(one, b"hello") == b"hello"


def test_without_a_server_connections_break(proxy: Proxy) -> None:
    network = Network()
    try:
        nowhere = network.before(lambda: 1)
        with connect(nowhere) as one:
            eventually(lambda: echo(one, b"hello") == b"")
    finally:
        network.close()
