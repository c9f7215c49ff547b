"""What only a real server shows: gunicorn as it is deployed, spoken to in bytes."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connections

from cinema.embedded.memory import free_ports

pytestmark = pytest.mark.django_db  # that there is a database; gunicorn finds it empty

TOO_LARGE = 10 * 1024 * 1024


class Server:
    def __init__(self, port: int) -> None:
        self.port = port

    def send(self, request: bytes, *, more: bytes = b"", end: bool = False) -> tuple[bytes, bytes]:
        """The head and body of the answer to these bytes; `end`: nothing follows them."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(request)
            try:
                connection.sendall(more)
                if end:
                    connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # it has answered without reading on
            return _read(connection)


def _read(connection: socket.socket) -> tuple[bytes, bytes]:
    received = b""
    try:
        while part := connection.recv(65536):
            received += part
    except ConnectionResetError:
        pass
    head, _, body = received.partition(b"\r\n\r\n")
    return head, body


@pytest.fixture(scope="module")
def server(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Server]:
    [port] = free_ports(1)
    database = settings.DATABASES["default"]
    with django_db_blocker.unblock():
        name = connections["default"].settings_dict["NAME"]
    account = f"{quote(database['USER'])}:{quote(database['PASSWORD'] or '')}"
    place = f"{quote(database['HOST'], safe='')}:{database['PORT']}"
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "cinema.settings",
        "SECRET_KEY": "only-for-tests-" + "0" * 50,
        "HTTPS": "false",
        "DATABASE_URL": f"postgres://{account}@{place}/{name}",
        "STATIC_ROOT": str(tmp_path_factory.mktemp("static")),
        "BIND": f"127.0.0.1:{port}",
        "WEB_CONCURRENCY": "1",
    }
    command = ["-m", "gunicorn", "-c", "cinema/gunicorn.conf.py", "cinema.wsgi:application"]
    with subprocess.Popen([sys.executable, *command], cwd=settings.BASE_DIR, env=environment) as it:
        try:
            _wait_for(port)
            yield Server(port)
        finally:
            it.terminate()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("gunicorn does not start")


def request(line: str, *headers: str) -> bytes:
    host = "Host: 127.0.0.1"
    return "\r\n".join([line, host, "Connection: close", *headers, "", ""]).encode("latin-1")


def status(head: bytes) -> int:
    return int(head.split()[1])


def errors(body: bytes) -> None:
    assert json.loads(body)["errors"][0]["title"]


POST = ("POST /bookings HTTP/1.1", "Content-Type: application/json")
ORDER = b'{"email": "a@b.org", "seatsIds": [1], "seance_id": 1}'


def test_a_head_has_no_body(server):
    head, body = server.send(request("HEAD /movies HTTP/1.1"))
    assert status(head) == 200
    assert b"ETag" in head
    assert body == b""


def test_a_body_in_chunks_is_read(server):
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(ORDER), ORDER)
    head, body = server.send(request(*POST, "Transfer-Encoding: chunked"), more=chunks)
    assert status(head) == 404  # read, and there is no such showing
    errors(body)


def test_a_large_body_in_chunks_is_413(server):
    chunks = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    head, body = server.send(
        request(*POST, "Transfer-Encoding: chunked"), more=chunks * 10 + b"0\r\n\r\n"
    )
    assert status(head) == 413
    errors(body)


def test_a_large_body_is_413(server):
    head, body = server.send(request(*POST, f"Content-Length: {TOO_LARGE}"), more=b" " * TOO_LARGE)
    assert status(head) == 413
    errors(body)


def test_a_body_shorter_than_its_length_is_400(server):
    head, body = server.send(
        request(*POST, f"Content-Length: {len(ORDER)}"), more=ORDER[:-5], end=True
    )
    assert status(head) == 400
    errors(body)


def test_a_body_longer_than_its_length_is_cut(server):
    head, body = server.send(request(*POST, f"Content-Length: {len(ORDER) - 1}"), more=ORDER)
    assert status(head) == 400
    errors(body)


@pytest.mark.parametrize("length", ["many", "-1", "1, 2", "1e3"])
def test_a_length_that_is_none_is_400(server, length):
    head, body = server.send(request(*POST, f"Content-Length: {length}"), more=ORDER)
    assert status(head) == 400
    errors(body)


def test_no_length_is_no_body(server):
    head, body = server.send(request(*POST))
    assert status(head) == 400
    assert b"'seatsIds' is a required property" in body


def test_a_very_long_address_is_refused(server):
    head, body = server.send(request(f"GET /movies?{'a' * 100_000} HTTP/1.1"))
    assert status(head) in (400, 414)
    errors(body)


@pytest.mark.parametrize(
    "header",
    ["X-Request-ID: a\x00b", "Idempotency-Key: \x00", "No colon", ": no name", "A B: c", "X: \n y"],
)
def test_a_malformed_header_is_400(server, header):
    head, body = server.send(request("GET /movies HTTP/1.1", header))
    assert status(head) == 400
    errors(body)


def test_a_header_that_is_too_large_is_refused(server):
    head, body = server.send(request("GET /movies HTTP/1.1", "X-Large: " + "a" * 100_000))
    assert status(head) in (400, 431)
    errors(body)


@pytest.mark.parametrize(
    "line",
    ["nonsense", "GET", "GET /movies", "GET /movies HTTP/9.9", "G\x00T /movies HTTP/1.1"],
)
def test_what_is_no_http_is_400(server, line):
    head, body = server.send(request(line))
    assert status(head) in (400, 405, 505)
    errors(body)


def test_a_session_cookie_with_a_nul_is_nobody(server):
    head, body = server.send(
        request(*POST, f"Content-Length: {len(ORDER)}", 'Cookie: sessionid="\\000abcdefghijk"'),
        more=ORDER,
    )
    assert status(head) == 404  # there is no such showing
    errors(body)
