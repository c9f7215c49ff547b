"""A provider has few threads, and no client may keep one: the next client is answered whatever the
others do."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from cinema.worker import CROWDED_SECONDS, SILENT_SECONDS
from tests.gunicorns import serving
from tests.polling import eventually
from tests.security.slow_clients_app import LARGE

THREADS = 5
HALF_A_HEAD = b"GET / HTTP/1.1\r\nHos"
ASKING = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@contextmanager
def slow_clients_app() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    with serving("tests.security.slow_clients_app", threads=THREADS) as (port, server):
        eventually(lambda: answers(port))
        yield port, server


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with slow_clients_app() as (port, _server):
        yield port


@pytest.fixture
def clients(port) -> Iterator[ExitStack]:
    """They are gone after the test, and so are their threads."""
    with ExitStack() as opened:
        yield opened
    eventually(lambda: seconds_until_answered(port) < 1)


def connect(port: int) -> socket.socket:
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(CROWDED_SECONDS + 5)
    try:
        client.connect(("127.0.0.1", port))
    except OSError:
        client.close()
        raise
    return client


def say(clients: ExitStack, port: int, request: bytes) -> socket.socket:
    client = clients.enter_context(connect(port))
    client.sendall(request)
    return client


def answers(port: int) -> bool:
    try:
        return seconds_until_answered(port) < 10
    except OSError:
        return False


def seconds_until_answered(port: int) -> float:
    began = time.monotonic()
    with connect(port) as client:
        client.sendall(ASKING)
        assert client.recv(4096).startswith(b"HTTP/1.1 200")
    return time.monotonic() - began


def test_whoever_is_slow_makes_room_when_every_thread_is_taken(port, clients):
    upload = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n"
    dripping = [say(clients, port, b"GET / HTTP/1.1\r\nX: "), say(clients, port, upload)]
    half = [say(clients, port, HALF_A_HEAD), say(clients, port, upload + b"half")]
    not_reading = say(clients, port, b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
    slow = [*dripping, *half, not_reading]
    assert len(slow) == THREADS
    other = say(clients, port, ASKING)
    eventually(lambda: drip(dripping) or has(other, b"HTTP/1.1 200"), within=CROWDED_SECONDS + 4)

    def all_are_sent_away() -> bool:
        for client in filter(is_sent_away, tuple(slow)):
            slow.remove(client)
            say(clients, port, HALF_A_HEAD)  # so that every thread is taken again
        return not slow

    eventually(all_are_sent_away)


def has(client: socket.socket, beginning: bytes) -> bool:
    client.setblocking(False)
    try:
        return client.recv(4096).startswith(beginning)
    except BlockingIOError:
        return False


def drip(clients: list[socket.socket]) -> None:
    for client in clients:
        with suppress(OSError):  # it has been sent away
            client.sendall(b"x")


def is_sent_away(client: socket.socket) -> bool:
    """Perhaps with an answer to what had come."""
    client.setblocking(False)
    try:
        while client.recv(4096):
            pass
    except BlockingIOError:
        return False
    except ConnectionError:
        pass
    return True


def test_connections_on_which_nothing_comes_take_no_thread(port, clients):
    for _thread in range(2 * THREADS):
        say(clients, port, b"")
    assert seconds_until_answered(port) < 1


def test_clients_who_do_not_close_hold_nobody_up(port, clients):
    for _thread in range(2 * THREADS):
        say(clients, port, ASKING.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert seconds_until_answered(port) < 1


def test_who_reads_slowly_but_alone_is_given_time_and_who_says_nothing_is_let_go(port, clients):
    silent = say(clients, port, b"")
    client = say(clients, port, b"GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    client.recv(1)
    left = time.monotonic() + CROWDED_SECONDS + 1
    eventually(lambda: time.monotonic() > left)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    received = 0
    while part := client.recv(1 << 20):
        received += len(part)
    assert received >= LARGE
    eventually(lambda: is_sent_away(silent), within=SILENT_SECONDS)


def test_a_server_that_stops_waits_for_nobody_who_has_not_asked():
    with slow_clients_app() as (port, server), connect(port), connect(port) as known:
        known.sendall(ASKING)
        assert known.recv(4096).startswith(b"HTTP/1.1 200")
        server.terminate()
        eventually(lambda: server.poll() is not None)


HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"
CHUNKED = b"0\r\n\r\n" + HIDDEN


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: %d\r\nTransfer-Encoding: chunked" % len(CHUNKED),
        b"Content-Length: 0\r\nContent-Length: %d" % len(CHUNKED),
        b"Content-Length: +%d" % len(CHUNKED),
        b"Transfer-Encoding: xchunked",
        b"Transfer-Encoding : chunked\r\nContent-Length: %d" % len(CHUNKED),
        b"X: y\nTransfer-Encoding: chunked\r\nContent-Length: %d" % len(CHUNKED),
    ],
)
def test_what_a_gateway_could_read_as_another_request_is_no_request(port, clients, headers):
    client = say(clients, port, b"POST / HTTP/1.1\r\nHost: a\r\n" + headers + b"\r\n\r\n" + CHUNKED)
    answered = b""
    with suppress(TimeoutError, ConnectionError):
        client.settimeout(0.5)
        while part := client.recv(4096):
            answered += part
    assert answered.count(b"HTTP/1.1 ") == 1
    assert answered.startswith((b"HTTP/1.1 400", b"HTTP/1.1 501"))
